-- One person may stand in the records of several areas, each with what that area wrote: the index finds all of them.
alter table persons drop constraint persons_index_key_key;
create index persons_index on persons (index_key, id);
