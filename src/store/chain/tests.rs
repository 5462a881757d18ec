use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

fn keys() -> Arc<Keys> {
    Arc::new(Keys::generate().unwrap())
}

fn row(serial: i64) -> AuditRow {
    AuditRow {
        serial,
        at_ms: 1_700_000_000_000 + serial,
        who: format!("officer {}", serial % 3),
        role: "officer".to_owned(),
        action: "record_event".to_owned(),
        subject: format!("A-{serial}"),
        detail: format!("{{\"n\":{serial}}}"),
        revision: serial,
        place: "10.0.0.7".to_owned(),
        link: String::new(),
    }
}

/// Gives rows the links that this key gives them.
fn linked(audited: &Audited, rows: impl IntoIterator<Item = AuditRow>) -> Vec<AuditRow> {
    let mut link = Link::START;
    rows.into_iter()
        .map(|row| {
            link = audited.link(link, &row);
            let known = if row.serial <= audited.since { row.link.clone() } else { link.to_string() };
            AuditRow { link: known, ..row }
        })
        .collect()
}

fn verify(audited: &Audited, rows: &[AuditRow], checkpoints: &[Checkpoint]) -> Result<Verified, Broken> {
    let mut verifier = Verifier::new(audited, checkpoints);
    let _ = rows.iter().all(|row| verifier.row(row));
    verifier.finish()
}

fn checkpoint(audited: &Audited, rows: &[AuditRow], at: usize) -> Checkpoint {
    audited.checkpoint(rows[at].serial, &rows[at].link, 1_700_000_000_000)
}

/// What somebody may do to an audit of 30 rows who cannot sign and has no key.
#[derive(Clone, Debug)]
enum Tampering {
    /// Another value in one of the ten columns.
    Change {
        row: usize,
        column: usize,
    },
    Delete {
        row: usize,
    },
    /// The rows after it move up.
    DeleteAndRenumber {
        row: usize,
    },
    /// A copy of a row; the rows after it move down.
    Insert {
        row: usize,
        of: usize,
    },
    /// A further row at the end, with the link of one that was there.
    Append {
        of: usize,
    },
    /// Two rows change places, and keep the numbers of the places.
    Swap {
        a: usize,
        b: usize,
    },
    CutOff {
        rows: usize,
    },
    /// All rows from one on, changed there and linked anew with a key of one's own.
    Rewrite {
        from: usize,
    },
}

const ROWS: usize = 30;

fn any_tampering() -> impl Strategy<Value = Tampering> {
    prop_oneof![
        (0..ROWS, 0..10usize).prop_map(|(row, column)| Tampering::Change { row, column }),
        (0..ROWS).prop_map(|row| Tampering::Delete { row }),
        (0..ROWS).prop_map(|row| Tampering::DeleteAndRenumber { row }),
        (0..ROWS, 0..ROWS).prop_map(|(row, of)| Tampering::Insert { row, of }),
        (0..ROWS).prop_map(|of| Tampering::Append { of }),
        (0..ROWS, 1..ROWS).prop_map(|(a, step)| Tampering::Swap { a, b: (a + step) % ROWS }),
        (0..ROWS).prop_map(|rows| Tampering::CutOff { rows }),
        (0..ROWS).prop_map(|from| Tampering::Rewrite { from }),
    ]
}

fn renumbered(rows: Vec<AuditRow>) -> Vec<AuditRow> {
    rows.into_iter().zip(1..).map(|(row, serial)| AuditRow { serial, ..row }).collect()
}

/// The rows after it was done, and the number of the first row that is not as it was.
fn tampered(rows: &[AuditRow], tampering: &Tampering, forger: &Audited) -> (Vec<AuditRow>, i64) {
    let mut rows = rows.to_vec();
    let first = match *tampering {
        Tampering::Change { row, column } => {
            let is = &mut rows[row];
            let texts = [&mut is.who, &mut is.role, &mut is.action, &mut is.subject, &mut is.detail, &mut is.place];
            match column {
                0 => is.at_ms += 1,
                1 => is.revision -= 1,
                2 => is.serial += 100,
                3 => is.link = is.link.chars().rev().collect(),
                text => texts.into_iter().nth(text - 4).unwrap().push('x'),
            }
            row
        }
        Tampering::Delete { row } => {
            rows.remove(row);
            row
        }
        Tampering::DeleteAndRenumber { row } => {
            rows.remove(row);
            rows = renumbered(rows);
            row
        }
        Tampering::Insert { row, of } => {
            rows.insert(row, AuditRow { subject: "A-X".to_owned(), ..rows[of].clone() });
            rows = renumbered(rows);
            row
        }
        Tampering::Append { of } => {
            rows.push(AuditRow { serial: ROWS as i64 + 1, ..rows[of].clone() });
            ROWS
        }
        Tampering::Swap { a, b } => {
            rows.swap(a, b);
            rows = renumbered(rows);
            a.min(b)
        }
        Tampering::CutOff { rows: left } => {
            rows.truncate(left);
            left
        }
        Tampering::Rewrite { from } => {
            rows[from].who = "somebody else".to_owned();
            let mut link = from.checked_sub(1).map_or(Link::START, |before| rows[before].link.parse().unwrap());
            for row in &mut rows[from..] {
                link = forger.link(link, row);
                row.link = link.to_string();
            }
            from
        }
    };
    (rows, first as i64 + 1)
}

/// An audit as it was written, and somebody with another key.
struct Whole {
    audited: Audited,
    forger: Audited,
    rows: Vec<AuditRow>,
    checkpoints: [Checkpoint; 2],
}

static WHOLE: LazyLock<Whole> = LazyLock::new(|| {
    let (audited, forger) = (Audited { keys: keys(), since: 0 }, Audited { keys: keys(), since: 0 });
    let rows = linked(&audited, (1..=ROWS as i64).map(row));
    let checkpoints = [checkpoint(&audited, &rows, 9), checkpoint(&audited, &rows, ROWS - 1)];
    assert_eq!(verify(&audited, &rows, &checkpoints), Ok(Verified { rows: 30, before: 0, held: 30 }));
    Whole { audited, forger, rows, checkpoints }
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]
    #[test]
    fn every_tampering_is_found_and_its_first_row_named(tampering in any_tampering()) {
        let Whole { audited, forger, rows, checkpoints } = &*WHOLE;
        let (touched, first) = tampered(rows, &tampering, forger);
        let broken = verify(audited, &touched, checkpoints).unwrap_err();
        let named = match broken {
            Broken::Missing(serial) | Broken::Misplaced(serial) | Broken::Changed(serial) | Broken::Rewritten(serial) => serial,
            Broken::CutOff { rows, .. } => rows + 1,
            Broken::Unsigned(_) => 0,
        };
        prop_assert_eq!(named, first, "{}", broken);
    }
}

#[test]
fn whoever_has_the_key_cannot_rewrite_what_a_checkpoint_elsewhere_holds() {
    let audited = Audited { keys: keys(), since: 0 };
    let rows = linked(&audited, (1..=5).map(row));
    let held = [checkpoint(&audited, &rows, 3)];
    let mut changed = rows.clone();
    changed[1].who = "nobody".to_owned();
    let rewritten = linked(&audited, changed);
    assert!(verify(&audited, &rewritten, &[]).is_ok(), "the links alone cannot tell");
    assert_eq!(verify(&audited, &rewritten, &held), Err(Broken::Rewritten(4)));
    assert_eq!(verify(&audited, &rows[..3], &held), Err(Broken::CutOff { checkpoint: 4, rows: 3 }));
}

#[test]
fn a_checkpoint_that_was_made_up_is_noticed() {
    let (audited, forger) = (Audited { keys: keys(), since: 0 }, Audited { keys: keys(), since: 0 });
    let rows = linked(&audited, (1..=5).map(row));
    let [good, forged] = [&audited, &forger].map(|by| by.checkpoint(2, &rows[1].link, 0));
    assert_eq!(verify(&audited, &rows, &[good.clone(), forged]), Err(Broken::Unsigned(2)));
    let moved: Checkpoint = good.to_string().replacen(" 2 ", " 3 ", 1).parse().unwrap();
    assert_eq!(verify(&audited, &rows, &[moved]), Err(Broken::Unsigned(1)));
    assert_eq!(good.to_string().parse(), Ok(good));
    assert_eq!("sanshi-audit-1 2".parse::<Checkpoint>(), Err(NoCheckpoint));
}

#[test]
fn rows_older_than_the_key_are_held_as_they_were_when_it_began() {
    let audited = Audited { keys: keys(), since: 3 };
    let rows = linked(&audited, (1..=6).map(row));
    assert!(rows[..3].iter().all(|row| row.link.is_empty()));
    assert_eq!(verify(&audited, &rows, &[]), Ok(Verified { rows: 6, before: 3, held: 0 }));
    let mut changed = rows.clone();
    changed[1].who.push('x');
    // The first row of the new key says that something before it is not as it was.
    assert_eq!(verify(&audited, &changed, &[]), Err(Broken::Changed(4)));
    assert!(matches!(verify(&audited, &rows[..2], &[]), Err(Broken::CutOff { .. })));
}
