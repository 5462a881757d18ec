-- Schools, clinics and what else people go to: the population is measured against them.
create table services (
    code text collate "C" not null primary key,
    name text collate "C" not null,
    -- 'school', 'clinic' or 'other'
    kind text collate "C" not null,
    lon double precision not null,
    lat double precision not null,
    import_id text collate "C"
);
create index services_import on services (import_id);
