-- A person may ask who looked at what is kept of him or her.
create index audit_subject on audit (subject, serial);
