//! The portal as gateways, people and programs meet it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod api_adoption;
mod api_commands;
mod api_events;
mod api_gateways;
mod api_meters;
mod api_overview;
mod api_readings;
mod app;
mod authorization;
mod fleet;
mod fleet_batches;
mod fleet_commands;
mod fleet_kill;
mod fleet_stream;
mod link;
mod meter_form;
mod openapi;
mod portal_api;
mod store_claims;
mod store_commands;
mod store_meters;
mod store_readouts;
