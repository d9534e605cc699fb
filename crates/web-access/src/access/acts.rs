//! What of accounts and sessions is logged.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::audit::Action;
use crate::role::Role;
use crate::session::SessionId;

#[derive(Clone, Debug)]
pub(super) enum Act {
    SetUp { name: Option<String> },
    ResetPassword { name: Option<String> },
    AddAccount { name: String, role: Role },
    ChangeAccount { name: String, role: Option<Role>, password: bool },
    RemoveAccount { name: String },
    LogIn { session: Option<SessionId> },
    LogOut { session: SessionId },
    ChangePassword { sessions_ended: usize, tokens_ended: usize },
    MakeToken { id: SessionId, name: String, role: Role, expires_at: Option<Timestamp> },
    EndToken { id: SessionId, name: String },
}

impl Action for Act {
    fn code(&self) -> &'static str {
        match self {
            Self::SetUp { .. } => "access.set_up",
            Self::ResetPassword { .. } => "access.reset_password",
            Self::AddAccount { .. } => "access.add_account",
            Self::ChangeAccount { .. } => "access.change_account",
            Self::RemoveAccount { .. } => "access.remove_account",
            Self::LogIn { .. } => "access.log_in",
            Self::LogOut { .. } => "access.log_out",
            Self::ChangePassword { .. } => "access.change_password",
            Self::MakeToken { .. } => "access.make_token",
            Self::EndToken { .. } => "access.end_token",
        }
    }

    fn details(&self) -> Value {
        match self {
            Self::SetUp { name } | Self::ResetPassword { name } => json!({ "account": name }),
            Self::AddAccount { name, role } => json!({ "account": name, "role": role.as_str() }),
            Self::ChangeAccount { name, role, password } => json!({
                "account": name,
                "role": role.map(Role::as_str),
                "password_set": password,
            }),
            Self::RemoveAccount { name } => json!({ "account": name }),
            Self::LogIn { session: Some(session) } => json!({ "session": session.0 }),
            Self::LogIn { session: None } => json!({}),
            Self::LogOut { session } => json!({ "session": session.0 }),
            Self::ChangePassword { sessions_ended, tokens_ended } => {
                json!({ "sessions_ended": sessions_ended, "tokens_ended": tokens_ended })
            }
            Self::MakeToken { id, name, role, expires_at } => json!({
                "token": id.0,
                "name": name,
                "role": role.as_str(),
                "expires_at": expires_at.map(|at| at.to_string()),
            }),
            Self::EndToken { id, name } => json!({ "token": id.0, "name": name }),
        }
    }
}
