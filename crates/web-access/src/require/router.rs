//! A router whose routes say who may use them.

use axum::{Extension, Router, middleware};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Components, ContentBuilder, OpenApi, Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt};

use super::{Need, check};
use crate::access::Access;
use crate::problem::{MEDIA_TYPE, ProblemView};
use crate::role::Role;

/// Stands beside each operation that needs a login, and names its role.
pub(super) const ROLE: &str = "x-role";
/// Stands there for whoever is logged in, also where looking is open for all.
pub(super) const LOGIN: &str = "login";

const SESSION: &str = "session";
const TOKEN: &str = "token";

/// A router whose routes say who may use them.
///
/// Add a server's own routes before those of this crate ([`routes`](crate::routes)): of two
/// schemas with the same name the first stays, and a server's own `Problem` may have more in it.
#[derive(Clone)]
pub struct AccessRouter<S = ()>(OpenApiRouter<S>);

impl<S: Clone + Send + Sync + 'static> AccessRouter<S> {
    /// Without routes. `description` is what the document says beside them.
    pub fn new(mut description: OpenApi) -> Self {
        let components = description.components.get_or_insert_with(Components::new);
        components.add_security_scheme(
            SESSION,
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                SESSION,
                "A browser's session, begun with a password; `__Host-session` under HTTPS",
            ))),
        );
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token, made by somebody who is logged in"));
        components.add_security_scheme(TOKEN, SecurityScheme::Http(bearer.build()));
        Self(OpenApiRouter::with_openapi(description))
    }

    /// Adds routes that need at least a role. Where a server lets everybody look
    /// ([`Settings::login_for_reading`](crate::Settings::login_for_reading)), a viewer need not be
    /// logged in.
    #[must_use]
    pub fn needs(self, role: Role, routes: UtoipaMethodRouter<S>) -> Self {
        self.guarded(Need::Role(role), routes)
    }

    /// Adds routes for what belongs to whoever is logged in, such as his session and his tokens.
    #[must_use]
    pub fn needs_login(self, routes: UtoipaMethodRouter<S>) -> Self {
        self.guarded(Need::Login, routes)
    }

    fn guarded(self, need: Need, mut routes: UtoipaMethodRouter<S>) -> Self {
        for operation in operations(&mut routes) {
            describe(operation, need);
        }
        let mut router = self.add(routes.layer(middleware::from_fn_with_state(need, check)));
        let components = router.0.get_openapi_mut().components.get_or_insert_with(Components::new);
        let (name, schema) = (ProblemView::name().into_owned(), ProblemView::schema());
        components.schemas.entry(name).or_insert(schema);
        router
    }

    /// Adds routes for everybody, logged in or not.
    #[must_use]
    pub fn public(self, mut routes: UtoipaMethodRouter<S>) -> Self {
        for operation in operations(&mut routes) {
            operation.security = Some(Vec::new());
        }
        self.add(routes)
    }

    /// The document alone.
    pub fn into_openapi(self) -> OpenApi {
        self.0.into_openapi()
    }

    /// The routes behind a door, and the document.
    ///
    /// The [`Guards`](crate::Guards) have to stand before it: without them no route that needs a
    /// role answers.
    pub fn behind(self, access: Access) -> (Router<S>, OpenApi) {
        let (router, document) = self.0.split_for_parts();
        (router.layer(Extension(access)), document)
    }

    fn add(mut self, (mut schemas, paths, methods): UtoipaMethodRouter<S>) -> Self {
        if let Some(components) = &self.0.get_openapi_mut().components {
            schemas.retain(|(name, _)| !components.schemas.contains_key(name));
        }
        Self(self.0.routes((schemas, paths, methods)))
    }
}

fn operations<S>(
    (_, paths, _): &mut UtoipaMethodRouter<S>,
) -> impl Iterator<Item = &mut Operation> {
    paths.paths.values_mut().flat_map(|item| {
        let PathItem { get, put, post, delete, options, head, patch, trace, query, .. } = item;
        [get, put, post, delete, options, head, patch, trace, query].into_iter().flatten()
    })
}

fn describe(operation: &mut Operation, need: Need) {
    let role = need.role();
    let no_scopes = || <[&str; 0]>::default();
    operation.security = Some(vec![
        SecurityRequirement::new(SESSION, no_scopes()),
        SecurityRequirement::new(TOKEN, no_scopes()),
    ]);
    let word = if need == Need::Login { LOGIN } else { role.as_str() };
    let extensions = ExtensionsBuilder::new().add(ROLE, word).build();
    operation.extensions.get_or_insert_with(Default::default).merge(extensions);
    let mut refusals = vec![("401", "Nobody is logged in")];
    if role > Role::Viewer {
        refusals.push(("403", "The role does not suffice"));
    }
    for (status, words) in refusals {
        let content =
            ContentBuilder::new().schema(Some(Ref::from_schema_name(ProblemView::name())));
        let response =
            ResponseBuilder::new().description(words).content(MEDIA_TYPE, content.build());
        let responses = &mut operation.responses.responses;
        responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(response.build()));
    }
}
