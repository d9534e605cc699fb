//! Requests to the portal: HTTP/1.1 over one connection that is used again, encrypted where the
//! portal is on another machine. No proxy, no redirect.

mod connection;
mod error;

use std::sync::Arc;
use std::time::Duration;

use fleet_link::{BASE_PATH, CertificateHash, PortalUrl};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use hyper::{Method, Request, Response};
use rustls::ClientConfig;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(super) use error::LinkError;

use super::certificate;
use super::token::Token;
use connection::Connection;

/// How long until the portal begins to answer, and until it has ended.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);
/// The longest answer that is read.
const MAX_ANSWER: usize = 16 * 1024 * 1024;
const PRODUCT: &str = concat!("busmeister/", env!("CARGO_PKG_VERSION"));

/// A portal that can be asked; clones ask the same one, each over a connection of its own.
#[derive(Debug)]
pub(super) struct Client {
    portal: PortalUrl,
    tls: Option<Arc<ClientConfig>>,
    host: HeaderValue,
    authorization: Option<HeaderValue>,
    connection: Option<Connection>,
}

impl Clone for Client {
    fn clone(&self) -> Self {
        Self {
            portal: self.portal.clone(),
            tls: self.tls.clone(),
            host: self.host.clone(),
            authorization: self.authorization.clone(),
            connection: None,
        }
    }
}

impl Client {
    /// Nothing is opened yet.
    pub(super) fn new(
        portal: PortalUrl,
        certificate: Option<CertificateHash>,
        token: Option<&Token>,
    ) -> Result<Self, LinkError> {
        let tls = match portal.is_https() {
            true => Some(
                certificate::client_config(certificate).map_err(|error| LinkError::tls(&error))?,
            ),
            false => None,
        };
        let unusable = || LinkError::Unusable { portal: portal.to_string() };
        let authority = portal.to_string();
        let authority = authority.split_once("://").map_or("", |(_, rest)| rest);
        let host = HeaderValue::from_str(authority).map_err(|_| unusable())?;
        let authorization = match token {
            Some(token) => {
                let text = format!("Bearer {}", token.reveal());
                let mut value = HeaderValue::from_str(&text).map_err(|_| unusable())?;
                value.set_sensitive(true);
                Some(value)
            }
            None => None,
        };
        Ok(Self { portal, tls, host, authorization, connection: None })
    }

    /// Asks for something.
    pub(super) async fn get<A: DeserializeOwned>(&mut self, path: &str) -> Result<A, LinkError> {
        read_json(self.ask(Method::GET, path, None).await?).await
    }

    /// Sends a message and reads the answer.
    pub(super) async fn post<A: DeserializeOwned>(
        &mut self,
        path: &str,
        message: &impl Serialize,
    ) -> Result<A, LinkError> {
        let body =
            serde_json::to_vec(message).map_err(|error| LinkError::Message(error.to_string()))?;
        self.post_json(path, body.into()).await
    }

    /// The same with JSON that is written already.
    pub(super) async fn post_json<A: DeserializeOwned>(
        &mut self,
        path: &str,
        body: Bytes,
    ) -> Result<A, LinkError> {
        read_json(self.ask(Method::POST, path, Some(body)).await?).await
    }

    /// Sends a message whose answer says nothing.
    pub(super) async fn tell(
        &mut self,
        path: &str,
        message: &impl Serialize,
    ) -> Result<(), LinkError> {
        let body =
            serde_json::to_vec(message).map_err(|error| LinkError::Message(error.to_string()))?;
        let answer = self.ask(Method::POST, path, Some(body.into())).await?;
        read(answer).await.map(drop)
    }

    /// Asks for a stream; its end is the caller's to find. The connection is its own.
    pub(super) async fn listen(&mut self, path: &str) -> Result<Incoming, LinkError> {
        let answer = self.ask(Method::GET, path, None).await?;
        self.connection = None;
        Ok(answer.into_body())
    }

    /// Sends a request and waits for the head of its answer. A connection that was kept may be
    /// closed by now; every request may be sent twice, so a new one is tried then.
    async fn ask(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Bytes>,
    ) -> Result<Response<Incoming>, LinkError> {
        let asked = async {
            if let Some(connection) = self.connection.take()
                && let Some(mut connection) = connection.ready().await
            {
                let answer = connection.send(self.request(&method, path, body.clone())?).await;
                if let Ok(answer) = answer {
                    self.connection = Some(connection);
                    return Ok(answer);
                }
            }
            let mut connection = Connection::open(&self.portal, self.tls.clone()).await?;
            let answer = connection.send(self.request(&method, path, body)?).await?;
            self.connection = Some(connection);
            Ok(answer)
        };
        let limit = connection::LIMIT + ANSWER_LIMIT;
        let answer = tokio::time::timeout(limit, asked).await.unwrap_or_else(|_| {
            Err(LinkError::TooSlow { what: "the portal did not answer", limit: ANSWER_LIMIT })
        })?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let status = answer.status();
        let body = read(answer).await.unwrap_or_default();
        Err(LinkError::refused(status, &body))
    }

    fn request(
        &self,
        method: &Method,
        path: &str,
        body: Option<Bytes>,
    ) -> Result<Request<Full<Bytes>>, LinkError> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{BASE_PATH}{path}"))
            .header(HOST, &self.host)
            .header(USER_AGENT, PRODUCT)
            .header(ACCEPT, "application/json, text/event-stream");
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = Full::new(body.unwrap_or_default());
        request.body(body).map_err(|error| LinkError::Message(error.to_string()))
    }
}

async fn read(answer: Response<Incoming>) -> Result<Bytes, LinkError> {
    let body = Limited::new(answer.into_body(), MAX_ANSWER).collect();
    match tokio::time::timeout(ANSWER_LIMIT, body).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            Err(LinkError::Answer(format!("it is longer than {MAX_ANSWER} bytes")))
        }
        Ok(Err(error)) => Err(LinkError::Broken(error.to_string())),
        Err(_) => Err(LinkError::TooSlow {
            what: "the portal did not end its answer",
            limit: ANSWER_LIMIT,
        }),
    }
}

async fn read_json<A: DeserializeOwned>(answer: Response<Incoming>) -> Result<A, LinkError> {
    let body = read(answer).await?;
    serde_json::from_slice(&body).map_err(|error| LinkError::Answer(error.to_string()))
}
