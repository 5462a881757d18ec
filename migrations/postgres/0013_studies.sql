-- Studies of where red houses stand. What was asked in one is only ever added to: the correction counts every question.
create table studies (
    id text collate "C" not null primary key,
    name text collate "C" not null,
    author text collate "C" not null,
    -- JSON list of the codes of its areas; null for the whole site
    areas text collate "C",
    alpha double precision not null,
    at_ms bigint not null
);

create table study_questions (
    study_id text collate "C" not null references studies (id),
    -- 1, 2, 3 … in a study
    number bigint not null,
    -- JSON: method, parameters, areas, day and view
    asked text collate "C" not null,
    question_hash text collate "C" not null,
    -- of the houses that took part, with their places and tiers
    data_hash text collate "C" not null,
    -- null for exploration without a test
    p double precision,
    by_whom text collate "C" not null,
    at_ms bigint not null,
    primary key (study_id, number)
);
-- The same question of the same data is one question.
create unique index study_questions_once on study_questions (study_id, question_hash, data_hash);

create table study_results (
    study_id text collate "C" not null,
    number bigint not null,
    -- the very bytes of the card
    card text collate "C" not null,
    card_hash text collate "C" not null,
    -- JSON: the houses and cells found
    places text collate "C" not null,
    primary key (study_id, number),
    foreign key (study_id, number) references study_questions (study_id, number)
);

create trigger studies_are_kept before update or delete on studies for each row execute function refuse_change();
create trigger study_questions_are_kept before update or delete on study_questions for each row execute function refuse_change();
create trigger study_results_are_kept before update or delete on study_results for each row execute function refuse_change();
