-- Personal data is sealed before it comes here (src/vault): bytes that open only in their own row and column, with a key that is not in the
-- database. What is not sealed says nothing about a person.
create table persons (
    id text not null primary key,
    -- which key sealed the row
    key_id text not null,
    name blob not null,
    id_number blob,
    phone blob,
    -- a keyed hash of the identity number, or without one of house, name and phone
    index_key blob not null unique,
    made_at_ms integer not null
) strict;
create index persons_key on persons (key_id, id);

create table residencies (
    id text not null primary key,
    person_id text not null references persons (id),
    house_code text not null references houses (code),
    -- 'registered', 'temporary', or '' of an owner who lives elsewhere
    registration text not null,
    role text not null,
    from_day text not null,
    -- the day of moving out, the first that no longer counts
    to_day text,
    import_id text,
    recorded_by text not null,
    recorded_at_ms integer not null,
    ended_by text,
    ended_at_ms integer
) strict;
create index residencies_house on residencies (house_code, from_day);
create index residencies_person on residencies (person_id);
create index residencies_import on residencies (import_id);

create table units (
    id text not null primary key,
    house_code text not null references houses (code),
    name text not null,
    kind text not null,
    credit_code text,
    staff integer,
    from_day text,
    to_day text,
    import_id text,
    recorded_by text not null,
    recorded_at_ms integer not null
) strict;
create index units_house on units (house_code, id);
create index units_import on units (import_id);

-- How often somebody looked within the hour.
create index audit_who on audit (who, at_ms);

-- A residency ends; it is not overwritten.
create trigger residencies_are_kept before update of id, person_id, house_code, registration, role, from_day, recorded_by, recorded_at_ms on residencies
begin select raise(abort, 'a residency is never overwritten'); end;
create trigger residencies_end_once before update of to_day on residencies when old.to_day is not null
begin select raise(abort, 'a residency ends once'); end;
