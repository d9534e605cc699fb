//! Which sites are in trouble, and why.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use fleet_link::{Finding, Severity};
use serde::Serialize;
use utoipa::ToSchema;
use web_access::Problem;

use super::findings::FindingView;
use super::meters::{MenuView, MeterStateView};
use super::{ApiState, refusal};
use crate::gateway::Gateway;
use crate::id::{GatewayId, SiteId};
use crate::meter::{Menu, MeterState};
use crate::overview::{CountedMeters, MeterTrouble, Overview};

/// How the fleet is.
#[derive(Serialize, ToSchema)]
#[schema(as = Overview)]
pub(super) struct OverviewView {
    /// All meters.
    meters: CountsView,
    /// The sites, by name.
    sites: Vec<SiteOverview>,
    /// The menus, in their order.
    menus: Vec<MenuOverview>,
}

/// So many meters are so.
#[derive(Clone, Copy, Default, Serialize, ToSchema)]
#[schema(as = MeterCounts)]
struct CountsView {
    /// How many there are.
    all: u64,
    /// All is well.
    ok: u64,
    /// Somebody should look.
    attention: u64,
    /// Values are missing.
    fault: u64,
    /// Nothing came yet.
    waiting: u64,
}

/// How a site is.
#[derive(Serialize, ToSchema)]
struct SiteOverview {
    /// Its id.
    #[schema(example = "site-1")]
    id: String,
    /// Its name.
    name: String,
    /// How it is, in one word: as its worst trouble.
    state: MeterStateView,
    /// How many gateways it has.
    gateways: usize,
    /// How many of them are connected now.
    gateways_online: usize,
    /// Its meters.
    meters: CountsView,
    /// What is wrong there, the worst first.
    troubles: Vec<TroubleView>,
}

/// Something that is wrong at a site.
#[derive(Serialize, ToSchema)]
#[schema(as = Trouble)]
struct TroubleView {
    /// What, why, and what to do.
    finding: FindingView,
    /// The gateway.
    #[schema(example = "gateway-1")]
    gateway: String,
    /// The name of the gateway.
    gateway_name: String,
    /// The bus it is about.
    #[schema(required, example = "cellar-1")]
    bus: Option<String>,
    /// A meter it is about: the first of those that have it.
    #[schema(required, example = "meter-17")]
    meter: Option<String>,
    /// How many meters have it.
    meters: u64,
}

/// How the meters under a menu are.
#[derive(Serialize, ToSchema)]
struct MenuOverview {
    /// The menu.
    menu: MenuView,
    /// Its meters.
    meters: CountsView,
}

/// Which sites are in trouble, and why
#[utoipa::path(get, path = "/api/v1/overview", operation_id = "show_overview", tag = "portal",
    responses((status = OK, body = OverviewView)))]
pub(super) async fn show(State(state): State<ApiState>) -> Result<Json<OverviewView>, Problem> {
    let sites = state.db.sites().await.map_err(refusal::db)?;
    let gateways = state.db.gateways().await.map_err(refusal::db)?;
    let Overview { counts, troubles } = state.db.overview().await.map_err(refusal::db)?;
    let at: BTreeMap<GatewayId, SiteId> =
        gateways.iter().map(|gateway| (gateway.id, gateway.site)).collect();
    let mut meters_of_gateway: BTreeMap<GatewayId, Vec<MeterTrouble>> = BTreeMap::new();
    for trouble in troubles {
        meters_of_gateway.entry(trouble.gateway).or_default().push(trouble);
    }
    let sites = sites.into_iter().map(|site| {
        let here: Vec<_> = gateways.iter().filter(|gateway| gateway.site == site.id).collect();
        let mut found = Vec::new();
        for gateway in &here {
            found.extend(of_gateway(gateway, state.live.is_connected(gateway.id)));
            let meters = meters_of_gateway.remove(&gateway.id).unwrap_or_default();
            found.extend(meters.into_iter().map(|trouble| of_meters(trouble, gateway)));
        }
        // The worst first; among equals the order they were found in.
        found.sort_by_key(|trouble| Reverse(trouble.finding.severity));
        let meters = CountsView::of(
            counts.iter().filter(|counted| at.get(&counted.gateway) == Some(&site.id)),
        );
        let state_of_site = match found.first().map(|trouble| trouble.finding.severity) {
            Some(Severity::Fault) => MeterState::Fault,
            Some(Severity::Attention) => MeterState::Attention,
            None if meters.ok > 0 => MeterState::Ok,
            None => MeterState::Waiting,
        };
        SiteOverview {
            id: site.id.to_string(),
            name: site.name,
            state: state_of_site.into(),
            gateways: here.len(),
            gateways_online: here
                .iter()
                .filter(|gateway| state.live.is_connected(gateway.id))
                .count(),
            meters,
            troubles: found.into_iter().map(TroubleView::from).collect(),
        }
    });
    let sites = sites.collect();
    let menus = Menu::ALL.map(|menu| MenuOverview {
        menu: menu.into(),
        meters: CountsView::of(counts.iter().filter(|counted| counted.menu == menu)),
    });
    Ok(Json(OverviewView { meters: CountsView::of(&counts), sites, menus: menus.into() }))
}

impl CountsView {
    fn of<'a>(counts: impl IntoIterator<Item = &'a CountedMeters>) -> Self {
        let mut sum = Self::default();
        for counted in counts {
            let of_state = match counted.state {
                MeterState::Ok => &mut sum.ok,
                MeterState::Attention => &mut sum.attention,
                MeterState::Fault => &mut sum.fault,
                MeterState::Waiting => &mut sum.waiting,
            };
            *of_state += counted.meters;
            sum.all += counted.meters;
        }
        sum
    }
}

struct Trouble {
    finding: Finding,
    gateway: GatewayId,
    gateway_name: String,
    bus: Option<String>,
    meter: Option<String>,
    meters: u64,
}

impl From<Trouble> for TroubleView {
    fn from(trouble: Trouble) -> Self {
        Self {
            finding: trouble.finding.into(),
            gateway: trouble.gateway.to_string(),
            gateway_name: trouble.gateway_name,
            bus: trouble.bus,
            meter: trouble.meter,
            meters: trouble.meters,
        }
    }
}

/// What is wrong with a gateway, its buses and its configuration.
fn of_gateway(gateway: &Gateway, is_connected: bool) -> Vec<Trouble> {
    let name = &gateway.name;
    let trouble = |bus: Option<String>, finding: Finding| Trouble {
        finding,
        gateway: gateway.id,
        gateway_name: name.clone(),
        bus,
        meter: None,
        meters: 0,
    };
    let said = |code: &str, severity, what: String, why: &str, remedy: &str| Finding {
        code: code.to_owned(),
        register: None,
        meter: None,
        what,
        why: why.to_owned(),
        remedy: remedy.to_owned(),
        severity,
        since: None,
    };
    if gateway.claimed_at.is_none() {
        let finding = said(
            "gateway_unclaimed",
            Severity::Attention,
            format!("{name} was not claimed yet"),
            "No device has used its claim code.",
            "Enter the claim code at the gateway; a new one can be made here.",
        );
        return vec![trouble(None, finding)];
    }
    let mut found = Vec::new();
    if !is_connected {
        let finding = said(
            "gateway_offline",
            Severity::Fault,
            format!("{name} is not connected"),
            "It opens the connection itself: it may be stopped, or its network is cut. What it reads meanwhile it keeps and sends later.",
            "Check that it runs and reaches this portal.",
        );
        found.push(trouble(None, Finding { since: gateway.last_seen_at, ..finding }));
    }
    let reported = gateway.reported.as_ref();
    let refused = reported
        .filter(|reported| !reported.applied && reported.revision == gateway.wanted_revision);
    if let Some(refused) = refused {
        let first = refused.problems.first();
        let why = first.map_or("It told no reason.", |problem| problem.what.as_str());
        let remedy = first.map_or("Look at the meters that were changed last.", |problem| {
            problem.remedy.as_str()
        });
        let revision = refused.revision;
        let what = format!("{name} does not take revision {revision} of its configuration");
        let finding = said("configuration_refused", Severity::Fault, what, why, remedy);
        found.push(trouble(None, Finding { since: Some(refused.reported_at), ..finding }));
    }
    if let Some((status, _)) = &gateway.status {
        found.extend(status.problems.iter().map(|problem| trouble(None, problem.clone())));
        let buses = status.buses.iter().filter_map(|bus| Some((bus, bus.problem.clone()?)));
        found.extend(buses.map(|(bus, problem)| trouble(Some(bus.id.clone()), problem)));
    }
    found
}

/// What ails meters: the words of one of them, where there is only one.
fn of_meters(trouble: MeterTrouble, gateway: &Gateway) -> Trouble {
    let severity = match trouble.state {
        MeterState::Fault => Severity::Fault,
        _ => Severity::Attention,
    };
    let MeterTrouble { meters, name, since, problem, .. } = trouble;
    let told = problem.unwrap_or_else(|| Finding {
        code: "values_missing".to_owned(),
        register: None,
        meter: None,
        what: format!("{name} did not bring all its values"),
        why: "Its gateway told no reason.".to_owned(),
        remedy: "Read it now to see what is on its bus.".to_owned(),
        severity,
        since: None,
    });
    let finding = match meters {
        0 | 1 => Finding { severity, since: told.since.or(Some(since)), ..told },
        _ => Finding {
            what: format!("{meters} meters of {} have the same trouble", gateway.name),
            why: format!("One of them: {}. {}", told.what, told.why),
            severity,
            since: Some(since),
            ..told
        },
    };
    Trouble {
        finding,
        gateway: gateway.id,
        gateway_name: gateway.name.clone(),
        bus: None,
        meter: Some(trouble.meter.to_string()),
        meters,
    }
}
