//! From bytes to text. Files of office programs in China are as often GB 18030 as UTF-8; what is neither must not come in garbled.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// A file as text. Bytes that the encoding does not know have become U+FFFD, which the readers of rows refuse.
pub(super) struct Text<'a> {
    pub text: Cow<'a, str>,
    pub encoding: &'static str,
}

/// The bytes are no text but this.
pub(super) struct NoText(pub &'static str);

impl<'a> Text<'a> {
    /// A byte order mark decides; without one valid UTF-8 stays, and of the rest the lines decide.
    pub fn of(bytes: &'a [u8]) -> Result<Self, NoText> {
        let (encoding, mark, name): (&'static Encoding, usize, _) = match bytes {
            [b'P', b'K', 3, 4, ..] => return Err(NoText("a ZIP archive or an XLSX workbook; save the sheet as CSV")),
            [0xd0, 0xcf, 0x11, 0xe0, ..] => return Err(NoText("an old office document (XLS); save the sheet as CSV")),
            [0x1f, 0x8b, ..] => return Err(NoText("a gzip archive; unpack it")),
            [0xef, 0xbb, 0xbf, ..] => (UTF_8, 3, "utf-8 with bom"),
            [0xff, 0xfe, ..] => (UTF_16LE, 2, "utf-16"),
            [0xfe, 0xff, ..] => (UTF_16BE, 2, "utf-16"),
            _ if is_gb18030(bytes) => (GB18030, 0, "gb18030"),
            _ => (UTF_8, 0, "utf-8"),
        };
        let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
        Ok(Self { text, encoding: name })
    }
}

/// Whether the file is GB 18030, rather than UTF-8 with some broken lines or something else.
fn is_gb18030(bytes: &[u8]) -> bool {
    if std::str::from_utf8(bytes).is_ok() {
        return false;
    }
    let (mut valid, mut broken) = (0_u64, 0_u64);
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
        match std::str::from_utf8(line) {
            Ok(_) => valid += 1,
            Err(_) => broken += 1,
        }
    }
    broken > valid && is_mostly_chinese(bytes)
}

/// Nearly all signs of a real text stand in the rows of GB 2312 (lead bytes A1-A9 and B0-F7, trail bytes from A1 on). In Latin-1 an
/// accented letter stands mostly before an ASCII one, and in Big5 two trail bytes of five are below A1: such files are not taken for Chinese.
fn is_mostly_chinese(bytes: &[u8]) -> bool {
    let (mut usual, mut doubtful) = (0_u64, 0_u64);
    let mut at = 0;
    while at < bytes.len() {
        match &bytes[at..] {
            [0..=0x7f, ..] => at += 1,
            [0xa1..=0xa9 | 0xb0..=0xf7, 0xa1..=0xfe, ..] => {
                usual += 1;
                at += 2;
            }
            // Four bytes: rare characters, in names of people and places.
            [0x81..=0xfe, b'0'..=b'9', 0x81..=0xfe, b'0'..=b'9', ..] => {
                usual += 1;
                at += 4;
            }
            [0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe, ..] => {
                doubtful += 1;
                at += 2;
            }
            _ => {
                doubtful += 1;
                at += 1;
            }
        }
    }
    usual > 3 * doubtful
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoding_of(bytes: &[u8]) -> (String, &'static str) {
        let text = Text::of(bytes).ok().unwrap();
        (text.text.into_owned(), text.encoding)
    }

    #[test]
    fn gb18030_is_found_and_converted() {
        let lines = "编码,地址\nA1,常州市戚墅堰区朱镕路3号\nA2,𠮷巷\n";
        let (bytes, _, _) = GB18030.encode(lines);
        assert_eq!(encoding_of(&bytes), (lines.to_owned(), "gb18030"));
    }

    #[test]
    fn byte_order_marks_are_taken_off() {
        assert_eq!(encoding_of("\u{feff}房".as_bytes()), ("房".to_owned(), "utf-8 with bom"));
        let little: Vec<u8> = "\u{feff}房,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "\u{feff}房,1\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(encoding_of(&little), ("房,1\n".to_owned(), "utf-16"));
        assert_eq!(encoding_of(&big), ("房,1\n".to_owned(), "utf-16"));
    }

    #[test]
    fn a_utf_8_file_with_a_broken_line_stays_utf_8() {
        let mut bytes = "甲,长安街\n乙,中山路\n".as_bytes().to_vec();
        bytes.extend_from_slice(b"x,\xc4\xcf\xbe\xa9\n");
        let (text, encoding) = encoding_of(&bytes);
        assert_eq!(encoding, "utf-8");
        assert!(text.contains("中山路") && text.contains('\u{fffd}'));
    }

    #[test]
    fn what_is_neither_is_marked_and_never_garbled() {
        // Latin-1 "Grüße, café" and Big5 "台北市中山區".
        for bytes in [b"a,Gr\xfc\xdfe caf\xe9\n".as_slice(), b"a,\xa5x\xa5_\xa5\xab\xa4\xa4\xa4s\xb0\xcf\n"] {
            let (text, encoding) = encoding_of(bytes);
            assert_eq!(encoding, "utf-8");
            assert!(text.contains('\u{fffd}'), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_become_text(bytes in proptest::collection::vec(0..=255_u8, 0..200)) {
            let _ = Text::of(&bytes);
        }
    }
}
