//! The audit log: who did what, when, from where, and how it ended. It only grows, and each
//! entry is on disk before the act is answered.
//!
//! What is done in one transaction of this store is logged in that transaction. An act elsewhere
//! (on a bus, in another store) is logged in two steps: that it [begins](crate::Access::begin),
//! and how it [ended](crate::Begun::finish). Where the program is killed in between, the entry
//! says that it began and that nobody knows how it ended.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// The most entries of one page.
pub const LONGEST_PAGE: u16 = 200;

/// What can be logged: each crate has an enum of its own acts.
///
/// Details are for people and programs that read the log. Secrets never: a
/// [`Secret`](crate::Secret) cannot be serialized.
pub trait Action {
    /// The kind of act as a stable word, such as `access.log_in`.
    fn code(&self) -> &'static str;

    /// What exactly was done, as an object.
    fn details(&self) -> Value;
}

/// Who does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account's name as it was then, or the part of the program that acts by itself;
    /// `None` where nobody is logged in.
    pub who: Option<String>,
    /// By what he was known.
    pub via: Via,
    /// From where.
    pub source: Option<IpAddr>,
}

/// By what somebody was known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// By nothing: before a login.
    Nothing,
    /// By the session of a browser.
    Session,
    /// By the token of that name.
    Token(String),
    /// It is the program itself.
    Program,
}

impl Actor {
    /// A part of the program that acts by itself, such as `schedule` or `portal`.
    pub fn program(part: &str) -> Self {
        Self { who: Some(part.to_owned()), via: Via::Program, source: None }
    }

    pub(crate) const fn stranger(who: Option<String>, source: Option<IpAddr>) -> Self {
        Self { who, via: Via::Nothing, source }
    }
}

/// How an act ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was not allowed, and why.
    Refused(String),
    /// It was tried, and why it failed.
    Failed(String),
}

/// The same as a word, with what else an entry can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuditResult {
    /// It began. How it ended is not known (yet).
    Begun,
    /// It was done.
    Done,
    /// It was not allowed.
    Refused,
    /// It was tried and failed.
    Failed,
}

/// The number of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryId(pub(crate) i64);

impl EntryId {
    /// The number, which the next page is asked for with.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The entry of that number.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }
}

/// An entry to be written.
#[derive(Clone, Debug)]
pub(crate) struct NewEntry {
    pub(crate) at: Timestamp,
    pub(crate) actor: Actor,
    pub(crate) code: &'static str,
    pub(crate) details: Value,
    pub(crate) result: AuditResult,
    pub(crate) reason: Option<String>,
    pub(crate) begun_as: Option<EntryId>,
}

/// An entry as it is read: an act that was begun and how it ended are one.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its number.
    pub id: EntryId,
    /// When it was done, or begun.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// The kind of act.
    pub code: String,
    /// What exactly was done.
    pub details: Value,
    /// How it ended.
    pub result: AuditResult,
    /// Why it ended so, where it was not done.
    pub reason: Option<String>,
    /// When it ended, where it was logged in two steps.
    pub ended_at: Option<Timestamp>,
}

impl NewEntry {
    pub(crate) fn new(at: Timestamp, actor: Actor, action: &impl Action, outcome: Outcome) -> Self {
        let (result, reason) = outcome.into_parts();
        let (code, details) = (action.code(), action.details());
        Self { at, actor, code, details, result, reason, begun_as: None }
    }

    pub(crate) fn begun(at: Timestamp, actor: Actor, action: &impl Action) -> Self {
        let (code, details) = (action.code(), action.details());
        let result = AuditResult::Begun;
        Self { at, actor, code, details, result, reason: None, begun_as: None }
    }
}

impl Outcome {
    pub(crate) fn into_parts(self) -> (AuditResult, Option<String>) {
        match self {
            Self::Done => (AuditResult::Done, None),
            Self::Refused(why) => (AuditResult::Refused, Some(why)),
            Self::Failed(why) => (AuditResult::Failed, Some(why)),
        }
    }
}

impl AuditResult {
    const ALL: [Self; 4] = [Self::Begun, Self::Done, Self::Refused, Self::Failed];

    /// Its word in JSON and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|result| result.as_str() == word)
    }
}
