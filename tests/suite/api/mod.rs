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
mod inspections;
mod overload;
mod people;
mod photos;
mod planted;
mod population;
mod publication;
mod rounds;
mod services;
mod site;
mod studies;
mod tiles;
mod units;
