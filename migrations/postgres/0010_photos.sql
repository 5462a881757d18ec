-- Pictures of houses. The bytes lie on a shelf beside the database, by the hash; they are there before the row is.
create table photos (
    id text collate "C" not null primary key,
    -- SHA-256 of the file as received: the same file is one photo
    hash text collate "C" not null unique,
    -- the house it shows; none while that is only suggested or not known
    house_code text collate "C" references houses (code),
    -- 'certain', 'suggested', 'placed_by_hand' or 'unplaced'
    link text collate "C" not null,
    -- the area it belongs to while it has no house; '' when only its uploader and the whole site see it
    area_code text collate "C" not null,
    -- local, as the camera says
    taken_at text collate "C",
    -- of taking, or of uploading where that is not known
    day text collate "C" not null,
    lon double precision,
    lat double precision,
    heading double precision,
    accuracy_m double precision,
    width bigint not null,
    height bigint not null,
    bytes bigint not null,
    -- 64 bits that are nearly the same for pictures that look nearly the same
    likeness bigint not null,
    -- codes of what was ignored in the file, by spaces
    notes text collate "C" not null,
    uploaded_by text collate "C" not null,
    uploaded_at_ms bigint not null
);
create index photos_house on photos (house_code, day);
create index photos_link on photos (link, id);
create index photos_place on photos (lat, lon);
create index photos_day on photos (day, id);

-- The photos that an observation rests on. A photo may be deleted; that it was named stays.
create table event_photos (
    event_id text collate "C" not null references events (id),
    photo_id text collate "C" not null,
    primary key (event_id, photo_id)
);
