-- Who signs in with a name and a password.
create table accounts (
    id text not null primary key,
    name text not null,
    -- the name as names are compared
    folded text not null unique,
    -- argon2id, as a PHC string
    password text not null,
    role text not null,
    -- JSON list of codes; null: the whole site
    areas text,
    -- the sealed secret of the second factor, and one that waits for its first code
    totp blob,
    totp_next blob,
    -- the last step of which a code was used
    totp_step integer,
    made_at_ms integer not null,
    disabled_at_ms integer
) strict;

create table sessions (
    id_hash text not null primary key,
    account_id text not null references accounts (id),
    made_at_ms integer not null,
    seen_at_ms integer not null
) strict;
create index sessions_account on sessions (account_id);

-- A token is for any number of areas, and may keep only some of its role's rights.
alter table tokens add column areas text;
update tokens set areas = json_array(area_code) where area_code is not null;
alter table tokens drop column area_code;
alter table tokens add column rights text;
