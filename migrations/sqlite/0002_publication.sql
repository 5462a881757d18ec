-- An officer's word that a worse tier is right.
create table confirmations (
    id text not null primary key,
    house_code text not null references houses (code),
    tier text not null,
    given text not null,
    effective text not null,
    told text,
    reason text not null,
    policy_hash text not null,
    by_whom text not null,
    at_ms integer not null,
    withdrawn text
) strict;
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
    pdf blob not null,
    pdf_hash text not null,
    confirmation_id text references confirmations (id),
    made_by text not null,
    at_ms integer not null,
    served text,
    served_how text,
    served_by text
) strict;
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
    at_ms integer not null,
    decided text,
    decided_by text,
    upheld integer,
    reason text
) strict;
create index reviews_house on reviews (house_code, at_ms);
-- One open review of a thing at a time.
create unique index reviews_open_event on reviews (event_id) where decided is null;
create unique index reviews_open_confirmation on reviews (confirmation_id) where decided is null;

-- What was public when the record changed: the newest row of a house holds for all days before its day.
create table publications (
    house_code text not null references houses (code),
    revision integer not null,
    day text not null,
    frozen text not null,
    primary key (house_code, revision)
) strict;

create trigger publications_are_kept_update before update on publications begin select raise(abort, 'publications are only ever added'); end;
create trigger publications_are_kept_delete before delete on publications begin select raise(abort, 'publications are only ever added'); end;
