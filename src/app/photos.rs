//! Photos of houses: bringing them in, showing them, saying which house they show, deleting them.

use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::civil;

use super::{
    App, Caller, Conflict, Refusal,
    darkroom::{Place, READ_AT_ONCE, hash_of},
    load::blocking,
    new_id,
    publish::reason_of,
    record::no_house,
};
use crate::{
    atlas::Snapshot,
    domain::{
        access::Right,
        day::Day,
        house::HouseCode,
        photo::{self, Candidate, Finding, Link, Near, Outline, Reason, Shot, Unplaced},
        scope::Scope,
    },
    earth::{Bounds, LonLat},
    media::{Likeness, PhotoHash, Picture, Size},
    store::{PhotoRecord, Touched},
    transfer::FaultCode,
};

/// What somebody says about a picture; it takes the place of what the file says.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct PhotoDraft {
    /// The house it shows.
    pub house: Option<String>,
    /// Degrees east and north.
    pub place: Option<(f64, f64)>,
    /// Degrees clockwise from north.
    pub heading: Option<f64>,
    pub accuracy_m: Option<f64>,
    /// Local, YYYY-MM-DDTHH:MM:SS.
    pub taken: Option<String>,
}

impl PhotoDraft {
    fn said_place(&self) -> Option<LonLat> {
        self.place.and_then(|(lon, lat)| LonLat::new(lon, lat).ok())
    }

    fn taken(&self) -> Option<civil::DateTime> {
        self.taken.as_deref().and_then(|text| text.parse().ok())
    }

    /// Refuses what no camera can say.
    fn check(&self, today: Day) -> Result<(), Refusal> {
        let one = |field, code, expected: String, found: String| Err(Refusal::one(field, code, expected, found));
        if let (Some((lon, lat)), None) = (self.place, self.said_place()) {
            return one("lon, lat", FaultCode::OutOfRange, "degrees east and north".to_owned(), format!("{lon}, {lat}"));
        }
        if let Some(heading) = self.heading.filter(|heading| !(0.0..=360.0).contains(heading)) {
            return one("heading", FaultCode::OutOfRange, "0 to 360 degrees clockwise from north".to_owned(), heading.to_string());
        }
        if let Some(accuracy) = self.accuracy_m.filter(|metres| !(metres.is_finite() && *metres > 0.0)) {
            return one("accuracy", FaultCode::OutOfRange, "metres, more than 0".to_owned(), accuracy.to_string());
        }
        match (self.taken.as_deref(), self.taken()) {
            (Some(text), None) => one("taken", FaultCode::BadDay, "a local time such as 2026-05-01T10:22:31".to_owned(), text.to_owned()),
            (_, Some(taken)) if Day::from(taken.date()) > today => {
                one("taken", FaultCode::FutureDay, format!("a day not after today, {today}"), taken.to_string())
            }
            _ => Ok(()),
        }
    }
}

/// A photo with what is to be decided about it.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoCard {
    pub photo: PhotoRecord,
    pub guess: Guess,
    /// Those that look nearly the same, the nearest first.
    pub alike: Vec<Alike>,
}

/// Which houses a photo may show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Guess {
    pub candidates: Vec<Guessed>,
    pub unplaced: Option<Unplaced>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Guessed {
    pub house_code: String,
    pub address: String,
    pub reason: Reason,
    pub metres: f64,
}

/// A photo that looks nearly the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Alike {
    pub photo: PhotoRecord,
    /// Bits of 64 in which the two differ.
    pub distance: u32,
}

/// Where a photo belongs.
struct Placing {
    link: Link,
    house_code: Option<String>,
    area_code: String,
}

/// At most so many are listed of one house.
pub const MOST_PHOTOS: i64 = 500;
/// At most so many hashes are asked about at once.
pub const MOST_HASHES: usize = 500;
/// Compared with a photo for being nearly the same: those of the house and near it that came last.
const COMPARED: i64 = 1_000;
/// Read at once while the queue is looked through for those within reach.
const PORTION: i64 = 200;

impl App {
    /// Brings a picture in; `false` where this very file is a photo already. Stored, verified and on record when this returns.
    pub async fn add_photo(&self, caller: &Caller, bytes: Vec<u8>, draft: &PhotoDraft) -> Result<(PhotoCard, bool), Refusal> {
        self.must_take(caller, draft)?;
        let place = self.darkroom()?.place().await?;
        self.take_in(caller, place, bytes, draft).await
    }

    /// The same at a place that is free already.
    pub(super) async fn take_in(&self, caller: &Caller, place: Place, bytes: Vec<u8>, draft: &PhotoDraft) -> Result<(PhotoCard, bool), Refusal> {
        let darkroom = self.darkroom()?;
        let (hash, bytes) = blocking(move || (PhotoHash::of(&bytes), bytes)).await?;
        let known = self.store.photo_hashed(&hash.to_string()).await?;
        if let Some(known) = &known
            && darkroom.verified(&hash).await?
        {
            return self.known(caller, known.clone()).await;
        }
        let (mut picture, _ticket) = darkroom.develop(place, bytes).await?;
        picture.not_after(jiff::Timestamp::now().to_zoned(self.zone.clone()).datetime());
        let new = self.photo_of(caller, &picture, draft)?;
        // The file first, then the row; where somebody took the file away in between, once more.
        for _ in 0..2 {
            darkroom.shelf.put(&picture).await?;
            let mut write = self.store.begin(Self::now_ms()).await?;
            if let Some(known) = write.photo_hashed(&new.hash).await? {
                drop(write);
                return self.known(caller, known).await;
            }
            if !darkroom.has(&picture.hash).await? {
                continue;
            }
            write.add_photo(&new).await?;
            let detail = serde_json::json!({ "house": new.house_code, "link": new.link.as_str() });
            write.commit(caller.audit("add_photo", &new.id, detail), Touched::Houses).await?;
            return Ok((self.photo_card(caller, new).await?, true));
        }
        Err(Refusal::PhotoStoreSlow)
    }

    /// Whoever imports on the whole site may bring pictures in too.
    fn must_take(&self, caller: &Caller, draft: &PhotoDraft) -> Result<(), Refusal> {
        if !caller.may(Right::Import) {
            caller.must(Right::TakePhoto)?;
        }
        if let Some(code) = &draft.house {
            self.reached(caller, code)?;
        }
        draft.check(self.today())
    }

    /// Refuses, before any byte is taken, what would be refused for what is said about it.
    pub fn must_take_photo(&self, caller: &Caller, draft: &PhotoDraft) -> Result<(), Refusal> {
        self.darkroom()?;
        self.must_take(caller, draft)
    }

    /// The area of a house within reach.
    fn reached(&self, caller: &Caller, code: &str) -> Result<String, Refusal> {
        let named = HouseCode::new(code).map_err(|_| Refusal::NotFound { what: "house", name: code.chars().take(80).collect() })?;
        let area = self.snapshot().house(code).map(|house| house.area_code().to_owned());
        area.filter(|area| caller.scope.includes(area)).ok_or_else(|| no_house(&named))
    }

    /// A file that is a photo already. Only who holds the file can ask, so to be told that it is kept elsewhere tells nothing new.
    async fn known(&self, caller: &Caller, known: PhotoRecord) -> Result<(PhotoCard, bool), Refusal> {
        if caller.may(Right::Import) || is_within(caller, &known) {
            return Ok((self.photo_card(caller, known).await?, false));
        }
        Err(Refusal::Conflict { conflict: Conflict::PhotoElsewhere, detail: "this very file is kept already, in an area that is not yours".to_owned() })
    }

    fn photo_of(&self, caller: &Caller, picture: &Picture, draft: &PhotoDraft) -> Result<PhotoRecord, Refusal> {
        let said = draft.said_place();
        let taken = draft.taken().or(picture.taken.at);
        let shot = Shot {
            place: said.or(picture.taken.place),
            heading: draft.heading.or(picture.taken.heading),
            accuracy_m: if said.is_some() { draft.accuracy_m } else { picture.taken.accuracy_m },
        };
        let Placing { link, house_code, area_code } = match &draft.house {
            Some(code) => Placing { link: Link::PlacedByHand, area_code: self.reached(caller, code)?, house_code: Some(code.clone()) },
            None => placing(&self.snapshot(), &caller.scope, &shot),
        };
        let notes: Vec<&str> = picture.notes.iter().map(|note| note.code()).collect();
        Ok(PhotoRecord {
            id: new_id(),
            hash: picture.hash.to_string(),
            house_code,
            link,
            area_code,
            taken_at: taken.map(|at| at.strftime("%Y-%m-%dT%H:%M:%S").to_string()),
            day: taken.map_or_else(|| self.today(), |at| at.date().into()),
            place: shot.place,
            heading: shot.heading,
            accuracy_m: shot.accuracy_m,
            width: picture.width,
            height: picture.height,
            bytes: picture.bytes_received,
            likeness: picture.likeness.bits(),
            notes: notes.join(" "),
            uploaded_by: caller.name.clone(),
            uploaded_at_ms: Self::now_ms(),
        })
    }

    /// What a picture taken so would be linked to.
    pub fn guess_house(&self, caller: &Caller, shot: &Shot) -> Result<(Option<String>, Guess), Refusal> {
        caller.must(Right::TakePhoto)?;
        let snapshot = self.snapshot();
        let placing = placing(&snapshot, &caller.scope, shot);
        let guess = if placing.house_code.is_some() { Guess::default() } else { guess(&snapshot, &caller.scope, shot) };
        Ok((placing.house_code, guess))
    }

    /// Of each hash, told once, the photo, where it is on record within reach, and whether its file was read back and is as it was stored.
    pub async fn verify_photos(&self, caller: &Caller, hashes: &[PhotoHash]) -> Result<Vec<(PhotoHash, Option<String>, bool)>, Refusal> {
        caller.must(Right::TakePhoto)?;
        let darkroom = self.darkroom()?;
        let mut seen = HashSet::new();
        let hashes: Vec<PhotoHash> = hashes.iter().copied().filter(|hash| seen.insert(*hash)).collect();
        let texts: Vec<String> = hashes.iter().map(ToString::to_string).collect();
        let known = self.store.photos_hashed(&texts).await?;
        let known: HashMap<&str, &PhotoRecord> = known.iter().filter(|photo| is_within(caller, photo)).map(|photo| (&*photo.hash, photo)).collect();
        let photos: Vec<(PhotoHash, Option<String>)> =
            hashes.iter().zip(&texts).map(|(hash, text)| (*hash, known.get(&**text).map(|photo| photo.id.clone()))).collect();
        let verdicts = stream::iter(photos).map(|(hash, id)| async move {
            let verified = id.is_some() && darkroom.verified(&hash).await?;
            Ok((hash, id, verified))
        });
        verdicts.buffered(READ_AT_ONCE).try_collect().await
    }

    pub async fn photo(&self, caller: &Caller, id: &str) -> Result<PhotoCard, Refusal> {
        let photo = self.seen(caller, id).await?;
        self.photo_card(caller, photo).await
    }

    /// The JPEG of a photo in one of its sizes, with its hash.
    pub async fn photo_bytes(&self, caller: &Caller, id: &str, size: Size) -> Result<(String, bytes::Bytes), Refusal> {
        let photo = self.seen(caller, id).await?;
        let bytes = self.darkroom()?.shelf.read(&hash_of(&photo.hash)?, size).await?;
        Ok((photo.hash, bytes.ok_or_else(|| no_photo(id))?))
    }

    /// The photos of a house, the newest day first, at most [`MOST_PHOTOS`].
    pub async fn photos_of(&self, caller: &Caller, code: &HouseCode) -> Result<Vec<PhotoRecord>, Refusal> {
        caller.must(Right::SeePhotos)?;
        self.reached(caller, code.as_str())?;
        Ok(self.store.photos_of(code, MOST_PHOTOS).await?)
    }

    /// How many photos a house has; `None` for whoever may not know.
    pub async fn photo_count(&self, caller: &Caller, code: &HouseCode) -> Result<Option<i64>, Refusal> {
        if !caller.may(Right::SeePhotos) || self.reached(caller, code.as_str()).is_err() {
            return Ok(None);
        }
        Ok(Some(self.store.photo_count(code).await?))
    }

    /// The photos that the observations of a house rest on, by event; none for whoever sees no photos.
    pub async fn photos_of_events(&self, caller: &Caller, code: &HouseCode) -> Result<HashMap<String, Vec<String>>, Refusal> {
        if !caller.may(Right::SeePhotos) || self.reached(caller, code.as_str()).is_err() {
            return Ok(HashMap::new());
        }
        Ok(self.store.photos_of_events(code).await?)
    }

    /// Photos that wait for somebody to say which house they show, in the order in which they came, after one of them.
    pub async fn photos_waiting(&self, caller: &Caller, links: &[Link], after: Option<&str>, limit: usize) -> Result<Vec<PhotoCard>, Refusal> {
        caller.must(Right::SeePhotos)?;
        let mut waiting = Vec::new();
        for link in links {
            let (mut last, mut found) = (after.unwrap_or_default().to_owned(), 0);
            loop {
                let portion = self.store.photos_waiting(*link, &last, PORTION).await?;
                let Some(end) = portion.last() else { break };
                last.clone_from(&end.id);
                let within = portion.into_iter().filter(|photo| is_within(caller, photo)).take(limit - found);
                let before = waiting.len();
                waiting.extend(within);
                found += waiting.len() - before;
                if found == limit {
                    break;
                }
            }
        }
        waiting.sort_by(|a, b| a.id.cmp(&b.id));
        waiting.truncate(limit);
        let mut cards = Vec::with_capacity(waiting.len());
        for photo in waiting {
            cards.push(self.photo_card(caller, photo).await?);
        }
        Ok(cards)
    }

    /// Says which house a photo shows.
    pub async fn link_photo(&self, caller: &Caller, id: &str, house_code: &str) -> Result<PhotoCard, Refusal> {
        caller.must(Right::TakePhoto)?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        let photo = write.photo(id).await?.filter(|photo| is_within(caller, photo)).ok_or_else(|| no_photo(id))?;
        let area_code = self.reached(caller, house_code)?;
        write.link_photo(id, Some(house_code), Link::PlacedByHand, &area_code).await?;
        let detail = serde_json::json!({ "house": house_code, "before": photo.house_code, "link": Link::PlacedByHand.as_str() });
        write.commit(caller.audit("link_photo", id, detail), Touched::Houses).await?;
        let linked = PhotoRecord { house_code: Some(house_code.to_owned()), link: Link::PlacedByHand, area_code, ..photo };
        self.photo_card(caller, linked).await
    }

    /// Says that a photo does not show the house that it was linked to.
    pub async fn unlink_photo(&self, caller: &Caller, id: &str) -> Result<PhotoCard, Refusal> {
        caller.must(Right::TakePhoto)?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        let photo = write.photo(id).await?.filter(|photo| is_within(caller, photo)).ok_or_else(|| no_photo(id))?;
        // It waits in the area of the house that it was thought to show.
        write.link_photo(id, None, Link::Unplaced, &photo.area_code).await?;
        let detail = serde_json::json!({ "before": photo.house_code, "link": Link::Unplaced.as_str() });
        write.commit(caller.audit("link_photo", id, detail), Touched::Houses).await?;
        self.photo_card(caller, PhotoRecord { house_code: None, link: Link::Unplaced, ..photo }).await
    }

    /// Deletes a photo for good, the row first and then the file. The audit keeps its id and the reason.
    pub async fn delete_photo(&self, caller: &Caller, id: &str, reason: &str) -> Result<(), Refusal> {
        caller.must(Right::DeletePhoto)?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        let photo = write.photo(id).await?.filter(|photo| is_within(caller, photo)).ok_or_else(|| no_photo(id))?;
        let reason = reason_of(reason)?;
        write.delete_photo(id).await?;
        let detail = serde_json::json!({ "house": photo.house_code, "reason": reason });
        write.commit(caller.audit("delete_photo", id, detail), Touched::Houses).await?;
        if let Err(refusal) = self.forget_file(&photo.hash).await {
            tracing::warn!(%refusal, "the file of a deleted photo could not be taken away; the sweep will");
        }
        Ok(())
    }

    async fn seen(&self, caller: &Caller, id: &str) -> Result<PhotoRecord, Refusal> {
        caller.must(Right::SeePhotos)?;
        self.store.photo(id).await?.filter(|photo| is_within(caller, photo)).ok_or_else(|| no_photo(id))
    }

    async fn photo_card(&self, caller: &Caller, photo: PhotoRecord) -> Result<PhotoCard, Refusal> {
        let guess = match photo.house_code {
            Some(_) => Guess::default(),
            None => {
                let (snapshot, scope) = (self.snapshot(), caller.scope.clone());
                let shot = Shot { place: photo.place, heading: photo.heading, accuracy_m: photo.accuracy_m };
                blocking(move || guess(&snapshot, &scope, &shot)).await?
            }
        };
        Ok(PhotoCard { alike: self.alike(caller, &photo).await?, guess, photo })
    }

    /// The photos of the same house or place that look nearly the same.
    async fn alike(&self, caller: &Caller, photo: &PhotoRecord) -> Result<Vec<Alike>, Refusal> {
        let near = photo.place.and_then(|place| Bounds::around([place])).map_or(Bounds::EMPTY, |here| here.grown(photo::ALIKE_WITHIN_M));
        let likeness = Likeness::from_bits(photo.likeness);
        let around = self.store.photos_around(photo.house_code.as_deref(), &near, COMPARED).await?;
        let mut alike: Vec<Alike> = around
            .into_iter()
            .filter(|other| other.id != photo.id && is_within(caller, other))
            .map(|other| Alike { distance: likeness.distance(Likeness::from_bits(other.likeness)), photo: other })
            .filter(|other| other.distance < Likeness::NEAR)
            .collect();
        alike.sort_by(|a, b| a.distance.cmp(&b.distance).then(a.photo.id.cmp(&b.photo.id)));
        Ok(alike)
    }
}

/// A photo belongs to its area; one without a house also to whoever brought it in.
fn is_within(caller: &Caller, photo: &PhotoRecord) -> bool {
    caller.scope.includes(&photo.area_code) || photo.house_code.is_none() && photo.uploaded_by == caller.name
}

fn no_photo(id: &str) -> Refusal {
    Refusal::NotFound { what: "photo", name: id.chars().take(80).collect() }
}

/// The houses and buildings that a camera can have seen.
fn surroundings<'a>(snapshot: &'a Snapshot, shot: &Shot) -> (Vec<Near<'a>>, Vec<Outline>) {
    let Some(bounds) = shot.place.and_then(|place| Bounds::around([place])).map(|here| here.grown(shot.reach_m())) else { return Default::default() };
    let mut houses = Vec::new();
    snapshot.each_in(&bounds, |house| houses.push(Near { code: house.code(), place: house.place() }));
    houses.sort_by(|a, b| a.code.cmp(b.code));
    (houses, snapshot.buildings_in(&bounds))
}

/// Where a new photo goes. A house out of reach is not told.
fn placing(snapshot: &Snapshot, scope: &Scope, shot: &Shot) -> Placing {
    let (houses, outlines) = surroundings(snapshot, shot);
    let area_of = |code: &str| snapshot.house(code).map_or_else(String::new, |house| house.area_code().to_owned());
    let nearest = || {
        let nearest = shot.place.and_then(|place| snapshot.nearest(place, 1).first().map(|(house, _)| house.area_code().to_owned()));
        nearest.unwrap_or_default()
    };
    match shot.find(&houses, &outlines) {
        Finding::Certain(code) if scope.includes(&area_of(code)) => {
            Placing { link: Link::Certain, house_code: Some(code.to_owned()), area_code: area_of(code) }
        }
        Finding::Suggested(found) if found.iter().any(|one| scope.includes(&area_of(one.code))) => {
            let first = found.iter().map(|one| area_of(one.code)).find(|area| scope.includes(area));
            Placing { link: Link::Suggested, house_code: None, area_code: first.unwrap_or_default() }
        }
        _ => Placing { link: Link::Unplaced, house_code: None, area_code: nearest() },
    }
}

/// Which houses within a scope a photo may show.
fn guess(snapshot: &Snapshot, scope: &Scope, shot: &Shot) -> Guess {
    let (houses, outlines) = surroundings(snapshot, shot);
    let of = |one: &Candidate<'_>| {
        let house = snapshot.house(one.code).filter(|house| scope.includes(house.area_code()))?;
        Some(Guessed { house_code: one.code.to_owned(), address: house.address().to_owned(), reason: one.reason, metres: one.metres })
    };
    let candidates: Vec<Guessed> = match shot.find(&houses, &outlines) {
        // Somebody said that it is not this one, or it came later than the photo.
        Finding::Certain(code) => {
            let place = shot.place.zip(snapshot.house(code).map(|house| house.place()));
            let metres = place.map_or(0.0, |(camera, house)| camera.metres_to(house));
            of(&Candidate { code, reason: Reason::Seen { share: 1.0 }, metres }).into_iter().collect()
        }
        Finding::Suggested(found) => found.iter().filter_map(of).collect(),
        Finding::Unplaced(why) => return Guess { candidates: Vec::new(), unplaced: Some(why) },
    };
    let unplaced = candidates.is_empty().then_some(Unplaced::NothingNear);
    Guess { candidates, unplaced }
}
