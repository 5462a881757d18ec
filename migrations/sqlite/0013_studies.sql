-- Studies of where red houses stand. What was asked in one is only ever added to: the correction counts every question.
create table studies (
    id text not null primary key,
    name text not null,
    author text not null,
    -- JSON list of the codes of its areas; null for the whole site
    areas text,
    alpha real not null,
    at_ms integer not null
) strict;

create table study_questions (
    study_id text not null references studies (id),
    -- 1, 2, 3 … in a study
    number integer not null,
    -- JSON: method, parameters, areas, day and view
    asked text not null,
    question_hash text not null,
    -- of the houses that took part, with their places and tiers
    data_hash text not null,
    -- null for exploration without a test
    p real,
    by_whom text not null,
    at_ms integer not null,
    primary key (study_id, number)
) strict;
-- The same question of the same data is one question.
create unique index study_questions_once on study_questions (study_id, question_hash, data_hash);

create table study_results (
    study_id text not null,
    number integer not null,
    -- the very bytes of the card
    card text not null,
    card_hash text not null,
    -- JSON: the houses and cells found
    places text not null,
    primary key (study_id, number),
    foreign key (study_id, number) references study_questions (study_id, number)
) strict;

create trigger studies_are_kept_update before update on studies begin select raise(abort, 'studies are only ever added'); end;
create trigger studies_are_kept_delete before delete on studies begin select raise(abort, 'studies are only ever added'); end;
create trigger study_questions_are_kept_update before update on study_questions begin select raise(abort, 'questions are only ever added'); end;
create trigger study_questions_are_kept_delete before delete on study_questions begin select raise(abort, 'questions are only ever added'); end;
create trigger study_results_are_kept_update before update on study_results begin select raise(abort, 'results are only ever added'); end;
create trigger study_results_are_kept_delete before delete on study_results begin select raise(abort, 'results are only ever added'); end;
