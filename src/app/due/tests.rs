//! Who makes the list while several ask for it and some of them go away.

use futures_util::poll;

use super::*;
use crate::app::small_site::{add_houses, site};

#[tokio::test]
async fn a_list_that_nobody_waits_for_any_more_is_there_for_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let app = site(folder.path()).await;
    add_houses(&app, &["A-1"]).await;
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
    add_houses(&app, &["A-1"]).await;
    let today = app.today();
    let made = app.agenda(today).await.unwrap();
    app.due_lists.agenda.store(None);
    // While one makes it others come, and a house comes before they are told.
    let making = app.due_lists.making.lock().await;
    let mut waiting = Box::pin(app.agenda(today));
    assert!(poll!(&mut waiting).is_pending());
    add_houses(&app, &["A-2"]).await;
    app.due_lists.agenda.store(Some(Arc::clone(&made)));
    drop(making);
    assert!(Arc::ptr_eq(&made, &waiting.await.unwrap()), "it was made once for both");
    // Who comes after the house is told of it.
    assert_eq!(app.agenda(today).await.unwrap().entries.len(), 2);
}
