//! CQL2 as text.

use super::{
    Fault,
    expression::{Comparison, DEEPEST, Expression, FIELDS, Field, MOST_TERMS, Mismatch, Scalar},
    place::{Place, Polygon, Position},
};
use crate::http::ogc::crs::Crs;

pub fn parse(text: &str, crs: Crs) -> Result<Expression, Fault> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, crs, terms: 0 };
    let expression = parser.any(0)?;
    match parser.token() {
        Token::End => Ok(expression),
        _ => parser.fault("and, or, or the end"),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    /// In double quotes: a property whatever it is called.
    Name(String),
    Text(String),
    Number(f64),
    Sign(&'static str),
    End,
}

/// Tokens with the number of their first character.
fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Fault> {
    let characters: Vec<char> = text.chars().collect();
    let (mut tokens, mut at) = (Vec::new(), 0);
    while let Some(&first) = characters.get(at) {
        let start = at;
        let here = |expected: &str, found: String| Fault { at: format!("character {}", start + 1), expected: expected.to_owned(), found };
        let next = characters.get(at + 1).copied().unwrap_or(' ');
        at += 1;
        let token = match first {
            c if c.is_whitespace() => continue,
            '\'' | '"' => {
                let mut word = String::new();
                loop {
                    match (characters.get(at), characters.get(at + 1)) {
                        (Some('\\'), Some('\'')) if first == '\'' => at += 1,
                        (Some(quote), Some(again)) if *quote == first && again == quote => at += 1,
                        (Some(quote), _) if *quote == first => break,
                        (Some(_), _) => {}
                        (None, _) => return Err(here("a closing quote", "the end".to_owned())),
                    }
                    word.push(characters[at]);
                    at += 1;
                }
                at += 1;
                if first == '"' { Token::Name(word) } else { Token::Text(word) }
            }
            c if c.is_ascii_digit() || matches!(c, '-' | '+' | '.') && (next.is_ascii_digit() || next == '.') => {
                let is_part = |at: usize| match characters[at] {
                    c if c.is_ascii_digit() => true,
                    '.' | 'e' | 'E' => true,
                    '-' | '+' => matches!(characters[at - 1], 'e' | 'E'),
                    _ => false,
                };
                while at < characters.len() && is_part(at) {
                    at += 1;
                }
                let number: String = characters[start..at].iter().collect();
                Token::Number(number.parse().ok().filter(|number: &f64| number.is_finite()).ok_or_else(|| here("a number", number))?)
            }
            c if c.is_alphabetic() || c == '_' => {
                while characters.get(at).is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.')) {
                    at += 1;
                }
                Token::Word(characters[start..at].iter().collect())
            }
            _ => {
                let sign = ["<>", "<=", ">=", "=", "<", ">", "(", ")", ","]
                    .into_iter()
                    .find(|sign| sign.chars().eq(characters[start..].iter().copied().take(sign.len())));
                let sign = sign.ok_or_else(|| here("a property, a literal or an operator", first.to_string()))?;
                at = start + sign.len();
                Token::Sign(sign)
            }
        };
        tokens.push((start + 1, token));
    }
    tokens.push((characters.len() + 1, Token::End));
    Ok(tokens)
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    at: usize,
    crs: Crs,
    terms: usize,
}

type Parsed<T> = Result<T, Fault>;

impl Parser {
    fn token(&self) -> &Token {
        &self.tokens[self.at].1
    }

    fn fault<T>(&self, expected: &str) -> Parsed<T> {
        let found = match self.token() {
            Token::Word(word) | Token::Name(word) => word.clone(),
            Token::Text(text) => format!("'{text}'"),
            Token::Number(number) => number.to_string(),
            Token::Sign(sign) => (*sign).to_owned(),
            Token::End => "the end".to_owned(),
        };
        Err(self.fault_at(self.at, expected.to_owned(), found))
    }

    fn fault_at(&self, token: usize, expected: String, found: String) -> Fault {
        Fault { at: format!("character {}", self.tokens[token].0), expected, found: found.chars().take(60).collect() }
    }

    /// The last token, the end, is never passed.
    fn advance(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    fn take_word(&mut self, wanted: &str) -> bool {
        let is = matches!(self.token(), Token::Word(word) if word.eq_ignore_ascii_case(wanted));
        if is {
            self.advance();
        }
        is
    }

    fn take_sign(&mut self, wanted: &str) -> bool {
        let is = matches!(self.token(), Token::Sign(sign) if *sign == wanted);
        if is {
            self.advance();
        }
        is
    }

    fn must_sign(&mut self, wanted: &str) -> Parsed<()> {
        if self.take_sign(wanted) { Ok(()) } else { self.fault(wanted) }
    }

    fn must_word(&mut self, wanted: &str) -> Parsed<()> {
        if self.take_word(wanted) { Ok(()) } else { self.fault(wanted) }
    }

    fn spend(&mut self, depth: usize) -> Parsed<()> {
        self.terms += 1;
        if self.terms > MOST_TERMS || depth > DEEPEST { self.fault(&format!("at most {MOST_TERMS} terms, {DEEPEST} within one another")) } else { Ok(()) }
    }

    fn any(&mut self, depth: usize) -> Parsed<Expression> {
        let mut parts = vec![self.all(depth)?];
        while self.take_word("or") {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Or(parts) })
    }

    fn all(&mut self, depth: usize) -> Parsed<Expression> {
        let mut parts = vec![self.one(depth)?];
        while self.take_word("and") {
            parts.push(self.one(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::And(parts) })
    }

    fn one(&mut self, depth: usize) -> Parsed<Expression> {
        self.spend(depth)?;
        if self.take_word("not") {
            return Ok(Expression::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.take_sign("(") {
            let inner = self.any(depth + 1)?;
            self.must_sign(")")?;
            return Ok(inner);
        }
        if self.take_word("s_intersects") {
            return self.intersects();
        }
        let start = self.at;
        let value = self.scalar()?;
        let is_negated = self.take_word("not");
        let is_alone = !is_negated && !matches!(self.token(), Token::Sign("=" | "<>" | "<" | ">" | "<=" | ">="));
        let built = match value {
            value if self.take_word("like") => match self.token().clone() {
                Token::Text(pattern) => {
                    self.advance();
                    Expression::like(value, &pattern)
                }
                _ => return self.fault("a text as pattern"),
            },
            value if self.take_word("between") => {
                let low = self.scalar()?;
                self.must_word("and")?;
                Expression::between(value, low, self.scalar()?)
            }
            value if self.take_word("in") => {
                let list = self.list()?;
                Expression::within(value, list)
            }
            value if !is_negated && self.take_word("is") => {
                let is_negated = self.take_word("not");
                self.must_word("null")?;
                return Ok(Expression::IsNull(value).negated(is_negated));
            }
            Scalar::Bool(truth) if is_alone => return Ok(Expression::Const(truth)),
            value => match self.token() {
                Token::Sign(sign) if !is_negated && let Some(comparison) = Comparison::signed(sign) => {
                    self.advance();
                    Expression::compare(comparison, value, self.scalar()?)
                }
                _ if is_negated => return self.fault("like, between or in"),
                _ => return self.fault("=, <>, <, >, <=, >=, like, between, in or is null"),
            },
        };
        match built {
            Ok(expression) => Ok(expression.negated(is_negated)),
            Err(Mismatch { expected, found }) => Err(self.fault_at(start, expected, found)),
        }
    }

    fn list(&mut self) -> Parsed<Vec<Scalar>> {
        self.must_sign("(")?;
        let mut list = vec![self.scalar()?];
        while self.take_sign(",") {
            self.spend(0)?;
            list.push(self.scalar()?);
        }
        self.must_sign(")")?;
        Ok(list)
    }

    fn scalar(&mut self) -> Parsed<Scalar> {
        let scalar = match self.token() {
            Token::Text(text) => Scalar::Text(text.clone()),
            Token::Number(number) => Scalar::Number(*number),
            Token::Word(word) if word.eq_ignore_ascii_case("true") => Scalar::Bool(true),
            Token::Word(word) if word.eq_ignore_ascii_case("false") => Scalar::Bool(false),
            Token::Word(word) if word.eq_ignore_ascii_case("date") => return self.time("a day as DATE('YYYY-MM-DD')", Scalar::day),
            Token::Word(word) if word.eq_ignore_ascii_case("timestamp") => {
                return self.time("an instant as TIMESTAMP('YYYY-MM-DDThh:mm:ssZ')", Scalar::instant);
            }
            Token::Word(word) | Token::Name(word) if let Some(field) = Field::named(word) => Scalar::Field(field),
            Token::Word(_) | Token::Name(_) => return self.fault(FIELDS),
            Token::Sign(_) | Token::End => return self.fault("a property or a literal"),
        };
        self.advance();
        Ok(scalar)
    }

    fn time(&mut self, expected: &str, read: impl Fn(&str) -> Option<Scalar>) -> Parsed<Scalar> {
        self.advance();
        self.must_sign("(")?;
        let Token::Text(text) = self.token() else { return self.fault(expected) };
        let Some(scalar) = read(text) else { return self.fault(expected) };
        self.advance();
        self.must_sign(")")?;
        Ok(scalar)
    }

    /// `s_intersects(geometry, POLYGON(…))`, or the other way round.
    fn intersects(&mut self) -> Parsed<Expression> {
        self.must_sign("(")?;
        let is_first = self.take_geometry();
        if is_first {
            self.must_sign(",")?;
        }
        let place = self.place()?;
        if !is_first {
            self.must_sign(",")?;
            if !self.take_geometry() {
                return self.fault("geometry");
            }
        }
        self.must_sign(")")?;
        Ok(Expression::Intersects(place))
    }

    fn take_geometry(&mut self) -> bool {
        let is = matches!(self.token(), Token::Word(word) | Token::Name(word) if word == "geometry");
        if is {
            self.advance();
        }
        is
    }

    fn place(&mut self) -> Parsed<Place> {
        const EXPECTED: &str = "geometry, POINT, MULTIPOINT, POLYGON, MULTIPOLYGON or BBOX";
        let start = self.at;
        let Token::Word(word) = self.token() else { return self.fault(EXPECTED) };
        let word = word.to_ascii_uppercase();
        if !["POINT", "MULTIPOINT", "POLYGON", "MULTIPOLYGON", "BBOX"].contains(&word.as_str()) {
            return self.fault(EXPECTED);
        }
        self.advance();
        let _ = self.take_word("z");
        let place = match word.as_str() {
            "POINT" => {
                self.must_sign("(")?;
                let point = self.position()?;
                self.must_sign(")")?;
                Place::of_points(vec![point], self.crs)
            }
            "MULTIPOINT" => Place::of_points(self.each(Self::point)?, self.crs),
            "POLYGON" => Place::of_polygons(vec![self.polygon()?], self.crs),
            "MULTIPOLYGON" => Place::of_polygons(self.each(Self::polygon)?, self.crs),
            _ => Place::of_box(&self.each(Self::number)?, self.crs),
        };
        place.map_err(|found| self.fault_at(start, "a valid geometry of at most 10000 positions".to_owned(), found))
    }

    fn each<T>(&mut self, read: impl Fn(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.must_sign("(")?;
        let mut all = vec![read(self)?];
        while self.take_sign(",") {
            all.push(read(self)?);
        }
        self.must_sign(")")?;
        Ok(all)
    }

    fn polygon(&mut self) -> Parsed<Polygon> {
        self.each(|parser| parser.each(Self::position))
    }

    /// With or without parentheses of its own.
    fn point(&mut self) -> Parsed<Position> {
        let is_wrapped = self.take_sign("(");
        let point = self.position()?;
        if is_wrapped {
            self.must_sign(")")?;
        }
        Ok(point)
    }

    /// Two numbers; a third, the height, says nothing.
    fn position(&mut self) -> Parsed<Position> {
        let position = [self.number()?, self.number()?];
        if matches!(self.token(), Token::Number(_)) {
            self.advance();
        }
        Ok(position)
    }

    fn number(&mut self) -> Parsed<f64> {
        let Token::Number(number) = *self.token() else { return self.fault("a number") };
        self.advance();
        Ok(number)
    }
}
