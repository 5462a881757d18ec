create table site (
    key text collate "C" not null primary key,
    value text collate "C" not null
);

-- One row per committed write. Raising it first also makes writers wait for one another.
create table revisions (
    number bigint not null primary key,
    at_ms bigint not null,
    -- 'houses': only the houses stamped with this number changed; 'all': read everything anew
    scope text collate "C" not null
);
insert into revisions (number, at_ms, scope) values (0, 0, 'all');

create table areas (
    code text collate "C" not null primary key,
    name text collate "C" not null,
    level text collate "C" not null,
    parent text collate "C" not null,
    polygons text collate "C" not null,
    import_id text collate "C"
);

create table houses (
    code text collate "C" not null primary key,
    serial bigint not null unique,
    lon double precision not null,
    lat double precision not null,
    kind text collate "C" not null,
    address text collate "C" not null,
    door_plate text collate "C" not null,
    area_code text collate "C" not null,
    since text collate "C",
    source_datum text collate "C" not null,
    source_lon double precision not null,
    source_lat double precision not null,
    revision bigint not null
);
create index houses_revision on houses (revision);

-- Houses that an undone import took away, so that other processes hear of it.
create table removed_houses (
    code text collate "C" not null,
    revision bigint not null,
    primary key (code, revision)
);

create table events (
    serial bigint not null primary key,
    id text collate "C" not null unique,
    house_code text collate "C" not null references houses (code),
    day text collate "C" not null,
    kind text collate "C" not null,
    fields text collate "C" not null,
    voids text collate "C",
    reason text collate "C" not null,
    recorded_at_ms bigint not null,
    recorded_by text collate "C" not null,
    import_id text collate "C",
    idempotency_key text collate "C" unique
);
create index events_house on events (house_code, serial);
create index events_import on events (import_id);
create unique index events_voids on events (voids);

create table policies (
    name text collate "C" not null,
    version bigint not null,
    hash text collate "C" not null unique,
    document text collate "C" not null,
    added_at_ms bigint not null,
    added_by text collate "C" not null,
    primary key (name, version)
);

create table policy_editions (
    valid_from text collate "C" not null primary key,
    name text collate "C" not null,
    version bigint not null,
    activated_at_ms bigint not null,
    activated_by text collate "C" not null,
    foreign key (name, version) references policies (name, version)
);

create table imports (
    id text collate "C" not null primary key,
    what text collate "C" not null,
    file_name text collate "C" not null,
    file_hash text collate "C" not null,
    encoding text collate "C" not null,
    datum text collate "C" not null,
    at_ms bigint not null,
    by_whom text collate "C" not null,
    rows_read bigint not null,
    added bigint not null,
    changed bigint not null,
    same bigint not null,
    faulty bigint not null,
    undone_at_ms bigint,
    undone_by text collate "C"
);

-- What an import of houses changed: the row as it was before (JSON), or null for a new house.
create table import_houses (
    import_id text collate "C" not null references imports (id),
    house_code text collate "C" not null,
    before text collate "C",
    primary key (import_id, house_code)
);
create index import_houses_house on import_houses (house_code);

create table base_features (
    serial bigint not null primary key,
    layer text collate "C" not null,
    class text collate "C" not null,
    name text collate "C" not null,
    shape text collate "C" not null,
    import_id text collate "C"
);

create table tokens (
    id text collate "C" not null primary key,
    secret_hash text collate "C" not null unique,
    name text collate "C" not null,
    role text collate "C" not null,
    area_code text collate "C",
    made_at_ms bigint not null,
    expires_at_ms bigint,
    revoked_at_ms bigint
);

create table audit (
    serial bigint not null primary key,
    at_ms bigint not null,
    who text collate "C" not null,
    role text collate "C" not null,
    action text collate "C" not null,
    subject text collate "C" not null,
    detail text collate "C" not null,
    revision bigint not null
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% rows are only ever added', tg_table_name;
end $$;
create trigger events_are_kept before update or delete on events for each row execute function refuse_change();
create trigger audit_is_kept before update or delete on audit for each row execute function refuse_change();
create trigger policies_are_kept before update on policies for each row execute function refuse_change();
