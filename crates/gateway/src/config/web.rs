//! The table `[web]`: how the pages and the API are reached.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use web_server::{SettingsFault, WebSettings};

use super::problem::Report;
use super::section::Section;

/// Where the pages and the API are served unless told otherwise.
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// What holds where there is no such table.
pub(super) const fn usual() -> WebSettings {
    WebSettings::at(DEFAULT_LISTEN)
}

/// Reads the table.
pub(super) fn read(mut section: Section<'_>, report: &mut Report<'_>) -> WebSettings {
    let listen = read_listen(&mut section, report).unwrap_or(DEFAULT_LISTEN);
    let login_for_reading = section.boolean("login_for_reading", report);
    let behind_proxy = section.boolean("behind_proxy", report).unwrap_or_default();
    let hosts = section.texts("public_hosts", report);
    let certificate = section.text("certificate", report).map(|text| PathBuf::from(text.value));
    let key = section.text("key", report).map(|text| PathBuf::from(text.value));
    let settings = WebSettings {
        listen,
        login_for_reading: login_for_reading.unwrap_or_default(),
        behind_proxy,
        public_hosts: hosts.iter().map(|host| host.value.to_owned()).collect(),
        certificate,
        key,
    };
    if let Err(fault) = settings.check() {
        let at = match &fault {
            SettingsFault::NoHost(name) => hosts.iter().find(|host| host.value == name),
            _ => None,
        };
        let at = at.map_or_else(|| section.at().clone(), |host| host.at.clone());
        report.problem(&at, section.place(), &fault);
    }
    if login_for_reading == Some(false) && settings.needs_login_for_reading() {
        report.warning(
            section.at(),
            section.place(),
            "login_for_reading = false does nothing here: where others reach the gateway, looking needs a login",
        );
    }
    section.finish(report);
    settings
}

fn read_listen(section: &mut Section<'_>, report: &mut Report<'_>) -> Option<SocketAddr> {
    let text = section.text("listen", report)?;
    let address = web_server::parse_listen(text.value);
    if address.is_none() {
        let value = text.value.escape_default();
        report.problem(
            &text.at,
            section.place(),
            format_args!(
                "listen \"{value}\" is no address; write address:port, as in {DEFAULT_LISTEN}"
            ),
        );
    }
    address
}
