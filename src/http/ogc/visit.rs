//! A request as the standard reads it: the form and language of the answer, parameters that must all be known, and addresses for links.

use axum::{
    Json,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use serde::Serialize;

use super::{HTML, JSON};
use crate::http::{asking::Ask, problem::Problem};

/// In which form the answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Json,
    Html,
}

/// In which language titles and pages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}

impl Language {
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Chinese => zh,
            Self::English => en,
        }
    }

    pub fn tag(self) -> &'static str {
        self.pick("zh", "en")
    }
}

/// A link to another answer.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    pub href: String,
    pub rel: &'static str,
    #[serde(rename = "type")]
    pub media_type: &'static str,
    pub title: String,
}

/// What was asked, apart from who asks.
#[derive(Debug)]
pub struct Visit {
    /// Scheme and host; empty where the client did not name a host.
    origin: String,
    path: String,
    query: Vec<(String, String)>,
    pub form: Form,
    pub language: Language,
}

/// Parameters that every address here takes.
const EVERYWHERE: [&str; 2] = ["f", "lang"];

impl Visit {
    /// Refuses parameters that are unknown here, given twice or empty.
    pub fn expect(&self, known: &[&str]) -> Result<(), Problem> {
        for (at, (name, value)) in self.query.iter().enumerate() {
            let short: String = name.chars().take(40).collect();
            if !known.contains(&name.as_str()) && !EVERYWHERE.contains(&name.as_str()) {
                let all: Vec<&str> = known.iter().copied().filter(|name| *name != "token").chain(EVERYWHERE).collect();
                return Err(Problem::parameter(&short, format!("no other parameters than {}", all.join(", ")), &short));
            }
            if self.query[..at].iter().any(|(before, _)| before == name) {
                return Err(Problem::parameter(&short, "this parameter once", value));
            }
            if value.is_empty() {
                return Err(Problem::parameter(&short, "a value, or the parameter left out", ""));
            }
        }
        Ok(())
    }

    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The whole address of a path of this server.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    pub fn link(&self, rel: &'static str, path: &str, media_type: &'static str, zh: &str, en: &str) -> Link {
        Link { href: self.address(path), rel, media_type, title: self.language.pick(zh, en).to_owned() }
    }

    /// The whole address of a path with places to fill in, with those of these parameters that were asked for here.
    pub fn template(&self, path: &str, kept: &[&str]) -> String {
        self.asking(path, self.query.iter().filter(|(name, _)| kept.contains(&name.as_str())).map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// The same question with one parameter set or changed.
    pub fn here_with(&self, name: &str, value: &str) -> String {
        self.here(self.query.iter().filter(|(known, _)| known != name).map(|(name, value)| (name.as_str(), value.as_str())).chain([(name, value)]))
    }

    fn here<'a>(&self, query: impl Iterator<Item = (&'a str, &'a str)>) -> String {
        self.asking(&self.path, query)
    }

    fn asking<'a>(&self, path: &str, query: impl Iterator<Item = (&'a str, &'a str)>) -> String {
        let query: Vec<String> = query.map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
        let sign = if query.is_empty() { "" } else { "?" };
        format!("{}{path}{sign}{}", self.origin, query.join("&"))
    }

    /// Links to this very answer and to its other form; `data` is the media type of its JSON.
    pub fn self_and_alternate(&self, data: &'static str) -> Vec<Link> {
        let (this, other, name) = match self.form {
            Form::Json => (data, "text/html", "html"),
            Form::Html => ("text/html", data, "json"),
        };
        let here = self.here(self.query.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        vec![
            Link { href: here, rel: "self", media_type: this, title: self.language.pick("本页", "This document").to_owned() },
            Link {
                href: self.here_with("f", name),
                rel: "alternate",
                media_type: other,
                title: self.language.pick("另一种格式", "The same as another format").to_owned(),
            },
        ]
    }

    /// JSON of that media type.
    pub fn json(&self, media_type: &'static str, body: &impl Serialize) -> Response {
        self.sent(media_type, Json(body))
    }

    /// A body of that media type.
    pub fn sent(&self, media_type: &'static str, body: impl IntoResponse) -> Response {
        let mut response = body.into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        self.dressed(response)
    }

    /// A page.
    pub fn html(&self, page: String) -> Response {
        let mut response = Html(page).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(HTML));
        self.dressed(response)
    }

    fn dressed(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(header::VARY, HeaderValue::from_static("accept, accept-language, authorization, cookie, host"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.language.tag()));
        response
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Ask(query) = Ask::<Vec<(String, String)>>::from_request_parts(parts, state).await?;
        let value = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let form = match value("f") {
            Some("json") => Form::Json,
            Some("html") => Form::Html,
            Some(other) => return Err(Problem::parameter("f", "json or html", other)),
            None if prefers(&parts.headers, header::ACCEPT, &["text/html"], &[JSON, "application/geo+json", "application/*", "*/*"]) => Form::Html,
            None => Form::Json,
        };
        let language = match value("lang") {
            Some("zh") => Language::Chinese,
            Some("en") => Language::English,
            Some(other) => return Err(Problem::parameter("lang", "zh or en", other)),
            None if prefers(&parts.headers, header::ACCEPT_LANGUAGE, &["zh", "zh-cn", "zh-hans", "zh-hans-cn"], &["en", "en-us", "en-gb", "*"]) => {
                Language::Chinese
            }
            None => Language::English,
        };
        Ok(Self { origin: origin(&parts.headers), path: parts.uri.path().to_owned(), query, form, language })
    }
}

/// Clients want whole addresses; where no host is named the path alone still works.
fn origin(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = if text("x-forwarded-proto") == Some("https") { "https" } else { "http" };
    text("host").map_or_else(String::new, |host| format!("{scheme}://{host}"))
}

/// Whether one of these is wanted more than each of the others, by weight and then by order.
fn prefers(headers: &HeaderMap, name: header::HeaderName, these: &[&str], others: &[&str]) -> bool {
    let text = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let mut best = (0.0, false);
    for part in text.split(',') {
        let mut words = part.split(';').map(str::trim);
        let word = words.next().unwrap_or_default();
        let weight = words.find_map(|word| word.strip_prefix("q=")).map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
        if (these.contains(&word) || others.contains(&word)) && weight > best.0 {
            best = (weight, these.contains(&word));
        }
    }
    best.1
}

/// Percent-encodes all but what is always allowed in a query.
pub fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:,*".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wanted_form_is_the_one_of_greatest_weight_then_the_first() {
        for (accept, html) in [
            ("", false),
            ("*/*", false),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("application/json, text/html", false),
            ("application/json;q=0.5, text/html;q=0.6", true),
            ("text/html;q=0", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(prefers(&headers, header::ACCEPT, &["text/html"], &[JSON, "*/*"]), html, "{accept}");
        }
    }

    #[test]
    fn what_may_not_stand_in_an_address_is_encoded() {
        assert_eq!(percent("a b&c=前"), "a%20b%26c%3D%E5%89%8D");
    }
}
