//! The shapes of files that are read.

/// The shape of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Comma, semicolon or tab between the fields.
    Csv,
    GeoJson,
    /// One JSON object a line, or one array of objects.
    JsonLines,
}

impl Form {
    /// The form that a file name or a content type tells; `None` when it tells none (`.json`, `application/json`): then [`Form::sniff`].
    #[must_use]
    pub fn of(name_or_type: &str) -> Option<Self> {
        let name = name_or_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match name.as_str() {
            "text/csv" | "text/tab-separated-values" | "application/csv" => Some(Self::Csv),
            "application/geo+json" | "application/vnd.geo+json" => Some(Self::GeoJson),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" | "application/jsonlines" => Some(Self::JsonLines),
            _ => match name.rsplit_once('.')?.1 {
                "csv" | "tsv" | "txt" => Some(Self::Csv),
                "geojson" => Some(Self::GeoJson),
                "jsonl" | "ndjson" => Some(Self::JsonLines),
                _ => None,
            },
        }
    }

    /// The form that the beginning of the file shows.
    #[must_use]
    pub fn sniff(bytes: &[u8]) -> Self {
        // Byte order marks and the zero bytes of UTF-16 stand between the signs that matter.
        let begin: String = bytes.iter().filter(|byte| byte.is_ascii() && **byte != 0).take(64 * 1024).map(|byte| char::from(*byte)).collect();
        let begin = begin.trim_start();
        if begin.starts_with('[') {
            return Self::JsonLines;
        }
        if !begin.starts_with('{') {
            return Self::Csv;
        }
        // A GeoJSON object names its type early, or is the one object of the file: its first line is then no whole object.
        let first_line = begin.lines().next().unwrap_or_default();
        let is_whole = serde_json::from_str::<serde::de::IgnoredAny>(first_line).is_ok();
        let names_a_type =
            ["\"FeatureCollection\"", "\"Feature\"", "\"features\"", "\"geometry\"", "\"coordinates\""].iter().any(|word| first_line.contains(word));
        if is_whole && !names_a_type { Self::JsonLines } else { Self::GeoJson }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_content_types_tell_the_form() {
        assert_eq!(Form::of("Houses.CSV"), Some(Form::Csv));
        assert_eq!(Form::of("text/csv; charset=gbk"), Some(Form::Csv));
        assert_eq!(Form::of("a.b.geojson"), Some(Form::GeoJson));
        assert_eq!(Form::of("events.jsonl"), Some(Form::JsonLines));
        for unknown in ["houses.json", "application/json", "application/octet-stream", "houses", ""] {
            assert_eq!(Form::of(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn the_beginning_shows_the_form() {
        assert_eq!(Form::sniff(b"house_code,lon,lat\n"), Form::Csv);
        assert_eq!(Form::sniff(b"\xef\xbb\xbf{\"type\": \"FeatureCollection\", \"features\": []}"), Form::GeoJson);
        assert_eq!(Form::sniff(b"{\n  \"features\": [], \"type\": \"FeatureCollection\"}"), Form::GeoJson);
        assert_eq!(Form::sniff(b"{\"house_code\":\"A1\",\"date\":\"2020-01-01\"}\n{}"), Form::JsonLines);
        assert_eq!(Form::sniff(b"\xff\xfe[\0{\0}\0]\0"), Form::JsonLines);
        assert_eq!(Form::sniff(b""), Form::Csv);
    }
}
