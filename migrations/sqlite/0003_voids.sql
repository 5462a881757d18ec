-- An observation is voided once. The index leaves out those that void none: asked for them, SQLite took it for the way to a single row
-- and read every event of the site.
drop index events_voids;
create unique index events_voids on events (voids) where voids is not null;
