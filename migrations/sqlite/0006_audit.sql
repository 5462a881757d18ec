-- From where something was done, and the link that holds each row to all before it (`src/vault/chain.rs`); empty in rows of before.
alter table audit add column place text not null default '';
alter table audit add column link text not null default '';
