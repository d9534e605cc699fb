//! A server to test: a few routes behind guards and door, on a clock of its own.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::{Json, Router};
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;
use utoipa::openapi::OpenApi;
use utoipa_axum::routes;
use web_access::{
    Access, AccessRouter, Action, Clock, Guards, Hosts, Login, Outcome, PasswordCost, Problem,
    Role, Scheme, Settings, SetupCode, routes as access_routes,
};

pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// Look at something
#[utoipa::path(get, path = "/api/v1/look", operation_id = "look", responses((status = OK, body = String)))]
async fn look(login: Login) -> Json<String> {
    Json(login.account().name.to_string())
}

/// Look at something, whoever it is
#[utoipa::path(get, path = "/api/v1/maybe", operation_id = "maybe", responses((status = OK, body = String)))]
async fn maybe(login: Option<Login>) -> Json<String> {
    Json(login.map_or("nobody".to_owned(), |login| login.account().name.to_string()))
}

struct Touch;

impl Action for Touch {
    fn code(&self) -> &'static str {
        "test.touch"
    }

    fn details(&self) -> Value {
        json!({ "what": "the meter" })
    }
}

/// Do something, in two logged steps
#[utoipa::path(post, path = "/api/v1/touch/{id}", operation_id = "touch", params(("id" = String, Path)), responses((status = OK, body = String)))]
async fn touch(access: Access, login: Login) -> Result<Json<&'static str>, Problem> {
    let begun = access.begin(login.actor(), &Touch).await?;
    begun.finish(Outcome::Done).await?;
    Ok(Json("touched"))
}

/// Change something
#[utoipa::path(put, path = "/api/v1/configuration", operation_id = "configure", responses((status = OK, body = String)))]
async fn configure() -> Json<&'static str> {
    Json("configured")
}

/// For everybody
#[utoipa::path(get, path = "/healthz", operation_id = "alive", responses((status = OK, body = String)))]
async fn alive() -> Json<&'static str> {
    Json("ok")
}

/// The routes of the server, with those of the crate.
pub(crate) fn routes() -> AccessRouter {
    let router = AccessRouter::new(OpenApi::default())
        .public(routes!(alive))
        .needs(Role::Viewer, routes!(look))
        .needs(Role::Viewer, routes!(maybe))
        .needs(Role::Operator, routes!(touch))
        .needs(Role::Admin, routes!(configure));
    access_routes::add(router)
}

pub(crate) struct Server {
    pub(crate) access: Access,
    pub(crate) service: Router,
    pub(crate) document: OpenApi,
    pub(crate) code: Option<SetupCode>,
    pub(crate) scheme: Scheme,
    clock: Arc<Mutex<Timestamp>>,
    pub(crate) folder: TempDir,
}

/// Hashes so cheap that tests need not wait.
pub(crate) fn settings() -> Settings {
    let password_cost = PasswordCost { memory_kib: 64, passes: 1 };
    Settings { password_cost, ..Settings::default() }
}

impl Server {
    /// A server that nobody has ever logged in to.
    pub(crate) fn fresh() -> Self {
        Self::new(tempfile::tempdir().unwrap(), Scheme::Http, settings())
    }

    /// A server whose account `admin` has [`PASSWORD`].
    pub(crate) async fn start() -> Self {
        let server = Self::fresh();
        server.set_up().await;
        server
    }

    pub(crate) fn new(folder: TempDir, scheme: Scheme, settings: Settings) -> Self {
        let clock = Arc::new(Mutex::new("2026-11-20T14:00:00Z".parse().unwrap()));
        let read = Arc::clone(&clock);
        let clock_of_access = Clock::new(move || *read.lock().unwrap());
        let (access, code) =
            Access::open(&folder.path().join("access.sqlite"), settings, clock_of_access).unwrap();
        let (router, document) = routes().behind(access.clone());
        let hosts = match scheme {
            Scheme::Http => Hosts::loopback(8080),
            Scheme::Https => Hosts::network(scheme, 443, ["portal.example".to_owned()]),
        };
        let service = Guards::new("test server", hosts).protect(router);
        Self { access, service, document, code, scheme, clock, folder }
    }

    /// Ends the server and starts one on the same files.
    pub(crate) async fn restart(self) -> Self {
        self.access.close().await;
        let now = *self.clock.lock().unwrap();
        let server = Self::new(self.folder, self.scheme, settings());
        *server.clock.lock().unwrap() = now;
        server
    }

    pub(crate) fn now(&self) -> Timestamp {
        *self.clock.lock().unwrap()
    }

    pub(crate) fn advance(&self, time: Duration) {
        let mut now = self.clock.lock().unwrap();
        *now = now.checked_add(time).unwrap();
    }

    pub(crate) fn host(&self) -> &'static str {
        match self.scheme {
            Scheme::Http => "127.0.0.1:8080",
            Scheme::Https => "portal.example",
        }
    }

    /// A browser without cookies.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser { server: self, cookie: None, address: "192.0.2.1:50000".parse().unwrap() }
    }

    /// A browser that has just logged in as `admin`.
    pub(crate) async fn logged_in(&self) -> Browser<'_> {
        let mut browser = self.browser();
        assert_eq!(browser.log_in("admin", PASSWORD).await.status, StatusCode::OK);
        browser
    }

    pub(crate) async fn set_up(&self) {
        let code = self.code.as_ref().unwrap().reveal();
        let body = json!({ "code": code, "password": PASSWORD });
        let answer = self.browser().post("/api/v1/setup", &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.service.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// A program with a token.
    pub(crate) async fn send_with_token(&self, method: Method, path: &str, token: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.host())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::from("{}")).unwrap()).await
    }

    /// The audit log, the newest first.
    pub(crate) async fn audit(&self) -> Vec<web_access::audit::Entry> {
        self.access.audit(None, 200).await.unwrap().entries
    }

    /// A second look at the file, past the server.
    pub(crate) fn file(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("access.sqlite")).unwrap()
    }
}

/// A browser: it keeps its cookie and says where its requests come from.
#[derive(Clone)]
pub(crate) struct Browser<'s> {
    server: &'s Server,
    /// Name and value.
    pub(crate) cookie: Option<String>,
    pub(crate) address: SocketAddr,
}

impl Browser<'_> {
    pub(crate) async fn log_in(&mut self, name: &str, password: &str) -> Answer {
        self.post("/api/v1/session", &json!({ "name": name, "password": password })).await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &Value::Null).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    pub(crate) async fn put(&mut self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, body).await
    }

    pub(crate) async fn delete(&mut self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &Value::Null).await
    }

    /// Whether it is let in.
    pub(crate) async fn is_in(&mut self) -> bool {
        let answer = self.get("/api/v1/look").await;
        match answer.status {
            StatusCode::OK => true,
            StatusCode::UNAUTHORIZED => false,
            status => panic!("{status} {}", answer.text),
        }
    }

    /// A request as its own page makes it.
    pub(crate) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let host = self.server.host();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, host)
            .header("sec-fetch-site", "same-origin")
            .header(header::ORIGIN, format!("{}://{host}", self.server.scheme))
            .extension(ConnectInfo(self.address));
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        request
    }

    async fn send(&mut self, method: Method, path: &str, body: &Value) -> Answer {
        let request = self.request(method, path).header(header::CONTENT_TYPE, "application/json");
        let answer = self.server.send(request.body(Body::from(body.to_string())).unwrap()).await;
        if let Some(cookie) = answer.headers.get(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            self.cookie = (!pair.ends_with('=')).then(|| pair.to_owned());
        }
        answer
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// Status and the problem's code.
    #[track_caller]
    pub(crate) fn refused(&self) -> (u16, String) {
        let code = self.json()["code"].as_str().unwrap_or_default().to_owned();
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        (self.status.as_u16(), code)
    }
}
