//! Changes by people: written into the gateway's own file first, then applied.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fleet_link::ConfiguredMeter;

use super::connection::{ConnectionChange, PropertyFault};
use super::edit::Edit;
use super::file::{FileRevision, OnDisk};
use super::merged::{Merged, draft_of};
use super::{Configurator, Owner};
use crate::config::{
    BusConfig, CheckedMeter, Config, ConfigError, Fault, Field, MeterConfig, MeterDraft, MeterId,
    Origin, check,
};
use crate::findings::{Finding, Severity, sentence};
use crate::store::StoreError;

/// Why a configuration was not changed. Everything is as before.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The gateway was started without a file.
    #[error(
        "the gateway was started without a configuration file, so there is nothing to write changes to; start it with --config and a file"
    )]
    NoFile,
    /// The file is gone, or has faults: somebody is at it.
    #[error("the configuration file cannot be changed as it is: {0}")]
    Unreadable(#[from] ConfigError),
    /// The file was changed since it was looked at.
    #[error(
        "the configuration was changed meanwhile, perhaps by hand in the file; look at it again and make your change anew"
    )]
    Changed {
        /// What it is now.
        now: FileRevision,
    },
    /// There is no such meter.
    #[error("no meter has the id \"{}\"", id.escape_default())]
    NoSuchMeter {
        /// The id.
        id: String,
    },
    /// The portal configures the meter.
    #[error("meter \"{id}\" is configured by the portal; change it there")]
    OfPortal {
        /// The id.
        id: String,
    },
    /// Something is wrong with what the meter is to be.
    #[error("{}", join(.0))]
    Faults(Vec<Fault>),
    /// Something is wrong with the properties of a connection.
    #[error("{}", join(.0))]
    Properties(Vec<PropertyFault>),
    /// The file cannot be written.
    #[error("the configuration file {path} cannot be written: {source}", path = path.display())]
    NotWritten {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The store cannot be asked which names are free.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The gateway is stopping.
    #[error("the gateway is stopping; try again when it runs again")]
    Stopping,
}

impl ChangeError {
    /// In four parts, for people.
    pub fn finding(&self) -> Finding {
        let (code, what, remedy) = match self {
            Self::NoFile => (
                "no_file",
                "This gateway has no configuration file",
                "Start it with --config and a file; `busmeister gateway config-template` prints one.",
            ),
            Self::Unreadable(_) => (
                "file_faulty",
                "The configuration file cannot be changed as it is",
                "Mend the file; `busmeister gateway check-config` names every fault.",
            ),
            Self::Changed { .. } => (
                "changed",
                "The configuration was changed meanwhile",
                "Look at it again and make your change anew.",
            ),
            Self::NoSuchMeter { .. } => {
                ("unknown_meter", "There is no such meter", "Choose one of the list.")
            }
            Self::OfPortal { .. } => (
                "configured_by_portal",
                "The meter is configured by the portal",
                "Change it in the portal.",
            ),
            Self::Faults(_) | Self::Properties(_) => {
                ("bad_form", "The form cannot be saved", "Correct the fields that are marked.")
            }
            Self::NotWritten { .. } => (
                "not_written",
                "The configuration file cannot be written",
                "Check its owner and rights, those of its folder, and the space on the disk.",
            ),
            Self::Store(_) => {
                ("store_failing", "The store cannot be read", "Look into the log of the gateway.")
            }
            Self::Stopping => {
                ("stopping", "The gateway is stopping", "Try again when it runs again.")
            }
        };
        Finding {
            code: code.to_owned(),
            what: what.to_owned(),
            why: sentence(&self.to_string()),
            remedy: remedy.to_owned(),
            severity: Severity::Attention,
            since: None,
        }
    }
}

fn join<T: std::fmt::Display>(faults: &[T]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Which content of the file somebody has seen who wants to change it.
#[derive(Clone, Debug)]
pub enum Seen {
    /// Whatever there is.
    Any,
    /// One of these.
    Revisions(Vec<String>),
}

/// What is to change.
#[derive(Clone, Debug)]
pub enum Change {
    /// A meter is added. Where it has no id it gets one from its name.
    Add(MeterDraft),
    /// A meter is configured anew. Its id stays.
    Replace {
        /// Its id.
        id: String,
        /// As it is from now on.
        draft: MeterDraft,
    },
    /// A meter is taken out. Its readouts stay.
    Remove {
        /// Its id.
        id: String,
    },
    /// A meter has other connection properties, and its bus with it.
    Connect {
        /// Its id.
        id: String,
        /// The properties that are given.
        change: ConnectionChange,
    },
}

/// A meter as it is configured, and the revision it is of.
#[derive(Clone, Debug)]
pub struct Configured {
    /// The meter.
    pub meter: Arc<MeterConfig>,
    /// Its bus.
    pub bus: Arc<BusConfig>,
    /// The other meters of the bus.
    pub neighbours: Vec<(MeterId, String)>,
    /// The revision of the file; `None` where there is none that could be read.
    pub revision: Option<String>,
    /// Why it cannot be changed here.
    pub locked: Option<Arc<ChangeError>>,
}

/// What was changed, and is on disk.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The meter it is about.
    pub id: String,
    /// The revision of the file from now on.
    pub revision: String,
}

impl Configurator {
    /// How a meter is configured. For a meter of the file: as it stands there now, whoever wrote
    /// it.
    pub async fn configured(&self, id: &str) -> Result<Configured, ChangeError> {
        let owner = self.0.owner.lock().await;
        let on_disk = read(&owner).await;
        let file = on_disk.as_ref().map_or(&*owner.file, |disk| &disk.config);
        let present = self.present();
        let of_portal = present.meter(id).filter(|meter| meter.origin == Origin::Portal);
        let unknown = || ChangeError::NoSuchMeter { id: id.to_owned() };
        let meter = match of_portal {
            Some(meter) => Arc::clone(meter),
            None => Arc::new(file.meter(id).ok_or_else(unknown)?.clone()),
        };
        let bus = file.bus(meter.bus.as_str()).ok_or_else(unknown)?.clone();
        let (revision, locked) = match on_disk {
            Ok(disk) => (Some(disk.revision.to_string()), None),
            Err(error) => (None, Some(error)),
        };
        let locked = match meter.origin {
            Origin::File => locked,
            Origin::Portal => Some(ChangeError::OfPortal { id: id.to_owned() }),
        };
        let others = present.meters.iter().filter(|one| one.bus == bus.id && one.id != meter.id);
        Ok(Configured {
            neighbours: others.map(|one| (one.id.clone(), one.name.clone())).collect(),
            bus: Arc::new(bus),
            meter,
            revision,
            locked: locked.map(Arc::new),
        })
    }

    /// Changes the gateway's own file, and reads by it from then on. When this returns, it is on
    /// the disk; where it fails, everything is as before.
    pub async fn change(&self, seen: Seen, change: Change) -> Result<Changed, ChangeError> {
        // Whoever asked may stop waiting; what has begun is done to its end.
        let this = self.clone();
        let changed = tokio::spawn(async move { this.change_now(seen, change).await });
        changed.await.unwrap_or(Err(ChangeError::Stopping))
    }

    async fn change_now(&self, seen: Seen, change: Change) -> Result<Changed, ChangeError> {
        let mut owner = self.0.owner.lock().await;
        let path = owner.file.file.clone().ok_or(ChangeError::NoFile)?;
        let before = read(&owner).await?;
        if let Seen::Revisions(seen) = seen
            && !seen.contains(&before.revision.to_string())
        {
            return Err(ChangeError::Changed { now: before.revision });
        }
        let mut edit = Edit::new(&before.text).map_err(|error| not_toml(&path, &error))?;
        let id = self.edit(&owner, &before.config, &mut edit, change).await?;
        let after = before.with(edit.finish(), &path)?;
        let portal = owner.portal.as_ref().map(|portal| portal.meters.as_slice());
        // What was changed was checked beside the portal's meters. What somebody wrote by hand
        // before may not stand beside them; where that is known, it hinders no other change.
        let known = self.present().left_out.clone();
        let merged = Merged::check(&after.config, portal, &self.0.models).or_else(|problems| {
            let is_known = |one: &fleet_link::Finding| {
                known.iter().any(|known| (&known.meter, &known.why) == (&one.meter, &one.why))
            };
            match portal {
                Some(portal) if problems.iter().all(is_known) => {
                    Ok(Merged::as_far_as_it_holds(&after.config, portal, &self.0.models))
                }
                _ => {
                    let faults = problems.iter().map(|one| Fault::new(Field::Id, &one.why));
                    Err(ChangeError::Faults(faults.collect()))
                }
            }
        })?;
        let revision = after.revision.to_string();
        owner.file = write(after, path).await?;
        self.exchange(&mut owner, merged).await;
        Ok(Changed { id, revision })
    }

    /// Makes the change in the text, where nothing is wrong with it; gives back the meter's id.
    async fn edit(
        &self,
        owner: &Owner,
        file: &Config,
        edit: &mut Edit,
        change: Change,
    ) -> Result<String, ChangeError> {
        match change {
            Change::Add(mut draft) => {
                let id = match draft.id.take().filter(|id| !id.trim().is_empty()) {
                    Some(id) => id,
                    None => self.free_id(owner, file, draft.name.as_deref()).await?,
                };
                draft.id = Some(id.clone());
                self.check(owner, file, None, draft.clone())?;
                edit.add_meter(&draft);
                Ok(id)
            }
            Change::Replace { id, mut draft } => {
                own_meter(owner, file, &id)?;
                if let Some(other) = &draft.id
                    && *other != id
                {
                    let message = format!(
                        "the id of a meter stays, for its readings are kept under it; leave it out, or write {id}"
                    );
                    return Err(ChangeError::Faults(vec![Fault::new(Field::Id, message)]));
                }
                draft.id = Some(id.clone());
                self.check(owner, file, Some(&id), draft.clone())?;
                edit.change_meter(&id, &draft);
                Ok(id)
            }
            Change::Remove { id } => {
                own_meter(owner, file, &id)?;
                edit.remove_meter(&id);
                Ok(id)
            }
            Change::Connect { id, change } => {
                let present = self.present();
                let of_portal = portal_meter(owner, &id).and_then(|_| present.meter(&id).cloned());
                let meter = match &of_portal {
                    Some(meter) => meter,
                    None => own_meter(owner, file, &id)?,
                };
                let bus = file
                    .bus(meter.bus.as_str())
                    .ok_or_else(|| ChangeError::NoSuchMeter { id: id.clone() })?;
                let connection =
                    change.apply(bus, meter, &file.buses).map_err(ChangeError::Properties)?;
                if connection.draft != meter.draft {
                    own_meter(owner, file, &id)?;
                    self.check(owner, file, Some(&id), connection.draft.clone())?;
                    edit.change_meter(&id, &connection.draft);
                }
                if connection.port != bus.port {
                    edit.change_port(bus.id.as_str(), &connection.port);
                }
                Ok(id)
            }
        }
    }

    /// Checks a draft beside all other meters, those of the portal, too.
    fn check(
        &self,
        owner: &Owner,
        file: &Config,
        id: Option<&str>,
        draft: MeterDraft,
    ) -> Result<(), ChangeError> {
        let portal = owner.portal.iter().flat_map(|portal| &portal.meters);
        let others = file.meters.iter().filter(|meter| {
            Some(meter.id.as_str()) != id && portal_meter(owner, meter.id.as_str()).is_none()
        });
        let drafts = others
            .map(|meter| meter.draft.clone())
            .chain(portal.map(|meter| draft_of(meter, file)))
            .chain([draft]);
        // The last one is at fault where two clash.
        let mut meters: Vec<_> =
            drafts.map(|draft| CheckedMeter::new(draft, Origin::File, &self.0.models)).collect();
        let buses: Vec<_> = file.buses.iter().map(|bus| bus.id.clone()).collect();
        check::meters(&mut meters, &buses);
        let faults = meters.pop().map(|meter| meter.faults).unwrap_or_default();
        if faults.is_empty() { Ok(()) } else { Err(ChangeError::Faults(faults)) }
    }

    /// An id for a meter of that name which nobody has or had: readings are kept under ids.
    async fn free_id(
        &self,
        owner: &Owner,
        file: &Config,
        name: Option<&str>,
    ) -> Result<String, ChangeError> {
        let wanted = MeterId::from_name(name.unwrap_or_default());
        let mut number = 1_u32;
        loop {
            let id = if number == 1 { wanted.clone() } else { format!("{wanted}-{number}") };
            let is_taken = file.meter(&id).is_some() || portal_meter(owner, &id).is_some();
            if !is_taken {
                let (past, _) = self.0.reader.last_readouts(id.clone()).await?;
                if past.last.is_none() {
                    return Ok(id);
                }
            }
            number += 1;
        }
    }
}

/// The file as it is now.
async fn read(owner: &Owner) -> Result<OnDisk, ChangeError> {
    let path = owner.file.file.clone().ok_or(ChangeError::NoFile)?;
    let read = tokio::task::spawn_blocking(move || OnDisk::read(&path)).await;
    Ok(read.map_err(|_| ChangeError::Stopping)??)
}

/// Puts the new text on the disk.
async fn write(after: OnDisk, path: PathBuf) -> Result<Arc<Config>, ChangeError> {
    let written = tokio::task::spawn_blocking(move || {
        let written = after.write(&path);
        written
            .map(|()| Arc::new(after.config))
            .map_err(|source| ChangeError::NotWritten { path, source })
    });
    written.await.map_err(|_| ChangeError::Stopping)?
}

fn portal_meter<'o>(owner: &'o Owner, id: &str) -> Option<&'o ConfiguredMeter> {
    owner.portal.as_ref()?.meters.iter().find(|meter| meter.id == id)
}

/// The meter of the file, where it is not in the hands of the portal.
fn own_meter<'f>(
    owner: &Owner,
    file: &'f Config,
    id: &str,
) -> Result<&'f MeterConfig, ChangeError> {
    if portal_meter(owner, id).is_some() {
        return Err(ChangeError::OfPortal { id: id.to_owned() });
    }
    file.meter(id).ok_or_else(|| ChangeError::NoSuchMeter { id: id.to_owned() })
}

/// Text that one reader of TOML takes and the other does not.
fn not_toml(path: &Path, error: &toml_edit::TomlError) -> ChangeError {
    let source = std::io::Error::new(std::io::ErrorKind::InvalidData, error.to_string());
    ChangeError::NotWritten { path: path.to_owned(), source }
}
