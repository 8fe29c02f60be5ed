"""Which variables are required, conditional or optional, whose they are, and where secrets are kept."""

from __future__ import annotations

import pytest

from llm_audit.integrations import Found
from llm_audit.model import Fact, Kind
from tests.integrations.facts import entry, found, imports, line, made, needs, reads, setting, variables


def listed(outcome: Found, label: str) -> str:
    """All text of a labelled line of Development."""
    return " ".join(
        text
        for one in outcome.candidates
        if one.section == "Environment Configuration" and one.name == label
        for text in (one.purpose, *(f"{value.label}: {value.text}" for value in one.values))
    )


def declared(name: str, where: str, at: str) -> Fact:
    return made(Kind.ENV_DECLARED, name, at=at, where=where)


@pytest.mark.parametrize(
    ("fact", "label"),
    [
        (reads("APP_DATA"), "Required env vars"),
        (reads("APP_DATA", "optional"), "Optional env vars"),
        (reads("APP_DATA", "default", default="here"), "Optional env vars"),
        (reads("APP_SECRET_KEY", "optional"), "Conditional env vars"),
        (reads("APP_DATA", "optional", condition="DRIVER=s3"), "Conditional env vars"),
        (reads("APP_SECRET_KEY", "default", default="change-me"), "Optional env vars"),
        (reads("APP_DATA", by="assertion"), "Conditional env vars"),
        (reads("APP_DATA", by="start-up"), "Required env vars"),
    ],
)
def test_need_decides_the_line(fact: Fact, label: str) -> None:
    lines = {
        name: listed(found(fact), name) for name in ("Required env vars", "Conditional env vars", "Optional env vars")
    }
    assert [name for name, text in lines.items() if fact.name in text] == [label]


def test_what_some_file_goes_on_without_is_not_required_by_an_assertion_at_start_up() -> None:
    loaded = reads("APP_DATA", by="start-up", at="src/a.ts:1")
    asked = reads("APP_DATA", "optional", by="check", at="src/b.ts:1")
    assert variables(loaded, asked).by_name["APP_DATA"].need == "optional"
    assert (
        variables(loaded, reads("APP_DATA", "optional", by="bare", at="src/b.ts:1")).by_name["APP_DATA"].need
        == "required"
    )
    assert variables(reads("APP_DATA", by="throw", at="src/a.ts:1"), asked).by_name["APP_DATA"].need == "required"


def test_a_sample_alone_names_nothing() -> None:
    assert listed(found(declared("ALGOLIA_KEY", "dotenv", ".env.example:1")), "Conditional env vars") == ""


def test_variables_of_ci_are_not_the_programs() -> None:
    outcome = found(
        reads("CI_TOKEN", at=".github/workflows/ci.yml:9"), declared("CI_DB", "ci", ".github/workflows/ci.yml:3")
    )
    assert not [one for one in outcome.candidates if "env vars" in one.name]


def test_required_anywhere_is_required_but_scripts_have_no_say() -> None:
    both = variables(reads("A", "optional", at="src/a.ts:1"), reads("A", at="src/b.ts:1"))
    assert both.by_name["A"].need == "required"
    script = variables(reads("A", "optional", at="src/a.ts:1"), reads("A", at="scripts/seed.sh:1"))
    assert script.by_name["A"].need == "optional"


def test_conditions_and_harmless_defaults_are_said() -> None:
    outcome = found(reads("S3_KEY", "optional", condition="STORAGE=s3"), reads("PORT_NO", "default", default="8080"))
    assert "S3_KEY (when `STORAGE=s3`)" in listed(outcome, "Conditional env vars")
    assert "PORT_NO (`8080`)" in listed(outcome, "Optional env vars")


def test_a_default_that_was_redacted_is_not_shown() -> None:
    outcome = found(reads("APP_NOTE", "default", default="[REDACTED:generic]"))
    assert "REDACTED" not in listed(outcome, "Optional env vars")


def test_many_variables_are_grouped_under_their_service_or_first_word() -> None:
    own = [reads(f"SMTPX_{name}") for name in ("HOST", "PORT", "NAME")]
    rest = [reads(name) for name in ("ALPHA", "BETA", "GAMMA")]
    stripe = [imports("stripe"), needs("stripe"), reads("STRIPE_SECRET_KEY")]
    text = listed(found(*own, *rest, *stripe), "Required env vars")
    assert "SMTPX: SMTPX_HOST" in text
    assert "Stripe: STRIPE_SECRET_KEY" in text
    assert "Application: ALPHA, BETA, GAMMA" in text


def test_what_every_ignore_template_lists_is_no_place_of_secrets() -> None:
    stock = [
        setting("gitignore", name, at=f".gitignore:{line}")
        for line, name in enumerate(("*.pem", "local_settings.py", ".env"), 1)
    ]
    assert listed(found(*stock), "Secrets location") == "`.env`, gitignored"
    loaded = imports(".local_settings", at="app/settings.py:9", language="python")
    assert listed(found(*stock, loaded), "Secrets location") == "`local_settings.py`, `.env`, gitignored"


def test_where_secrets_are_kept() -> None:
    outcome = found(
        setting("gitignore", ".env.local", at=".gitignore:2"),
        declared("A", "dotenv", ".env.example:1"),
        made(Kind.SECRET_REF, "DEPLOY_KEY", at=".github/workflows/ci.yml:9", system="github-actions"),
        made(Kind.SECRET_REF, "GITHUB_TOKEN", at=".github/workflows/ci.yml:8", system="github-actions", builtin="yes"),
    )
    assert listed(outcome, "Secrets location") == "`.env.local`, gitignored; names in `.env.example`; CI secrets store"


def test_stand_ins_for_development() -> None:
    outcome = found(made(Kind.IMAGE, "axllent/mailpit", "v1", at="compose.yaml:9", where="compose"))
    assert "compose.yaml" in listed(outcome, "Mock/stub services")
    assert (
        listed(found(made(Kind.IMAGE, "postgres", "16", at="compose.yaml:9", where="compose")), "Mock/stub services")
        == ""
    )
    checker = made(Kind.IMAGE, "lycheeverse/lychee", "0.1", at=".woodpecker/links.yaml:7", where="ci")
    assert listed(found(checker), "Mock/stub services") == ""


def compose_image(name: str, service: str, **details: str) -> Fact:
    return made(Kind.IMAGE, name, "1", at="compose.yaml:3", where="compose", service=service, **details)


def in_service(name: str, service: str) -> Fact:
    return made(Kind.ENV_DECLARED, name, at="compose.yaml:7", where="compose", service=service)


def test_variables_of_other_peoples_containers_are_not_the_programs() -> None:
    outcome = variables(
        compose_image("postgres", "db"),
        in_service("POSTGRES_INITDB_ARGS", "db"),
        compose_image("acme/shop", "web"),
        in_service("SHOP_TITLE", "web"),
        made(Kind.IMAGE, "minio/minio", at="k8s/minio.yaml:9", where="k8s"),
        declared("MINIO_ROOT_USER", "k8s", "k8s/minio.yaml:12"),
    )
    assert set(outcome.by_name) == {"SHOP_TITLE"}


def test_what_the_own_container_also_sets_stays() -> None:
    outcome = variables(
        compose_image("postgres", "db"),
        in_service("POSTGRES_PASSWORD", "db"),
        in_service("POSTGRES_PASSWORD", "web"),
        compose_image("postgres", "patched", built="yes"),
        in_service("PATCHED_MODE", "patched"),
        reads("POSTGRES_USER"),
        in_service("POSTGRES_USER", "db"),
    )
    assert set(outcome.by_name) == {"POSTGRES_PASSWORD", "PATCHED_MODE", "POSTGRES_USER"}


@pytest.mark.parametrize(
    ("path", "need"),
    [
        ("extra/release/publish.mjs", "optional"),
        ("release/notes.py", "optional"),
        ("src/release/list.ts", "required"),
        ("app/releases/player.py", "required"),
    ],
)
def test_what_makes_a_release_has_no_say(path: str, need: str) -> None:
    both = variables(reads("A", "optional", at="src/a.ts:1"), reads("A", at=f"{path}:1"))
    assert both.by_name["A"].need == need


@pytest.mark.parametrize(
    ("sample", "details", "need"),
    [
        (".env", {}, "default"),
        ("apps/shop/.env", {}, "default"),
        (".env.example", {}, "required"),
        (".env", {"empty": "yes"}, "required"),
        (".env", {"commented": "yes"}, "required"),
    ],
)
def test_a_committed_dotenv_presets_what_the_framework_always_loads(
    sample: str, details: dict[str, str], need: str
) -> None:
    preset = made(Kind.ENV_DECLARED, "APP_SECRET", at=f"{sample}:2", where="dotenv", **details)
    read = reads("APP_SECRET", via="symfony", at="config/services.yaml:3")
    assert variables(preset, read).by_name["APP_SECRET"].need == need


def test_a_committed_dotenv_presets_nothing_for_code_that_does_not_load_it() -> None:
    preset = made(Kind.ENV_DECLARED, "APP_SECRET", at=".env:2", where="dotenv")
    assert variables(preset, reads("APP_SECRET")).by_name["APP_SECRET"].need == "required"


def test_what_only_a_condition_requires_is_conditional() -> None:
    under = reads("APP_DATA", condition="PROVIDER == 'ferry'")
    assert "APP_DATA (when" in listed(found(under), "Conditional env vars")
    elsewhere = reads("APP_DATA", at="src/b.ts:1")
    assert "APP_DATA" in listed(found(under, elsewhere), "Required env vars")
    in_a_function = reads("APP_DATA", by="throw", late="yes", at="src/b.ts:1")
    assert "APP_DATA (when" in listed(found(under, in_a_function), "Conditional env vars")


def test_what_one_adapter_of_many_requires_is_conditional() -> None:
    key = reads("FERRY_API_KEY", at="app/retrievers/ferry/ferry.py:3")
    others = [imports("requests", at=f"app/retrievers/{name}.py:1", language="python") for name in ("a", "b", "c")]
    assert "FERRY_API_KEY" in listed(found(key, *others), "Conditional env vars")
    assert "FERRY_API_KEY" in listed(found(key, *others[:2]), "Required env vars")  # too few to be choices
    main = reads("FERRY_API_KEY", at="app/main.py:3")
    assert "FERRY_API_KEY" in listed(found(key, main, *others), "Required env vars")


def test_very_many_optional_names_that_end_alike_are_told_by_a_few_of_them() -> None:
    words = [f"{one}{two}" for one in "ABCDEFG" for two in "KLMNOPQ"]
    titles = [reads(f"CHANNEL_{word}_TITLE", "optional", at="src/a.ts:1") for word in words]
    plain = [reads(f"CHANNEL_{word}", "optional", at="src/a.ts:2") for word in words[:30]]
    text = listed(found(*titles, *plain, reads("PORT", "default", default="80")), "Optional env vars")
    assert "CHANNEL_AK_TITLE" in text and "CHANNEL_GQ_TITLE" not in text
    assert f"and {len(titles) - 6} more names that end in `_TITLE`" in text
    assert all(fact.name in text for fact in plain)
    assert all(fact.name in listed(found(*titles[:12], *plain), "Optional env vars") for fact in titles[:12])


def test_variables_that_share_no_word_stand_by_what_they_control() -> None:
    controls = {
        "Limits and intervals": ["MAX_ROWS", "POLL_INTERVAL", "UPLOAD_SIZE_LIMIT"], "Switches": ["DISABLE_TOUR", "SHOW_FOOTER", "INDEX_ENABLED"],
        "Addresses": ["PUBLIC_URL", "LISTEN_ADDR", "COOKIE_DOMAIN"], "Files and folders": ["DATA_DIR", "THEME_PATH", "CACHE_FOLDER"],
        "Application": ["TITLE", "LANGUAGE", "WELCOME_TEXT", "COLOUR"],
    }  # fmt: skip
    names = [name for members in controls.values() for name in members]
    text = listed(found(*(reads(name, "optional") for name in names)), "Optional env vars")
    for label, members in controls.items():
        assert f"{label}: {', '.join(sorted(members))}" in text
    few = listed(found(*(reads(name, "optional") for name in names[:9])), "Optional env vars")
    assert "Limits" not in few and "MAX_ROWS" in few


def test_a_word_that_all_names_begin_with_tells_none_of_them_from_another() -> None:
    parts = {
        "MAIL": ("HOST", "PORT", "FROM"),
        "SCAN": ("MODE", "PAGES", "LANGUAGE"),
        "TASK": ("WORKERS", "LIMIT", "QUEUE"),
    }
    names = [f"ACMEDOCS_{part}_{word}" for part, words in parts.items() for word in words]
    text = listed(found(*(reads(name, "optional") for name in names)), "Optional env vars")
    assert "SCAN: ACMEDOCS_SCAN_LANGUAGE, ACMEDOCS_SCAN_MODE, ACMEDOCS_SCAN_PAGES" in text and "ACMEDOCS: " not in text


def test_of_many_services_those_of_one_kind_stand_together() -> None:
    vendors = {"openai": "OPENAI", "@anthropic-ai/sdk": "ANTHROPIC", "groq-sdk": "GROQ", "replicate": "REPLICATE"}
    used = [fact for package in vendors for fact in (imports(package), needs(package, "1.0"))]
    keys = [reads(f"{word}_API_KEY", "optional") for word in vendors.values()]
    others = [
        reads(f"WORD{letter}_{end}", "optional")
        for letter in "ABCDEFGHIJKLMNO"
        for end in ("ONE_KEY", "TWO_KEY", "SIX_KEY")
    ]
    text = listed(found(*used, *keys, *others), "Conditional env vars")
    assert "AI: ANTHROPIC_API_KEY, GROQ_API_KEY, OPENAI_API_KEY, REPLICATE_API_KEY" in text
    alone = listed(found(*used, *keys, *others[:9]), "Conditional env vars")
    assert "OpenAI: OPENAI_API_KEY" in alone


def test_names_that_hold_other_things_are_no_variants_of_one_another() -> None:
    pairs = [
        reads(name, "optional", at="src/a.rb:3")
        for name in ("DEPOT_KEY", "DEPOT_KEY_ID", "GATE_ENABLED", "GATE_ENABLED_ENABLED")
    ]
    text = listed(found(*pairs), "Optional env vars") + listed(found(*pairs), "Conditional env vars")
    assert "also with" not in text and all(fact.name in text for fact in pairs)


def test_very_many_required_names_are_all_told() -> None:
    many = [reads(f"CHANNEL_{number:02}", at=f"src/a.ts:{number}") for number in range(1, 51)]
    assert "CHANNEL_50" in listed(found(*many), "Required env vars")


def test_variables_of_release_tools_are_not_the_programs() -> None:
    release = variables(reads("TAP_TOKEN", at=".goreleaser.yml:9"), reads("MAGE_MODE", at="magefiles/test.go:9"))
    assert "TAP_TOKEN" not in release.by_name


def test_the_beginning_of_built_names_is_no_name() -> None:
    assert set(variables(reads("SERVICE_"), reads("SERVICE_PORT")).by_name) == {"SERVICE_PORT"}


def test_what_a_build_puts_in_place_of_a_variable_is_none() -> None:
    facts = [
        needs("next", "15.0.0", at="apps/web/package.json:3"), needs("express", "5.0.0", at="apps/api/package.json:3"),
        made(Kind.SETTING, "env.inlined", "buildLabel", at="apps/web/next.config.ts:9", tool="next"),
        made(Kind.ENV_READ, "buildLabel", at="apps/web/src/a.ts:2", need="optional", via="process.env"),
        made(Kind.ENV_READ, "SITE_NAME", at="apps/web/src/a.ts:3", need="optional", via="process.env"),
    ]  # fmt: skip
    assert listed(found(*facts), "Optional env vars") == "SITE_NAME"
    elsewhere = made(Kind.ENV_READ, "buildLabel", at="apps/api/src/b.ts:2", need="optional", via="process.env")
    assert "buildLabel" in listed(found(*facts, elsewhere), "Optional env vars")


def test_variables_that_begin_with_a_services_name_stand_with_it() -> None:
    used = made(Kind.CALL, "comet_ml.start", at="src/track.py:3", language="python", module="comet_ml")
    package = needs("comet-ml", "3.0", at="requirements.txt:1", ecosystem="pypi")
    names = [f"COMET_{word}" for word in ("LOG_BATCH", "LOG_IMAGES", "MODEL_NAME", "PROJECT_NAME")]
    others = [f"PLOT_{word}" for word in ("WIDTH", "HEIGHT", "DPI")]
    text = listed(found(used, package, *(reads(name, "optional") for name in (*names, *others))), "Optional env vars")
    assert f"Comet: {', '.join(names)}" in text and "PLOT: " in text and "COMET: " not in text


@pytest.mark.parametrize(
    "name",
    [
        "VERCEL_URL",
        "RAILWAY_PUBLIC_DOMAIN",
        "GITHUB_WORKSPACE",
        "RUNNER_TEMP",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "AWS_EXECUTION_ENV",
    ],
)
def test_what_the_runner_sets_is_asked_of_nobody(name: str) -> None:
    outcome = found(reads(name), reads("ACME_ROOT"), *(reads(f"MAP_{letter}", "optional") for letter in "ABCDEF"))
    assert listed(outcome, "Required env vars") == "ACME_ROOT"
    assert f"Set by the platform that runs it: {name}" in listed(outcome, "Optional env vars")


@pytest.mark.parametrize(
    "name", ["VERCEL_TOKEN", "RAILWAY_TOKEN", "GITHUB_TOKEN", "GITHUB_APP_ID", "RUNNER_REGISTRATION_TOKEN"]
)
def test_what_looks_like_it_is_asked(name: str) -> None:
    assert name in listed(found(reads(name)), "Required env vars")


def test_a_suffix_that_most_names_may_bear_is_said_once() -> None:
    def both(name: str, line: int) -> list[Fact]:
        return [reads(one, "optional", at=f"src/Vars.php:{line}") for one in (name, f"{name}_FILE")]

    many = [fact for line, word in enumerate("ABCDEFGH", 1) for fact in both(f"ALPHA{word}_NAME", line)]
    outcome = entry(found(*many, reads("PORT", "optional", at="src/Vars.php:20")), "Optional env vars")
    assert outcome.purpose.endswith("; most also with `_FILE`")
    assert "_FILE" not in str(outcome.values)
    few = entry(
        found(*many[:4], *(reads(f"B{n}_X", "optional", at=f"a.php:{n}") for n in range(6))), "Optional env vars"
    )
    assert "most also" not in few.purpose
    assert "also with `_FILE`" in f"{few.purpose}{few.values}"


def test_variables_that_wait_for_the_same_one_stand_under_it() -> None:
    under = {"condition": "MAIL_HOST is set"}
    outcome = found(
        *(reads(name, **under) for name in ("MAIL_FROM", "MAIL_REPLY")),
        reads("MAIL_PORT", "default", default="25", **under), reads("MAIL_NOTE", "optional", by="check", **under),
        *(reads(f"OTHER_{name}_KEY", "optional") for name in "ABCDEF"),
        *(reads(f"OTHER_{name}_NOTE", "optional") for name in "ABCDEF"),
    )  # fmt: skip
    assert "When MAIL_HOST is set: MAIL_FROM, MAIL_REPLY" in listed(outcome, "Conditional env vars")
    assert "When MAIL_HOST is set: MAIL_NOTE, MAIL_PORT (`25`)" in listed(outcome, "Optional env vars")


def test_a_variable_that_is_also_read_without_the_condition_does_not_wait() -> None:
    both = variables(
        reads("MAIL_FROM", "optional", condition="MAIL_HOST is set"), reads("MAIL_FROM", "optional", at="src/b.ts:2")
    )
    assert both.by_name["MAIL_FROM"].condition == ""


def test_what_an_sdk_reads_by_itself_is_needed_with_it() -> None:
    clerk = [imports("@clerk/nextjs", at="src/a.ts:1"), needs("@clerk/nextjs", "5.6")]
    sample = declared("CLERK_SECRET_KEY", "dotenv", ".env.example:4")
    assert listed(found(*clerk, sample), "Conditional env vars") == "CLERK_SECRET_KEY"
    assert listed(found(*clerk), "Conditional env vars") == ""
    assert listed(found(sample), "Conditional env vars") == ""
    own = reads("CLERK_SECRET_KEY", at="src/b.ts:2")
    assert listed(found(*clerk, sample, own), "Required env vars") == "CLERK_SECRET_KEY"
    script = reads("CLERK_SECRET_KEY", "optional", at="scripts/seed.ts:2")
    assert listed(found(*clerk, sample, script), "Conditional env vars") == "CLERK_SECRET_KEY"


def test_of_many_groups_the_smallest_are_one() -> None:
    words = ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX")
    wide = [reads(f"BIG{n}_{letter}", "optional") for n in range(19) for letter in words]
    small = [reads(f"TINY_{letter}", "optional") for letter in words[:3]]
    text = listed(found(*wide, *small), "Optional env vars")
    assert "Others: " in text and "Application: TINY_ONE, TINY_THREE, TINY_TWO" in text
    assert "TINY: " not in text and all(fact.name in text for fact in (*wide, *small))
    fewer = listed(found(*wide[:60], *small), "Optional env vars")
    assert "Others: " not in fewer and "TINY: " in fewer


def test_members_of_an_own_object_of_settings_are_variables_where_a_sample_names_them() -> None:
    member = reads("MAIL_HOST", "optional", via="config member")
    sample = declared("MAIL_HOST", "dotenv", ".env.example:4")
    assert "MAIL_HOST" in listed(found(member, sample), "Optional env vars")
    assert listed(found(member), "Optional env vars") == ""


def test_the_address_of_the_only_database_is_required_where_nobody_asks_for_it() -> None:
    driver = (imports("mongoose"), needs("mongoose"))
    bare = reads("MONGODB_URI", "optional", by="bare", at="src/db.ts:3")
    assert "MONGODB_URI" in listed(found(*driver, bare), "Required env vars")
    asked = reads("MONGODB_URI", "optional", by="check", at="src/health.ts:3")
    assert listed(found(*driver, bare, asked), "Required env vars") == ""
    hidden = reads("MONGODB_URI", "optional", by="bare", via="config member", at="src/db.ts:3")
    assert listed(found(*driver, hidden), "Required env vars") == ""
    assert listed(found(*driver, bare, declared("MONGODB_URI", "compose", "compose.yml:4")), "Required env vars") == ""
    assert listed(found(*driver, bare, imports("pg"), needs("pg")), "Required env vars") == ""


def test_one_of_many_adapters_may_have_a_dash_in_its_name() -> None:
    readers = [reads(f"{name.upper().replace('-', '_')}_KEY", at=f"src/providers/{name}.ts:1") for name in _PROVIDERS]
    assert listed(found(*readers), "Required env vars") == ""
    assert "DEV_TO_KEY" in listed(found(*readers[:2]), "Required env vars")


def test_the_settings_of_the_whole_program_are_no_adapter_beside_others() -> None:
    readers = [
        reads(f"{name.upper()}_DATA", at=f"src/integrations/{name}/main.ts:1")
        for name in ("mail", "store", "find", "pay")
    ]
    checked = reads("APP_DATA", at="src/integrations/environment/schema.ts:3", by="schema")
    assert listed(found(*readers, checked), "Required env vars") == "APP_DATA"


_PROVIDERS = ("dev-to", "own-site", "stars", "events")


def test_a_key_of_dotnet_is_one_setting_in_any_case_and_its_file_gives_the_default() -> None:
    outcome = found(
        reads("ConnectionStrings__shop", at="src/Shop/Program.cs:3", via="dotnet configuration"),
        reads("ConnectionStrings__Shop", "default", at="src/Shop/appsettings.json:4", default="localhost", via="appsettings", by="schema"),
        reads("Mail__Host", at="src/Shop/Program.cs:9", via="dotnet configuration"),
    )  # fmt: skip
    assert "ConnectionStrings__shop (`localhost`)" in listed(outcome, "Optional env vars")
    assert "ConnectionStrings__Shop" not in listed(outcome, "Optional env vars")
    required = listed(outcome, "Required env vars")
    assert "Mail__Host" in required and "ConnectionStrings" not in required


def test_the_address_of_the_only_database_is_not_required_where_a_committed_file_gives_it() -> None:
    facts = (
        setting("db.engine", "postgresql", at="app/config/config.yml:79", tool="symfony", env="DATABASE_URL"),
        reads("DATABASE_URL", at="app/config/config.yml:79", via="symfony"),
    )
    assert "DATABASE_URL" in listed(found(*facts), "Required env vars")
    given = made(Kind.ENV_DECLARED, "DATABASE_URL", at=".env:22", where="dotenv")
    assert "DATABASE_URL" not in listed(found(*facts, given), "Required env vars")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("STRIPE_SECRET_KEY", "Conditional env vars"),
        ("DEPOT_TEAM_ID", "Conditional env vars"),
        ("SLACK_SIGNING_SECRET", "Conditional env vars"),
        ("JWT_SECRET", "Required env vars"),
        ("NEXTAUTH_SECRET", "Required env vars"),
        ("MONGODB_URI", "Required env vars"),
    ],
)
def test_what_fails_in_a_function_is_needed_with_its_feature_but_own_keys_and_stores_always(
    name: str, label: str
) -> None:
    late = reads(name, by="throw", late="yes", at="src/pay.ts:4")
    assert listed(found(late), label) == name
    assert listed(found(reads(name, by="throw", at="src/start.ts:4"), late), "Required env vars") == name
    assert listed(found(reads(name, by="throw", late="yes", at="src/env.server.ts:4")), "Required env vars") == name
    lacking = reads(name, "optional", by="schema", at="src/env.ts:9")
    assert listed(found(late, lacking), "Required env vars") == ""


def test_what_only_a_forgiving_schema_demands_is_needed_with_its_feature() -> None:
    assert listed(found(reads("STRIPE_PRODUCT_IDS", by="forgiven")), "Conditional env vars") == "STRIPE_PRODUCT_IDS"
    both = [reads("STRIPE_PRODUCT_IDS", by="forgiven"), reads("STRIPE_PRODUCT_IDS", by="schema", at="src/a.ts:2")]
    assert listed(found(*both), "Required env vars") == "STRIPE_PRODUCT_IDS"


def test_a_store_that_some_file_goes_on_without_is_a_feature() -> None:
    late = reads("MONGODB_URI", by="throw", late="yes", at="src/archive.ts:4")
    asks = reads("MONGODB_URI", "optional", by="check", at="src/plans.ts:9")
    assert listed(found(late, asks), "Conditional env vars") == "MONGODB_URI"


def test_a_way_to_sign_in_that_fails_in_a_function_is_needed_with_it() -> None:
    way = setting("oauth.provider", "github", "src/auth.ts:3", tool="auth.js", env="GITHUB_CLIENT_ID")
    late = reads("GITHUB_CLIENT_ID", by="throw", late="yes", at="src/github.ts:4")
    assert "GITHUB_CLIENT_ID" in listed(found(way, late), "Conditional env vars")


def test_beside_a_container_that_is_built_here_a_pulled_one_is_somebody_elses() -> None:
    def declares(name: str, service: str) -> Fact:
        return made(Kind.ENV_DECLARED, name, at="compose.yml:9", where="compose", service=service)

    def image(name: str, service: str) -> Fact:
        return made(Kind.IMAGE, name, "1", at="compose.yml:5", where="compose", service=service)

    facts = [
        image("ghcr.io/other/counter", "counter"), image("ghcr.io/acme/depot-worker", "worker"),
        declares("COUNTER_TITLE", "counter"), declares("WORKER_TITLE", "worker"), declares("DEPOT_TITLE", "web"),
        setting("npm.name", "depot", "package.json:2"),
    ]  # fmt: skip
    built = made(Kind.PLATFORM, "docker-compose", "counter, worker, web", at="compose.yml:1", built="web")
    assert set(variables(*facts, built).by_name) == {"WORKER_TITLE", "DEPOT_TITLE"}
    pulled = made(Kind.PLATFORM, "docker-compose", "counter, worker", at="compose.yml:1")
    assert set(variables(*facts, pulled).by_name) == {"COUNTER_TITLE", "WORKER_TITLE", "DEPOT_TITLE"}
    read = reads("COUNTER_TITLE", "optional")
    assert "COUNTER_TITLE" in variables(*facts, built, read).by_name


def test_what_a_deployment_gives_a_value_is_listed_though_no_line_reads_it() -> None:
    given = made(Kind.ENV_DECLARED, "WORKER_PROFILE", at="app.json:4", where="heroku", required="no", given="yes")
    offered = made(Kind.ENV_DECLARED, "GUILD_COLOUR", at="app.json:7", where="heroku", required="no")
    engine = made(Kind.ENV_DECLARED, "SHELF_COUNT", at="app.yaml:7", where="app-engine")
    outcome = found(given, offered, engine)
    assert listed(outcome, "Optional env vars") == "SHELF_COUNT, WORKER_PROFILE"


def test_what_heroku_demands_is_required_where_code_looks_through_all_variables() -> None:
    demanded = made(Kind.ENV_DECLARED, "GUILD_NUMBER", at="app.json:4", where="heroku", required="yes")
    offered = made(Kind.ENV_DECLARED, "GUILD_COLOUR", at="app.json:7", where="heroku", required="no")
    asked = made(Kind.ENV_DECLARED, "GUILD_NAME", at="app.json:9", where="heroku", required="yes")
    whole = setting("env.whole", "yes", "bot/settings.py:3", tool="python")
    outcome = found(demanded, offered, asked, whole, reads("GUILD_NAME", "optional"))
    assert listed(outcome, "Required env vars") == "GUILD_NUMBER"
    assert "GUILD_COLOUR" not in listed(outcome, "Optional env vars")
    assert listed(outcome, "Optional env vars") == "GUILD_NAME"
    assert listed(found(demanded, reads("GUILD_NAME", "optional")), "Required env vars") == ""


def test_what_an_entry_says_it_is_opened_with_is_listed_under_the_entry() -> None:
    many = [reads(f"THING_{number}", "optional") for number in range(6)]
    database = setting("db.engine", "postgresql", "config/database.yml:2", env="STORE_HOST,STORE_PORT")
    parts = [reads("STORE_HOST", "optional"), reads("STORE_PORT", "optional"), reads("LEDGER_HOST", "optional")]
    [told] = [one for one in found(database, *parts, *many).candidates if one.name == "Optional env vars"]
    lines = {value.label: value.text for value in told.values}
    assert lines["PostgreSQL"] == "STORE_HOST, STORE_PORT"
    assert "LEDGER_HOST" in " ".join(text for label, text in lines.items() if label != "PostgreSQL")


def test_a_log_service_is_told_with_the_variables_that_lead_to_it() -> None:
    sent = imports("@logtail/node", "src/log.ts:1"), needs("@logtail/node", "0.5.0")
    key, other = (
        reads("LOGTAIL_SOURCE_TOKEN", "optional", "src/log.ts:3"),
        reads("LOG_LEVEL", "optional", "src/log.ts:4"),
    )
    assert (
        line(entry(found(*sent, key, other), "Better Stack (Logtail)"), "Integration")
        == "@logtail/node 0.5.0, with LOGTAIL_SOURCE_TOKEN"
    )
    assert line(entry(found(*sent, other), "Better Stack (Logtail)"), "Integration") == "@logtail/node 0.5.0"


@pytest.mark.parametrize(
    ("name", "need"),
    [
        ("CC", "default"),
        ("CXXFLAGS", "default"),
        ("HOST_CC", "default"),
        ("PKG_CONFIG_PATH", "default"),
        ("CC_EMAIL", "required"),
        ("ACCESS_CC_LIST", "required"),
        ("FEATURE_FLAGS", "required"),
    ],
)
def test_what_compilers_are_told_is_nothing_that_a_program_needs(name: str, need: str) -> None:
    assert variables(reads(name)).by_name[name].need == need


def test_what_builds_a_package_counts_only_where_nothing_else_reads_a_variable() -> None:
    built = reads("BUILD_NUMBER", at="setup.py:3")
    assert variables(built, reads("BUILD_NUMBER", "optional")).by_name["BUILD_NUMBER"].need == "optional"
    own = reads("BUILD_NUMBER", at="src/acme/setup/setup.py:3")
    assert variables(own, reads("BUILD_NUMBER", "optional")).by_name["BUILD_NUMBER"].need == "required"


@pytest.mark.parametrize(
    ("name", "opens"),
    [("S3_OBJECT_KEY", False), ("SSE_KMS_KEY_ID", False), ("TABLE_SORT_KEY", False), ("SMTP_IGNORE_CERT", False), ("SMTP_CERT", True), ("HOOK_VERIFY_TOKEN", True), ("OBJECT_STORE_KEY", True), ("KMS_ACCESS_KEY", True)],
)  # fmt: skip
def test_a_key_that_names_a_thing_opens_nothing(name: str, opens: bool) -> None:
    assert variables(reads(name)).by_name[name].is_credential is opens
