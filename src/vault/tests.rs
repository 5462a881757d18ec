use super::*;

const NAME: &str = "person.name";
const PHONE: &str = "person.phone";

fn ring() -> Keys {
    Keys::generate().unwrap()
}

fn reopened(keys: &Keys) -> Keys {
    Keys::parse(&keys.to_text()).unwrap()
}

#[test]
fn what_was_sealed_opens_in_its_own_place() {
    let keys = ring();
    for plain in ["", "王", "陆建国", &"长".repeat(10_000)] {
        let sealed = keys.seal(NAME, "01JROW", plain.as_bytes()).unwrap();
        let stored = Sealed::from_bytes(sealed.as_bytes().to_vec()).unwrap();
        assert_eq!(&**keys.open(NAME, "01JROW", &stored).unwrap(), plain.as_bytes());
        assert_eq!(stored.key_id(), keys.newest());
    }
}

#[test]
fn sealed_bytes_moved_to_another_row_column_or_key_do_not_open() {
    let keys = ring();
    let sealed = keys.seal(NAME, "row-1", "陆建国".as_bytes()).unwrap();
    for (purpose, row) in [(NAME, "row-2"), (NAME, ""), (PHONE, "row-1"), ("person.namer", "ow-1"), ("person.nam", "erow-1")] {
        assert_eq!(keys.open(purpose, row, &sealed), Err(CannotOpen::Tampered), "{purpose} {row}");
    }
    assert_eq!(ring().open(NAME, "row-1", &sealed), Err(CannotOpen::UnknownKey(keys.newest())));
    // Nor does it under another key of the same ring, whose id somebody wrote in front.
    let two = reopened(&keys).with_new_key().unwrap();
    let mut bytes = sealed.as_bytes().to_vec();
    bytes[..4].copy_from_slice(&two.newest().0);
    assert_eq!(two.open(NAME, "row-1", &Sealed::from_bytes(bytes).unwrap()), Err(CannotOpen::Tampered));
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    let keys = ring();
    let sealed = keys.seal(NAME, "row-1", "陆建国 13900000000".as_bytes()).unwrap();
    let bytes = sealed.as_bytes();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(keys.open(NAME, "row-1", &Sealed::from_bytes(flipped).unwrap()).is_err(), "bit {bit}");
    }
    for length in 0..bytes.len() {
        let opened = Sealed::from_bytes(bytes[..length].to_vec()).and_then(|cut| keys.open(NAME, "row-1", &cut));
        assert!(opened.is_err(), "cut to {length} bytes");
    }
}

#[test]
fn the_same_text_is_never_sealed_alike() {
    let keys = ring();
    let sealed: std::collections::HashSet<Vec<u8>> = (0..2_000).map(|_| keys.seal(NAME, "row", b"same").unwrap().as_bytes()[4..28].to_vec()).collect();
    assert_eq!(sealed.len(), 2_000, "nonces differ");
}

#[test]
fn after_a_rotation_the_old_opens_the_new_seals_and_the_index_stays() {
    let first = ring();
    let old = first.seal(NAME, "row", b"text").unwrap();
    let index = first.index("id_number", b"990000200001010000");
    let rotated = reopened(&first).with_new_key().unwrap().with_new_key().unwrap();
    let rotated = reopened(&rotated);
    assert_eq!(&**rotated.open(NAME, "row", &old).unwrap(), b"text");
    let new = rotated.seal(NAME, "row", b"text").unwrap();
    assert!(new.key_id() == rotated.newest() && new.key_id() != old.key_id());
    assert_eq!(first.open(NAME, "row", &new), Err(CannotOpen::UnknownKey(rotated.newest())));
    assert_eq!(rotated.index("id_number", b"990000200001010000"), index);
    assert_eq!(rotated.ids().count(), 3);
}

#[test]
fn an_index_finds_equal_texts_of_one_purpose_and_key_only() {
    let keys = ring();
    let index = keys.index("id_number", b"a");
    assert_eq!(keys.index("id_number", b"a"), index);
    assert_ne!(keys.index("id_number", b"b"), index);
    assert_ne!(keys.index("tag", b"a"), index);
    assert_ne!(ring().index("id_number", b"a"), index);
    let hex: String = index.as_bytes().iter().map(|byte| format!("{byte:02X}")).collect();
    assert_eq!((index.tag(4), index.tag(64)), (hex[..4].to_owned(), hex));
}

#[test]
fn a_bad_key_file_is_refused_with_line_and_reason_and_says_nothing_of_the_key() {
    let text = ring().to_text();
    let line = text.lines().last().unwrap();
    let key = line.split(' ').nth(2).unwrap();
    let other = if line.ends_with('0') { "1" } else { "0" };
    for (text, at, reason) in [
        (String::new(), 1, "at least one key"),
        ("# only words\n\n".to_owned(), 1, "at least one key"),
        (format!("# words\n{line} more\n"), 2, "sanshi-key-1"),
        (format!("{line}\n{line}\n"), 2, "already"),
        (format!("\n{}{other}\n", &line[..line.len() - 1]), 2, "damaged"),
        (line[..line.len() - 1].to_owned(), 1, "64 hexadecimal"),
        (line.replace("key-1", "key-2"), 1, "sanshi-key-1"),
        (format!("sanshi-key-1 00000000 {}", "长".repeat(64)), 1, "64 hexadecimal"),
        (format!("sanshi-key-1 00000000 {}é", "0".repeat(62)), 1, "64 hexadecimal"),
    ] {
        let bad = Keys::parse(&text).unwrap_err();
        assert!(bad.line == at && bad.reason.contains(reason), "{bad}");
        assert!(!bad.to_string().contains(&key[..8]));
    }
}

#[test]
fn debug_shows_no_key_no_text_and_no_hash() {
    let keys = ring();
    let text = keys.to_text();
    let key = text.lines().last().unwrap().split(' ').nth(2).unwrap().to_owned();
    let sealed = keys.seal(NAME, "row", b"secret name").unwrap();
    let shown = format!("{keys:?} {sealed:?} {:?} {:?}", keys.index("id_number", b"x"), keys.open(NAME, "other", &sealed));
    assert_eq!(shown, format!("[{0}] sealed with {0} *** Err(Tampered)", keys.newest()));
    assert!(!shown.contains(&key[..8]));
}
