"""Who calls which route, how a call is verified, which events it may bring, and what goes out."""

from __future__ import annotations

import pytest

from llm_audit.model import Fact, Kind
from tests.integrations.facts import entry, found, imports, line, made, names, setting


def route(path: str, at: str = "src/routes.ts:4", methods: str = "POST", **details: str) -> Fact:
    return made(Kind.ROUTE, path, methods, at, framework="express", **details)


def verify(name: str, at: str, value: str = "", **details: str) -> Fact:
    return made(Kind.VERIFY, name, value, at, **{"kind": "sdk", "language": "javascript", **details})


@pytest.mark.parametrize(
    ("path", "caller"),
    [
        ("/webhooks/stripe", "Stripe"),
        ("/api/hooks/github", "GitHub API"),
        ("/webhooks/lemon", "Lemon Squeezy"),
        ("/webhooks/lemonade", "Webhook callers"),
        ("/aliyun/oss/callback", "Alibaba Cloud OSS"),
        ("/webhooks/filesystem", "Webhook callers"),
        ("/webhook/flow_resume", "Webhook callers"),
        ("/api/v{apiVersion:int=2}/webhooks/orders", "Webhook callers"),
        ("/webhooks/{stripeAccount}", "Stripe"),
        ("/bounces", "Mail system (bounces)"),
        ("/ping/:id", "Monitored jobs (pings)"),
        ("/users/:name/inbox", "Fediverse servers (ActivityPub)"),
        ("/webhook/inbox", "Webhook callers"),
        ("/inbound_webhooks/harbour", "Webhook callers"),
        ("/inbound/harbour", "Senders of events"),
        ("/scim/v2/Users", "Identity providers (SCIM)"),
        ("/api/cron/reminders", "Scheduler"),
        ("/webhooks/printshop", "Webhook callers"),
        ("/api/cron/sync-stripe", "Scheduler"),
        ("/api/cron/sync-social-metrics", "Scheduler"),
        ("/api/v1/metrics/", "Metrics scraper"),
    ],
)
def test_the_path_says_who_calls(path: str, caller: str) -> None:
    assert caller in names(found(route(path)), "Incoming")


@pytest.mark.parametrize(
    ("sender", "callers"),
    [
        ("sendgrid", {"SendGrid"}),
        ("sendinblue", {"Brevo (Sendinblue)"}),
        ("calendar", set()),
        ("redis", set()),
        ("grid", set()),
    ],
)
def test_a_path_that_is_only_named_after_somebody_is_called_by_who_is_known_to_call(
    sender: str, callers: set[str]
) -> None:
    assert names(found(route(f"/{sender}_events", sender=sender)), "Incoming") == callers


def test_a_hub_calls_whatever_the_path_is_named_after() -> None:
    assert names(found(route("/webhooks/pubsub", protocol="websub")), "Incoming") == {"WebSub hub"}
    assert names(found(route("/webhooks/pubsub")), "Incoming") == {"Google Cloud Pub/Sub"}


def test_another_route_of_the_same_file_name_verifies_only_itself() -> None:
    outcome = found(
        route("/api/cron/digest", at="app/api/cron/digest/route.ts:9", handler="route.ts"),
        verify("verifySignature", "app/api/razorpay/webhook/route.ts:12", "x-razorpay-signature"),
    )
    assert names(outcome, "Incoming") == {"Scheduler"}
    assert "No verification found" in line(entry(outcome, "Scheduler"), "Verification")


def test_a_handler_that_another_file_holds_is_verified_there() -> None:
    at = "apps/web/pages/api/hook/webhook.ts:3"
    check = verify("stripe.webhooks.constructEvent", "apps/web/pages/api/webhooks/stripe/index.ts:12")
    leading = found(route("/api/hook/webhook", at=at, modules="apps/web/pages/api/webhooks/stripe"), check)
    assert line(entry(leading, "Stripe"), "Verification") == "`stripe.webhooks.constructEvent`"
    elsewhere = found(route("/api/hook/webhook", at=at, modules="apps/web/pages/api/webhooks/striped"), check)
    assert names(elsewhere, "Incoming") == {"Webhook callers"}
    assert "No verification found" in line(entry(elsewhere, "Webhook callers"), "Verification")


@pytest.mark.parametrize(
    ("constant", "shown"),
    [
        ("Courier.PARCEL_WEBHOOK", "`POST /in/parcels`"),
        (".PARCEL_WEBHOOK", "`POST /{PARCEL_WEBHOOK}`"),
        ("Letters.PARCEL_WEBHOOK", "`POST /{PARCEL_WEBHOOK}`"),
    ],
)
def test_the_path_that_a_constant_of_another_file_holds(constant: str, shown: str) -> None:
    hook = route("/{PARCEL_WEBHOOK}", at="src/Parcels.java:4", constant=constant)
    held = [
        setting("route.constant", path, f"src/{name}.java:3", key="PARCEL_WEBHOOK")
        for name, path in (("Courier", "/in/parcels"), ("Mail", "/in/mail"))
    ]
    assert entry(found(hook, *held), "Other systems").purpose == shown


def _declared(function: str, at: str) -> Fact:
    return setting("handler.declared", function, at, framework="go")


def test_where_a_handler_of_go_is_declared_its_caller_is_checked() -> None:
    hook = route("/webhooks/parcel", at="main.go:9", handler="s.Parcels.Post")
    check = verify("hmac.Equal", "hooks/parcels.go:12", "X-Parcel-Signature", kind="hmac", language="go")
    away = verify("hmac.Equal", "hooks/letters.go:12", kind="hmac", language="go")
    here = _declared("Parcels.Post", "hooks/parcels.go:8")
    there = _declared("Letters.Post", "hooks/letters.go:8")
    told = found(hook, here, there, check, away)
    assert line(entry(told, "Webhook callers"), "Verification") == "`hmac.Equal` with X-Parcel-Signature"
    alone = found(hook, there, away)
    assert "No verification found" in line(entry(alone, "Webhook callers"), "Verification")


def test_what_checks_requests_beside_the_only_handler_of_a_package_is_its_own() -> None:
    hook = route("/events", at="main.go:9", handler="s.Forge.Post", unproven="yes")
    here = _declared("Forge.Post", "events/controller.go:8")
    checks = [
        verify("github.ValidatePayload", "events/github_validator.go:12", language="go"),
        verify("gitea.ValidateSignature", "events/controller.go:30", language="go"),
    ]
    used = (
        imports("github.com/google/go-github/v60/github", at="events/controller.go:3", language="go"),
        imports("code.gitea.io/sdk/gitea", at="events/controller.go:4", language="go"),
    )
    told = found(hook, here, *checks, *used)
    assert line(entry(told, "GitHub API", "Incoming"), "Verification") == "`github.ValidatePayload`"
    assert line(entry(told, "Gitea / Forgejo", "Incoming"), "Verification") == "`gitea.ValidateSignature`"
    assert names(found(hook, here, *used), "Incoming") == set()
    other = route("/hooks/mail", at="main.go:10", handler="s.Mail.Post"), _declared("Mail.Post", "events/mail.go:8")
    both = found(hook, here, *other, checks[0], *used)
    assert names(both, "Incoming") == {"Webhook callers"}


def test_what_the_router_runs_before_a_handler_is_said_where_nothing_else_checks() -> None:
    bound = route("/webhooks/parcel", guard="s.requireAdmin")
    free = route("/webhooks/parcel", at="src/routes.ts:9")
    never = route("/webhooks/mail", at="src/routes.ts:10")
    assert line(entry(found(bound), "Webhook callers"), "Verification") == "`s.requireAdmin`"
    both = line(entry(found(bound, free, never), "Webhook callers"), "Verification")
    assert both == (
        "`s.requireAdmin`; not in every branch that declares the route; none found for `POST /webhooks/mail`"
    )
    check = verify("stripe.webhooks.constructEvent", "src/routes.ts:12")
    assert line(entry(found(bound, check), "Stripe"), "Verification") == "`stripe.webhooks.constructEvent`"


def test_a_handler_of_another_package_of_go_is_verified_in_its_folder() -> None:
    hook = route(
        "/webhooks/depot", at="svc/api/run.go:9", handler="depothook.New", module="example.org/acme/svc/api/hooks/depot"
    )
    other = route("/webhooks/acme", at="svc/other/run.go:9")  # a route whose handler nothing names
    check = verify("depotverifier.New", "svc/api/hooks/depot/take.go:26", kind="signature", language="go")
    assert line(entry(found(hook, other, check), "Webhook callers"), "Verification").startswith("`depotverifier.New`")
    elsewhere = verify("depotverifier.New", "pkg/depot/take.go:26", kind="signature", language="go")
    assert "No verification found" in line(entry(found(hook, elsewhere), "Webhook callers"), "Verification")


def test_a_bare_name_of_a_check_is_not_an_sdks_unless_it_is_in_use() -> None:
    own = found(route("/webhooks/prints"), verify("verifySignature", "src/routes.ts:9"))
    assert names(own, "Incoming") == {"Webhook callers"}


def test_an_oauth_redirect_is_no_webhook() -> None:
    assert names(found(route("/auth/github/callback", methods="GET", oauth="yes")), "Incoming") == set()


@pytest.mark.parametrize(
    ("header", "caller"),
    [
        ("stripe-signature", "Stripe"),
        ("x-shopify-hmac-sha256", "Shopify"),
        # who signs for others, who is nobody, and a header of no signature
        ("svix-signature", "Webhook callers"),
        ("acmepay-signature", "Webhook callers"),
        ("stripe-account", "Webhook callers"),
    ],
)
def test_a_header_of_signatures_names_the_caller_where_nothing_else_does(header: str, caller: str) -> None:
    assert names(found(route("/payment/webhook", header=header)), "Incoming") == {caller}


def test_no_verification_is_said() -> None:
    outcome = found(route("/webhooks/stripe"))
    assert "No verification found" in line(entry(outcome, "Stripe"), "Verification")


def test_verification_in_the_file_of_the_route() -> None:
    outcome = found(
        route("/webhooks/stripe"), verify("stripe.webhooks.constructEvent", "src/routes.ts:9", "stripe-signature")
    )
    assert line(entry(outcome, "Stripe"), "Verification") == "`stripe.webhooks.constructEvent` with stripe-signature"


def test_verification_in_another_file_that_the_handler_names() -> None:
    outcome = found(
        route("/webhooks/stripe", handler="stripe_webhooks#create"),
        verify("Stripe::Webhook.construct_event", "app/controllers/stripe_webhooks_controller.rb:5"),
        verify("Webhook.construct_event", "app/controllers/stripe_webhooks_controller.rb:5"),
        setting(
            "webhook.events", "invoice.paid", at="app/controllers/stripe_webhooks_controller.rb:8", handler="create"
        ),
    )
    stripe = entry(outcome, "Stripe")
    assert line(stripe, "Verification") == "`Stripe::Webhook.construct_event`"
    assert line(stripe, "Events") == "invoice.paid"


def test_routes_of_one_caller_are_each_verified_in_their_way() -> None:
    told = route("/webhooks/gate", at="src/gate.ts:4", verify="checkGate")
    silent = route("/webhooks/desk", at="src/desk.ts:4")
    check = verify("checkDesk", "src/desk.ts:9")
    hook = entry(found(told, silent, check), "Webhook callers")
    assert line(hook, "Verification") == "`checkGate`; `checkDesk`"
    same = entry(found(told, silent, verify("checkGate", "src/desk.ts:9")), "Webhook callers")
    assert line(same, "Verification") == "`checkGate`"


def test_verification_in_a_file_of_no_concern() -> None:
    outcome = found(route("/webhooks/stripe", handler="pay#create"), verify("hmac.Equal", "src/other.go:9"))
    assert "No verification found" in line(entry(outcome, "Stripe"), "Verification")


def test_signing_what_goes_out_verifies_nothing() -> None:
    outcome = found(route("/webhooks/stripe"), verify("createHmac sha256", "src/routes.ts:30", kind="signing"))
    assert "No verification found" in line(entry(outcome, "Stripe"), "Verification")


def test_one_parameterised_route_is_many_webhooks() -> None:
    outcome = found(route("/webhooks/:service", providers="ses,sendgrid,acmemail"))
    assert {"AWS SES", "SendGrid", "Acmemail"} <= names(outcome, "Incoming")
    assert entry(outcome, "SendGrid").purpose == "`POST /webhooks/:service` with `sendgrid`"


def test_a_dispatch_in_another_file_belongs_to_the_route_that_names_its_function() -> None:
    told = setting(
        "webhook.providers", "ses,postmark", at="internal/hooks/hooks.go:25", handler="Bounce", parameter="service"
    )
    outcome = found(
        route("/webhooks/service/:service", at="cmd/main.go:9", handler="h.Bounce"), told,
        verify("hmac.Equal", "internal/hooks/hooks.go:20", "X-Signature"),
        setting("webhook.events", "SubscriptionConfirmation", at="internal/hooks/hooks.go:30", handler="Bounce"),
    )  # fmt: skip
    assert names(outcome, "Incoming") == {"AWS SES", "Postmark"}
    postmark = entry(outcome, "Postmark")
    assert "hmac.Equal" in line(postmark, "Verification")
    assert line(postmark, "Events") == ""  # one function for two providers: whose events these are, it does not say
    other = found(route("/subscribers/:service", at="cmd/main.go:9", handler="h.Other"), told)
    assert "Postmark" not in names(other, "Incoming")


def test_events_of_the_route_itself() -> None:
    outcome = found(route("/webhooks/stripe", events="invoice.paid,charge.refunded"))
    assert line(entry(outcome, "Stripe"), "Events") == "invoice.paid, charge.refunded"


def test_a_path_that_holds_markup_adds_none() -> None:
    outcome = found(route("/webhooks/`](https://evil.test)\n## x"))
    [one] = [one for one in outcome.candidates if one.group == "Incoming"]
    assert "\n" not in one.purpose and one.purpose.count("`") == 2


def test_outgoing_deliveries_say_where_to_and_how_often() -> None:
    sent = made(Kind.DELIVERY, "webhook", "webhook.url", at="src/deliver.ts:9", retry="3 attempts")
    [one] = [one for one in found(sent).candidates if one.group == "Outgoing"]
    assert line(one, "Endpoint") == "`webhook.url`"
    assert line(one, "Retry logic") == "3 attempts"


def test_the_sdks_own_verification_counts_wherever_it_stands() -> None:
    far = verify("this._stripe.webhooks.constructEvent", "src/services/StripeAPI.js:488")
    assert "constructEvent" in line(
        entry(found(route("/webhooks/stripe", handler="c.handle"), far), "Stripe"), "Verification"
    )
    other = found(route("/webhooks/github", handler="c.handle"), far)
    assert "No verification found" in line(entry(other, "GitHub API"), "Verification")


def delivery(name: str, target: str, at: str) -> Fact:
    return made(Kind.DELIVERY, name, target, at=at)


def test_an_adapters_delivery_bears_its_systems_name() -> None:
    outcome = found(
        delivery("webhook", "config.url", "notifiers/mattermost.ts:4"),
        setting("module", "mattermost", at="notifiers/mattermost.ts:1"),
        delivery("alert", "ferryBellUrl", "notifiers/ferry-bell.ts:4"),
        setting("module", "ferry-bell", at="notifiers/ferry-bell.ts:1"),
        delivery("webhook", "endpoint.url", "integrations/webhook-sender.ts:9"),
        setting("module", "webhook-sender", at="integrations/webhook-sender.ts:1"),
    )
    assert names(outcome, "Outgoing") == {
        "Mattermost webhook",
        "Ferry bell webhook",
        "Webhooks to configured addresses",
    }


def test_a_path_with_a_token_is_called_by_monitored_jobs() -> None:
    outcome = found(route("/api/push/:pushToken", methods="", verify="token in the path"))
    pings = entry(outcome, "Monitored jobs (pings)")
    assert line(pings, "Verification") == "Token in the path"
    assert names(found(route("/pubsub/push")), "Incoming") == {"Webhook callers"}


@pytest.mark.parametrize(
    ("methods", "details", "shown"),
    [
        ("GET", {}, False),
        ("GET,POST", {}, True),
        ("POST", {}, True),
        ("GET", {"verify": "hmac.new"}, True),
    ],
)
def test_where_a_browser_is_sent_back_to_is_no_webhook(methods: str, details: dict[str, str], shown: bool) -> None:
    outcome = found(route("/payments/callback", methods=methods, **details))
    assert bool(names(outcome, "Incoming")) is shown


@pytest.mark.parametrize("path", ["/webhooks/callback", "/sms/status-callback", "/verify/callback", "/ipn/return"])
def test_a_read_only_route_with_a_webhooks_word_stays(path: str) -> None:
    assert names(found(route(path, methods="GET")), "Incoming")


@pytest.mark.parametrize(
    ("chain", "in_use", "caller"),
    [
        ("stripe.webhooks.constructEvent", "telnyx", "Stripe"),
        ("client.webhooks.constructEvent", "stripe", "Stripe"),
        ("client.webhooks.constructEvent", "", "Webhook callers"),
    ],
)
def test_a_verification_that_several_sdks_share_is_of_the_one_named_or_used(
    chain: str, in_use: str, caller: str
) -> None:
    used = (made(Kind.IMPORT, in_use, at="src/pay.ts:1", language="javascript"),) if in_use else ()
    outcome = found(route("/api/addons/webhook"), verify(chain, "src/routes.ts:9"), *used)
    assert names(outcome, "Incoming") == {caller}


def test_the_header_that_signs_what_goes_out_is_said() -> None:
    signed = made(Kind.DELIVERY, "webhook", "hook.url", at="src/send.ts:4", signature="X-Hook-Signature")
    [out] = [one for one in found(signed).candidates if one.group == "Outgoing"]
    assert line(out, "Endpoint") == "`hook.url`; signed in the header `X-Hook-Signature`"


def test_events_of_another_controller_with_the_same_function_are_not_taken() -> None:
    outcome = found(
        route("/webhooks/github/manual", handler="Github.manual"),
        verify("hash_hmac sha256", "app/Http/Controllers/Github.php:5"),
        setting("webhook.events", "repo:push", at="app/Http/Controllers/Bitbucket.php:8", handler="manual"),
    )
    assert line(entry(outcome, "GitHub API"), "Events") == ""


@pytest.mark.parametrize(
    ("path", "callers"),
    [
        ("/callbacks/stripe/refresh", set()),
        ("/callbacks/:provider/installation", set()),
        ("/webhooks/stripe/refresh", {"Stripe"}),
        ("/callbacks/stripe/payout", {"Stripe"}),
    ],
)
def test_where_a_provider_sends_browsers_back_to_is_no_webhook(path: str, callers: set[str]) -> None:
    assert names(found(route(path, methods="GET")), "Incoming") == callers


def test_adapters_of_one_route_lose_what_they_are() -> None:
    outcome = found(
        route("/webhooks/:provider"),
        setting("module", "github_controller", at="lib/web/webhooks/github_controller.ex:1"),
        setting("module", "printshop_handler", at="lib/web/webhooks/printshop_handler.ex:1"),
    )
    assert names(outcome, "Incoming") == {"GitHub API", "Printshop"}


def test_the_project_itself_calls_none_of_its_routes() -> None:
    own = route("/executions/webhook/:key", at="src/kestra/routes.ts:4")
    outcome = found(own, setting("project.name", "kestra", at="build.gradle:1"), project="kestra")
    assert names(outcome, "Incoming") == {"Webhook callers"}
    assert names(found(own, project="acme"), "Incoming") == {"Kestra"}


def test_a_router_is_mounted_by_its_module_and_once_more_by_the_file_that_mounts_it() -> None:
    route = made(
        Kind.ROUTE,
        "/",
        "POST",
        at="src/acme/api/billing.py:9",
        framework="fastapi",
        verify="x.verify",
        word="",
        signal="verify",
    )
    inner = setting(
        "route.mount", "/billing", "src/acme/api/__init__.py:4", target="acme.api.billing.router", framework="fastapi"
    )
    outer = setting("route.mount", "/api/v1", "src/acme/main.py:7", target="acme.api.router", framework="fastapi")
    other = setting("route.mount", "/users", "src/acme/main.py:8", target="acme.api.users.router", framework="fastapi")
    [told] = [one for one in found(route, inner, outer, other).candidates if one.group == "Incoming"]
    assert "`POST /api/v1/billing`" in told.purpose
    [alone] = [one for one in found(route, other).candidates if one.group == "Incoming"]
    assert "`POST /`" in alone.purpose


@pytest.mark.parametrize(
    ("env", "shown"),
    [
        ("ACME_API_KEY,ACME_WEBHOOK_SECRET", "secret ACME_WEBHOOK_SECRET"),
        ("ACME_SECRET_KEY,ACME_SIGNING_KEY", "secret ACME_SIGNING_KEY"),
        ("DEPOT_TOKEN,CRON_SECRET", "secret CRON_SECRET"),
        ("CHAT_WEBHOOK_URL_LEAKED_KEY,DEPOT_TOKEN", "secret DEPOT_TOKEN"),
        ("ACME_API_KEY,ACME_TOKEN", "secret ACME_API_KEY, ACME_TOKEN"),  # which of them, the names do not tell
    ],
)
def test_keys_for_calls_of_its_own_are_no_secret_of_a_webhook(env: str, shown: str) -> None:
    outcome = found(route("/api/acme/webhook", verify="checkSignature", env=env))
    (hook,) = (one for one in outcome.candidates if one.group == "Incoming")
    told = next(value.text for value in hook.values if value.label == "Verification")
    assert told.endswith(shown) and told.count(", ") == shown.count(", ") + 1


def test_of_two_modules_of_one_name_the_mount_of_the_own_folder_counts() -> None:
    mounts = [
        setting("route.mount", "/inbox", "src/routers/index.ts:3", target="./inbox"),
        setting("route.mount", "/post", "src/routers/webhooks/index.ts:3", target="./inbox"),
        setting("route.mount", "/hooks", "src/routers/index.ts:4", target="./webhooks"),
    ]
    outcome = found(*mounts, route("/", "src/routers/webhooks/inbox/index.ts:9", verify="checkSignature"))
    (hook,) = (one for one in outcome.candidates if one.group == "Incoming")
    assert hook.purpose == "`POST /hooks/post`"


def test_of_several_routes_those_that_nothing_verifies_are_named() -> None:
    checked = route("/webhooks/depot", "src/depot.ts:4", verify="checkSignature")
    bare = route("/webhooks/gate", "src/gate.ts:4")
    (hook,) = (one for one in found(checked, bare).candidates if one.group == "Incoming")
    assert line(hook, "Verification") == "`checkSignature`; none found for `POST /webhooks/gate`"
    (hook,) = (one for one in found(checked).candidates if one.group == "Incoming")
    assert line(hook, "Verification") == "`checkSignature`"


def rails(path: str, handler: str) -> Fact:
    return made(Kind.ROUTE, path, "POST", "config/routes.rb:4", framework="rails", handler=handler)


_CHECKED = verify("verify_bank", "app/controllers/webhooks_controller.rb:9", actions="bank,bank_us")


def test_a_check_of_one_action_says_nothing_of_another() -> None:
    outcome = found(
        rails("/webhooks/plaid", "webhooks#bank"), rails("/webhooks/stripe", "webhooks#shop"), _CHECKED
    )  # fmt: skip
    assert line(entry(outcome, "Plaid", "Incoming"), "Verification") == "`verify_bank`"
    assert "No verification found" in line(entry(outcome, "Stripe", "Incoming"), "Verification")


def test_the_route_that_nothing_checks_is_named_beside_the_one_that_is_checked() -> None:
    outcome = found(
        rails("/webhooks/plaid", "webhooks#bank"), rails("/webhooks/plaid_eu", "webhooks#bank_eu"), _CHECKED
    )  # fmt: skip
    assert (
        line(entry(outcome, "Plaid", "Incoming"), "Verification")
        == "`verify_bank`; none found for `POST /webhooks/plaid_eu`"
    )


def above(path: str, parents: str = "ApplicationController") -> Fact:
    return setting("controller.above", parents, at=f"app/controllers/{path}_controller.rb:1")


def test_a_controller_of_the_same_name_in_another_folder_checks_only_its_own_routes() -> None:
    admin = verify("verify_admin", "app/controllers/admin/webhooks_controller.rb:9", actions="bank")
    for handler, said in (
        ("admin/webhooks#bank", "`verify_admin`"),
        ("webhooks#bank", "No verification found in the handler's file"),
    ):
        outcome = found(rails("/webhooks/plaid", handler), admin, above("webhooks"), above("admin/webhooks"))
        assert line(entry(outcome, "Plaid", "Incoming"), "Verification") == said


def test_the_controller_of_an_engine_stands_in_its_module() -> None:
    check = verify("verify_shop", "app/controllers/acme_shop/webhooks_controller.rb:9", actions="create")
    outcome = found(rails("/webhooks/stripe", "webhooks#create"), check, above("acme_shop/webhooks"))
    assert line(entry(outcome, "Stripe", "Incoming"), "Verification") == "`verify_shop`"


def test_what_a_parent_or_a_concern_checks_holds_for_each_action() -> None:
    check = verify("verify_sender", "app/controllers/concerns/hooks/signed.rb:3")
    for parents, said in (
        ("BaseController,Hooks::Signed", "`verify_sender`"),
        ("BaseController", "No verification found in the handler's file"),
    ):
        outcome = found(rails("/webhooks/stripe", "webhooks#create"), check, above("webhooks", parents))
        assert line(entry(outcome, "Stripe", "Incoming"), "Verification") == said


@pytest.mark.parametrize(
    ("prefix", "path", "names_"),
    [
        ("/auth", "/github/callback/", set()),
        ("/api/oauth", "/spaces/google/callback", set()),
        ("/shop", "/payments/callback/", {"Webhook callers"}),
        ("/auth", "/payments/callback/status", {"Status callbacks"}),
    ],
)
def test_a_callback_that_is_mounted_among_ways_to_sign_in_returns_a_browser(
    prefix: str, path: str, names_: set[str]
) -> None:
    mount = setting("route.mount", prefix, "shop/urls.py:9", target="shop.login.urls", framework="django")
    route_ = made(Kind.ROUTE, path, "", "shop/login/urls.py:4", framework="django", handler="Callback")
    assert names(found(route_, mount), "Incoming") == names_


def django(path: str, handler: str, module: str = "shop/views", at: str = "shop/urls.py:4", **details: str) -> Fact:
    return made(Kind.ROUTE, path, "", at, framework="django", handler=handler, module=module, **details)


def test_the_class_that_answers_is_checked_by_its_own_code() -> None:
    checks = [
        verify("hmac.compare_digest", "shop/views.py:9", within="ShopHook"),
        verify("hmac.new", "shop/views.py:3", within="Base"),
    ]
    outcome = found(django("/webhooks/stripe/", "views.ShopHook"), django("/webhooks/plaid/", "BankHook"), *checks)
    assert line(entry(outcome, "Stripe", "Incoming"), "Verification") == "`hmac.compare_digest`"
    assert line(entry(outcome, "Plaid", "Incoming"), "Verification") == "`hmac.new`"


def test_routes_of_a_module_stand_under_the_path_that_includes_it() -> None:
    mount = setting("route.mount", "/api/v2", "shop/urls.py:9", target="shop.api.urls", framework="django")
    outcome = found(django("/webhooks/stripe/", "ShopHook", at="shop/api/urls.py:4"), mount)
    assert "/api/v2/webhooks/stripe/" in entry(outcome, "Stripe", "Incoming").purpose
    apart = found(django("/webhooks/stripe/", "ShopHook", at="shop/web/urls.py:4"), mount)
    assert "/api/v2" not in entry(apart, "Stripe", "Incoming").purpose


def test_the_variable_of_its_secret_says_who_calls() -> None:
    assert "Stripe" in names(found(route("/webhooks/money", env="STRIPE_WEBHOOK_SECRET")), "Incoming")
    for env in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET,PLAID_WEBHOOK_KEY", "ACME_WEBHOOK_SECRET"):
        assert names(found(route("/webhooks/money", env=env)), "Incoming") == {"Webhook callers"}
    assert names(found(route("/jobs/run", env="STRIPE_WEBHOOK_SECRET")), "Incoming") == {"Own background jobs"}


def test_functions_of_one_name_are_told_apart_by_the_modules_that_hold_them() -> None:
    outcome = found(
        route("/zulip-hook", at="src/main.rs:5", handler="zulip::webhook"),
        route("/github-hook", at="src/main.rs:6", handler="github::webhook"),
        verify("Hmac::<Sha256>", "src/github/webhook.rs:9"),
    )
    assert line(entry(outcome, "GitHub API", "Incoming"), "Verification") == "`Hmac::<Sha256>`"
    assert line(entry(outcome, "Zulip", "Incoming"), "Verification") == "No verification found in the handler's file"


def test_a_module_that_is_called_a_handler_names_no_address() -> None:
    def sent(path: str, word: str) -> set[str]:
        delivery = made(Kind.DELIVERY, "notification", "apprise.Apprise", f"{path}:9")
        return names(found(delivery, setting("module", word, f"{path}:1")), "Outgoing")

    assert sent("app/notify/handler.py", "handler") == {"Notifications to configured addresses"}
    assert sent("app/notify/mattermost.py", "mattermost") == {"Mattermost webhook"}


def test_what_calls_of_apprise_put_together_is_not_told_as_done() -> None:
    call = made(Kind.CALL, "apprise.plugins.N_MGR.add", "", "app/a.py:4", language="python", module="apprise")
    one = entry(found(imports("apprise", "app/a.py:1", "python"), call), "Apprise")
    assert one.purpose.startswith("Notifications to") and not line(one, "Endpoints used")


def test_a_function_behind_a_gateway_is_checked_where_its_handler_stands() -> None:
    hook = made(
        Kind.ROUTE,
        "/webhooks/github",
        "POST",
        "template.yaml:9",
        framework="api-gateway",
        handler="app.handle",
        module="src/app",
    )
    check = verify("hmac.compare_digest", "src/app.py:7", kind="hmac", within="handle")
    other = verify("jwt.verify", "src/other.py:7", kind="jwt", within="other")
    assert line(entry(found(hook, check, other), "GitHub API"), "Verification") == "`hmac.compare_digest`"
    assert (
        line(entry(found(hook, other), "GitHub API"), "Verification") == "No verification found in the handler's file"
    )


def test_of_a_handler_that_stands_nowhere_known_no_lack_of_checks_is_said() -> None:
    hook = made(Kind.ROUTE, "/webhooks/github", "POST", "api.tf:9", framework="api-gateway", unlocated="yes")
    assert "Verification" not in {value.label for value in entry(found(hook), "GitHub API").values}


def test_what_vercel_calls_on_a_schedule_is_told_with_the_secret_of_the_file_that_answers() -> None:
    crons = made(
        Kind.PLATFORM,
        "vercel",
        "web/vercel.json",
        "web/vercel.json:1",
        crons="/api/tidy/old 30 5 * * *, /api/mail 0,30 6 * * *",
    )
    secret = made(
        Kind.ENV_READ,
        "CRON_SECRET",
        "",
        "web/src/app/api/tidy/[...what]/route.ts:9",
        need="optional",
        via="process.env",
    )
    caller = entry(found(crons, secret), "Vercel's scheduler")
    assert caller.purpose == "`GET /api/tidy/old`, `GET /api/mail`"
    assert line(caller, "Verification") == "Secret CRON_SECRET"
    elsewhere = made(
        Kind.ENV_READ,
        "CRON_SECRET",
        "",
        "web/src/app/api/tidiness/[...what]/route.ts:9",
        need="optional",
        via="process.env",
    )
    assert line(entry(found(crons, elsewhere), "Vercel's scheduler"), "Verification") == ""


def test_a_scheduled_route_that_is_told_already_is_told_once() -> None:
    crons = made(Kind.PLATFORM, "vercel", "vercel.json", "vercel.json:1", crons="/api/cron/daily 30 5 * * *")
    assert names(found(crons, route("/api/cron/daily", methods="GET")), "Incoming") == {"Scheduler"}
    assert names(found(crons, route("/api/cron/[when]", methods="GET")), "Incoming") == {"Scheduler"}
    assert "Vercel's scheduler" in names(found(crons, route("/api/cron/[when]/all", methods="GET")), "Incoming")


def test_the_index_of_a_folder_is_called_what_the_folder_is() -> None:
    hook = made(Kind.ROUTE, "/webhook", "POST", "api.tf:9", framework="api-gateway", handler="webhook", unlocated="yes")
    check = verify("webhooks.verify", "functions/hooks/src/webhook/index.ts:7")
    other = verify("webhooks.verify", "functions/hooks/src/index.ts:7")
    callers = {
        one.name for one in found(hook, check, imports("@octokit/webhooks")).candidates if one.group == "Incoming"
    }
    assert callers == {"GitHub API"}
    assert names(found(hook, other), "Incoming") == {"Webhook callers"}


@pytest.mark.parametrize(
    ("path", "caller"), [("src/webhooks/incoming/sns.ts", "Amazon SNS"), ("src/hooks/incoming/sns.ts", "Other systems")]
)
def test_a_folder_of_webhooks_says_that_a_services_name_is_the_callers(path: str, caller: str) -> None:
    assert names(found(route("/sns", at=f"{path}:9")), "Incoming") == {caller}


def test_a_gateway_in_front_of_a_route_is_no_route_of_its_own() -> None:
    gateway = made(Kind.ROUTE, "/api/mail/webhook", "POST", "gateway.yml:9", framework="api-gateway", unlocated="yes")
    behind = route("/api/mail/webhook", at="src/mail.ts:4", verify="verifyMail")
    caller = entry(found(gateway, behind), "Webhook callers")
    assert line(caller, "Verification") == "`verifyMail`"
    other = route("/api/letters/webhook", at="src/mail.ts:4", verify="verifyMail")
    assert "/api/mail/webhook" in entry(found(gateway, other), "Webhook callers").purpose


def test_a_check_of_another_routes_view_in_a_file_of_the_same_name_is_not_this_ones() -> None:
    mine = route("/letters/webhook/", at="shop/letters/urls.py:5", handler="views.LettersWebhook")
    theirs = route("/scim/v2/Users", at="shop/people/urls.py:5", handler="views.PeopleView")
    check = verify("scim_auth_required", "shop/people/views.py:9", within="PeopleView")
    assert line(entry(found(mine, theirs, check), "Webhook callers"), "Verification").startswith("No verification")
    own = verify("letters_signature_required", "shop/letters/views.py:9", within="LettersWebhook")
    told = line(entry(found(mine, theirs, check, own), "Webhook callers"), "Verification")
    assert told == "`letters_signature_required`"
