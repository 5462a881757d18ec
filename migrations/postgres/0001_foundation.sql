create table site (
    key text not null primary key,
    value text not null
);

-- One row per committed write. Raising it first also makes writers wait for one another.
create table revisions (
    number bigint not null primary key,
    at_ms bigint not null,
    -- 'houses': only the houses stamped with this number changed; 'all': read everything anew
    scope text not null
);
insert into revisions (number, at_ms, scope) values (0, 0, 'all');

create table areas (
    code text not null primary key,
    name text not null,
    level text not null,
    parent text not null,
    polygons text not null,
    import_id text
);

create table houses (
    code text not null primary key,
    serial bigint not null unique,
    lon double precision not null,
    lat double precision not null,
    kind text not null,
    address text not null,
    door_plate text not null,
    area_code text not null,
    source_datum text not null,
    source_lon double precision not null,
    source_lat double precision not null,
    revision bigint not null
);
create index houses_revision on houses (revision);

-- Houses that an undone import took away, so that other processes hear of it.
create table removed_houses (
    code text not null,
    revision bigint not null,
    primary key (code, revision)
);

create table events (
    serial bigint not null primary key,
    id text not null unique,
    house_code text not null references houses (code),
    day text not null,
    kind text not null,
    fields text not null,
    voids text,
    reason text not null,
    recorded_at_ms bigint not null,
    recorded_by text not null,
    import_id text,
    idempotency_key text unique
);
create index events_house on events (house_code, serial);
create index events_import on events (import_id);
create unique index events_voids on events (voids);

create table policies (
    name text not null,
    version bigint not null,
    hash text not null unique,
    document text not null,
    added_at_ms bigint not null,
    added_by text not null,
    primary key (name, version)
);

create table policy_editions (
    valid_from text not null primary key,
    name text not null,
    version bigint not null,
    activated_at_ms bigint not null,
    activated_by text not null,
    foreign key (name, version) references policies (name, version)
);

create table imports (
    id text not null primary key,
    what text not null,
    file_name text not null,
    file_hash text not null,
    encoding text not null,
    datum text not null,
    at_ms bigint not null,
    by_whom text not null,
    rows_read bigint not null,
    added bigint not null,
    changed bigint not null,
    same bigint not null,
    faulty bigint not null,
    undone_at_ms bigint,
    undone_by text
);

-- What an import of houses changed: the row as it was before (JSON), or null for a new house.
create table import_houses (
    import_id text not null references imports (id),
    house_code text not null,
    before text,
    primary key (import_id, house_code)
);
create index import_houses_house on import_houses (house_code);

create table base_features (
    serial bigint not null primary key,
    layer text not null,
    class text not null,
    name text not null,
    shape text not null,
    import_id text
);

create table tokens (
    id text not null primary key,
    secret_hash text not null unique,
    name text not null,
    role text not null,
    area_code text,
    made_at_ms bigint not null,
    expires_at_ms bigint,
    revoked_at_ms bigint
);

create table audit (
    serial bigint not null primary key,
    at_ms bigint not null,
    who text not null,
    role text not null,
    action text not null,
    subject text not null,
    detail text not null,
    revision bigint not null
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% rows are only ever added', tg_table_name;
end $$;
create trigger events_are_kept before update or delete on events for each row execute function refuse_change();
create trigger audit_is_kept before update or delete on audit for each row execute function refuse_change();
create trigger policies_are_kept before update on policies for each row execute function refuse_change();
