-- An officer's word that a worse tier is right.
create table confirmations (
    id text not null primary key,
    house_code text not null references houses (code),
    tier text not null,
    given text not null,
    effective text not null,
    reason text not null,
    policy_hash text not null,
    by_whom text not null,
    at_ms bigint not null,
    withdrawn text
);
create index confirmations_house on confirmations (house_code, at_ms);

create table notices (
    id text not null primary key,
    number text not null unique,
    house_code text not null references houses (code),
    kind text not null,
    tier text not null,
    day text not null,
    deadline text,
    content text not null,
    paper text not null,
    pdf bytea not null,
    pdf_hash text not null,
    confirmation_id text references confirmations (id),
    made_by text not null,
    at_ms bigint not null,
    served text,
    served_how text,
    served_by text
);
create index notices_house on notices (house_code, at_ms);

-- An owner's request to look at an observation or a confirmed tier again.
create table reviews (
    id text not null primary key,
    house_code text not null references houses (code),
    event_id text references events (id),
    confirmation_id text references confirmations (id),
    statement text not null,
    asked text not null,
    due text not null,
    recorded_by text not null,
    at_ms bigint not null,
    decided text,
    decided_by text,
    upheld bigint,
    reason text
);
create index reviews_house on reviews (house_code, at_ms);
-- One open review of a thing at a time.
create unique index reviews_open_event on reviews (event_id) where decided is null;
create unique index reviews_open_confirmation on reviews (confirmation_id) where decided is null;
