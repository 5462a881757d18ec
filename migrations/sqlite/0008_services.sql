-- Schools, clinics and what else people go to: the population is measured against them.
create table services (
    code text not null primary key,
    name text not null,
    -- 'school', 'clinic' or 'other'
    kind text not null,
    lon real not null,
    lat real not null,
    import_id text
) strict;
create index services_import on services (import_id);
