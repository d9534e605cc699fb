//! What people and programs change, as it stands in the audit log.

use serde_json::{Value, json};
use web_access::{Access, Action, Login, Outcome, Problem};

/// Something that is changed.
#[derive(Debug)]
pub(super) enum Act<'a> {
    CreateSite { name: &'a str },
    RenameSite { site: &'a str, name: &'a str },
    RemoveSite { site: &'a str },
    CreateGateway { site: &'a str, name: &'a str },
    RenameGateway { gateway: &'a str, name: &'a str },
    MoveGateway { gateway: &'a str, name: &'a str, site: &'a str },
    RemoveGateway { gateway: &'a str, with_meters: bool },
    MakeClaimCode { gateway: &'a str },
    CreateMeter { form: Value },
    UpdateMeter { meter: &'a str, form: Value },
    RemoveMeter { meter: &'a str },
    AdoptMeter { meter: &'a str },
    ReadMeter { meter: &'a str },
    ReadAddress { gateway: &'a str, address: &'a str },
    SetAddress { gateway: &'a str, current: &'a str, new: u8 },
    WithdrawCommand { command: &'a str },
}

impl Action for Act<'_> {
    fn code(&self) -> &'static str {
        match self {
            Self::CreateSite { .. } => "site.create",
            Self::RenameSite { .. } => "site.rename",
            Self::RemoveSite { .. } => "site.remove",
            Self::CreateGateway { .. } => "gateway.create",
            Self::RenameGateway { .. } => "gateway.rename",
            Self::MoveGateway { .. } => "gateway.move",
            Self::RemoveGateway { .. } => "gateway.remove",
            Self::MakeClaimCode { .. } => "gateway.make_claim_code",
            Self::CreateMeter { .. } => "meter.create",
            Self::UpdateMeter { .. } => "meter.update",
            Self::RemoveMeter { .. } => "meter.remove",
            Self::AdoptMeter { .. } => "meter.adopt",
            Self::ReadMeter { .. } => "meter.read",
            Self::ReadAddress { .. } => "gateway.read_address",
            Self::SetAddress { .. } => "gateway.set_address",
            Self::WithdrawCommand { .. } => "command.withdraw",
        }
    }

    fn details(&self) -> Value {
        match self {
            Self::CreateSite { name } => json!({ "name": name }),
            Self::RenameSite { site, name } => json!({ "site": site, "name": name }),
            Self::RemoveSite { site } => json!({ "site": site }),
            Self::CreateGateway { site, name } => json!({ "site": site, "name": name }),
            Self::RenameGateway { gateway, name } => json!({ "gateway": gateway, "name": name }),
            Self::MoveGateway { gateway, name, site } => {
                json!({ "gateway": gateway, "name": name, "site": site })
            }
            Self::RemoveGateway { gateway, with_meters } => {
                json!({ "gateway": gateway, "with_meters": with_meters })
            }
            Self::MakeClaimCode { gateway } => json!({ "gateway": gateway }),
            Self::CreateMeter { form } => json!({ "form": form }),
            Self::UpdateMeter { meter, form } => json!({ "meter": meter, "form": form }),
            Self::RemoveMeter { meter }
            | Self::AdoptMeter { meter }
            | Self::ReadMeter { meter } => json!({ "meter": meter }),
            Self::WithdrawCommand { command } => json!({ "command": command }),
            Self::ReadAddress { gateway, address } => {
                json!({ "gateway": gateway, "address": address })
            }
            Self::SetAddress { gateway, current, new } => {
                json!({ "gateway": gateway, "current": current, "new": new })
            }
        }
    }
}

/// Does something that stands in the audit log before and after.
pub(super) async fn logged<T, E>(
    access: &Access,
    login: &Login,
    act: Act<'_>,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E>
where
    E: From<Problem> + WhyNot,
{
    let begun = access.begin(login.actor(), &act).await.map_err(Problem::from)?;
    let result = work.await;
    let outcome = match &result {
        Ok(_) => Outcome::Done,
        Err(error) => Outcome::Refused(error.why_not()),
    };
    begun.finish(outcome).await.map_err(Problem::from)?;
    result
}

/// Why something was not done, in a word.
pub(super) trait WhyNot {
    fn why_not(&self) -> String;
}

impl WhyNot for Problem {
    fn why_not(&self) -> String {
        self.code().to_owned()
    }
}
