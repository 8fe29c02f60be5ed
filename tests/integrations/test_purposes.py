"""What entries say a service is used for: what calls ask of it, what a database keeps, and when nothing tells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from llm_audit.integrations.nouns import plural
from llm_audit.model import Fact, Kind, Redacted
from tests.integrations.facts import entry, found, imports, line, made, needs, reads, setting


def calls(*names: str, module: str = "stripe") -> list[Fact]:
    return [made(Kind.CALL, name, "", f"src/pay.ts:{at}", language="javascript", module=module)
            for at, name in enumerate(names, 5)]  # fmt: skip


def stripe(*names: str) -> str:
    return entry(found(needs("stripe", "14"), imports("stripe"), *calls(*names)), "Stripe").purpose


@pytest.mark.parametrize(
    ("names", "purpose"),
    [
        (("stripe.checkout.sessions.create",), "Creates checkout sessions"),
        (("stripe.Customer.retrieve_async", "stripe.Refund.create_async"), "Reads customers, creates refunds"),
        (
            ("stripe.refunds.create", "stripe.payouts.list", "stripe.payouts.list", "stripe.payouts.retrieve"),
            "Reads payouts, creates refunds",
        ),
        (
            ("StripeHook", "StripeHook", "StripeHook", "StripeHook", "stripe.refunds.create"),
            "Creates refunds",
        ),
        (
            ("stripe.customers.create", "stripe.customers.del", "stripe.coupons.create", "stripe.coupons.del"),
            "Creates and deletes coupons and customers",
        ),
    ],
)
def test_calls_say_what_is_done(names: tuple[str, ...], purpose: str) -> None:
    assert stripe("new Stripe", *names) == purpose


@pytest.mark.parametrize(
    "names",
    [
        ("StripeWebhook", "stripe.refunds"),
        ("new Stripe",),
        ("getStripe",),
        ("stripe.accounts", "a.b", "c.d", "stripe.refunds.create"),
    ],
)
def test_calls_that_do_not_tell_leave_the_catalogues_phrase(names: tuple[str, ...]) -> None:
    assert stripe(*names) == "Payments and subscriptions"


def test_commands_of_a_client_are_calls_and_the_store_may_be_another() -> None:
    facts = calls(
        "new S3Client", "new PutObjectCommand", "new GetObjectCommand", "getSignedUrl", module="@aws-sdk/client-s3"
    )
    outcome = found(needs("@aws-sdk/client-s3", "3"), imports("@aws-sdk/client-s3"), reads("S3_ENDPOINT"), *facts)
    said = entry(outcome, "Amazon S3").purpose
    assert said == "Reads and stores objects, signs URLs; S3_ENDPOINT points it to a compatible store"


@pytest.mark.parametrize(
    ("names", "signs_in"),
    [
        (("app.acquire_token_by_username_password",), False),
        (("app.acquireTokenByClientCredential",), False),
        (("app.acquire_token_for_client", "app.acquire_token_by_authorization_code"), True),
        (("app.loginPopup", "app.acquireTokenSilent"), True),
        (("app.get_accounts",), True),
    ],
)
def test_tokens_that_a_program_asks_for_itself_sign_nobody_in(names: tuple[str, ...], signs_in: bool) -> None:
    outcome = found(
        needs("@azure/msal-node", "2.0.0"), imports("@azure/msal-node"), *calls(*names, module="@azure/msal-node")
    )
    assert ("Single sign-on" in entry(outcome, "Microsoft Entra ID").purpose) is signs_in


def test_mail_is_sent_whatever_the_call_is_named() -> None:
    facts = calls("resend.emails.send", "resend.emails.create", module="resend")
    assert entry(found(needs("resend", "3"), imports("resend"), *facts), "Resend").purpose == "Sends e-mails"


def test_a_protocol_for_sending_does_nothing_else() -> None:
    facts = calls("transport.sendMail", "transport.removeHeader", "transport.loadTemplate", module="nodemailer")
    assert entry(found(needs("nodemailer", "6"), imports("nodemailer"), *facts), "SMTP").purpose == "Sends e-mails"


def test_a_message_that_is_made_is_sent() -> None:
    module = "NotificationChannels\\MicrosoftTeams\\MicrosoftTeamsMessage"
    call = made(Kind.CALL, "MicrosoftTeamsMessage.create", "", "src/Notice.php:9", language="php", module=module)
    known = (needs("laravel-notification-channels/microsoft-teams", "1", "composer.json:9", "packagist"),
             imports(module, "src/Notice.php:3", "php"))  # fmt: skip
    assert entry(found(*known, call), "Microsoft Teams").purpose == "Sends messages"


def driver(kind: str, value: str, line: int, **details: str) -> Fact:
    """A driver of a Laravel configuration file."""
    at = f"config/{kind}.php:{line}"
    return made(Kind.SETTING, f"{kind}.driver", value, at, tool="laravel", name=value, **details)


def test_a_condition_is_that_of_the_part_which_a_group_tells_of() -> None:
    broadcast = (driver("broadcast", "redis", 9), driver("broadcast", "null", 3, selector="BROADCASTER", default="yes"))
    cache = (driver("cache", "redis", 9), driver("cache", "file", 3, selector="CACHE_DRIVER", default="yes"))
    needed = needs("predis/predis", "2", "composer.json:9", "packagist")
    outcome = found(needed, imports("Predis\\Client", "src/a.php:1", "php"), *broadcast, *cache)
    assert entry(outcome, "Redis").purpose.endswith(", when CACHE_DRIVER is `redis`")
    logged = (driver("log", "papertrail", 9), driver("log", "file", 3, selector="LOG_CHANNEL", default="yes"))
    assert entry(found(*logged), "Papertrail").purpose.endswith(", when LOG_CHANNEL is `papertrail`")
    rollbar = needs("rollbar/rollbar", "4", "composer.json:8", "packagist")
    seen = found(rollbar, imports("Rollbar\\Rollbar", "src/a.php:1", "php"), driver("log", "rollbar", 9), logged[1])
    assert "LOG_CHANNEL" not in entry(seen, "Rollbar").purpose


def test_a_long_operation_is_told_by_what_it_does() -> None:
    facts = calls("client.begin_analyze_document", "client.createFunction", module="azure.ai.documentintelligence")
    facts = [
        replace(one, details=tuple({**dict(one.details), "language": Redacted("python")}.items())) for one in facts
    ]
    outcome = found(needs("azure-ai-documentintelligence", "1", ecosystem="pypi"),
                    imports("azure.ai.documentintelligence", language="python"), *facts)  # fmt: skip
    assert entry(outcome, "Azure AI Services").purpose == "Analyzes documents"


def test_a_client_of_a_workspaces_package_is_that_packages() -> None:
    maker = imports("stripe", at="packages/lib/server/stripe/index.ts:1")
    call = made(
        Kind.CALL,
        "stripe.checkout.sessions.create",
        "",
        "packages/ee/pay.ts:9",
        language="javascript",
        module="@acme/lib/server/stripe",
    )
    other = made(
        Kind.CALL,
        "stripe.refunds.create",
        "",
        "packages/ee/back.ts:9",
        language="javascript",
        module="@acme/other/stripes",
    )
    assert entry(found(needs("stripe", "14"), maker, call, other), "Stripe").purpose == "Creates checkout sessions"


def test_infrastructure_that_is_declared_asks_nothing() -> None:
    facts = calls("bucket.addToResourcePolicy", "bucket.addEventNotification", module="aws-cdk-lib/aws-s3")
    outcome = found(needs("aws-cdk-lib", "2"), imports("aws-cdk-lib/aws-s3"), *facts)
    assert "Creates" not in " ".join(one.purpose for one in outcome.candidates)


ENGINE = setting("db.engine", "postgresql", "prisma/schema.prisma:1", tool="prisma", env="DATABASE_URL")


def table(name: str, tool: str = "prisma", weight: int = 1) -> Fact:
    return setting(
        "db.table", name, f"prisma/schema.prisma:{10 + len(name)}", tool=tool, kind="class", weight=str(weight)
    )


def kept(*facts: Fact) -> str:
    return entry(found(ENGINE, *facts), "PostgreSQL").purpose


def test_a_database_is_told_by_what_it_keeps() -> None:
    assert kept(table("Harbour", weight=9), table("BerthEntity", weight=2), table("Category")) == (
        "Keeps harbours, berths and categories"
    )


def test_the_tables_that_most_speak_of_come_first_and_the_rest_is_counted() -> None:
    names = ["Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel"]
    text = kept(*(table(name, weight=at) for at, name in enumerate(names)))
    assert text == "Keeps hotels, golfs, foxtrots, echos, deltas, charlies and 2 more tables"


def test_tables_of_frameworks_are_counted_and_never_named() -> None:
    assert (
        kept(table("Session", weight=50), table("schema_migrations"), table("Boat")) == "Keeps boats and 2 more tables"
    )
    assert kept(table("Session"), table("Account")) == "Relational database"


def test_migrations_do_not_speak_where_classes_do_and_another_kind_of_database_has_its_own() -> None:
    assert (
        kept(table("Boat"), table("wrecks", tool="sql", weight=9), table("Skipper", tool="mongoose")) == "Keeps boats"
    )


def test_of_several_databases_each_keeps_what_its_own_tool_maps() -> None:
    other = setting("db.engine", "sqlite", "app/db.py:3", tool="sqlalchemy", env="CACHE_DB")
    outcome = found(ENGINE, other, table("Boat"), table("Route", tool="sqlalchemy"))
    assert entry(outcome, "PostgreSQL").purpose == "Keeps boats"
    assert entry(outcome, "SQLite").purpose == "Keeps routes"


def test_a_table_that_bears_the_name_of_the_project_tells_nothing() -> None:
    own = setting("npm.name", "harbourmaster", "package.json:2", tool="npm")
    assert kept(own, table("harbourmaster", tool="sql"), table("berths", tool="sql")) == "Keeps berths and 1 more table"
    assert kept(own, table("harbourmaster", tool="sql")) == "Relational database"
    assert kept(own, table("harbour", tool="sql")) == "Keeps harbours"


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("boat", "boats"),
        ("category", "categories"),
        ("key", "keys"),
        ("bus", "buses"),
        ("users", "users"),
        ("people", "people"),
        ("box", "boxes"),
        ("clis", "clis"),
        ("kpis", "kpis"),
        ("analysis", "analyses"),
        ("url alias", "url aliases"),
        ("personas", "personas"),
        ("menus", "menus"),
        ("order status", "order statuses"),
        ("foster child", "foster children"),
        ("salesperson", "salespersons"),
        ("quiz", "quizzes"),
        ("feedback", "feedback"),
    ],
)
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("stripe.checkout.sessions.create", "stripe.refunds.create"), True),
        (("new Stripe",), False),
        (("stripe.files.create", "stripe.events.list"), False),
        (("stripe.files.create", "stripe.refunds.create"), True),
    ],
)
def test_a_sentence_about_objects_of_this_code_is_known_from_one_that_any_code_would_have(
    names: tuple[str, ...], told: bool
) -> None:
    outcome = found(needs("stripe", "14"), imports("stripe"), *calls(*names))
    assert entry(outcome, "Stripe").told is told


def test_mail_is_sent_by_all_mailers() -> None:
    facts = calls("resend.emails.send", module="resend")
    assert not entry(found(needs("resend", "3"), imports("resend"), *facts), "Resend").told


def test_tables_are_peculiar() -> None:
    tables = [setting("db.table", name, "db/schema.rb:3", tool="rails") for name in ("users", "letters")]
    outcome = found(needs("pg", "1"), imports("pg"), *calls("pg.connect", module="pg"), *tables)
    assert (entry(outcome, "PostgreSQL").purpose, entry(outcome, "PostgreSQL").told) == (
        "Keeps letters and users",
        True,
    )


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        ("stripe.reports.runs.create", "Creates report runs"),
        ("stripe.coupons.createMultipleCoupons", "Creates coupons"),
        ("stripe.coupons.updateOrCreateCoupons", "Updates coupons"),
        ("stripe.createIfNotExists", "Payments and subscriptions"),
        ("stripe.news.items.list", "Reads news items"),
        ("stripe.address.lines.list", "Reads address lines"),
        ("stripe.addEventListener", "Payments and subscriptions"),
        ("stripe.GetCustomerError", "Payments and subscriptions"),
        ("stripe.getAmountRefunded", "Payments and subscriptions"),
        ("stripe.getFeed", "Reads feeds"),
        ("stripe.getDefaultConfiguration", "Payments and subscriptions"),
        ("stripe.getTimezones", "Reads timezones"),
        ("stripe.app.getInstallationOctokit", "Payments and subscriptions"),
        ("stripe.transcripts.transcribe", "Creates transcripts"),
        ("stripe.recordings.transcribe", "Transcribes recordings"),
        ("stripe.embeddings.embed", "Creates embeddings"),
        ("stripe.putEvents", "Sends events"),
        ("stripe.putFiles", "Stores files"),
    ],
)
def test_what_is_done_something_to_is_a_plain_noun(name: str, purpose: str) -> None:
    assert stripe(name) == purpose


def test_a_function_that_bears_the_services_name_tells_nothing() -> None:
    facts = calls("sendGridMailer", "sendGridMailer", module="@sendgrid/mail")
    used = (needs("@sendgrid/mail", "8"), imports("@sendgrid/mail"))
    assert entry(found(*used, *facts), "SendGrid").purpose == "Transactional e-mail"
    assert entry(found(*used, *calls("mail.send", module="@sendgrid/mail")), "SendGrid").purpose == "Sends e-mails"


def test_what_puts_a_mail_together_is_no_deed_and_a_command_is_told_by_its_own_name() -> None:
    used = (needs("@sendgrid/mail", "8"), imports("@sendgrid/mail"))
    built = calls("mail.send", "message.addBcc", "message.addCategories", module="@sendgrid/mail")
    assert entry(found(*used, *built), "SendGrid").purpose == "Sends e-mails"
    kept = calls("list.addContacts", module="@sendgrid/mail")
    assert entry(found(*used, *kept), "SendGrid").purpose == "Adds contacts"
    bucket = (needs("@aws-sdk/client-s3", "3"), imports("@aws-sdk/client-s3"))
    sent = calls("s3.send", "new PutObjectCommand", module="@aws-sdk/client-s3")
    assert entry(found(*bucket, *sent), "Amazon S3").purpose == "Stores objects"


def test_a_call_that_makes_something_out_of_verbs_is_not_about_files() -> None:
    use = (imports("com.aliyun.oss", at="src/Oss.java:3", language="java"),)
    client = {"language": "java", "module": "com.aliyun.oss"}
    policy = made(Kind.CALL, "ossClient.generatePostPolicy", at="src/Oss.java:9", **client)
    keys = made(Kind.CALL, "ossClient.getCredentialsProvider", at="src/Oss.java:9", **client)
    assert entry(found(*use, policy, keys), "Alibaba Cloud OSS").purpose == "Object storage"
    stored = made(Kind.CALL, "ossClient.uploadAll", at="src/Oss.java:9", **client)
    assert "files" in entry(found(*use, stored), "Alibaba Cloud OSS").purpose


def test_what_the_application_makes_itself_is_asked_nothing() -> None:
    use = imports("tantivy", at="src/find.py:3", language="python")
    built = made(Kind.CALL, "builder.add_text_field", at="src/find.py:9", language="python", module="tantivy")
    assert entry(found(use, built), "Tantivy").purpose.startswith("Full-text index")


def test_calls_that_build_transactions_are_no_endpoints() -> None:
    use = imports("NBitcoin", at="src/Pay.cs:3", language="csharp")
    call = made(Kind.CALL, "Encoders.Hex.EncodeData", at="src/Pay.cs:9", language="csharp", module="NBitcoin")
    assert line(entry(found(use, call), "Bitcoin"), "Endpoints used") == ""
    other = made(Kind.CALL, "stripe.checkout.sessions.create", at="src/a.ts:9", language="javascript", module="stripe")
    assert line(entry(found(imports("stripe"), other), "Stripe"), "Endpoints used") == "checkout sessions"


def test_how_a_list_is_read_is_no_part_of_what_is_read() -> None:
    names = ("files.listBlobsFlat", "files.listBlobsFlat", "pipeline.factories.push")
    package = "@aws-sdk/client-s3"
    one = entry(found(needs(package, "3.0.0"), imports(package), *calls(*names, module=package)), "Amazon S3")
    assert one.purpose == "Reads blobs"


def test_a_mail_provider_that_only_files_for_bounces_speak_of_sends_nothing() -> None:
    def purpose(at: str, call: str = "webhooks.verify") -> str:
        use = made(Kind.CALL, call, "", f"{at}:9", language="javascript", module="postmark")
        return entry(found(needs("postmark", "4"), imports("postmark", f"{at}:1"), use), "Postmark").purpose

    assert purpose("internal/bounce/webhooks/postmark.ts") == "Reports bounces of mails to the program"
    assert purpose("src/bounces.ts") == "Reports bounces of mails to the program"
    assert not purpose("internal/bounce/postmark.ts", "client.sendEmail").startswith("Reports")
    assert not purpose("internal/mails/postmark.ts").startswith("Reports")
    assert not purpose("src/bouncer.ts").startswith("Reports")


def test_name_servers_are_told_for_what_each_tool_asks_of_them() -> None:
    proves = setting("cluster.connection", "cloudflare", at="issuer.yaml:9", tool="cert-manager")
    also = setting("cluster.connection", "cloudflare", at="compose.yml:9", tool="traefik")
    keeps = setting("cluster.connection", "cloudflare", at="release.yaml:9", tool="external-dns")
    said = "Proves to the certificate authority whose domains they are"
    assert entry(found(proves, also), "Cloudflare").purpose == said
    assert entry(found(proves, keeps), "Cloudflare").purpose == f"{said} and keeps the domain records of the hosts"
    other = made(Kind.RESOURCE, "cloudflare_record", "shop", at="main.tf:1", tool="terraform")
    assert entry(found(proves, other), "Cloudflare").purpose == "DNS, proxy and account API"


@pytest.mark.parametrize(
    ("scopes", "purpose"),
    [
        ("openid email", "Sign-in with Google"),
        ("https://www.googleapis.com/auth/userinfo.email", "Sign-in with Google"),
        (
            "email https://www.googleapis.com/auth/calendar.events",
            "Sign-in with Google, and access to accounts that users grant by a flow written by hand",
        ),
    ],
)
def test_a_flow_by_hand_beside_a_sign_in_grants_what_it_asks_for(scopes: str, purpose: str) -> None:
    library = made(Kind.SETTING, "oauth.provider", "google", at="src/auth.ts:9", tool="better-auth")
    flow = made(
        Kind.SETTING,
        "oauth.provider",
        "google",
        at="src/calendar.ts:4",
        tool="http",
        scopes=scopes,
        env="GOOGLE_CLIENT_ID",
    )
    assert entry(found(library, flow), "Google OAuth").purpose == purpose


@pytest.mark.parametrize(
    ("package", "service", "purpose"),
    [("imap", "IMAP/POP3 mailbox", "Reads and searches e-mails"), ("resend", "Resend", "Sends e-mails")],
)
def test_a_mailbox_is_read_and_a_sender_sends(package: str, service: str, purpose: str) -> None:
    verbs = ("fetch", "search") if package == "imap" else ("emails.send",)
    calls = [
        made(Kind.CALL, f"box.{verb}", at=f"src/mail.ts:{at}", language="javascript", module=package)
        for at, verb in enumerate(verbs, start=4)
    ]
    used = found(needs(package, "1.0.0"), imports(package, at="src/mail.ts:1"), *calls)
    assert entry(used, service).purpose == purpose
