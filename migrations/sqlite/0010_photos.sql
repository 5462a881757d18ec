-- Pictures of houses. The bytes lie on a shelf beside the database, by the hash; they are there before the row is.
create table photos (
    id text not null primary key,
    -- SHA-256 of the file as received: the same file is one photo
    hash text not null unique,
    -- the house it shows; none while that is only suggested or not known
    house_code text references houses (code),
    -- 'certain', 'suggested', 'placed_by_hand' or 'unplaced'
    link text not null,
    -- the area it belongs to while it has no house; '' when only its uploader and the whole site see it
    area_code text not null,
    -- local, as the camera says
    taken_at text,
    -- of taking, or of uploading where that is not known
    day text not null,
    lon real,
    lat real,
    heading real,
    accuracy_m real,
    width integer not null,
    height integer not null,
    bytes integer not null,
    -- 64 bits that are nearly the same for pictures that look nearly the same
    likeness integer not null,
    -- codes of what was ignored in the file, by spaces
    notes text not null,
    uploaded_by text not null,
    uploaded_at_ms integer not null
) strict;
create index photos_house on photos (house_code, day);
create index photos_link on photos (link, id);
create index photos_place on photos (lat, lon);
create index photos_day on photos (day, id);

-- The photos that an observation rests on. A photo may be deleted; that it was named stays.
create table event_photos (
    event_id text not null references events (id),
    photo_id text not null,
    primary key (event_id, photo_id)
) strict;
