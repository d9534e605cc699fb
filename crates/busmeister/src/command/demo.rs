//! `busmeister demo`: a simulated building, the gateway that reads it as if it were real, and a
//! portal above it.

mod age;
mod fleet;
mod gateway_file;

use std::fs::File;
use std::io::{IsTerminal, stderr};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use gateway::latest::Progress;
use gateway::{App, Config};
use indicatif::{ProgressBar, ProgressStyle};
use mbus_sim::{Building, ClockSettings};

use crate::announce::announce;
use crate::civil_time;
use crate::exit::{Exit, UsageError};
use crate::listen::parse_listen;
use crate::log;
use crate::served_building::ServedBuilding;
use crate::stop_signal::stop_signal;
use age::BuildingAge;
use gateway_file::Places;

/// Where the cellar's converter listens, unless something else does.
const CELLAR: &str = "127.0.0.1:10001";
const ANY_PORT: &str = "127.0.0.1:0";
/// How often the age of the building is written down.
const AGE_PERIOD: Duration = Duration::from_secs(5);

/// Start a simulated building, a gateway that reads it, and a portal above
///
/// Ten meters of several makes on two buses, one behind a TCP converter, one at a serial port.
/// Needs no hardware, no server and no configuration.
#[derive(Args)]
#[command(
    after_help = "Example:\n  busmeister demo\n  busmeister demo --speed 60 --listen 127.0.0.1:9090"
)]
pub(crate) struct Demo {
    /// Seconds of the building for each second
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=3600))]
    speed: u32,
    /// Directory for what the demo leaves; it goes on from there
    #[arg(long, value_name = "DIR", default_value = "busmeister-data", env = "BUSMEISTER_DATA")]
    data: PathBuf,
    /// Where pages and API are served
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", env = "BUSMEISTER_LISTEN", value_parser = parse_listen)]
    listen: SocketAddr,
    /// Where the portal is served [usual: 127.0.0.1:8090, or any free port]
    #[arg(long, value_name = "ADDR", env = "BUSMEISTER_PORTAL_LISTEN", value_parser = parse_listen)]
    portal_listen: Option<SocketAddr>,
    /// Leave the portal out
    #[arg(long, conflicts_with = "portal_listen")]
    no_portal: bool,
}

impl Demo {
    pub(crate) async fn run(self) -> anyhow::Result<Exit> {
        log::start("warn");
        let folder = self.data.join("demo");
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("the directory {} cannot be made", folder.display()))?;
        for listen in [Some(self.listen), self.portal_listen].into_iter().flatten() {
            if !listen.ip().is_loopback() {
                return Err(UsageError(format!(
                    "other machines could reach {listen}, and the demo is for this one only; use an address of this machine, such as 127.0.0.1:{}",
                    listen.port()
                ))
                .into());
            }
        }
        // Before anything is made there: a second demo must not take the first one's serial port.
        let _lock = lock(&folder)?;
        let mut age = BuildingAge::load(&folder, self.speed);
        age.save()?;
        let clock = ClockSettings {
            start: civil_time::local_now(),
            speed: self.speed,
            ran_before: age.ran_before(),
        };
        let mut building = ServedBuilding::new(clock);
        let config = serve(&mut building, &folder, self.listen).await?;
        announce(format_args!("{} meters on {} buses", config.meters.len(), config.buses.len()));
        for bus in &config.buses {
            announce(format_args!("  {:<9} {} ({})", bus.id.to_string(), bus.port, bus.name));
        }
        let portal = match self.no_portal {
            true => None,
            false => Some(fleet::start(self.portal_listen, &folder).await?),
        };
        let name = config.name.clone();
        let app = App::start(config, &folder.join("gateway")).await?;
        announce(format_args!("page http://{}", app.local_addr()));
        if let Some(portal) = &portal {
            announce(format_args!("portal http://{}", portal.local_addr()));
            // The gateway reads all the same, and the portal says that it was not claimed.
            if let Err(error) = fleet::claim(&app, &name, portal, &folder).await {
                eprintln!("busmeister: the gateway was not claimed by the portal: {error:#}");
            }
        }
        super::gateway::show_setup_code(&app);
        show_first_logins(&app, portal.as_ref());
        let ended = tokio::select! {
            // First, so that a signal is heard before anyone is told that there is one.
            biased;
            stopped = stop_signal() => stopped,
            ended = attend(&app, portal.as_ref(), &mut age) => ended,
            error = building.failure() => Err(error),
        };
        app.stop().await;
        if let Some(portal) = portal {
            portal.stop().await;
        }
        age.save()?;
        ended.map(|()| Exit::Ok)
    }
}

/// Keeps a second demo away from the folder for as long as the file is open.
fn lock(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join("lock");
    let file = File::create(&path)
        .with_context(|| format!("the file {} cannot be made", path.display()))?;
    if file.try_lock().is_err() {
        let folder = folder.display();
        return Err(UsageError(format!(
            "another demo is running in {folder}; stop it, or give this one a directory of its own with --data"
        ))
        .into());
    }
    Ok(file)
}

/// Puts the building behind its transports; returns the configuration of its gateway.
async fn serve(
    building: &mut ServedBuilding,
    folder: &Path,
    listen: SocketAddr,
) -> anyhow::Result<Config> {
    let demo = Building::named("demo").context("the building of the demo is not built in")?;
    let bus = |id: &str| demo.bus(id).with_context(|| format!("the demo has no bus {id}"));
    let (cellar, roof) = (bus("cellar-1")?, bus("roof")?);
    let cellar = match building.serve_tcp(cellar, CELLAR).await {
        Ok(address) => address,
        // Another demo, or another program, has the port; any other serves as well.
        Err(_) => building.serve_tcp(cellar, ANY_PORT).await?,
    };
    let roof = building.serve_pty(roof, &folder.join("roof"))?;
    gateway_file::prepare(folder, &Places { listen, cellar, roof })
}

/// Until somebody can log in, where the first password is set: the code is in the link.
fn show_first_logins(app: &App, portal: Option<&portal::App>) {
    if let Some(code) = app.setup_code() {
        let (address, code) = (app.local_addr(), code.reveal());
        announce(format_args!("first login at the gateway: http://{address}/setup#{code}"));
    }
    if let Some((portal, code)) = portal.and_then(|portal| Some((portal, portal.setup_code()?))) {
        let (address, code) = (portal.local_addr(), code.reveal());
        announce(format_args!("first login at the portal: http://{address}/setup#{code}"));
    }
}

/// Shows how the first readings come in, then lets the demo run.
async fn attend(
    app: &App,
    portal: Option<&portal::App>,
    age: &mut BuildingAge,
) -> anyhow::Result<()> {
    show_first_readings(app).await;
    let above = portal.map(|portal| format!(", and http://{} for the portal", portal.local_addr()));
    announce(format_args!(
        "Open http://{} in a browser{}. Ctrl-C stops the demo.",
        app.local_addr(),
        above.unwrap_or_default()
    ));
    loop {
        age.save()?;
        tokio::time::sleep(AGE_PERIOD).await;
    }
}

async fn show_first_readings(app: &App) {
    let started = Instant::now();
    let mut progress = app.subscribe();
    let now = *progress.borrow_and_update();
    let bar = ProgressBar::new(u64::try_from(now.meters).unwrap_or(u64::MAX));
    if let Ok(style) = ProgressStyle::with_template("first readings {bar:30} {pos} of {len} meters")
    {
        bar.set_style(style);
    }
    let is_terminal = stderr().is_terminal();
    let show = |now: Progress| {
        if is_terminal {
            bar.set_position(u64::try_from(now.attempted).unwrap_or(0));
        } else {
            eprintln!("first readings: {} of {} meters", now.attempted, now.meters);
        }
    };
    show(now);
    let complete = progress.wait_for(|now| {
        show(*now);
        now.is_complete()
    });
    // It ends only with the gateway, and then there is nothing to show.
    let answered = complete.await.map(|now| now.answered).unwrap_or_default();
    bar.finish_and_clear();
    announce(format_args!(
        "{answered} of {} meters gave readings within {:.0} s; the page says what ails the others",
        now.meters,
        started.elapsed().as_secs_f32()
    ));
}
