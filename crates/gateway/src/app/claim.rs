//! Claiming a gateway that does not run.

use std::path::Path;

use fleet_link::ClaimCode;
use web_server::{DataDir, DataDirError};

use super::App;
use crate::fleet::store::{FILE, FleetStore};
use crate::fleet::{self, ClaimError, ClaimedPortal};
use crate::latest::now_to_the_millisecond;

impl App {
    /// Makes a gateway that does not run one of a portal's; it begins to send when it is started.
    /// `name` is what it calls itself.
    pub async fn claim_stopped(
        code: &str,
        name: &str,
        data_dir: &Path,
    ) -> Result<ClaimedPortal, ClaimError> {
        let code = ClaimCode::parse(code)?;
        let data_dir = DataDir::open(data_dir).map_err(|error| match error {
            DataDirError::InUse { process, .. } => ClaimError::Running { process },
            other => ClaimError::DataDir(other),
        })?;
        let now = now_to_the_millisecond();
        let store = FleetStore::open(&data_dir.file(FILE), now)?;
        fleet::claim_stopped(&store, &code, name, now).await
    }
}
