-- Networks of streets as the room of streets keeps them. The newest is planned on; older ones stay while a round names them.
create table streets (
    id text not null primary key,
    name text not null,
    file_hash text not null,
    -- how many pieces, and the SHA-256 of all of them together
    pieces integer not null,
    hash text not null,
    attribution text not null,
    -- JSON: what was read, what was left out
    reading text not null,
    by_whom text not null,
    at_ms integer not null
) strict;
create table street_pieces (
    streets_id text not null references streets (id),
    number integer not null,
    bytes blob not null,
    primary key (streets_id, number)
) strict;

-- Who visits which houses on a day. `terms` is what all of a round has in common, `question` what the planner was asked last: with it,
-- the streets, its seed and its iterations the same plan comes out again.
create table rounds (
    id text not null primary key,
    day text not null,
    name text not null,
    evening integer not null,
    streets_id text references streets (id),
    -- raised by every change, so that nobody overwrites what they have not seen
    revision integer not null,
    terms text not null,
    question text not null,
    made_by text not null,
    at_ms integer not null
) strict;
create index rounds_day on rounds (day, id);

create table round_teams (
    round_id text not null references rounds (id),
    number integer not null,
    team text not null,
    tour text not null,
    primary key (round_id, number)
) strict;

-- A house may have been taken back with its import: its code stays readable here.
create table round_stops (
    round_id text not null references rounds (id),
    number integer not null,
    house_code text not null,
    day text not null,
    -- none: left out
    team integer,
    rank integer not null,
    -- 'planned', 'done', 'nobody_home', 'refused' or 'dropped'
    state text not null,
    locked integer not null,
    stop text not null,
    visit text not null,
    primary key (round_id, number)
) strict;
create unique index round_stops_house on round_stops (round_id, house_code);
-- Nobody is called on by two rounds of one day.
create unique index round_stops_once on round_stops (house_code, day) where state = 'planned' and team is not null;
create index round_stops_day on round_stops (day);
