//! Codes of the second factor, as authenticator programs show them (RFC 6238 over RFC 4226: HMAC-SHA-1, 30 seconds, 6 digits).

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Seconds for which a code is shown.
pub const STEP_S: i64 = 30;
/// Bytes of a secret: the length of the hash, as RFC 4226 recommends.
pub const SECRET_BYTES: usize = 20;
const DIGITS: u32 = 6;

/// The code of a step, a number below a million. Step `n` begins `n` times 30 seconds after 1970.
#[must_use]
pub fn code_of(secret: &[u8], step: i64) -> u32 {
    // A key of any length is taken; the error type does not know that.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return u32::MAX };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[hash.len() - 1] & 0xf);
    let word = u32::from_be_bytes([hash[at], hash[at + 1], hash[at + 2], hash[at + 3]]) & 0x7fff_ffff;
    word % 10_u32.pow(DIGITS)
}

/// The step whose code this is, at a moment in seconds since 1970: the present one, the one before or the one after, as clocks differ.
/// A code counts once: steps up to `used` are over. Blanks in the code are left out.
#[must_use]
pub fn step_of(secret: &[u8], code: &str, at_s: i64, used: Option<i64>) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != DIGITS as usize || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let code: u32 = digits.parse().ok()?;
    let now = at_s.div_euclid(STEP_S);
    // All three are looked at, so that the time taken tells nothing.
    let fits = |step: i64| (code_of(secret, step) == code) & used.is_none_or(|used| step > used);
    [now - 1, now, now + 1].into_iter().fold(None, |found, step| if fits(step) { Some(step) } else { found })
}

/// A secret as people type it (RFC 4648, base 32).
#[must_use]
pub fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut text, mut bits, mut held) = (String::new(), 0u32, 0u32);
    for byte in bytes {
        (bits, held) = (bits << 8 | u32::from(*byte), held + 8);
        while held >= 5 {
            held -= 5;
            text.push(char::from(LETTERS[(bits >> held) as usize & 31]));
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        text.push(char::from(LETTERS[(bits << (5 - held)) as usize & 31]));
    }
    text
}

/// The address that an authenticator program reads from a QR code (Google's key URI format).
#[must_use]
pub fn uri(secret: &[u8], site: &str, name: &str) -> String {
    let escaped = |text: &str| {
        text.bytes().fold(String::new(), |mut out, byte| {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
                _ => {
                    let _ = write!(out, "%{byte:02X}");
                }
            }
            out
        })
    };
    let (site, name) = (escaped(site), escaped(name));
    format!("otpauth://totp/{site}:{name}?secret={}&issuer={site}", base32(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1; its eight digits cut to six.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        let vectors = [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ];
        for (at_s, expected) in vectors {
            assert_eq!(code_of(secret, at_s / STEP_S), expected % 1_000_000, "{at_s}");
        }
    }

    #[test]
    fn a_code_counts_once_and_only_near_its_time() {
        let secret = b"12345678901234567890";
        assert_eq!(step_of(secret, "287 082", 59, None), Some(1));
        assert_eq!(step_of(secret, "287082", 59 + 30, None), Some(1));
        assert_eq!(step_of(secret, "287082", 59 + 61, None), None);
        assert_eq!(step_of(secret, "287082", 59, Some(1)), None);
        assert_eq!(step_of(secret, "287082", 59, Some(0)), Some(1));
        for bad in ["", "28708", "2870821", "+87082", "２８７０８２"] {
            assert_eq!(step_of(secret, bad, 59, None), None, "{bad}");
        }
    }

    #[test]
    fn secrets_are_written_as_the_standard_writes_them() {
        for (bytes, text) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
        assert_eq!(uri(b"foobar", "三实", "Li Na"), "otpauth://totp/%E4%B8%89%E5%AE%9E:Li%20Na?secret=MZXW6YTBOI&issuer=%E4%B8%89%E5%AE%9E");
    }
}
