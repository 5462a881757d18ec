//! A store of photos across the network: it may be slow, hang, or be swept by another process.

use std::sync::Arc;

use sanshi::{
    app::{App, Caller, Darkroom, PhotoDraft, Refusal, TokenDraft},
    domain::{access::Role, scope::Scope},
    media::{PhotoHash, admit},
};

use super::photos::picture;
use crate::{
    bucket::{Bucket, Manner},
    world::{World, on_both_engines},
};

on_both_engines! {
    a_store_that_hangs_does_not_keep_others_from_writing
    a_photo_that_another_process_sweeps_while_it_comes_again_is_there
    photos_are_read_back_several_at_a_time_and_told_in_order
    photos_are_read_back_few_at_a_time_whoever_asks
    a_photo_asked_for_twice_is_read_back_once
}

const LONG_AGO: &str = "2010-01-01T00:00:00.000Z";

/// Another process on the same database and bucket.
fn process(world: &World, bucket: &Bucket, name: &str) -> Arc<App> {
    let app = world.second_process();
    app.keep_photos(Darkroom::new(bucket.shelf(), world.folder.path().join(name)));
    app
}

fn officer() -> Caller {
    Caller::new("officer".to_owned(), Role::Officer, Scope::everywhere())
}

async fn add(app: &App, seed: u64) -> Result<String, Refusal> {
    app.add_photo(&officer(), picture(seed), &PhotoDraft::default()).await.map(|(card, _)| card.photo.id)
}

/// Any write that has nothing to do with photos.
async fn write(app: &App, name: &str) {
    app.make_token(&Caller::console(), TokenDraft::new(name, Role::Analyst)).await.unwrap();
}

fn a_store_that_hangs_does_not_keep_others_from_writing(world: World) {
    let bucket = Bucket::start(&world.runtime, LONG_AGO);
    let app = process(&world, &bucket, "one");
    world.runtime.block_on(async {
        let first = add(&app, 1).await.unwrap();
        bucket.answers(Manner::Never("HEAD"));
        let (second, ()) = tokio::join!(add(&app, 2), write(&app, "meanwhile"));
        assert!(matches!(second, Err(Refusal::PhotoStoreSlow)), "{second:?}");

        // The row goes; the file may go whenever the store comes to itself.
        bucket.answers(Manner::Never("DELETE"));
        let officer = officer();
        let (gone, ()) = tokio::join!(app.delete_photo(&officer, &first, "a test"), write(&app, "after"));
        gone.unwrap();
        let again = add(&app, 1).await;
        assert!(matches!(again, Err(Refusal::PhotoStoreSlow)), "it may be taken away any moment: {again:?}");

        bucket.answers(Manner::AtOnce);
        add(&app, 2).await.unwrap();
        assert_eq!(app.photos_amiss().await.unwrap(), Vec::<String>::new());
    });
    assert_eq!(bucket.objects(), 2);
}

fn a_photo_that_another_process_sweeps_while_it_comes_again_is_there(world: World) {
    let bucket = Bucket::start(&world.runtime, LONG_AGO);
    let (sweeper, taker) = (process(&world, &bucket, "one"), process(&world, &bucket, "two"));
    world.runtime.block_on(async {
        // An orphan of long ago; it is taken away once it has come again and was read back.
        bucket.shelf().put(&admit(&picture(1)).unwrap()).await.unwrap();
        bucket.answers(Manner::Late("DELETE"));
        let sweep = tokio::spawn(async move { sweeper.sweep_photos().await.unwrap() });
        bucket.something_is_late().await;
        add(&taker, 1).await.unwrap();
        assert_eq!(sweep.await.unwrap().files, 1);
        assert_eq!(taker.photos_amiss().await.unwrap(), Vec::<String>::new());
    });
    assert_eq!(bucket.objects(), 1);
}

fn photos_are_read_back_several_at_a_time_and_told_in_order(world: World) {
    let bucket = Bucket::start(&world.runtime, LONG_AGO);
    let app = process(&world, &bucket, "one");
    world.runtime.block_on(async {
        let mut hashes = Vec::new();
        for seed in [5, 2, 9, 1] {
            add(&app, seed).await.unwrap();
            hashes.push(PhotoHash::of(&picture(seed)));
        }
        hashes.insert(2, PhotoHash::of(b"nothing"));
        bucket.answers(Manner::InFours("GET"));
        let told = app.verify_photos(&officer(), &hashes).await.unwrap();
        assert_eq!(told.iter().map(|(hash, _, _)| *hash).collect::<Vec<_>>(), hashes);
        assert_eq!(told.iter().map(|(_, _, verified)| *verified).collect::<Vec<_>>(), [true, true, false, true, true]);
    });
}

fn photos_are_read_back_few_at_a_time_whoever_asks(world: World) {
    const ALL: usize = 16;
    let bucket = Bucket::start(&world.runtime, LONG_AGO);
    let app = process(&world, &bucket, "one");
    world.runtime.block_on(async {
        for seed in 1..=4 {
            add(&app, seed).await.unwrap();
        }
        let hashes: Vec<PhotoHash> = (1..=4).map(|seed| PhotoHash::of(&picture(seed))).collect();
        let before = bucket.reads();
        bucket.answers(Manner::Never("GET"));
        let mut asked = tokio::task::JoinSet::new();
        for _ in 0..2 * ALL {
            let (app, hashes) = (Arc::clone(&app), hashes.clone());
            asked.spawn(async move { app.verify_photos(&officer(), &hashes).await });
        }
        while bucket.reads() - before < ALL {
            bucket.something_is_late().await;
        }
        // The others had time to come.
        write(&app, "meanwhile").await;
        assert_eq!(bucket.reads() - before, ALL);
        // Those who go away leave their place.
        asked.shutdown().await;
        bucket.answers(Manner::AtOnce);
        let told = app.verify_photos(&officer(), &hashes).await.unwrap();
        assert!(told.iter().all(|(_, _, verified)| *verified));
    });
}

fn a_photo_asked_for_twice_is_read_back_once(world: World) {
    let bucket = Bucket::start(&world.runtime, LONG_AGO);
    let app = process(&world, &bucket, "one");
    world.runtime.block_on(async {
        for seed in [1, 2] {
            add(&app, seed).await.unwrap();
        }
        let [first, second] = [1, 2].map(|seed| PhotoHash::of(&picture(seed)));
        let before = bucket.reads();
        let told = app.verify_photos(&officer(), &[second, first, second, second]).await.unwrap();
        assert_eq!(told.iter().map(|(hash, _, verified)| (*hash, *verified)).collect::<Vec<_>>(), [(second, true), (first, true)]);
        assert_eq!(bucket.reads() - before, 2);
    });
}
