//! Promises of the paper room.

use std::{io::Write, process::Command};

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;
use crate::domain::{
    house::HouseCode,
    notice::{NoticeKind, Reason},
    tier::Tier,
    words::Words,
};

fn notice(kind: NoticeKind) -> Notice {
    Notice {
        kind,
        number: "正信整〔2026〕第0017号".into(),
        site: Words::new("潞城街道正信社区综合服务站", "Zhengxin Community Service Station"),
        house_code: HouseCode::new("320405-ZX-00172").unwrap(),
        address: "潞城街道富民路128弄36号301室".into(),
        tier: Tier::Yellow,
        called: Words::new("关注户", "attention"),
        day: "2026-03-05".parse().unwrap(),
        deadline: Some("2026-04-04".parse().unwrap()),
        reasons: vec![reason("缺少防盗门窗")],
        steps: vec![Words::new("安装防盗门", "Fit a security door")],
        officer: "王建国".into(),
        policy: Words::new("出租房屋分级标准", "Rating of rental houses"),
        policy_version: 3,
        public_url: "https://example.org/h/320405-ZX-00172".into(),
    }
}

fn reason(text: &str) -> Reason {
    Reason { text: Words::new(text, "Security door and windows missing"), detail: Words::new("防盗门窗：-3分", "Security door and windows: -3") }
}

/// Pages that the bytes hold, by the objects that a PDF has for them.
fn pages(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    let all = text.matches("/Type/Page").count() + text.matches("/Type /Page").count();
    all - text.matches("/Type/Pages").count() - text.matches("/Type /Pages").count()
}

/// What a reader would copy out of it; `None` where the program for it is not installed.
fn text(bytes: &[u8]) -> Option<String> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let output = Command::new("pdftotext").arg(file.path()).arg("-").output();
    let Ok(output) = output else {
        eprintln!("skipped: pdftotext (poppler-utils) is not installed");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_same_notice_gives_the_same_bytes() {
    for kind in NoticeKind::ALL {
        for paper in [Paper::A4, Paper::A5] {
            let first = pdf(&notice(kind), paper).unwrap();
            let kept: Notice = serde_json::from_str(&serde_json::to_string(&notice(kind)).unwrap()).unwrap();
            assert_eq!(first, pdf(&kept, paper).unwrap(), "{kind}");
            assert!(first.bytes.starts_with(b"%PDF-1.7"));
            assert_eq!(first.pages, pages(&first.bytes));
            assert_eq!(first.missing, Vec::<char>::new());
        }
    }
}

/// Papers that were served are proved by their hash, on whatever machine. If this fails because the look was changed on purpose (or the
/// PDF library), older notices can no longer be printed to the bytes that were hashed: say so in the changelog, then write the new hash here.
#[test]
fn a_notice_has_the_hash_that_it_has_on_every_machine() {
    let printed = pdf(&notice(NoticeKind::RectificationNotice), Paper::A4).unwrap();
    let hash: String = Sha256::digest(&printed.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, "fef4be81b36224e5a8fb5536e3392fb74d8358355f17118993967761cc527cc8");
}

#[test]
fn a_letter_holds_code_address_deadline_reason_and_office_as_text() {
    for kind in [NoticeKind::FriendlyReminder, NoticeKind::RectificationNotice, NoticeKind::FormalNotice] {
        let Some(text) = text(&pdf(&notice(kind), Paper::A4).unwrap().bytes) else { return };
        for part in ["320405-ZX-00172", "潞城街道富民路128弄36号301室", "2026年4月4日", "4 April 2026", "缺少防盗门窗", "Fit a security door", "送达回证"]
        {
            assert!(text.contains(part), "{kind}: \"{part}\" in {text}");
        }
    }
}

#[test]
fn a_sign_holds_code_address_and_tier_on_one_page_and_no_reasons() {
    for tier in Tier::ALL {
        for paper in [Paper::A4, Paper::A5] {
            let printed = pdf(&Notice { tier, ..notice(NoticeKind::Certificate) }, paper).unwrap();
            assert_eq!(printed.pages, 1);
            let Some(text) = text(&printed.bytes) else { return };
            for part in ["320405-ZX-00172", "富民路128弄36号301室", "关注户", &tier.as_str().to_uppercase(), "2026年3月5日"] {
                assert!(text.contains(part), "{tier}: \"{part}\" in {text}");
            }
            assert!(!text.contains("防盗门") && !text.contains("security door"));
        }
    }
}

#[test]
fn much_text_goes_on_over_several_pages_and_none_of_it_is_lost() {
    let mut long = notice(NoticeKind::RectificationNotice);
    long.address = "富民路很长很长的弄堂".repeat(80) + "末尾之门";
    long.reasons = (1..=200).map(|at| reason(&format!("事项编号{at}完"))).collect();
    long.reasons[7].detail.zh = "很长的规则说明，".repeat(900) + "规则之末";
    long.steps = vec![Words::new(&"措施".repeat(2000), &"measure ".repeat(2000)); 3];
    for paper in [Paper::A4, Paper::A5] {
        let printed = pdf(&long, paper).unwrap();
        assert!(printed.pages > 10 && printed.pages == pages(&printed.bytes), "{} pages", printed.pages);
        let Some(text) = text(&printed.bytes) else { return };
        let text: String = text.split_whitespace().collect();
        for part in ["末尾之门", "规则之末"] {
            assert!(text.contains(part), "{part}");
        }
        assert!((1..=200).all(|at| text.contains(&format!("事项编号{at}完"))));
        assert_eq!(text.matches("measure").count(), 6000);
    }
}

#[test]
fn an_address_too_long_for_a_sign_stands_whole_on_a_second_page() {
    let address = "富民路很长很长的弄堂".repeat(120) + "末尾之门";
    let printed = pdf(&Notice { address, ..notice(NoticeKind::Certificate) }, Paper::A4).unwrap();
    assert_eq!(printed.pages, 2);
    let Some(text) = text(&printed.bytes) else { return };
    assert!(text.split_whitespace().collect::<String>().contains("末尾之门"));
}

#[test]
fn a_batch_is_one_file_with_every_notice_on_pages_of_its_own() {
    let batch: Vec<Notice> = NoticeKind::ALL.map(notice).to_vec();
    let alone: usize = batch.iter().map(|notice| pdf(notice, Paper::A5).unwrap().pages).sum();
    let printed = pdf_of_many(&batch, Paper::A5).unwrap();
    assert_eq!((printed.pages, pages(&printed.bytes)), (alone, alone));
    assert_eq!(printed, pdf_of_many(&batch, Paper::A5).unwrap());
    assert_eq!(pdf_of_many(&[], Paper::A4), Err(PaperFault::Nothing));
}

#[test]
fn a_character_that_the_font_lacks_is_shown_as_a_mark_and_reported() {
    let printed = pdf(&Notice { address: "富民路\u{1f3e0}1号".into(), ..notice(NoticeKind::Certificate) }, Paper::A4).unwrap();
    assert_eq!(printed.missing, ['\u{1f3e0}']);
    let Some(text) = text(&printed.bytes) else { return };
    assert!(text.contains("富民路〓1号"));
}

#[test]
fn a_house_without_a_public_page_has_no_code_and_too_long_an_address_of_it_is_refused() {
    let of = |public_url: String| pdf(&Notice { public_url, ..notice(NoticeKind::Certificate) }, Paper::A4);
    assert!(of(String::new()).unwrap().bytes.len() < of("https://example.org".into()).unwrap().bytes.len());
    assert!(of("x".repeat(2331)).is_ok());
    assert_eq!(of("x".repeat(2332)), Err(PaperFault::LongUrl(2332)));
}

#[test]
fn papers_are_named() {
    assert_eq!(["a4", "a5"].map(str::parse), [Ok(Paper::A4), Ok(Paper::A5)]);
    assert_eq!("letter".parse::<Paper>(), Err(UnknownPaper("letter".into())));
    assert_eq!(serde_json::to_string(&Paper::A5).unwrap(), "\"a5\"");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_is_written_it_can_be_printed(address in ".{0,300}", zh in "\\PC{0,400}", en in ".{0,400}", number in ".{0,80}", kind in 0..4usize) {
        let words = Words { zh, en };
        let mut any = notice(NoticeKind::ALL[kind]);
        any.reasons = vec![Reason { text: words.clone(), detail: words.clone() }; 3];
        any.steps = vec![words.clone(); 2];
        let any = Notice { address, number, called: words.clone(), policy: words.clone(), site: words, ..any };
        let printed = pdf(&any, Paper::A5).unwrap();
        prop_assert_eq!(printed.pages, pages(&printed.bytes));
    }
}
