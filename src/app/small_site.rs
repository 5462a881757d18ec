//! A site with a few houses, for the tests of the verbs.

use std::{path::Path, sync::Arc};

use super::{App, Caller, DEMO_POLICY, ImportFile, ImportedKind};
use crate::{store::Store, transfer::Mapping, vault::Keys};

/// An empty site in a folder, under the policy of the demo.
pub(super) async fn site(folder: &Path) -> Arc<App> {
    let url = format!("sqlite:{}", folder.join("sanshi.db").display());
    let store = Store::open(&url, Arc::new(Keys::generate().unwrap())).await.unwrap();
    App::open(store, jiff::tz::TimeZone::UTC, Some(DEMO_POLICY)).await.unwrap()
}

/// Brings rental houses of the area V1 in, in a lane; the record is at another revision after them.
pub(super) async fn add_houses(app: &App, codes: &[&str]) {
    let row = |(at, code): (usize, &&str)| format!("{code},120.05{at:02},31.72,rental,V1\n");
    let text = format!("house_code,lon,lat,kind,area_code\n{}", codes.iter().enumerate().map(row).collect::<String>());
    let file = ImportFile { name: "test".to_owned(), bytes: text.into_bytes(), form: None, mapping: Mapping::default(), datum: None };
    assert_eq!(app.import(&Caller::console(), ImportedKind::Houses, file, false).await.unwrap().new, codes.len() as u64);
}
