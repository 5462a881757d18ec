//! The wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding), as much as OpenStreetMap's files need. It borrows, sets
//! nothing aside, and refuses what does not fit.

/// What does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Misfit(pub &'static str);

/// The fields of a message, one after another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message<'a>(pub &'a [u8]);

#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// Of 4 or 8 bytes; no field that is read here has one.
    Fixed,
}

impl<'a> Value<'a> {
    pub fn number(self) -> Result<u64, Misfit> {
        if let Self::Number(number) = self { Ok(number) } else { Err(Misfit("a field should be a number")) }
    }

    pub fn bytes(self) -> Result<&'a [u8], Misfit> {
        if let Self::Bytes(bytes) = self { Ok(bytes) } else { Err(Misfit("a field should be bytes")) }
    }
}

impl<'a> Iterator for Message<'a> {
    type Item = Result<(u64, Value<'a>), Misfit>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'a> Message<'a> {
    fn field(&mut self) -> Result<(u64, Value<'a>), Misfit> {
        let tag = varint(&mut self.0)?;
        let value = match tag & 7 {
            0 => Value::Number(varint(&mut self.0)?),
            1 => self.skip(8)?,
            2 => {
                let length = varint(&mut self.0)?;
                let (taken, rest) = usize::try_from(length).ok().and_then(|length| self.0.split_at_checked(length)).ok_or(Misfit("a field ends too early"))?;
                self.0 = rest;
                Value::Bytes(taken)
            }
            5 => self.skip(4)?,
            _ => return Err(Misfit("a field is of no known kind")),
        };
        Ok((tag >> 3, value))
    }

    fn skip(&mut self, length: usize) -> Result<Value<'a>, Misfit> {
        self.0 = self.0.get(length..).ok_or(Misfit("a field ends too early"))?;
        Ok(Value::Fixed)
    }
}

fn varint(bytes: &mut &[u8]) -> Result<u64, Misfit> {
    let mut number = 0;
    for i in 0..10 {
        let (byte, rest) = bytes.split_first().ok_or(Misfit("a number ends too early"))?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(Misfit("a number is longer than ten bytes"))
}

/// Numbers that stand one after another in a field.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Packed<'a>(pub &'a [u8]);

impl Iterator for Packed<'_> {
    type Item = Result<u64, Misfit>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let number = varint(&mut self.0);
        if number.is_err() {
            self.0 = &[];
        }
        Some(number)
    }
}

/// Signed numbers of which each is the difference from the one before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Deltas<'a> {
    packed: Packed<'a>,
    last: i64,
}

impl<'a> Deltas<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { packed: Packed(bytes), last: 0 }
    }
}

impl Iterator for Deltas<'_> {
    type Item = Result<i64, Misfit>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.packed.next()?.and_then(|number| {
            self.last = self.last.checked_add(zigzag(number)).ok_or(Misfit("a number is out of range"))?;
            Ok(self.last)
        }))
    }
}

pub(super) fn zigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}
