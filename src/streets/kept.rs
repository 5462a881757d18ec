//! A network as bytes: a mark, a version, counts, the five tables in little-endian order, and a checksum (CRC-32) of it all.

use super::{
    BadStreets, Network,
    gathering::Place,
    network::{Ban, Edge},
    rules::Open,
};

const MARK: &[u8; 8] = b"sanshist";
const VERSION: u16 = 1;

impl Network {
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(32 + 9 * self.junctions.len() + 18 * self.edges.len() + 8 * self.shape.len() + 9 * self.bans.len());
        bytes.extend_from_slice(MARK);
        bytes.extend(VERSION.to_le_bytes());
        for count in [self.junctions.len(), self.edges.len(), self.shape.len(), self.bans.len()] {
            bytes.extend((count as u32).to_le_bytes());
        }
        for place in self.junctions.iter().chain(&self.shape) {
            place.iter().for_each(|part| bytes.extend(part.to_le_bytes()));
        }
        bytes.extend_from_slice(&self.shut);
        for Edge { ends, first_shape, length_cm, open, kmh } in &self.edges {
            [ends[0], ends[1], *first_shape, *length_cm].iter().for_each(|part| bytes.extend(part.to_le_bytes()));
            bytes.extend([open.0, *kmh]);
        }
        for Ban { from, to, modes } in &self.bans {
            [*from, *to].iter().for_each(|part| bytes.extend(part.to_le_bytes()));
            bytes.push(*modes);
        }
        let checksum = crc32fast::hash(&bytes);
        bytes.extend(checksum.to_le_bytes());
        bytes
    }

    /// # Errors
    /// The bytes are of something else, of another version, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadStreets> {
        let mut rest = bytes;
        if take(&mut rest)? != *MARK {
            return Err(BadStreets::Kept("they are something else"));
        }
        let version = u16::from_le_bytes(take(&mut rest)?);
        if version != VERSION {
            return Err(BadStreets::Version(version));
        }
        let Some((body, checksum)) = bytes.split_last_chunk::<4>() else { return Err(BadStreets::Kept("they are cut short")) };
        if crc32fast::hash(body) != u32::from_le_bytes(*checksum) {
            return Err(BadStreets::Kept("the checksum does not match"));
        }
        let mut counts = [0; 4];
        for count in &mut counts {
            *count = number(&mut rest)? as usize;
        }
        let [junctions, edges, shape, bans] = counts;
        // Before anything is set aside for them: do they fit?
        let needed = 9 * junctions as u64 + 18 * edges as u64 + 8 * shape as u64 + 9 * bans as u64 + 4;
        if rest.len() as u64 != needed {
            return Err(BadStreets::Kept("they are cut short"));
        }
        let place = |rest: &mut &[u8]| Ok::<Place, BadStreets>([i32::from_le_bytes(take(rest)?), i32::from_le_bytes(take(rest)?)]);
        let junctions = (0..junctions).map(|_| place(&mut rest)).collect::<Result<Vec<_>, _>>()?;
        let shape = (0..shape).map(|_| place(&mut rest)).collect::<Result<Vec<_>, _>>()?;
        let shut = junctions.iter().map(|_| take::<1>(&mut rest).map(|[shut]| shut)).collect::<Result<Vec<_>, _>>()?;
        let edge = |rest: &mut &[u8]| {
            let ends = [number(rest)?, number(rest)?];
            let (first_shape, length_cm) = (number(rest)?, number(rest)?);
            let [open, kmh] = take(rest)?;
            Ok::<_, BadStreets>(Edge { ends, first_shape, length_cm, open: Open(open), kmh })
        };
        let edges = (0..edges).map(|_| edge(&mut rest)).collect::<Result<Vec<_>, _>>()?;
        let ban = |rest: &mut &[u8]| Ok::<_, BadStreets>(Ban { from: number(rest)?, to: number(rest)?, modes: take::<1>(rest)?[0] });
        let bans = (0..bans).map(|_| ban(&mut rest)).collect::<Result<Vec<_>, _>>()?;
        Self::new(junctions, shut, edges, shape, bans)
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], BadStreets> {
    let (taken, after) = rest.split_first_chunk().ok_or(BadStreets::Kept("they are cut short"))?;
    *rest = after;
    Ok(*taken)
}

fn number(rest: &mut &[u8]) -> Result<u32, BadStreets> {
    Ok(u32::from_le_bytes(take(rest)?))
}
