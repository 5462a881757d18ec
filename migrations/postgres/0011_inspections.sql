-- Visits to houses. A wrong one is voided, never changed.
create table visits (
    -- made by whoever sends it, so that a visit sent twice is one
    id text collate "C" not null primary key,
    house_code text collate "C" not null references houses (code),
    day text collate "C" not null,
    -- 'HH:MM', when known
    at text collate "C",
    -- 'officer' or 'assistant'
    duty text collate "C" not null,
    -- 'done', 'nobody_home' or 'refused' (entry, never an improvement)
    outcome text collate "C" not null,
    evening bigint not null,
    -- who came along; empty when nobody did
    second text collate "C" not null,
    -- the round it was a stop of; empty when of none
    round text collate "C" not null,
    -- its findings, an observation like any other
    event_id text collate "C" references events (id),
    note text collate "C" not null,
    recorded_by text collate "C" not null,
    recorded_at_ms bigint not null
);
create index visits_house on visits (house_code, day);
create unique index visits_event on visits (event_id) where event_id is not null;

create table voided_visits (
    visit_id text collate "C" not null primary key references visits (id),
    reason text collate "C" not null,
    by_whom text collate "C" not null,
    at_ms bigint not null
);

create trigger visits_are_kept before update or delete on visits for each row execute function refuse_change();
create trigger voided_visits_are_kept before update or delete on voided_visits for each row execute function refuse_change();
