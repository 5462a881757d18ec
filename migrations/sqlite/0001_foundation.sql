create table site (
    key text not null primary key,
    value text not null
) strict;

-- One row per committed write. Raising it first also makes writers wait for one another.
create table revisions (
    number integer not null primary key,
    at_ms integer not null,
    -- 'houses': only the houses stamped with this number changed; 'all': read everything anew
    scope text not null
) strict;
insert into revisions (number, at_ms, scope) values (0, 0, 'all');

create table areas (
    code text not null primary key,
    name text not null,
    level text not null,
    parent text not null,
    polygons text not null,
    import_id text
) strict;

create table houses (
    code text not null primary key,
    serial integer not null unique,
    lon real not null,
    lat real not null,
    kind text not null,
    address text not null,
    door_plate text not null,
    area_code text not null,
    since text,
    source_datum text not null,
    source_lon real not null,
    source_lat real not null,
    revision integer not null
) strict;
create index houses_revision on houses (revision);

-- Houses that an undone import took away, so that other processes hear of it.
create table removed_houses (
    code text not null,
    revision integer not null,
    primary key (code, revision)
) strict;

create table events (
    serial integer not null primary key,
    id text not null unique,
    house_code text not null references houses (code),
    day text not null,
    kind text not null,
    fields text not null,
    voids text,
    reason text not null,
    recorded_at_ms integer not null,
    recorded_by text not null,
    import_id text,
    idempotency_key text unique
) strict;
create index events_house on events (house_code, serial);
create index events_import on events (import_id);
create unique index events_voids on events (voids);

create table policies (
    name text not null,
    version integer not null,
    hash text not null unique,
    document text not null,
    added_at_ms integer not null,
    added_by text not null,
    primary key (name, version)
) strict;

create table policy_editions (
    valid_from text not null primary key,
    name text not null,
    version integer not null,
    activated_at_ms integer not null,
    activated_by text not null,
    foreign key (name, version) references policies (name, version)
) strict;

create table imports (
    id text not null primary key,
    what text not null,
    file_name text not null,
    file_hash text not null,
    encoding text not null,
    datum text not null,
    at_ms integer not null,
    by_whom text not null,
    rows_read integer not null,
    added integer not null,
    changed integer not null,
    same integer not null,
    faulty integer not null,
    undone_at_ms integer,
    undone_by text
) strict;

-- What an import of houses changed: the row as it was before (JSON), or null for a new house.
create table import_houses (
    import_id text not null references imports (id),
    house_code text not null,
    before text,
    primary key (import_id, house_code)
) strict;
create index import_houses_house on import_houses (house_code);

create table base_features (
    serial integer not null primary key,
    layer text not null,
    class text not null,
    name text not null,
    shape text not null,
    import_id text
) strict;

create table tokens (
    id text not null primary key,
    secret_hash text not null unique,
    name text not null,
    role text not null,
    area_code text,
    made_at_ms integer not null,
    expires_at_ms integer,
    revoked_at_ms integer
) strict;

create table audit (
    serial integer not null primary key,
    at_ms integer not null,
    who text not null,
    role text not null,
    action text not null,
    subject text not null,
    detail text not null,
    revision integer not null
) strict;

create trigger events_are_kept_update before update on events begin select raise(abort, 'events are only ever added'); end;
create trigger events_are_kept_delete before delete on events begin select raise(abort, 'events are only ever added'); end;
create trigger audit_is_kept_update before update on audit begin select raise(abort, 'audit rows are only ever added'); end;
create trigger audit_is_kept_delete before delete on audit begin select raise(abort, 'audit rows are only ever added'); end;
create trigger policies_are_kept before update on policies begin select raise(abort, 'a policy version is never changed'); end;
