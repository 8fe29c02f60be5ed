"""Routes that other systems call, against what only looks like one."""

from __future__ import annotations

import time

import pytest

from llm_audit.collect import collectors
from llm_audit.collect.routes.checked import guards
from llm_audit.collect.routes.shared import joined
from llm_audit.collect.routes.words import telling_handler, telling_path
from llm_audit.model import Fact, Kind, SourceFile


def facts(path: str, text: str, kind: Kind) -> list[Fact]:
    """Facts of that kind which any collector finds in a file."""
    file = SourceFile(path, text)
    found = [item for collector in collectors() if collector.wants(file) for item in collector.collect(file)]
    return [item for item in found if isinstance(item, Fact) and item.kind is kind]


def routes(path: str, text: str) -> list[tuple[str, str]]:
    return [(fact.name, fact.value) for fact in facts(path, text, Kind.ROUTE)]


@pytest.mark.parametrize(
    ("path", "methods", "word"),
    [
        ("/api/webhooks/stripe", ("POST",), "webhooks"),
        ("/stripeWebhook", ("POST",), "webhooks"),
        ("/ipn", (), "ipn"),
        ("/ping/:uuid", ("GET",), "ping"),
        ("/ping/{app}", ("GET",), ""),
        ("/ping/{app}", ("POST",), "ping"),
        ("/cron/daily", ("GET",), "cron"),
        ("/scim/v2/Users", ("GET",), "scim"),
        ("/jobs/run", ("POST",), "jobs"),
        ("/api/push/:token", (), "push"),
        # look-alikes: lists, pages, health checks, words in parameters
        ("/badge/:id/ping/:duration", ("GET",), ""),
        ("/status-page/heartbeat/:slug", ("GET",), ""),
        ("/webhooks", ("GET",), ""),
        ("/webhooks/:id", ("DELETE",), ""),
        ("/ping", ("GET",), ""),
        ("/api/ping", ("POST",), ""),
        ("/devices/{token}/ping", ("GET",), ""),
        ("/docs/webhooks", (), ""),
        ("/webhook-settings", ("POST",), ""),
        ("/webhooks/subscribe", ("POST",), ""),
        ("/webhooks/events/{event_id}/redeliver", ("POST",), ""),
        ("/webhooks/deliver", ("POST",), "webhooks"),
        ("/mailbox/connection-settings/{id}/incoming", ("POST",), ""),
        ("/mailbox/connection/{id}/incoming", ("POST",), "incoming"),
        ("/scim/service-provider", ("POST",), ""),
        ("/scim/:id/Groups", ("POST",), "scim"),
        ("/api/scim/*path", (), "scim"),
        ("/webhooks/subscriptions", ("POST",), "webhooks"),
        ("/event-webhooks/test-params", ("POST",), ""),
        ("/items/:hookId", ("POST",), ""),
        ("/events", ("GET",), ""),
        ("/shopping", ("POST",), ""),
        ("/photos/s3/presign", ("POST",), ""),
        ("/event-types", ("POST",), ""),
        ("/rag/ingest", ("POST",), ""),
        ("/telemetry/ingest", ("POST",), "ingest"),
        ("/ingest/$", ("GET", "POST"), ""),
        ("/ingest/[...path]", ("POST",), ""),
        ("/ingest/[source]", ("POST",), "ingest"),
        ("/webhooks/[hookId]/rotate-secret", ("POST",), ""),
        ("/webhooks/retry-policy", ("POST",), ""),
        ("/resend/webhook", ("POST",), "webhooks"),
        ("/webhooks/:id/resend", ("POST",), ""),
        ("/webhooks/resend", ("POST",), ""),
        ("/webhooks/send", ("POST",), ""),
        ("/webhook/create", ("POST",), ""),
        ("/webhooks/orders/create", ("POST",), "webhooks"),
        ("/webhooks/sendgrid", ("POST",), "webhooks"),
    ],
)
def test_telling_path(path: str, methods: tuple[str, ...], word: str) -> None:
    assert telling_path(path, methods) == word


def test_joined_paths_have_single_slashes() -> None:
    assert joined("/api/", "", "v1", "/hooks/") == "/api/v1/hooks"
    assert joined() == "/"


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("app/api/webhooks/stripe/route.ts", "/api/webhooks/stripe"),
        ("src/app/(public)/api/webhooks/[id]/route.ts", "/api/webhooks/[id]"),
        ("apps/web/pages/api/webhooks/index.ts", "/api/webhooks"),
        ("src/routes/api/webhook/+server.ts", "/api/webhook"),
        ("netlify/functions/stripe-webhook.ts", "/.netlify/functions/stripe-webhook"),
        ("supabase/functions/webhook/index.ts", "/functions/v1/webhook"),
    ],
)
def test_file_routes_take_their_path_from_their_place(path: str, route: str) -> None:
    text = "export async function POST(request: Request) {\n  return new Response();\n}\n"
    assert [name for name, _ in routes(path, text)] == [route]


def test_nuxt_takes_the_method_from_the_name() -> None:
    text = "export default defineEventHandler(async (event) => readBody(event));\n"
    assert routes("server/api/webhooks/mail.post.ts", text) == [("/api/webhooks/mail", "POST")]
    assert routes("server/api/webhooks/mail.ts", "export const list = 1;\n") == []


def test_remix_reads_flat_names() -> None:
    text = "export const action = async ({ request }) => new Response();\n"
    assert routes("app/routes/webhooks.$topic.tsx", text) == [("/webhooks/:topic", "POST")]
    assert routes("app/routes/api+/webhooks.mail.ts", text) == [("/api/webhooks/mail", "POST")]
    assert routes("web/app/routes/_app.$org.webhooks.mail/route.ts", text) == [("/:org/webhooks/mail", "POST")]
    page = "export default function Page() {\n  return <Form />;\n}\n"
    assert routes("web/app/routes/_app.$org.webhooks.mail/route.tsx", text + page) == []


def test_a_component_beside_routes_is_none() -> None:
    assert routes("app/webhooks/page.tsx", "export default function Page() {\n  return null;\n}\n") == []


def test_a_servlet_that_maps_methods_and_paths_answers_a_hub() -> None:
    text = (
        "import io.activej.http.RoutingServlet;\nRoutingServlet.builder(reactor)\n"
        '  .map(GET, "/webhooks/news", r -> r.getQueryParameter("hub.topic"))\n  .map(POST, "/webhooks/news", r -> ok(r))\n'
        '  .map(GET, "/streams/:id", r -> ok(r));\n'
    )
    found = facts("Server.java", text, Kind.ROUTE)
    assert ("POST", "/webhooks/news", "websub") in {(fact.value, fact.name, fact.detail("protocol")) for fact in found}
    assert "/streams/:id" not in {fact.name for fact in found}
    other = text.replace("io.activej.http", "io.other.http")
    assert not facts("Server.java", other, Kind.ROUTE)
    plain = facts("Server.java", text.replace("hub.topic", "topic"), Kind.ROUTE)
    assert plain and not any(fact.detail("protocol") for fact in plain)


def test_managing_webhooks_in_a_session_is_no_webhook() -> None:
    text = "export async function POST() {\n  const session = await getServerSession();\n}\n"
    assert routes("app/api/webhooks/route.ts", text) == []
    listing = "export const GET = wrap(async () => Response.json(await getWebhooks(id)));\n"
    adding = "export const POST = wrap(async (req) => Response.json(await createWebhook(await req.json())));\n"
    assert routes("app/api/v1/webhooks/route.ts", listing + adding) == []
    taking = "export const POST = wrap(async (req) => Response.json(await takeWebhook(await req.json())));\n"
    assert routes("app/api/v1/webhooks/route.ts", taking) == [("/api/v1/webhooks", "POST")]


def test_a_handler_that_another_file_holds_is_a_route_of_the_file_that_exports_it() -> None:
    text = 'import { POST } from "@/billing/hooks";\n\nexport { POST };\n'
    assert routes("app/api/billing/stripe-webhook/route.ts", text) == [("/api/billing/stripe-webhook", "POST")]
    renamed = 'export { PUT as POST } from "../one";\n'
    assert routes("app/api/webhooks/[id]/route.ts", renamed) == [("/api/webhooks/[id]", "POST")]
    assert routes("app/api/trpc/lambda/[trpc]/route.ts", "export { handler as POST };\n") == []
    assert routes("app/api/management/webhooks/route.ts", text) == []
    assert routes("app/api/webhooks/route.ts", 'export { types } from "./types";\n') == []


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        ('import hook from "../webhooks/pay";\n\nexport default hook;\n', "pages/api/webhooks/pay"),
        ('import hook from "../webhooks/pay";\nexport { hook as default };\n', "pages/api/webhooks/pay"),
        ('import { take } from "@/billing/take";\nexport const POST = take;\n', "@/billing/take"),
        (
            'import { take } from "@/billing/take";\nimport { raw } from "./raw.js";\nexport const POST = raw(take);\n',
            "pages/api/hooks/raw,@/billing/take",
        ),
        ('export { default } from "../webhooks/pay";\n', "pages/api/webhooks/pay"),
        ('export * from "../webhooks/pay";\n', "pages/api/webhooks/pay"),
        ('module.exports = require("../webhooks/pay");\n', "pages/api/webhooks/pay"),
        # what is written in the file itself, comes from a package or answers nobody is no handler of another file
        ('import hook from "../webhooks/pay";\nexport default async (req, res) => hook(req);\n', ""),
        ('import hook from "../webhooks/pay";\nexport default function handler() {\n  hook();\n}\n', ""),
        ('import hook from "hook-kit";\nexport default hook;\n', ""),
        ('import { limit } from "../limits";\nexport const config = { limit };\nexport default () => null;\n', ""),
        ('import { limit } from "../limits";\nexport { limit };\nexport default () => null;\n', ""),
    ],
)
def test_the_module_of_a_handler_that_a_route_file_only_exports(text: str, modules: str) -> None:
    (route,) = facts("pages/api/hooks/webhook.ts", text, Kind.ROUTE)
    assert route.detail("modules") == modules


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("routes/api.php", "<?php\nRoute::post('/f/inbox', 'FederationController@shared');\n", [("/api/f/inbox", "POST")]),
        ("src/app.js", "app.post('/users/:name/inbox', take);\napp.get('/users/:name/outbox', list);\n", [("/users/:name/inbox", "POST")]),
        # a mailbox of people, what stands in it, and one that is only read
        ("routes/api.php", "<?php\nRoute::post('/inbox', 'MessageController@store');\n", []),
        ("src/app.js", "app.post('/inbox/:id/archive', keep);\napp.get('/outbox', list);\n", []),
        ("src/app.js", "app.get('/users/:name/inbox', list);\napp.get('/users/:name/outbox', list);\n", []),
    ],
)  # fmt: skip
def test_the_inbox_in_which_servers_of_the_fediverse_leave_messages(
    path: str, text: str, found: list[tuple[str, str]]
) -> None:
    assert routes(path, f"const express = require('express');\n{text}" if path.endswith(".js") else text) == found


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("workspaces/<str:slug>/webhooks/", False),
        ("workspaces/<str:slug>/webhooks/<uuid:pk>/", False),
        ("workspaces/<str:slug>/webhooks/<uuid:pk>/regenerate/", False),
        ("workspaces/<str:slug>/webhooks/<str:provider>/", True),
        ("webhooks/<uuid:pk>/", True),
    ],
)
def test_the_webhooks_of_one_thing_and_one_of_them_are_managed(path: str, found: bool) -> None:
    text = f'from django.urls import path\n\nurlpatterns = [\n    path("{path}", HookView.as_view()),\n]\n'
    assert bool(routes("shop/urls.py", text)) is found


def test_http_clients_are_no_servers() -> None:
    text = 'import axios from "axios";\nawait axios.post("/webhooks/test", body);\nawait client.post("/webhooks/test", body);\n'
    assert routes("src/client.ts", text) == []


def test_hono_chain_and_base_path() -> None:
    text = 'import { Hono } from "hono";\nconst api = new Hono().basePath("/v1");\napi.post("/webhooks/clerk", (c) => c.json({}));\n'
    assert routes("src/index.ts", text) == [("/v1/webhooks/clerk", "POST")]


_OPENAPI = 'import { createRoute, OpenAPIHono } from "@hono/zod-openapi";\n'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            'const hook = createRoute({ method: "post", path: "/webhooks/depot", responses: {} });\napp.openapi(hook, async (c) => c.json({}));',
            [("/webhooks/depot", "POST")],
        ),
        (
            'app.openapi(\n  createRoute({ method: "post", path: "/webhooks/depot" }),\n  async (c) => c.json({}),\n);',
            [("/webhooks/depot", "POST")],
        ),
        (
            'const list = createRoute({ method: "get", path: "/depots" });\napp.openapi(list, async (c) => c.json({}));',
            [],
        ),
        (
            'const own = createRoute({ method: "post", path: "/webhooks/depot" });\napp.openapi(own, async (c) => { const s = await getServerSession(); return c.json(s); });',
            [],
        ),
    ],
)
def test_routes_that_an_object_describes(text: str, found: list[tuple[str, str]]) -> None:
    assert routes("src/api/hooks.ts", _OPENAPI + text) == found


def test_the_root_of_a_router_among_webhooks_is_one() -> None:
    text = 'import { Hono } from "hono";\nconst app = new Hono();\napp.post("/", async (c) => c.json({}));\napp.get("/", async (c) => c.text("x"));'
    assert routes("src/routers/webhooks/depot/index.ts", text) == [("/", "POST")]
    assert routes("src/routers/webhooks/index.ts", text) == []
    assert routes("src/routers/depots/index.ts", text) == []


def test_convex_http_router() -> None:
    text = 'const http = httpRouter();\nhttp.route({ path: "/stripe/webhook", method: "POST", handler: httpAction(async () => {}) });\n'
    found = facts("convex/http.ts", text, Kind.ROUTE)
    assert [(fact.name, fact.value, fact.detail("framework")) for fact in found] == [
        ("/stripe/webhook", "POST", "convex")
    ]


_PROCEDURE = """import {
  answerDepot,
  depotInput,
} from "./answerDepot";
export const depotRouter = {
  told: openProcedure
    .route({ method: "POST", path: "/depot/webhook", tags: ["Depot"] })
    .input(depotInput)
    .output(z.object({ ok: z.boolean() }))
    .handler(answerDepot),
};
"""


def test_a_procedure_is_answered_by_what_the_chain_behind_its_route_is_given() -> None:
    found = facts("src/api/router.ts", _PROCEDURE, Kind.ROUTE)
    told = [(one.name, one.value, one.detail("handler"), one.detail("module")) for one in found]
    assert told == [("/depot/webhook", "POST", "answerDepot", "./answerDepot")]
    # a list of the product's own
    listed = _PROCEDURE.replace('"POST", path: "/depot/webhook"', '"GET", path: "/webhooks"')
    assert routes("src/api/router.ts", listed) == []


def test_go_groups_take_the_last_assignment_before_the_route() -> None:
    text = (
        "package main\n\nfunc routes(e *echo.Echo) {\n"
        '\tg := e.Group("/partner")\n\tg.POST("/callback", a)\n'
        '\tg = e.Group("")\n\tg.POST("/inbound", pm(a.Inbound, "mail:receive"))\n}\n'
    )
    found = facts("main.go", text, Kind.ROUTE)
    assert [(fact.name, fact.detail("handler")) for fact in found] == [
        ("/partner/callback", "a"),
        ("/inbound", "a.Inbound"),
    ]
    assert found[-1].detail("middleware") == "pm mail:receive"


def test_chi_blocks_nest() -> None:
    text = 'package main\n\nfunc f(r chi.Router) {\n\tr.Route("/api", func(r chi.Router) {\n\t\tr.Post("/webhook", handle)\n\t})\n\tr.Post("/ipn", ipn)\n}\n'
    assert [name for name, _ in routes("r.go", text)] == ["/api/webhook", "/ipn"]


def test_flask_route_defaults_to_get() -> None:
    text = 'from flask import Flask\n\n@app.route("/hook")\ndef hook():\n    pass\n\n\n@app.route("/callback", methods=["POST"])\ndef back():\n    pass\n'
    assert routes("app.py", text) == [("/callback", "POST")]


def test_laravel_groups_end_where_their_closure_ends() -> None:
    text = (
        "<?php\nRoute::prefix('partner')->group(function () {\n    Route::post('webhook', A::class);\n});\n"
        "Route::post('ipn', [IpnController::class, 'store']);\n"
    )
    assert routes("routes/web.php", text) == [("/partner/webhook", "POST"), ("/ipn", "POST")]


def test_laravel_paths_exempt_from_the_form_token() -> None:
    text = "<?php\nclass VerifyCsrfToken extends Middleware\n{\n    protected $except = [\n        'stripe/*',\n        // 'old/*',\n    ];\n}\n"
    found = facts("app/Http/Middleware/VerifyCsrfToken.php", text, Kind.SETTING)
    assert [(fact.name, fact.value) for fact in found] == [("route.csrf_exempt", "/stripe/*")]


def test_wordpress_rest_route() -> None:
    text = "<?php\nregister_rest_route('shop/v1', '/webhook', array('methods' => 'POST', 'callback' => 'shop_hook'));\n"
    assert routes("plugin.php", text) == [("/wp-json/shop/v1/webhook", "POST")]


def test_events_and_providers_of_a_handler_without_its_route() -> None:
    text = (
        'package bounce\n\nfunc Webhook(c echo.Context) error {\n\tservice := c.Param("service")\n'
        '\tswitch {\n\tcase service == "alpha" && a != nil:\n\tcase service == "beta":\n\t}\n\treturn nil\n}\n'
    )
    found = [fact for fact in facts("bounce.go", text, Kind.SETTING) if fact.name == "webhook.providers"]
    assert [(fact.value, fact.detail("handler"), fact.detail("parameter")) for fact in found] == [
        ("alpha,beta", "Webhook", "service")
    ]


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        ("  return `${body}.${made}`;\n", False),
        ("  if (made !== request.headers.get('x-desk-signature')) return deny();\n", True),
        ("  if (!equal(made, given)) return new Response('', { status: 401 });\n", True),
    ],
)
def test_a_hash_that_is_compared_with_nothing_makes_a_route_no_webhook(rest: str, told: bool) -> None:
    text = (
        "import { createHmac } from 'node:crypto';\nexport async function POST(request) {\n  const body = await request.text();\n"
        f"  const made = createHmac('sha256', process.env.DESK_SECRET).update(body).digest('hex');\n{rest}}}\n"
    )
    assert bool(facts("app/api/desk/route.ts", text, Kind.ROUTE)) == told


@pytest.mark.parametrize(
    ("parameter", "told"), [("provider", "alpha,beta"), ("action", ""), ("subAction", ""), ("eventId", "alpha,beta")]
)
def test_a_parameter_that_says_what_is_done_names_no_caller(parameter: str, told: str) -> None:
    text = (
        f"export async function POST(request, {{ params }}) {{\n  const {{ {parameter} }} = await params;\n"
        f"  switch ({parameter}) {{\n    case 'alpha': return one();\n    case 'beta': return two();\n  }}\n}}\n"
    )
    [route] = facts(f"app/api/webhooks/desk/[{parameter}]/route.ts", text, Kind.ROUTE)
    assert route.detail("providers") == told


@pytest.mark.parametrize(
    "path", ["a.ts", "a.py", "a.go", "config/routes.rb", "a.php", "A.java", "A.cs", "r.ex", "m.rs", "urls.py"]
)
@pytest.mark.parametrize(
    "text",
    [
        "app.post('/webhook', " + "(" * 3000,
        'Route::post("webhook", ' + "[" * 3000,
        'urlpatterns = [path("webhook/", ' * 300,
        "webhook" + " " * 200_000 + "hmac.new(",
        "signature" + "a." * 100_000 + "webhook",
        '@Controller("' + "x" * 100_000,
        "r.Group(" * 5000 + '"/webhook"',
    ],
)
def test_odd_text_ends_soon_and_raises_nothing(path: str, text: str) -> None:
    facts(path, text, Kind.ROUTE)


@pytest.mark.parametrize(
    ("register", "found"),
    [
        ("router.register('webhooks', views.WebhookViewSet)", []),
        ("router.register('event-rules/webhooks', views.WebhookViewSet)", []),
        ("router.register('webhooks/acmepay', views.AcmePayEventViewSet)", [("/webhooks/acmepay/", "")]),
    ],
)
def test_a_view_set_of_stored_webhooks_is_called_by_the_own_front_end(
    register: str, found: list[tuple[str, str]]
) -> None:
    assert (
        routes("api/urls.py", f"from rest_framework import routers\n{register}\nurlpatterns = router.urls\n") == found
    )


@pytest.mark.parametrize(
    ("verb", "path", "told"),
    [
        ("all", "/api/push/:pushToken", True),
        ("post", "/push/:deviceToken", False),  # a device is registered
        ("delete", "/push/:token", False),
        ("all", "/push/subscribe", False),
        ("all", "/push/:id", False),
    ],
)
def test_a_push_route_counts_when_its_path_holds_the_token(verb: str, path: str, told: bool) -> None:
    text = f'import express from "express";\nconst router = express.Router();\nrouter.{verb}("{path}", async (req, res) => {{ res.json({{}}); }});\n'
    assert [name for name, _ in routes("src/api.ts", text)] == ([path] if told else [])


def test_laravels_file_of_webhooks_has_their_prefix() -> None:
    text = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::post('/source/github/events', [Github::class, 'normal']);\nRoute::get('/install', [Github::class, 'install']);\n"
    assert routes("routes/webhooks.php", text) == [("/webhooks/source/github/events", "POST")]
    assert routes("routes/web.php", text) == []
    own = "<?php\nRoute::post('/webhook/github', [Github::class, 'normal']);\n"
    assert routes("routes/webhooks.php", own) == [("/webhook/github", "POST")]


@pytest.mark.parametrize(
    ("handler", "told"), [("Depot.sendWebhook", ""), ("Depot.takeWebhook", "webhook"), ("sendgridWebhook", "webhook")]
)
def test_what_sends_webhooks_is_named_by_that(handler: str, told: str) -> None:
    assert telling_handler(handler, "/depots/told", ("POST",)) == told


@pytest.mark.parametrize(
    ("path", "count"), [("/api/jobs/", 0), ("/internal/jobs/", 1), ("/api/jobs/run", 1), ("/api/ingest", 1)]
)
def test_a_products_own_list_of_jobs_is_no_callback(path: str, count: int) -> None:
    text = (
        f"const app = express();\napp.post('{path}', async (req, res) => {{\n  res.json(await save(req.body));\n}});\n"
    )
    assert len(routes("src/server.ts", text)) == count


def test_an_action_of_a_shop_plugin_is_called_by_the_gateway_whatever_its_handler_is_named() -> None:
    text = (
        "<?php add_action( 'woocommerce_api_acme_pay', [ $this, 'check_for_webhook' ] );\n"
        "public function check_for_webhook() {\n  $this->validate_request( $headers );\n}\n"
        "add_action( 'wp_ajax_nopriv_acme_search', [ $this, 'check_search' ] );"
    )
    found = facts("includes/pay.php", text, Kind.ROUTE)
    assert [(one.name, one.detail("verify")) for one in found] == [("/wc-api/acme_pay", "validate_request")]


@pytest.mark.parametrize(
    ("helper", "verify", "env"),
    [
        ("verifyChatToken", "verifyChatToken", "CHAT_TOKEN"),
        ("verifyAccessToken", "", ""),
        ("verifyToken", "", ""),
        ("readChatToken", "", ""),
    ],
)
def test_a_helper_that_checks_a_senders_token_is_followed_to_its_secret(helper: str, verify: str, env: str) -> None:
    text = (
        f"router.post('/webhooks/chat', async (ctx) => {{\n  {helper}(ctx.body.token)\n  await answer(ctx)\n}})\n"
        f"function {helper}(token) {{\n  if (!same(process.env.CHAT_TOKEN, token)) {{\n    throw new Error('no')\n  }}\n}}\n"
    )
    (found,) = facts(
        "src/hooks.ts", "import Router from 'koa-router'\nconst router = new Router()\n" + text, Kind.ROUTE
    )
    assert (found.detail("verify"), found.detail("env")) == (verify, env)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("'/event-webhooks', checks({ body: z.object({ url: z.string() }).strict() }), desk.createEventWebHook,\n", []),
        ("'/event-webhooks', checks({ body: z.object({}) }), desk.takeEventWebHook,\n", [("/event-webhooks", "")]),
        ("'/desks/:deskId/webhooks', desk.postDeskWebhook", []),
        ("'/desks/:kind/webhooks', desk.postDeskWebhook", [("/desks/:kind/webhooks", "")]),
        ("'/webhooks/shop', validateRequest({ body: schema }), (req, res) => { take(req) }", [("/webhooks/shop", "")]),
        ("'/webhooks/shop', (req, res) => { if (validateRequest(key, req)) take(req) }", [("/webhooks/shop", "validateRequest")]),
    ],
)  # fmt: skip
def test_what_manages_webhooks_or_checks_their_form_is_no_receiver(call: str, expected: list[tuple[str, str]]) -> None:
    found = facts(
        "src/desk.ts",
        f"import express from 'express'\nconst router = express.Router()\nrouter.post({call})\n",
        Kind.ROUTE,
    )
    assert [(one.name, one.detail("verify")) for one in found] == expected


PLUGS = """defmodule ShopWeb.Endpoint do
  plug Plug.Static,
    at: "/assets",
    from: :shop

  plug Stripe.WebhookPlug,
    at: "/webhooks/stripe",
    handler: ShopWeb.StripeHandler,
    secret: {Shop, :secret, []}

  plug ShopWeb.Plugs.ForgeWebhooks, at: "/webhooks/forge"
  plug Plug.Session, @options
  plug ShopWeb.Router
end
"""


def test_plugs_take_webhooks_before_the_router() -> None:
    found = {one.name: one for one in facts("lib/shop_web/endpoint.ex", PLUGS, Kind.ROUTE)}
    assert set(found) == {"/webhooks/stripe", "/webhooks/forge"}
    assert found["/webhooks/stripe"].detail("verify") == "Stripe.WebhookPlug"
    assert found["/webhooks/forge"].detail("verify") == ""


PIPED = """
defmodule ShopWeb.Router do
  use ShopWeb, :router

  pipeline :browser do
    plug :accepts, ["html"]
    plug(:protect_from_forgery)
  end

  pipeline :mail_webhook do
    plug ShopWeb.Plugs.VerifyMailSignature, header: "x-mail"
  end

  scope "/", ShopWeb do
    pipe_through [:browser, :mail_webhook]
    post "/courier", MailController, :arrived
  end

  scope "/in", ShopWeb do
    pipe_through :browser
    post "/webhook/parcel", ParcelController, :arrived
    scope "/inner" do
      pipe_through(:require_api_key)
      post "/webhook", ParcelController, :lost
    end
    post "/prints/done", ParcelController, :print_callback
    post "/prints/over", ParcelController, :oauth_callback
  end

  scope "/shop", ShopWeb do
    pipe_through :browser
    post "/cart", CartController, :add
  end
end
"""


def test_a_pipeline_of_phoenix_says_what_runs_before_a_route_and_that_others_call_it() -> None:
    found = {one.name: one.detail("guard") for one in facts("lib/shop_web/router.ex", PIPED, Kind.ROUTE)}
    assert found == {
        "/courier": "ShopWeb.Plugs.VerifyMailSignature",
        "/in/webhook/parcel": "",
        "/in/inner/webhook": "require_api_key",
        "/in/prints/done": "",
    }


def test_a_handler_that_takes_a_signature_from_the_headers_is_called_by_another_system() -> None:
    text = (
        "public static void Map(IEndpointRouteBuilder endpoints) {\n"
        '  endpoints.MapPost("api/v2/parcels", async (HttpContext context, IBus bus) => {\n'
        '    string? signature = context.Request.Headers["Courier-Signature"];\n'
        "    return await bus.Send(new Parcel(signature));\n  });\n"
        '  endpoints.MapPost("api/v2/letters", async (HttpContext context) => await context.Sent());\n}\n'
    )
    assert routes("Endpoints.cs", text) == [("/api/v2/parcels", "POST")]
    assert routes("Endpoints.cs", text.replace("MapPost", "MapGet")) == []


@pytest.mark.parametrize(
    ("head", "argument", "constant"),
    [
        ("import static shop.Courier.PARCEL_WEBHOOK;\n", "PARCEL_WEBHOOK", "Courier.PARCEL_WEBHOOK"),
        ("import static shop.Courier.*;\n", "PARCEL_WEBHOOK", "Courier.PARCEL_WEBHOOK"),
        ("import static shop.Courier.*;\nimport static shop.Mail.*;\n", "PARCEL_WEBHOOK", ".PARCEL_WEBHOOK"),
        ("", "path = shop.Courier.PARCEL_WEBHOOK, consumes = JSON", "Courier.PARCEL_WEBHOOK"),
    ],
)
def test_a_constant_of_another_class_is_the_path(head: str, argument: str, constant: str) -> None:
    text = f"{head}class Parcels {{\n  @PostMapping({argument})\n  public void arrived(String body) {{ }}\n}}\n"
    found = facts("src/Parcels.java", text, Kind.ROUTE)
    assert [(one.name, one.detail("constant")) for one in found] == [("/{PARCEL_WEBHOOK}", constant)]
    assert routes("src/Parcels.java", text.replace("_WEBHOOK", "_PAGE")) == []


def test_a_class_keeps_the_path_of_a_webhook() -> None:
    text = 'class Courier {\n  static final String PARCEL_WEBHOOK = "/in/parcels";\n  static final String PARCEL_NOTIFIER = "smtp";\n}\n'
    found = [one for one in facts("src/Courier.java", text, Kind.SETTING) if one.name == "route.constant"]
    assert [(one.value, one.detail("key")) for one in found] == [("/in/parcels", "PARCEL_WEBHOOK")]


def test_a_callback_among_the_ways_to_sign_in_ends_one() -> None:
    text = 'use actix_web::post;\n#[post("/providers/callback")]\npub async fn post_callback(body: Json<Back>) -> HttpResponse {\n    finish(body).await\n}\n'
    [ended] = facts("src/api/auth_providers.rs", text, Kind.ROUTE)
    assert ended.detail("oauth") == "yes"
    [called] = facts("src/api/parcels.rs", text, Kind.ROUTE)
    assert called.detail("oauth") == ""
    [other] = facts("src/api/authors.rs", text, Kind.ROUTE)
    assert other.detail("oauth") == ""


def test_a_type_of_another_file_of_go_may_check_who_calls() -> None:
    text = 'package main\n\nfunc f(r *mux.Router) {\n\tr.HandleFunc("/events", s.Parcels.Post).Methods("POST")\n\tr.HandleFunc("/jobs", s.Jobs.Post).Methods("POST")\n\tr.HandleFunc("/hooks", post).Methods("POST")\n}\n'
    found = [(one.name, one.detail("unproven")) for one in facts("main.go", text, Kind.ROUTE)]
    assert found == [("/events", "yes"), ("/hooks", "")]


def test_functions_of_go_that_answer_requests_of_other_systems() -> None:
    text = (
        "package hooks\n\n// Post takes webhooks.\nfunc (p *Parcels) Post(w http.ResponseWriter, r *http.Request) {}\n"
        "func take(c *gin.Context) {}\nfunc (p *Parcels) weigh(a int) int { return a }\n"
    )
    found = [one.value for one in facts("hooks/parcels.go", text, Kind.SETTING) if one.name == "handler.declared"]
    assert found == ["Parcels.Post", "take"]
    other = facts("hooks/parcels.go", text.replace("webhooks", "requests"), Kind.SETTING)
    assert [one for one in other if one.name == "handler.declared"] == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("return MessageDigest.isEqual(sum(keys), body.sum());", False),
        ('return MessageDigest.isEqual(sign(body), request.getHeader("X-Parcel-Signature"));', True),
        ("return MessageDigest.isEqual(hmac(body), given);", True),
    ],
)
def test_a_comparison_alone_says_nothing_of_who_calls(line: str, told: bool) -> None:
    text = f'@RestController\nclass Keys {{\n  @PostMapping("/v2/keys/check")\n  public boolean check(Body body) {{\n    {line}\n  }}\n}}\n'
    assert bool(facts("src/Keys.java", text, Kind.ROUTE)) is told


def test_a_plug_compares_the_path_by_itself() -> None:
    text = (
        "defmodule ShopWeb.HookPlug do\n  def call(conn, options) do\n"
        '    if conn.path_info == ["webhook", "forge"], do: verified(conn), else: conn\n  end\nend\n'
    )
    assert routes("lib/shop_web/hook_plug.ex", text) == [("/webhook/forge", "")]
    assert routes("lib/shop_web/hook_plug.ex", text.replace("def call(", "def path(")) == []
    matched = text.replace("call(conn, options)", 'call(%{request_path: "/webhooks/mail"} = conn, _)').replace(
        "info", "of"
    )
    assert routes("lib/shop_web/hook_plug.ex", matched) == [("/webhooks/mail", "")]


@pytest.mark.parametrize(
    ("middleware", "guard"),
    [
        ("s.requireAdminAuthorization", "s.requireAdminAuthorization"),
        ("middleware.Auth", "middleware.Auth"),
        ("auth:api,throttle:60", "auth:api"),
        ("ShopWeb.RequireAuthPlug", "ShopWeb.RequireAuthPlug"),
        ("ShopWeb.APIAuthPlug", ""),
        ("ShopWeb.CourierIPFilter", "ShopWeb.CourierIPFilter"),
        ("log,h.checkAuth(store)", "h.checkAuth"),
        ("accepts,fetch_session,protect_from_forgery,put_secure_browser_headers", ""),
        ("redirect_if_user_is_authenticated,optionalAuth,skip_auth", ""),
        ("authors.List,rateLimit,express.raw,unauthorized", ""),
    ],
)
def test_what_runs_before_a_handler_may_ask_who_calls(middleware: str, guard: str) -> None:
    assert guards(middleware) == guard


def test_chi_runs_what_with_names_before_the_route() -> None:
    text = (
        "package main\n\nfunc f(r chi.Router) {\n"
        '\tr.With(h.verifySender(key), limit).Post("/webhook/parcel", h.Parcel)\n'
        '\tr.Post("/webhook/mail", h.Mail)\n\tres, err := api.R().Post("/webhook/other")\n}\n'
    )
    found = {one.name: one.detail("guard") for one in facts("r.go", text, Kind.ROUTE)}
    assert found == {"/webhook/parcel": "h.verifySender", "/webhook/mail": ""}


def test_a_plug_that_passes_requests_on_is_not_called() -> None:
    text = (
        'defmodule ShopWeb.Router do\n  use Phoenix.Router\n  forward "/ingest", ShopWeb.RewriteIngestPlug\n'
        '  forward "/webhooks/mail", ShopWeb.MailPlug\nend\n'
    )
    assert routes("lib/shop_web/router.ex", text) == [("/webhooks/mail", "")]


def test_a_server_that_compares_paths_by_itself() -> None:
    text = """package server
const (
\tbillingWebhookPath = "/v1/billing/webhook"
\thealthPath         = "/v1/health"
)
func (s *Server) route(w http.ResponseWriter, r *http.Request) error {
\tif r.Method == http.MethodGet && r.URL.Path == healthPath {
\t\treturn s.handleHealth(w, r)
\t} else if r.Method == http.MethodPost && r.URL.Path == billingWebhookPath {
\t\treturn s.limited(s.handleBilling)(w, r)
\t} else if r.URL.Path == "/hooks/mail" {
\t\treturn s.handleMail(w, r)
\t} else if r.URL.Path == other.webhookPath {
\t\treturn nil
\t}
}
"""
    found = {one.name: one for one in facts("server/server.go", text, Kind.ROUTE)}
    assert set(found) == {"/v1/billing/webhook", "/hooks/mail"}
    assert found["/v1/billing/webhook"].value == "POST"
    assert found["/v1/billing/webhook"].detail("handler") == "handleBilling"


def test_a_rest_route_whose_name_and_path_are_constants() -> None:
    text = """<?php
class IncomingEndpoint {
\tconst SPACE = 'shop/v1';
\tconst ROUTE = 'incoming';
\tfunction register() {
\t\tregister_rest_route(
\t\t\tself::SPACE,
\t\t\tself::ROUTE,
\t\t\tarray(
\t\t\t\t'methods' => array(
\t\t\t\t\t'POST',
\t\t\t\t),
\t\t\t\t'callback' => array(
\t\t\t\t\t$this,
\t\t\t\t\t'handle_request',
\t\t\t\t),
\t\t\t\t'permission_callback' => array(
\t\t\t\t\t$this,
\t\t\t\t\t'verify_request',
\t\t\t\t),
\t\t\t)
\t\t);
\t\tregister_rest_route( self::SPACE, '/settings', array( 'methods' => 'POST', 'callback' => array( $this, 'save' ) ) );
\t}
}
"""
    found = facts("src/IncomingEndpoint.php", text, Kind.ROUTE)
    assert [(one.name, one.value) for one in found] == [("/wp-json/shop/v1/incoming", "POST")]
    assert (found[0].detail("handler"), found[0].detail("verify")) == ("handle_request", "verify_request")


def test_an_empty_path_of_rails_is_that_of_its_block() -> None:
    text = (
        'Rails.application.routes.draw do\n  resource :invite do\n    get "" => :edit\n  end\n'
        '  post "/stripe/webhook", to: "hooks#stripe"\nend\n'
    )
    assert routes("config/routes.rb", text) == [("/stripe/webhook", "POST")]


def test_an_engine_that_a_provider_calls_is_a_route_where_it_is_mounted() -> None:
    text = 'Rails.application.routes.draw do\n  mount StripeEvent::Engine, at: "/payments"\n  mount Sidekiq::Web => "/jobs"\nend\n'
    assert routes("config/routes.rb", text) == [("/payments", "POST")]
    signed = 'StripeEvent.signing_secret = ENV["HOOK_SECRET"]\nStripe.api_key = ENV["STRIPE_KEY"]\n'
    found = facts("config/initializers/stripe.rb", signed, Kind.VERIFY)
    assert [(one.name, one.value) for one in found] == [("StripeEvent.signing_secret", "HOOK_SECRET")]
    assert not facts("config/initializers/stripe.rb", '# StripeEvent.signing_secret = ENV["X_SECRET"]\n', Kind.VERIFY)


@pytest.mark.parametrize(
    ("path", "word"), [("/store/notifications_v2", "notifications"), ("/store/notificationsv", "")]
)
def test_a_version_behind_a_word_is_no_part_of_it(path: str, word: str) -> None:
    assert telling_path(path, ("POST",)) == word


def test_lists_of_patterns_that_include_each_other_end() -> None:
    names = [f"list_{number}" for number in range(30)]
    lists = "".join(
        f"{one} = [\n" + "".join(f'    path("{other}/", include({other})),\n' for other in names) + "]\n"
        for one in names
    )
    text = f'{lists}urlpatterns = [path("hooks/stripe/", views.stripe_webhook), path("x/", include(list_0))]\n'
    started = time.process_time()
    found = routes("shop/urls.py", text)
    assert time.process_time() - started < 2
    assert ("/hooks/stripe/", "") in found


@pytest.mark.parametrize(
    ("path", "text", "is_told"),
    [
        ("shop/urls.py", 'urlpatterns = [path("metrics/", views.metrics)]\n', True),
        ("shop/prometheus/urls.py", 'urlpatterns = [path("shops/<uuid:code>/metrics/", views.shop_figures)]\n', True),
        ("shop/urls.py", 'urlpatterns = [path("metrics/", ShopMetricsView.as_view())]\n', False),
        ("shop/urls.py", 'urlpatterns = [path("shops/<int:shop>/metrics/", views.metrics)]\n', False),
        ("config/routes.rb", 'Rails.application.routes.draw do\n  get "/metrics", to: "metrics#show"\nend\n', True),
        ("config/routes.rb", 'Rails.application.routes.draw do\n  get "/metrics", to: "sales#totals"\nend\n', False),
    ],
)
def test_figures_of_the_product_are_not_scraped(path: str, text: str, is_told: bool) -> None:
    assert bool(routes(path, text)) is is_told


@pytest.mark.parametrize(
    ("body", "verify"),
    [
        ("if (!hasCronSecret(request)) return new Response('', { status: 401 });", "hasCronSecret"),
        ("if (!isAuthorizedCronRequest(request)) return deny();", "isAuthorizedCronRequest"),
        (
            "const token = q.get('token');\n  if (token !== env.PUSH_TOKEN) return new Response('', { status: 403 });",
            "token comparison",
        ),
        # a page's flag, a comparison that refuses nobody
        ("const shown = hasWebhookSecret(settings);", ""),
        ("if (token !== lastToken) refresh();", ""),
    ],
)
def test_how_a_handler_knows_its_caller(body: str, verify: str) -> None:
    text = f"export async function POST(request: Request) {{\n  {body}\n  return new Response();\n}}\n"
    [fact] = facts("app/api/webhooks/prints/route.ts", text, Kind.ROUTE)
    assert fact.detail("verify") == verify


@pytest.mark.parametrize(
    ("head", "handler", "module"),
    [
        ("from shop.api.views import PrintHook", "PrintHook.as_view()", "shop/api/views"),
        ("from shop.api.views import hooks", "hooks.PrintHook.as_view()", "shop/api/views/hooks"),
        ("from . import views", "views.print_hook", "shop/orders/views"),
        ("from ..hooks import print_hook", "print_hook", "shop/hooks"),
        ("def print_hook(request): ...", "print_hook", ""),
    ],
)
def test_the_module_of_a_django_handler(head: str, handler: str, module: str) -> None:
    text = f'{head}\n\nurlpatterns = [re_path(r"webhook/(?P<slug>{{slug}})/$".format(**options), {handler})]\n'
    [fact] = facts("shop/orders/urls.py", text, Kind.ROUTE)
    assert (fact.name, fact.detail("module")) == ("/webhook/<slug>/", module)


def test_a_page_about_deliveries_receives_none() -> None:
    text = (
        'urlpatterns = [path("hooks/<int:pk>/exchanges/<int:n>/", WebhookExchange.as_view()),'
        ' path("shops/sync/", ShopWebhookSync.as_view())]\n'
    )
    assert routes("shop/urls.py", text) == []


CONTROLLER = """namespace Shop;
[Route("wallets")]
public class WalletController : Controller
{
    [HttpPost("{id}/hook")]
    public async Task<IActionResult> Hook(string id) { await store.Save(id); return Ok(); }

    [Route("{id}")]
    public IActionResult Show(string id) { return View(new Row()); }

    public class Row
    {
        public string Name { get; set; }
    }

    [HttpPost("{id}/webhook")]
    public async Task<IActionResult> Told(string id) { await store.Save(id); return Ok(); }

    [HttpPost("{id}/inbound")]
    public async Task<IActionResult> Receive(string id) { return View(new Row()); }
}
"""


def test_a_class_within_a_controller_leaves_its_prefix_alone_and_a_form_is_no_webhook() -> None:
    assert routes("WalletController.cs", CONTROLLER) == [
        ("/wallets/{id}/hook", "POST"),
        ("/wallets/{id}/webhook", "POST"),
    ]


def test_webhooks_of_one_thing_are_a_list_and_those_of_an_account_in_the_address_are_received() -> None:
    text = (
        'Rails.application.routes.draw do\n  scope ":slug" do\n    post :webhooks, to: "webhooks#create"\n  end\n'
        '  post "/shops/:shop_id/webhooks", to: "webhooks#create"\nend\n'
    )
    assert routes("config/routes.rb", text) == [("/:slug/webhooks", "POST")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('r.GET("/crons", List)\nr.POST("/crons", Add)\nr.DELETE("/crons/:id", Drop)\n', []),
        ('r.POST("/crons/:id", RunNow)\nr.PATCH("/crons/:id", Change)\n', []),
        ('r.POST("/crons", Add)\nr.DELETE("/crons", DropSome)\nr.GET("/crons/views", Views)\n', []),
        ('r.PUT("/system/cron-limit", Limit)\n', []),
        ('r.POST("/webhooks/track", Add)\nr.DELETE("/webhooks/track", Drop)\n', [("/webhooks/track", "POST")]),
        ('r.POST("/cron/daily", Daily)\nr.DELETE("/crons", DropSome)\n', [("/cron/daily", "POST")]),
        ('r.POST("/webhooks/:id/submit", Send)\nr.DELETE("/webhooks/:id", Drop)\n', []),
        ('r.POST("/shops/:id/webhook", Take)\nr.DELETE("/shops/:id", Drop)\n', [("/shops/:id/webhook", "POST")]),
        # a job of its own, a receiver beside the list, and what other systems manage by themselves
        ('r.GET("/cron/daily", Daily)\nr.DELETE("/crons/:id", Drop)\n', [("/cron/daily", "GET")]),
        ('r.POST("/webhooks/:service", Take)\nr.DELETE("/webhooks/:id", Drop)\n', [("/webhooks/:service", "POST")]),
        (
            'r.POST("/scim/v2/Users", Add)\nr.PATCH("/scim/v2/Users/:id", Change)\n',
            [("/scim/v2/Users", "POST"), ("/scim/v2/Users/:id", "PATCH")],
        ),
    ],
)
def test_what_is_changed_and_deleted_one_by_one_is_a_record_of_the_product(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert routes("server/routes.go", f'import "github.com/gin-gonic/gin"\n{text}') == expected


@pytest.mark.parametrize(
    ("verbs", "found"), [("post(take).put(take).get(take).patch(take)", True), ("get(show).patch(change)", False)]
)
def test_a_route_that_takes_any_method_is_no_record(verbs: str, found: bool) -> None:
    text = f'use axum::Router;\n\nfn router() -> Router {{\n    Router::new().route("/webhook/{{id}}", {verbs})\n}}\n'
    assert bool(routes("src/receiver.rs", text)) is found


@pytest.mark.parametrize(
    ("name", "expected"), [("Settings", []), ("Tester", []), ("Settlement", [("/api/webhook", "POST")])]
)
def test_a_page_of_settings_keeps_or_tries_an_address_and_takes_no_calls(
    name: str, expected: list[tuple[str, str]]
) -> None:
    text = (
        f'[Route("api")]\npublic class {name}Controller : ControllerBase {{\n'
        '[HttpPost("webhook")]\npublic async Task<bool> Webhook([FromBody] Message message) { return await Take(message); }\n}'
    )
    assert routes(f"Controllers/{name}Controller.cs", text) == expected


@pytest.mark.parametrize(
    ("framework", "handler"), [("gin-gonic/gin", "api.PostHook"), ("labstack/echo", "session.Checked")]
)
def test_what_runs_before_a_handler_is_named_before_it_in_some_frameworks(framework: str, handler: str) -> None:
    text = f'import "github.com/{framework}"\nr.POST("/api/webhook", session.Checked, api.PostHook)\n'
    assert [fact.detail("handler") for fact in facts("server/routes.go", text, Kind.ROUTE)] == [handler]


@pytest.mark.parametrize(
    ("handler", "told"),
    [
        ("depothook.New(database, secret)", ("depothook.New", "example.org/acme/hooks/depot", "")),
        ("hooks.NewTaker(database)", ("hooks.NewTaker", "example.org/acme/hooks", "")),
        ('allow(a.Take, "hooks:post")', ("a.Take", "", "allow hooks:post")),
        ("depothook.Renew", ("depothook.Renew", "", "")),
    ],
)
def test_a_handler_that_another_package_makes(handler: str, told: tuple[str, str, str]) -> None:
    text = (
        'package main\n\nimport (\n\t"net/http"\n\n\tdepothook "example.org/acme/hooks/depot"\n'
        f'\t"example.org/acme/hooks"\n)\n\nfunc main() {{\n\tmux.Handle("POST /webhooks/depot", {handler})\n}}\n'
    )
    (route,) = facts("server/main.go", text, Kind.ROUTE)
    assert (route.detail("handler"), route.detail("module"), route.detail("middleware")) == told


def test_a_hook_among_the_apis_of_wasp() -> None:
    spec = 'import { api } from "@wasp.sh/spec";\nexport const spec = [api("POST", "/payments-webhook", takePayment, {})];\n'
    assert routes("src/pay.wasp.ts", spec) == [("/payments-webhook", "POST")]
    assert routes("src/pay.ts", spec.replace("@wasp.sh/spec", "./client")) == []


@pytest.mark.parametrize(
    ("path", "verify"),
    [
        ("telegram/hook/<slug:token>/", ["token in the path"]),
        ("telegram/hook/<slug:name>/", [""]),
        ("jobs/<slug:token>/", []),
    ],
)
def test_the_token_of_a_path_verifies_a_hook_but_makes_none(path: str, verify: list[str]) -> None:
    text = f'from django.urls import path\nurlpatterns = [path("{path}", views.take)]\n'
    assert [fact.detail("verify") for fact in facts("app/urls.py", text, Kind.ROUTE)] == verify


@pytest.mark.parametrize(("path", "verify"), [("/cron/:cliToken", "token in the path"), ("/cron/:tokenized", "")])
def test_who_knows_the_token_of_an_address_may_call_it(path: str, verify: str) -> None:
    text = f'import "github.com/gin-gonic/gin"\nr.GET("{path}", Run)\n'
    assert [fact.detail("verify") for fact in facts("server/routes.go", text, Kind.ROUTE)] == [verify]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("resources :sendgrid_events, only: :create", [("/sendgrid_events", "POST")]),
        ("resources :sendgrid_events, only: [:create]", [("/sendgrid_events", "POST")]),
        ("resources :sendgrid_events", []),
        ("resources :sendgrid_eventful_days, only: :create", []),
        ("resources :events, only: :create", []),
    ],
)
def test_a_resource_that_a_sender_only_adds_to_may_be_called_by_it(line: str, expected: list[tuple[str, str]]) -> None:
    text = f"Rails.application.routes.draw do\n  {line}\nend\n"
    assert routes("config/routes.rb", text) == expected
    assert all(fact.detail("sender") == "sendgrid" for fact in facts("config/routes.rb", text, Kind.ROUTE))


def test_a_block_with_a_parameter_that_a_constant_names_is_one_of_records() -> None:
    text = (
        'import "github.com/go-chi/chi/v5"\nr.Route("/webhooks", func(r chi.Router) {\n\tr.Post("/", Create(c))\n'
        '\tr.Route(fmt.Sprintf("/{%s}", request.ParamWebhook), func(r chi.Router) {\n\t\tr.Delete("/", Drop(c))\n\t})\n})\n'
    )
    assert routes("app/router.go", text) == []
    assert routes("app/router.go", text.replace("r.Delete", "r.Get")) == [("/webhooks", "POST")]


def test_a_list_that_a_mounted_router_fills_and_empties_is_the_products_own() -> None:
    text = (
        "const route = Router();\nexport default (app: Router) => {\n  app.use('/crons', route);\n"
        "  route.get('/views', list);\n  route.post('/', add);\n  route.delete('/', drop);\n};\n"
    )
    assert routes("src/api/jobs.ts", f"import express from 'express';\n{text}") == []
    kept = text.replace("route.delete('/', drop)", "done()")
    assert routes("src/api/jobs.ts", f"import express from 'express';\n{kept}") == [
        ("/crons/views", "GET"),
        ("/crons", "POST"),
    ]


def test_a_handler_that_takes_a_signature_to_be_checked_elsewhere() -> None:
    text = (
        "import { Hono } from 'hono';\nconst app = new Hono<{ V: T }>().post('/stripe', async (c) => {\n"
        "  const signature = c.req.header('stripe-signature');\n  return c.json(await take(await c.req.text(), signature));\n});\n"
    )
    assert routes("src/routes/hooks.ts", text) == [("/stripe", "POST")]
    assert routes("src/routes/hooks.ts", text.replace("stripe-signature", "stripe-version")) == []


def test_a_router_that_a_chain_mounts() -> None:
    text = "import { Hono } from 'hono';\nimport hooks from './routes/webhooks';\napp\n  .use(cors())\n  .route('/webhooks', hooks);\n"
    (mounted,) = [one for one in facts("src/index.ts", text, Kind.SETTING) if one.name == "route.mount"]
    assert mounted.value == "/webhooks"


@pytest.mark.parametrize(("path", "count"), [("/webhooks/bulk", 0), ("/webhooks/bulky", 1)])
def test_what_is_done_to_many_webhooks_at_once_is_the_products_own(path: str, count: int) -> None:
    text = f"import express from 'express';\nrouter.post('{path}', hooks.take);\n"
    assert len(routes("src/routes.ts", text)) == count


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        (
            "config/environments/production.rb",
            "  config.action_mailbox.ingress = :sendgrid\n",
            "/rails/action_mailbox/sendgrid/inbound_emails",
        ),
        (
            "config/application.rb",
            "config.action_mailbox.ingress = :mailgun\n",
            "/rails/action_mailbox/mailgun/inbound_emails/mime",
        ),
        ("config/environments/production.rb", "  # config.action_mailbox.ingress = :sendgrid\n", ""),
        ("config/environments/test.rb", "  config.action_mailbox.ingress = :sendgrid\n", ""),
        ("config/environments/production.rb", "  config.action_mailbox.ingress = :own\n", ""),
    ],
)
def test_mail_that_a_provider_delivers_to_rails(path: str, text: str, found: str) -> None:
    assert routes(path, text) == ([(found, "POST")] if found else [])


@pytest.mark.parametrize(("parameter", "check"), [("hash", "token in the path"), ("hashtag", "")])
def test_a_scheduler_that_knows_the_hash_in_a_path(parameter: str, check: str) -> None:
    text = f"<?php\nRoute::get('/system/cron/{{{parameter}}}', 'SystemController@cron');\n"
    assert [one.detail("verify") for one in facts("routes/web.php", text, Kind.ROUTE)] == [check]


@pytest.mark.parametrize(
    ("module", "found"),
    [
        ("djstripe.urls", [("/pay/stripe/webhook/", "POST")]),
        ("paypal.standard.ipn.urls", [("/pay/stripe/", "POST")]),
        ("shop.urls", []),
    ],
)
def test_patterns_of_a_package_that_a_provider_calls(module: str, found: list[tuple[str, str]]) -> None:
    text = (
        "from django.urls import include, path\n"
        f'inner = [path("", include("{module}", namespace="x"))]\n'
        'urlpatterns = [path("pay/stripe/", include(inner))]\n'
    )
    assert routes("shop/urls_pay.py", text) == found


def test_lists_of_patterns_that_are_included_on_the_spot_give_their_prefix() -> None:
    text = (
        "from django.urls import include, path\n"
        "urlpatterns = [\n"
        '    path("api/", include(\n        [\n            path("stripe/webhook/", views.stripe),\n'
        '            path("v2/", include([path("mail/webhook/", views.mail)])),\n        ]\n    )),\n'
        '    path("github/webhook/", views.github),\n'
        "]\n"
    )
    found = {name for name, _ in routes("shop/urls.py", text)}
    assert found == {"/api/stripe/webhook/", "/api/v2/mail/webhook/", "/github/webhook/"}
