//! Promises over HTTP, one file per resource.

mod access;
mod accounts;
mod areas;
mod audit;
mod bad_input;
mod basemap;
mod changes;
mod disclosure;
mod downloads;
mod erasure;
mod events;
mod houses;
mod imports;
mod overload;
mod people;
mod planted;
mod population;
mod publication;
mod services;
mod site;
mod studies;
mod tiles;
mod units;
