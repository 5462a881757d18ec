//! Metres on a small flat sheet around the community, and the shapes drawn on it.
//!
//! Only `+ - * /` and square roots are used: sines differ in their last digit from one machine to the next, these do not.

/// Degrees of the sheet's middle: Qishuyan, on the old canal.
const MIDDLE: (f64, f64) = (120.055, 31.725);
/// Metres per degree on the WGS 84 ellipsoid at the latitude of the middle.
const METRES: (f64, f64) = (94_774.1, 110_882.0);

/// Metres east and north of the middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    pub x: f64,
    pub y: f64,
}

/// A direction: a step of one metre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heading {
    pub x: f64,
    pub y: f64,
}

impl Spot {
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// So far along the heading and so far to its left.
    pub fn step(self, heading: Heading, along: f64, left: f64) -> Self {
        Self { x: self.x + heading.x * along - heading.y * left, y: self.y + heading.y * along + heading.x * left }
    }

    pub fn distance(self, other: Self) -> f64 {
        square(self, other).sqrt()
    }

    pub fn towards(self, other: Self, share: f64) -> Self {
        Self { x: self.x + (other.x - self.x) * share, y: self.y + (other.y - self.y) * share }
    }

    pub fn heading_to(self, other: Self) -> Heading {
        Heading::of(other.x - self.x, other.y - self.y)
    }

    /// `lon,lat` as files write it: 7 decimals are about a centimetre.
    pub fn degrees(self) -> String {
        format!("{:.7},{:.7}", MIDDLE.0 + self.x / METRES.0, MIDDLE.1 + self.y / METRES.1)
    }
}

impl Heading {
    pub const EAST: Self = Self { x: 1.0, y: 0.0 };

    pub fn of(x: f64, y: f64) -> Self {
        let length = (x * x + y * y).sqrt();
        if length > 0.0 { Self { x: x / length, y: y / length } } else { Self::EAST }
    }

    /// Turned to the left by twice the angle whose tangent is given.
    pub fn turned(self, half_tangent: f64) -> Self {
        let (t, d) = (half_tangent, 1.0 + half_tangent * half_tangent);
        let (c, s) = ((1.0 - t * t) / d, 2.0 * t / d);
        Self { x: self.x * c - self.y * s, y: self.x * s + self.y * c }
    }
}

fn square(a: Spot, b: Spot) -> f64 {
    (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)
}

/// An area or a line of some width, with its box for quick refusals.
#[derive(Clone, Debug)]
pub struct Shape {
    pub points: Vec<Spot>,
    closed: bool,
    /// Half the width of a line.
    reach: f64,
    low: Spot,
    high: Spot,
}

impl Shape {
    pub fn area(points: Vec<Spot>) -> Self {
        Self::new(points, true, 0.0)
    }

    pub fn line(points: Vec<Spot>, width: f64) -> Self {
        Self::new(points, false, width / 2.0)
    }

    fn new(points: Vec<Spot>, closed: bool, reach: f64) -> Self {
        let fold = |start: f64, pick: fn(&Spot) -> f64, join: fn(f64, f64) -> f64| points.iter().map(pick).fold(start, join);
        let low = Spot::new(fold(f64::INFINITY, |p| p.x, f64::min), fold(f64::INFINITY, |p| p.y, f64::min));
        let high = Spot::new(fold(f64::NEG_INFINITY, |p| p.x, f64::max), fold(f64::NEG_INFINITY, |p| p.y, f64::max));
        Self { points, closed, reach, low, high }
    }

    fn edges(&self) -> impl Iterator<Item = (Spot, Spot)> {
        let around = if self.closed { self.points.len() } else { self.points.len().saturating_sub(1) };
        (0..around).map(|at| (self.points[at], self.points[(at + 1) % self.points.len()]))
    }

    /// Whether the spot lies inside of the area.
    pub fn holds(&self, spot: Spot) -> bool {
        if !self.closed || spot.x < self.low.x || spot.x > self.high.x || spot.y < self.low.y || spot.y > self.high.y {
            return false;
        }
        let crossed = |(a, b): &(Spot, Spot)| (a.y > spot.y) != (b.y > spot.y) && spot.x < (b.x - a.x) * (spot.y - a.y) / (b.y - a.y) + a.x;
        self.edges().filter(crossed).count() % 2 == 1
    }

    /// Whether the two come nearer to each other than so many metres.
    pub fn nears(&self, other: &Self, metres: f64) -> bool {
        let limit = metres + self.reach + other.reach;
        let apart = |low: f64, high: f64| low - high > limit;
        if apart(self.low.x, other.high.x) || apart(other.low.x, self.high.x) || apart(self.low.y, other.high.y) || apart(other.low.y, self.high.y) {
            return false;
        }
        if self.points.first().is_some_and(|first| other.holds(*first)) || other.points.first().is_some_and(|first| self.holds(*first)) {
            return true;
        }
        self.edges().any(|a| {
            // Skips edges out of the other's box.
            let out = apart(a.0.x.min(a.1.x), other.high.x)
                || apart(other.low.x, a.0.x.max(a.1.x))
                || apart(a.0.y.min(a.1.y), other.high.y)
                || apart(other.low.y, a.0.y.max(a.1.y));
            !out && other.edges().any(|b| edges_near(a, b, limit))
        })
    }

    /// The spot of the line or edge that is nearest to the given one.
    pub fn nearest(&self, spot: Spot) -> Option<Spot> {
        self.edges().map(|edge| foot(spot, edge)).min_by(|a, b| square(*a, spot).total_cmp(&square(*b, spot)))
    }
}

fn foot(spot: Spot, (a, b): (Spot, Spot)) -> Spot {
    let length = square(a, b);
    if length == 0.0 {
        return a;
    }
    let share = ((spot.x - a.x) * (b.x - a.x) + (spot.y - a.y) * (b.y - a.y)) / length;
    a.towards(b, share.clamp(0.0, 1.0))
}

fn side(a: Spot, b: Spot, c: Spot) -> f64 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

fn edges_near(a: (Spot, Spot), b: (Spot, Spot), limit: f64) -> bool {
    let cross = (side(a.0, a.1, b.0) > 0.0) != (side(a.0, a.1, b.1) > 0.0) && (side(b.0, b.1, a.0) > 0.0) != (side(b.0, b.1, a.1) > 0.0);
    let near = |spot: Spot, edge: (Spot, Spot)| square(spot, foot(spot, edge)) < limit * limit;
    cross || near(a.0, b) || near(a.1, b) || near(b.0, a) || near(b.1, a)
}

/// A rectangle around its middle: half its length lies along the heading.
pub fn rectangle(middle: Spot, heading: Heading, half_length: f64, half_depth: f64) -> Vec<Spot> {
    [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].into_iter().map(|(along, left)| middle.step(heading, along * half_length, left * half_depth)).collect()
}

/// A smooth line through all the spots (Catmull-Rom), with so many steps from each to the next.
pub fn curve(through: &[Spot], steps: usize) -> Vec<Spot> {
    let mut line = Vec::new();
    for at in 0..through.len().saturating_sub(1) {
        let [before, from, to, after] = [at.saturating_sub(1), at, at + 1, (at + 2).min(through.len() - 1)].map(|place| through[place]);
        for step in 0..steps {
            let t = step as f64 / steps as f64;
            let mix = |p0: f64, p1: f64, p2: f64, p3: f64| {
                0.5 * (2.0 * p1 + (p2 - p0) * t + (2.0 * p0 - 5.0 * p1 + 4.0 * p2 - p3) * t * t + (3.0 * p1 - p0 - 3.0 * p2 + p3) * t * t * t)
            };
            line.push(Spot::new(mix(before.x, from.x, to.x, after.x), mix(before.y, from.y, to.y, after.y)));
        }
    }
    line.extend(through.last());
    line
}

/// The same line so many metres to its left (negative: right).
pub fn beside(line: &[Spot], left: impl Fn(usize) -> f64) -> Vec<Spot> {
    (0..line.len())
        .map(|at| {
            let heading = line[at.saturating_sub(1)].heading_to(line[(at + 1).min(line.len() - 1)]);
            line[at].step(heading, 0.0, left(at))
        })
        .collect()
}

/// The area between two lines that run the same way.
pub fn between(right: Vec<Spot>, left: Vec<Spot>) -> Vec<Spot> {
    let mut ring = right;
    ring.extend(left.into_iter().rev());
    ring
}

/// Twice rounds off every corner of a ring (Chaikin).
pub fn rounded(ring: &[Spot]) -> Vec<Spot> {
    let mut ring = ring.to_vec();
    for _ in 0..2 {
        ring = (0..ring.len())
            .flat_map(|at| {
                let (a, b) = (ring[at], ring[(at + 1) % ring.len()]);
                [a.towards(b, 0.25), a.towards(b, 0.75)]
            })
            .collect();
    }
    ring
}

/// The tightest convex ring that keeps so many metres from all the spots, counter-clockwise.
pub fn hull(spots: &[Spot], margin: f64) -> Vec<Spot> {
    let mut all = Vec::new();
    for spot in spots {
        let mut heading = Heading::EAST;
        for _ in 0..12 {
            all.push(spot.step(heading, margin, 0.0));
            // The tangent of 15 degrees: a twelfth of a turn each time.
            heading = heading.turned(0.267_949_192_431_122_7);
        }
    }
    all.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let half = |spots: &mut dyn Iterator<Item = Spot>| {
        let mut chain: Vec<Spot> = Vec::new();
        for spot in spots {
            // Corners nearer than half a metre to the straight line are left out.
            while chain.len() >= 2 && side(chain[chain.len() - 2], chain[chain.len() - 1], spot) <= 0.5 {
                chain.pop();
            }
            chain.push(spot);
        }
        chain.pop();
        chain
    };
    let mut ring = half(&mut all.iter().copied());
    ring.extend(half(&mut all.iter().rev().copied()));
    ring
}

/// Square metres of a ring on the sheet.
pub fn square_metres(ring: &[Spot]) -> f64 {
    signed_square_metres(ring).abs()
}

/// The same, negative when the ring runs clockwise.
pub fn signed_square_metres(ring: &[Spot]) -> f64 {
    let twice: f64 = (0..ring.len()).map(|at| (ring[at], ring[(at + 1) % ring.len()])).map(|(a, b)| a.x * b.y - b.x * a.y).sum();
    twice / 2.0
}
