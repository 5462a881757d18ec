-- One person may stand in the records of several areas, each with what that area wrote: the index finds all of them.
-- SQLite drops no constraint of a column, so the table is made anew; who lives where points to it by name throughout.
pragma defer_foreign_keys = on;
create temporary table persons_kept as select * from persons;
drop table persons;
create table persons (
    id text not null primary key,
    -- which key sealed the row
    key_id text not null,
    name blob not null,
    id_number blob,
    phone blob,
    -- a keyed hash of the identity number, or without one of house, name and phone
    index_key blob not null,
    made_at_ms integer not null
) strict;
insert into persons (id, key_id, name, id_number, phone, index_key, made_at_ms)
    select id, key_id, name, id_number, phone, index_key, made_at_ms from persons_kept;
drop table persons_kept;
create index persons_key on persons (key_id, id);
create index persons_index on persons (index_key, id);
