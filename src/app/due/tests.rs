//! Who makes the list while several ask for it and some of them go away.

use std::path::Path;

use futures_util::poll;

use super::*;
use crate::{
    app::{DEMO_POLICY, ImportFile, ImportedKind},
    transfer::Mapping,
    vault::Keys,
};

async fn site(folder: &Path) -> Arc<App> {
    let url = format!("sqlite:{}", folder.join("sanshi.db").display());
    let store = Store::open(&url, Arc::new(Keys::generate().unwrap())).await.unwrap();
    App::open(store, jiff::tz::TimeZone::UTC, Some(DEMO_POLICY)).await.unwrap()
}

/// Brings one more rental house in; the record is at another revision after it.
async fn add_house(app: &App, code: &str) {
    let text = format!("house_code,lon,lat,kind,area_code\n{code},120.05,31.72,rental,V1\n");
    let file = ImportFile { name: "test".to_owned(), bytes: text.into_bytes(), form: None, mapping: Mapping::default(), datum: None };
    assert_eq!(app.import(&Caller::console(), ImportedKind::Houses, file, false).await.unwrap().new, 1);
}

#[tokio::test]
async fn a_list_that_nobody_waits_for_any_more_is_there_for_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let app = site(folder.path()).await;
    add_house(&app, "A-1").await;
    let today = app.today();
    let mut asking = Box::pin(app.agenda(today));
    assert!(poll!(&mut asking).is_pending());
    drop(asking);
    // Whoever comes next waits for it, and does not make it beside it.
    drop(app.due_lists.making.lock().await);
    let made = app.due_lists.agenda.load_full().unwrap();
    assert_eq!(made.entries.len(), 1);
    assert!(Arc::ptr_eq(&made, &app.agenda(today).await.unwrap()));
}

#[tokio::test]
async fn who_waits_for_a_list_takes_one_as_new_as_when_they_came() {
    let folder = tempfile::tempdir().unwrap();
    let app = site(folder.path()).await;
    add_house(&app, "A-1").await;
    let today = app.today();
    let made = app.agenda(today).await.unwrap();
    app.due_lists.agenda.store(None);
    // While one makes it others come, and a house comes before they are told.
    let making = app.due_lists.making.lock().await;
    let mut waiting = Box::pin(app.agenda(today));
    assert!(poll!(&mut waiting).is_pending());
    add_house(&app, "A-2").await;
    app.due_lists.agenda.store(Some(Arc::clone(&made)));
    drop(making);
    assert!(Arc::ptr_eq(&made, &waiting.await.unwrap()), "it was made once for both");
    // Who comes after the house is told of it.
    assert_eq!(app.agenda(today).await.unwrap().entries.len(), 2);
}
