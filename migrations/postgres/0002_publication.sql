-- An officer's word that a worse tier is right.
create table confirmations (
    id text collate "C" not null primary key,
    house_code text collate "C" not null references houses (code),
    tier text collate "C" not null,
    given text collate "C" not null,
    effective text collate "C" not null,
    told text collate "C",
    reason text collate "C" not null,
    policy_hash text collate "C" not null,
    by_whom text collate "C" not null,
    at_ms bigint not null,
    withdrawn text collate "C"
);
create index confirmations_house on confirmations (house_code, at_ms);

create table notices (
    id text collate "C" not null primary key,
    number text collate "C" not null unique,
    house_code text collate "C" not null references houses (code),
    kind text collate "C" not null,
    tier text collate "C" not null,
    day text collate "C" not null,
    deadline text collate "C",
    content text collate "C" not null,
    paper text collate "C" not null,
    pdf bytea not null,
    pdf_hash text collate "C" not null,
    confirmation_id text collate "C" references confirmations (id),
    made_by text collate "C" not null,
    at_ms bigint not null,
    served text collate "C",
    served_how text collate "C",
    served_by text collate "C"
);
create index notices_house on notices (house_code, at_ms);

-- An owner's request to look at an observation or a confirmed tier again.
create table reviews (
    id text collate "C" not null primary key,
    house_code text collate "C" not null references houses (code),
    event_id text collate "C" references events (id),
    confirmation_id text collate "C" references confirmations (id),
    statement text collate "C" not null,
    asked text collate "C" not null,
    due text collate "C" not null,
    recorded_by text collate "C" not null,
    at_ms bigint not null,
    decided text collate "C",
    decided_by text collate "C",
    upheld bigint,
    reason text collate "C"
);
create index reviews_house on reviews (house_code, at_ms);
-- One open review of a thing at a time.
create unique index reviews_open_event on reviews (event_id) where decided is null;
create unique index reviews_open_confirmation on reviews (confirmation_id) where decided is null;

-- What was public when the record changed: the newest row of a house holds for all days before its day.
create table publications (
    house_code text collate "C" not null references houses (code),
    revision bigint not null,
    day text collate "C" not null,
    frozen text collate "C" not null,
    primary key (house_code, revision)
);
create trigger publications_are_kept before update or delete on publications for each row execute function refuse_change();
