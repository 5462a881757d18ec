//! A picture on the shelf is there whole, or not at all.

use std::{env, fs, path::Path, time::Duration};

use jiff::{Timestamp, ToSpan};

use super::*;

fn picture(seed: u64) -> Picture {
    admit(&jpeg(&street(seed, 64, 48), 90, false)).unwrap()
}

fn file(folder: &Path, picture: &Picture) -> PathBuf {
    let name = picture.hash.to_string();
    folder.join(&name[..2]).join(format!("{name}.jpg"))
}

/// By the clock of the file system.
fn now(folder: &Path) -> Timestamp {
    fs::metadata(folder).unwrap().modified().unwrap().try_into().unwrap()
}

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test]
async fn all_three_sizes_come_back_as_they_were_put() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::folder(&folder.path().join("photos")).unwrap();
    let picture = picture(1);
    assert_eq!(shelf.read(&picture.hash, Size::Full).await.unwrap(), None);
    assert!(!shelf.verified(&picture.hash).await.unwrap());
    for _ in 0..2 {
        shelf.put(&picture).await.unwrap();
        for size in Size::ALL {
            assert_eq!(shelf.read(&picture.hash, size).await.unwrap().unwrap(), picture.bytes(size));
        }
        assert!(shelf.verified(&picture.hash).await.unwrap());
    }
    let listed = shelf.list().await.unwrap();
    assert_eq!(listed.iter().map(|photo| photo.hash).collect::<Vec<_>>(), [picture.hash]);
    assert_eq!(listed[0].bytes, 128 + Size::ALL.iter().map(|size| picture.bytes(*size).len() as u64).sum::<u64>());
    // Any viewer opens it.
    assert_eq!(pixels(&fs::read(file(&folder.path().join("photos"), &picture)).unwrap()), pixels(&picture.full));
    for _ in 0..2 {
        shelf.remove(&picture.hash).await.unwrap();
        assert!(shelf.list().await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_picture_ten_times_at_once_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::folder(folder.path()).unwrap();
    let picture = picture(1);
    let puts: Vec<_> = (0..10)
        .map(|_| {
            let (shelf, picture) = (shelf.clone(), picture.clone());
            tokio::spawn(async move { shelf.put(&picture).await })
        })
        .collect();
    for put in puts {
        put.await.unwrap().unwrap();
    }
    assert_eq!(shelf.list().await.unwrap().len(), 1);
    assert!(shelf.verified(&picture.hash).await.unwrap());
    let files = fs::read_dir(file(folder.path(), &picture).parent().unwrap()).unwrap().count();
    assert_eq!(files, 1, "no temporary file is left");
}

#[tokio::test]
async fn damage_is_seen_wherever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::folder(folder.path()).unwrap();
    let picture = picture(1);
    shelf.put(&picture).await.unwrap();
    let path = file(folder.path(), &picture);
    let good = fs::read(&path).unwrap();
    for at in (0..good.len()).step_by(53).chain(good.len() - 128..good.len()) {
        let mut bad = good.clone();
        bad[at] ^= 1;
        fs::write(&path, &bad).unwrap();
        assert!(!shelf.verified(&picture.hash).await.unwrap(), "byte {at}");
    }
    for length in [0, 1, 127, 128, good.len() - 1] {
        fs::write(&path, &good[..length]).unwrap();
        assert!(!shelf.verified(&picture.hash).await.unwrap(), "{length} bytes");
    }
    fs::write(&path, &good[1..]).unwrap();
    assert!(matches!(shelf.read(&picture.hash, Size::Small).await, Err(ShelfError::Damaged(hash)) if hash == picture.hash));
}

#[tokio::test]
async fn what_a_crash_left_half_written_is_never_read_and_is_swept() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::folder(folder.path()).unwrap();
    let (whole, half) = (picture(1), picture(2));
    shelf.put(&whole).await.unwrap();
    let temporary = file(folder.path(), &half).with_extension("jpg#1");
    fs::create_dir_all(temporary.parent().unwrap()).unwrap();
    fs::write(&temporary, &half.full[..100]).unwrap();
    let stranger = folder.path().join("notes.txt");
    fs::write(&stranger, "not ours").unwrap();
    assert_eq!(shelf.read(&half.hash, Size::Full).await.unwrap(), None);
    assert_eq!(shelf.list().await.unwrap().len(), 1);
    let now = now(folder.path());
    assert_eq!(shelf.sweep_half_written(DAY, now).await.unwrap(), 0, "an upload may still be on its way");
    assert_eq!(shelf.sweep_half_written(DAY, now + 25.hours()).await.unwrap(), 1);
    assert!(!temporary.exists() && stranger.exists());
    shelf.put(&half).await.unwrap();
    assert!(shelf.verified(&half.hash).await.unwrap());
}

#[tokio::test]
async fn a_picture_that_is_put_again_counts_as_just_come() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::folder(folder.path()).unwrap();
    let picture = picture(1);
    shelf.put(&picture).await.unwrap();
    let path = file(folder.path(), &picture);
    fs::File::options().write(true).open(&path).unwrap().set_modified(now(folder.path()).saturating_sub(48.hours()).unwrap().into()).unwrap();
    shelf.put(&picture).await.unwrap();
    assert!(shelf.list().await.unwrap()[0].since > now(folder.path()) - DAY);
}

#[test]
fn a_full_disk_is_its_own_error_however_deep_it_lies() {
    for kind in [std::io::ErrorKind::StorageFull, std::io::ErrorKind::QuotaExceeded] {
        let error = object_store::Error::Generic { store: "test", source: Box::new(std::io::Error::from(kind)) };
        assert!(matches!(ShelfError::from(error), ShelfError::Full));
    }
    let other = object_store::Error::Generic { store: "test", source: Box::new(std::io::Error::from(std::io::ErrorKind::PermissionDenied)) };
    assert!(matches!(ShelfError::from(other), ShelfError::Unusable(_)));
}

/// `SANSHI_TEST_S3=http://127.0.0.1:5000` names a stand-in for S3 (PyPI moto 5, `moto_server`) with a bucket `photos`.
#[tokio::test]
async fn an_s3_store_holds_pictures_as_a_folder_does() {
    let Ok(url) = env::var("SANSHI_TEST_S3") else {
        eprintln!("SKIPPED: SANSHI_TEST_S3 is not set");
        return;
    };
    let [region, access_key, secret_key] = ["us-east-1", "access", "secret"].map(str::to_owned);
    let s3 = S3 { url, bucket: "photos".into(), region, access_key, secret_key };
    assert!(!format!("{s3:?}").contains("secret"));
    let shelf = Shelf::s3(&s3).unwrap();
    let picture = picture(1);
    assert_eq!(shelf.read(&picture.hash, Size::Small).await.unwrap(), None);
    shelf.put(&picture).await.unwrap();
    for size in Size::ALL {
        assert_eq!(shelf.read(&picture.hash, size).await.unwrap().unwrap(), picture.bytes(size));
    }
    assert!(shelf.verified(&picture.hash).await.unwrap());
    assert_eq!(shelf.list().await.unwrap().iter().map(|photo| photo.hash).collect::<Vec<_>>(), [picture.hash]);
    assert!(shelf.has(&picture.hash).await.unwrap());
    for _ in 0..2 {
        shelf.remove(&picture.hash).await.unwrap();
        assert!(!shelf.has(&picture.hash).await.unwrap() && !shelf.verified(&picture.hash).await.unwrap());
    }
    let missing = Shelf::s3(&S3 { bucket: "missing".into(), ..s3.clone() }).unwrap();
    assert!(matches!(missing.put(&picture).await, Err(ShelfError::Unusable(_))));
    assert!(matches!(Shelf::s3(&S3 { url: "https://store".into(), ..s3 }), Err(ShelfError::Unusable(_))));
}
