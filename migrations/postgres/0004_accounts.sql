-- Who signs in with a name and a password.
create table accounts (
    id text collate "C" not null primary key,
    name text collate "C" not null,
    -- the name as names are compared
    folded text collate "C" not null unique,
    -- argon2id, as a PHC string
    password text collate "C" not null,
    role text collate "C" not null,
    -- JSON list of codes; null: the whole site
    areas text collate "C",
    -- the sealed secret of the second factor, and one that waits for its first code
    totp bytea,
    totp_next bytea,
    -- the last step of which a code was used
    totp_step bigint,
    made_at_ms bigint not null,
    disabled_at_ms bigint
);

create table sessions (
    id_hash text collate "C" not null primary key,
    account_id text collate "C" not null references accounts (id),
    made_at_ms bigint not null,
    seen_at_ms bigint not null
);
create index sessions_account on sessions (account_id);

-- A token is for any number of areas, and may keep only some of its role's rights.
alter table tokens add column areas text collate "C";
update tokens set areas = cast(json_build_array(area_code) as text) where area_code is not null;
alter table tokens drop column area_code;
alter table tokens add column rights text collate "C";
