//! A gateway as the portal knows it.

use fleet_link::{Finding, Status};
use jiff::Timestamp;

use crate::id::{GatewayId, SiteId};

/// A gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// Its id.
    pub id: GatewayId,
    /// Where it is.
    pub site: SiteId,
    /// Its name for people; no other gateway of the site has it.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// Until when its claim code works; none where it was used.
    pub claim_expires_at: Option<Timestamp>,
    /// When it was last claimed.
    pub claimed_at: Option<Timestamp>,
    /// The version of its program.
    pub version: Option<String>,
    /// When it last made a request.
    pub last_seen_at: Option<Timestamp>,
    /// How it is, and when it said so.
    pub status: Option<(Status, Timestamp)>,
    /// The newest revision of its configuration; 0 where there is none yet.
    pub wanted_revision: u64,
    /// What it last said of a revision.
    pub reported: Option<ReportedConfiguration>,
}

/// What a gateway said of a revision of its configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportedConfiguration {
    /// The revision.
    pub revision: u64,
    /// Whether the gateway reads by it.
    pub applied: bool,
    /// What is wrong with it.
    pub problems: Vec<Finding>,
    /// When it said so.
    pub reported_at: Timestamp,
}

impl Gateway {
    /// The ids of its buses; empty where it never told.
    pub fn buses(&self) -> impl Iterator<Item = &str> {
        let status = self.status.iter();
        status.flat_map(|(status, _)| status.buses.iter().map(|bus| bus.id.as_str()))
    }
}

/// Where a gateway is, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name of the gateway.
    pub gateway: String,
    /// The site.
    pub site: SiteId,
    /// The name of the site.
    pub site_name: String,
}
