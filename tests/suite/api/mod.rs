//! Promises over HTTP, one file per resource.

mod areas;
mod bad_input;
mod changes;
mod events;
mod houses;
mod imports;
mod publication;
mod site;
mod tiles;
