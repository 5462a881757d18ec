-- Personal data is sealed before it comes here (src/vault): bytes that open only in their own row and column, with a key that is not in the
-- database. What is not sealed says nothing about a person.
create table persons (
    id text collate "C" not null primary key,
    -- which key sealed the row
    key_id text collate "C" not null,
    name bytea not null,
    id_number bytea,
    phone bytea,
    -- a keyed hash of the identity number, or without one of house, name and phone
    index_key bytea not null unique,
    made_at_ms bigint not null
);
create index persons_key on persons (key_id, id);

create table residencies (
    id text collate "C" not null primary key,
    person_id text collate "C" not null references persons (id),
    house_code text collate "C" not null references houses (code),
    -- 'registered', 'temporary', or '' of an owner who lives elsewhere
    registration text collate "C" not null,
    role text collate "C" not null,
    from_day text collate "C" not null,
    -- the day of moving out, the first that no longer counts
    to_day text collate "C",
    import_id text collate "C",
    recorded_by text collate "C" not null,
    recorded_at_ms bigint not null,
    ended_by text collate "C",
    ended_at_ms bigint
);
create index residencies_house on residencies (house_code, from_day);
create index residencies_person on residencies (person_id);
create index residencies_import on residencies (import_id);

create table units (
    id text collate "C" not null primary key,
    house_code text collate "C" not null references houses (code),
    name text collate "C" not null,
    kind text collate "C" not null,
    credit_code text collate "C",
    staff bigint,
    from_day text collate "C",
    to_day text collate "C",
    import_id text collate "C",
    recorded_by text collate "C" not null,
    recorded_at_ms bigint not null
);
create index units_house on units (house_code, id);
create index units_import on units (import_id);

-- How often somebody looked within the hour.
create index audit_who on audit (who, at_ms);

-- A residency ends; it is not overwritten.
create function refuse_overwriting() returns trigger language plpgsql as $$
begin
    raise exception 'a residency ends once and is never overwritten';
end $$;
create trigger residencies_are_kept before update of id, person_id, house_code, registration, role, from_day, recorded_by, recorded_at_ms on residencies
    for each row execute function refuse_overwriting();
create trigger residencies_end_once before update of to_day on residencies for each row when (old.to_day is not null) execute function refuse_overwriting();
