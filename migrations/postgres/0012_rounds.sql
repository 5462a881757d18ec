-- Networks of streets as the room of streets keeps them. The newest is planned on; older ones stay while a round names them.
create table streets (
    id text collate "C" not null primary key,
    name text collate "C" not null,
    file_hash text collate "C" not null,
    -- how many pieces, and the SHA-256 of all of them together
    pieces bigint not null,
    hash text collate "C" not null,
    attribution text collate "C" not null,
    -- JSON: what was read, what was left out
    reading text collate "C" not null,
    by_whom text collate "C" not null,
    at_ms bigint not null
);
create table street_pieces (
    streets_id text collate "C" not null references streets (id),
    number bigint not null,
    bytes bytea not null,
    primary key (streets_id, number)
);

-- Who visits which houses on a day. `terms` is what all of a round has in common, `question` what the planner was asked last: with it,
-- the streets, its seed and its iterations the same plan comes out again.
create table rounds (
    id text collate "C" not null primary key,
    day text collate "C" not null,
    name text collate "C" not null,
    evening bigint not null,
    streets_id text collate "C" references streets (id),
    -- raised by every change, so that nobody overwrites what they have not seen
    revision bigint not null,
    terms text collate "C" not null,
    question text collate "C" not null,
    made_by text collate "C" not null,
    at_ms bigint not null
);
create index rounds_day on rounds (day, id);

create table round_teams (
    round_id text collate "C" not null references rounds (id),
    number bigint not null,
    team text collate "C" not null,
    tour text collate "C" not null,
    primary key (round_id, number)
);

-- A house may have been taken back with its import: its code stays readable here.
create table round_stops (
    round_id text collate "C" not null references rounds (id),
    number bigint not null,
    house_code text collate "C" not null,
    day text collate "C" not null,
    -- none: left out
    team bigint,
    rank bigint not null,
    -- 'planned', 'done', 'nobody_home', 'refused' or 'dropped'
    state text collate "C" not null,
    locked bigint not null,
    stop text collate "C" not null,
    visit text collate "C" not null,
    primary key (round_id, number)
);
create unique index round_stops_house on round_stops (round_id, house_code);
-- Nobody is called on by two rounds of one day.
create unique index round_stops_once on round_stops (house_code, day) where state = 'planned' and team is not null;
create index round_stops_day on round_stops (day);
