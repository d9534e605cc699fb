//! The gateway's REST interface, asked as a program asks it.

use std::io::{BufRead, BufReader};

use serde_json::Value;

/// The JSON at this path of the gateway.
pub(crate) fn get(page: &str, path: &str) -> Value {
    let mut response = ureq::get(format!("{page}{path}")).call().unwrap();
    response.body_mut().read_json().unwrap()
}

/// Sends JSON; the status and the JSON that came back, also where it is an error.
pub(crate) fn post(page: &str, path: &str, body: &Value) -> (u16, Value) {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut response = agent.post(format!("{page}{path}")).send_json(body).unwrap();
    let status = response.status().as_u16();
    (status, response.body_mut().read_json().unwrap())
}

/// The reading of a register of a meter.
pub(crate) fn reading(page: &str, meter: &str, register: &str) -> Option<Value> {
    let meter = get(page, &format!("/api/v1/meters/{meter}"));
    let readings = meter["readings"].as_array().unwrap();
    readings.iter().find(|reading| reading["register"] == register).cloned()
}

/// Waits until something holds of the gateway; looks again whenever it tells of a change.
pub(crate) fn until(page: &str, mut holds: impl FnMut() -> bool) {
    let events = ureq::get(format!("{page}/api/v1/events")).call().unwrap();
    let mut lines = BufReader::new(events.into_body().into_reader()).lines();
    while !holds() {
        lines.next().expect("the gateway ended its events").unwrap();
    }
}
