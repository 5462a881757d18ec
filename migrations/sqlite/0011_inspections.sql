-- Visits to houses. A wrong one is voided, never changed.
create table visits (
    -- made by whoever sends it, so that a visit sent twice is one
    id text not null primary key,
    house_code text not null references houses (code),
    day text not null,
    -- 'HH:MM', when known
    at text,
    -- 'officer' or 'assistant'
    duty text not null,
    -- 'done', 'nobody_home' or 'refused' (entry, never an improvement)
    outcome text not null,
    evening integer not null,
    -- who came along; empty when nobody did
    second text not null,
    -- the round it was a stop of; empty when of none
    round text not null,
    -- its findings, an observation like any other
    event_id text references events (id),
    note text not null,
    recorded_by text not null,
    recorded_at_ms integer not null
) strict;
create index visits_house on visits (house_code, day);
create unique index visits_event on visits (event_id) where event_id is not null;

create table voided_visits (
    visit_id text not null primary key references visits (id),
    reason text not null,
    by_whom text not null,
    at_ms integer not null
) strict;

create trigger visits_are_kept_update before update on visits begin select raise(abort, 'visits are only ever added'); end;
create trigger visits_are_kept_delete before delete on visits begin select raise(abort, 'visits are only ever added'); end;
create trigger voided_visits_are_kept_update before update on voided_visits begin select raise(abort, 'voided visits are only ever added'); end;
create trigger voided_visits_are_kept_delete before delete on voided_visits begin select raise(abort, 'voided visits are only ever added'); end;
