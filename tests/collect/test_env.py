"""Readings and declarations of environment variables, by language, with the look-alikes that must not count."""

from __future__ import annotations

import time

import pytest

from llm_audit.collect import collectors
from llm_audit.model import Fact, Kind, SourceFile


def facts(path: str, text: str, kind: Kind) -> dict[str, Fact]:
    file = SourceFile(path, text)
    wanted = (c for c in collectors() if c.name.startswith("env.") and c.wants(file))
    found = (fact for c in wanted for fact in c.collect(file))
    return {fact.name: fact for fact in found if isinstance(fact, Fact) and fact.kind is kind}


def read(path: str, text: str) -> dict[str, tuple[str, str]]:
    """Name to need and default of all readings in a file."""
    return {name: (fact.detail("need"), fact.value) for name, fact in facts(path, text, Kind.ENV_READ).items()}


OPTIONAL, REQUIRED = ("optional", ""), ("required", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f(process.env.APP_URL)", {"APP_URL": OPTIONAL}),
        ("process.env.PORT || 3000", {"PORT": ("default", "3000")}),
        ("parseInt(process.env.PORT, 10) || 5", {"PORT": ("default", "5")}),
        ("process.env['REGION'] ?? 'eu-west-1'", {"REGION": ("default", "eu-west-1")}),
        ("process.env.HOST ?? ''", {"HOST": OPTIONAL}),
        ("process.env.HOST ?? undefined", {"HOST": OPTIONAL}),
        ("new Pool(process.env.DB_URL!)", {"DB_URL": REQUIRED}),
        ("process.env.DB_URL ? new Pool(process.env.DB_URL!) : null", {"DB_URL": OPTIONAL}),
        ("if (process.env.MODE !== 'x') {}", {"MODE": OPTIONAL}),
        ("if (!process.env.KEY_ID) {\n  throw new Error('no')\n}", {"KEY_ID": REQUIRED}),
        ("if (!process.env.KEY_ID) {\n  warn('no')\n}", {"KEY_ID": OPTIONAL}),
        ("if (!process.env.KEY_ID || !process.env.KEY_NO) {\n" + "  // whoever sets up the server gets both of them from there\n" * 4 + "  throw new Error('no')\n}", {"KEY_ID": REQUIRED, "KEY_NO": REQUIRED}),
        ("const a = process.env.KEY_ID;\nif (!a) {\n  throw new Error('no')\n}", {"KEY_ID": REQUIRED}),
        ("invariant(process.env.KEY_ID, 'no')", {"KEY_ID": REQUIRED}),
        ("const { HOST, PORT = '80', DB: db } = process.env", {"HOST": OPTIONAL, "PORT": ("default", "80"), "DB": OPTIONAL}),
        ("import.meta.env.VITE_URL + import.meta.env.DEV", {"VITE_URL": OPTIONAL}),
        ("Deno.env.get('TOKEN_URL')", {"TOKEN_URL": OPTIONAL}),
        ("Bun.env.TOKEN_URL", {"TOKEN_URL": OPTIONAL}),
        ("this.config.getOrThrow<string>('QUEUE_URL')", {"QUEUE_URL": REQUIRED}),
        ("configService.get('QUEUE_URL', 'amqp://q')", {"QUEUE_URL": ("default", "amqp://q")}),
        ("requireEnv('QUEUE_URL')", {"QUEUE_URL": REQUIRED}),
        ("import * as z from 'zod';\nexport const billingEnvSchema = base.extend({\n  PAY_KEY: z.string({ error: 'x' }),\n})", {"PAY_KEY": REQUIRED}),
        ("import * as z from 'zod';\nexport const billingSchema = base.extend({\n  PAY_KEY: z.string(),\n})", {}),
        ("import { env } from 'wasp/server';\nuse(env.PAY_KEY)", {"PAY_KEY": OPTIONAL}),
        ("requireEnv('QUEUE_URL', 'Card payments')", {"QUEUE_URL": REQUIRED}),
        ("requireEnv('QUEUE_URL', 'amqp://q')", {"QUEUE_URL": ("default", "amqp://q")}),
        ("getEnv('QUEUE_NAME', 'Orders')", {"QUEUE_NAME": ("default", "Orders")}),
        ("function need(k: string) {\n  const v = process.env[k]\n  if (!v) throw new Error(k)\n  return v\n}\nneed('QUEUE_URL')", {"QUEUE_URL": REQUIRED}),
        ("const NAME = 'QUEUE_URL'\nprocess.env[NAME]", {"QUEUE_URL": OPTIONAL}),
        ("process.env[`BUCKET_${region}`]", {"BUCKET_*": OPTIONAL}),
        ("const s = us ? '_US' : ''\nprocess.env[`BUCKET${s}`]", {"BUCKET": OPTIONAL, "BUCKET_US": OPTIONAL}),
        ("const names = ['A_B', 'C_D']\nfor (const n of names) if (!process.env[n]) throw new Error(n)", {"A_B": REQUIRED, "C_D": REQUIRED}),
        ("const keys = { openai: 'OPENAI_KEY', ours: 'STATUS_DONE' }\nprocess.env[keys[vendor]]", {"OPENAI_KEY": OPTIONAL}),
        ("const keys = { openai: 'OPENAI_KEY' }\nprocess.env.PORT_NO", {"PORT_NO": OPTIONAL}),
        ("const rows = [{ title: 'A_TITLE', id: 'x' },\n  { title: 'B_TITLE' }]\nrows.map(row => process.env[row.title] ?? 'none')", {"A_TITLE": ("default", "none"), "B_TITLE": ("default", "none")}),
        ("const rows = [{ title: 'A title' }]\nrows.map(row => process.env[row.title])", {}),
        ("make({ prefix: 'DEPOT' })\nmake({ prefix: 'GATE' })\nconst make = (opts) => process.env[`${opts.prefix}_PORT`]", {"DEPOT_PORT": OPTIONAL, "GATE_PORT": OPTIONAL}),
        ("const make = (opts) => process.env[`${opts.prefix}_PORT_NUMBER`]", {"*_PORT_NUMBER": OPTIONAL}),
        ("function oauth(\n  make: (options: any) => Way,\n  id: string,\n  secret: string\n): () => Way {\n  return () => make({ a: process.env[id], b: process.env[secret] })\n}\noauth(Depot, 'DEPOT_ID', 'DEPOT_SECRET', {})", {"DEPOT_ID": OPTIONAL, "DEPOT_SECRET": OPTIONAL}),
        ("function env(name: string, mode: string) {\n  return process.env[name]\n}\nenv(key, 'DEPOT_MODE')", {}),
        ("const names = ['A_B', 'C_D']\nfor (const n of names) if (process.env[n]) copy(n)\n" + "tidy()\n" * 90 + "throw new Error('x')", {"A_B": OPTIONAL, "C_D": OPTIONAL}),
        ("app.use(session({ resave: true, secret: process.env.SESSION_SECRET }))", {"SESSION_SECRET": REQUIRED}),
        ("sign({ secret: process.env.SESSION_SECRET })", {"SESSION_SECRET": OPTIONAL}),
        ("import { env } from '@/env'\nenv.SMTP_HOST", {"SMTP_HOST": OPTIONAL}),
        ("import { SMTP_HOST } from '$env/static/private'", {"SMTP_HOST": REQUIRED}),
        ("const env = loadEnv(mode, '.', '')\nenv.API_PORT || 8080", {"API_PORT": ("default", "8080")}),
        ("interface Env {\n  API_URL: string;\n  CACHE: KVNamespace;\n}\n", {"API_URL": OPTIONAL}),
        ("import { defineConfig, env } from 'prisma/config'\nexport default { url: env('STORE_URL') }", {"STORE_URL": REQUIRED}),
        ("import { env } from './config'\nexport default { url: env('STORE_URL') }", {"STORE_URL": OPTIONAL}),
        ("const NEEDED = ['A_KEY', 'B_KEY'];\nfor (const n of NEEDED) { if (!process.env[n]) throw new Error(n); }", {"A_KEY": REQUIRED, "B_KEY": REQUIRED}),
        ("for (const n of ['A_KEY', 'B_KEY']) { if (!process.env[n]) throw new Error(n); }", {"A_KEY": REQUIRED, "B_KEY": REQUIRED}),
        ("const gone = ['A_KEY', 'B_KEY'].filter((n) => !process.env[n]); if (gone.length) throw new Error('x');", {"A_KEY": REQUIRED, "B_KEY": REQUIRED}),
        ("const HIDDEN = new Set(['A_KEY', 'B_KEY']);\nexport const hides = (k) => HIDDEN.has(k);\n" + "\n" * 600 + "if (!process.env[k]) throw k", {"A_KEY": OPTIONAL, "B_KEY": OPTIONAL}),
        ("const groups = { mail: { keys: ['A_KEY', 'B_KEY'] } };\nif (!process.env[k]) throw k", {}),
        ("// process.env.OLD_NAME", {}),
        ("function either(n) { const a = process.env[n]; const b = process.env[n + '_FILE']; if (a && b) { throw new Error('both'); } return a; }\neither('CAKE_KEY')", {"CAKE_KEY": ("optional", ""), "CAKE_KEY_FILE": ("optional", "")}),
        ("function needed(n) { const a = process.env[n]; if (!a) { throw new Error(n); } return a; }\nneeded('CAKE_KEY')", {"CAKE_KEY": ("required", "")}),
        (" * process.env.OLD_NAME", {}),
        ("process.env.SET_HERE = 'x'", {}),
        ("vi.stubEnv('SET_HERE', 'x')", {}),
        ("delete process.env.SET_HERE", {}),
        ("const env = { A_B: 1 }\nenv.A_B", {}),
        ("openEnvelope('FIRST_CLASS')", {}),
        ("t('SOME_MESSAGE')", {}),
        ("dispatch('CONFIGURED_ITEM')", {}),
    ],
)  # fmt: skip
def test_javascript(text: str, expected: dict[str, tuple[str, str]]) -> None:
    assert read("src/a.ts", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import { z } from 'zod'\nz.object({\n  A_URL: z.string().url(),\n  B_PORT: z.coerce.number().default(25),\n  C_KEY: z.string().optional(),\n}).parse(process.env)", {"A_URL": REQUIRED, "B_PORT": ("default", "25"), "C_KEY": OPTIONAL}),
        ("import { z } from 'zod'\nz.object({\n  A_PORT: z.coerce\n    .number() // between 1, 2\n    .default(6379),\n}).parse(process.env)", {"A_PORT": ("default", "6379")}),
        ("import { cleanEnv, str, port } from 'envalid'\ncleanEnv(process.env, {\n  A_URL: str(),\n  B_PORT: port({ default: 25 }),\n})", {"A_URL": REQUIRED, "B_PORT": ("default", "25")}),
        ("import * as Joi from 'joi'\nconst validationSchema = Joi.object({\n  A_URL: Joi.string().required(),\n  B_URL: Joi.string(),\n})", {"A_URL": REQUIRED, "B_URL": OPTIONAL}),
        ("import { z } from 'zod'\nconst list = (old) => z.preprocess((v) => v ?? old, z.string().optional());\nconst text = z.string().min(1);\n\nz.object({\n  A_LIST: list(old.A_LIST),\n  B_LIST: text,\n}).parse(process.env)", {"A_LIST": OPTIONAL, "B_LIST": REQUIRED}),
        ("import { z } from 'zod'\nconst soft = (value, given) => (live ? value : value.default(given));\n\nz.object({\n  A_URL: soft(z.string(), 'x'),\n}).parse(process.env)", {"A_URL": REQUIRED}),
        ("import convict from 'convict'\nconvict({ db: { env: 'DB_URL' } }) // env", {"DB_URL": OPTIONAL}),
        ("import { z } from 'zod'\nimport { given } from './given'\ncreateEnv({\n  client: {\n    A_URL: z.string(),\n    B_KEY: z.string().optional(),\n  },\n  runtimeEnv: {\n    A_URL: given('A_URL'),\n    B_KEY: given(\n      'B_KEY',\n    ),\n    C_KEY: given('C_KEY'),\n  },\n})", {"A_URL": REQUIRED, "B_KEY": OPTIONAL}),
        ("import { z } from 'zod'\nz.object({\n  USER_STATE: z.string(),\n})", {}),
        ("import { IsNotEmpty, IsUrl } from 'class-validator'\nexport class Environment {\n  @IsNotEmpty()\n  @IsUrl(\n    {\n      protocols: ['https'],\n      require_tld: false,\n      allow_underscores: true,\n    },\n    { message: 'an address' },\n  )\n  A_URL: string;\n  @IsOptional()\n  B_PORT: number;\n  @IsNotEmpty()\n  C_KEY: string;\n}", {"A_URL": REQUIRED, "B_PORT": OPTIONAL, "C_KEY": REQUIRED}),
        ("import { IsNotEmpty, IsOptional } from 'class-validator'\nexport class Environment {\n  @IsNotEmpty()\n  A_KEY: string;\n\n  @IsOptional()\n  B_KEY?: string;\n}", {"A_KEY": REQUIRED, "B_KEY": OPTIONAL}),
    ],
)  # fmt: skip
def test_javascript_schemas(text: str, expected: dict[str, tuple[str, str]]) -> None:
    assert read("src/env.ts", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import os\nos.environ['A_B']", {"A_B": REQUIRED}),
        ("import os\nos.environ.get('A_B')", {"A_B": OPTIONAL}),
        ("import os\nos.getenv('A_B', 'x')", {"A_B": ("default", "x")}),
        ("import os\nos.getenv('A_B', '')", {"A_B": OPTIONAL}),
        ("import os\nos.getenv('A_B') or 'x'", {"A_B": ("default", "x")}),
        ("import os\na = os.getenv('A_B')\nif not a:\n    raise ValueError('a')", {"A_B": REQUIRED}),
        ("import os\na = os.getenv('A_B')\nif a:\n    raise ValueError('a')", {"A_B": OPTIONAL}),
        ("import os\nif 'A_B' not in os.environ:\n    raise ValueError('a')", {"A_B": REQUIRED}),
        ("import os\ntry:\n    os.environ['A_B']\nexcept KeyError:\n    pass", {"A_B": OPTIONAL}),
        ("from os import environ as e\ne['A_B']", {"A_B": REQUIRED}),
        ("import os\nos.environ.setdefault('A_B', 'x')", {"A_B": ("default", "x")}),
        ("import os\nx = os.environ['A_B'] if 'A_B' in os.environ else None", {"A_B": OPTIONAL}),
        ("import os\nif os.environ.get('A_B'):\n    x = int(os.environ['A_B'])", {"A_B": OPTIONAL}),
        ("import os\nif 'C_D' in os.environ:\n    x = os.environ['A_B']", {"A_B": REQUIRED, "C_D": OPTIONAL}),
        ("import os\nos.environ['A_B'] = 'x'", {}),
        ("import os\ndef f(given=os.environ):\n    return given['A_B']", {"A_B": REQUIRED}),
        ("import os\ndef f(other, *, given=os.environ):\n    return given.get('A_B') or other.get('C_D')", {"A_B": OPTIONAL}),
        ("import os\ndef f(given=os.path):\n    return given['A_B']", {}),
        ("import os\n# os.environ['A_B']", {}),
        ("import os\nK = 'A_B'\nos.environ[K]", {"A_B": REQUIRED}),
        ("import os\nos.environ[f'APP_{x}']", {"APP_*": REQUIRED}),
        ("import os\nfor n in ['A_B', 'C_D']:\n    if not os.getenv(n):\n        raise ValueError(n)", {"A_B": REQUIRED, "C_D": REQUIRED}),
        ("import os\ndef flag(n, default='no'):\n    return os.getenv(n, default) == 'yes'\nflag('A_B', 'yes')\nflag('C_D')", {"A_B": ("default", "yes"), "C_D": ("default", "no")}),
        ("import os\ndef secret(n, default=None):\n    if p := os.getenv(n + '_FILE'):\n        if not Path(p).is_file():\n            raise ValueError(p)\n        return open(p).read()\n    return os.getenv(n, default)\nsecret('A_B')", {"A_B": OPTIONAL, "A_B_FILE": OPTIONAL}),
        ("import os\ndef need(n):\n    v = os.getenv(n)\n    if not v:\n        raise ValueError(n)\n    return v\nneed('A_B')", {"A_B": REQUIRED}),
        ("import environ\nenv = environ.Env(DEBUG=(bool, False))\nenv('A_B')\nenv.str('C_D', default='x')", {"DEBUG": ("default", "False"), "A_B": REQUIRED, "C_D": ("default", "x")}),
        ("from decouple import config\nconfig('A_B')\nconfig('C_D', default='x')", {"A_B": REQUIRED, "C_D": ("default", "x")}),
        ("import click\n@click.option('--a', envvar='A_B')\ndef f(a): ...", {"A_B": OPTIONAL}),
        ("from dynaconf import Dynaconf\nDynaconf(envvar_prefix='APP')", {"APP_*": OPTIONAL}),
        ("def set_env(n, v): ...\nset_env('A_B', 'x')", {}),
        ("monkeypatch.setenv('A_B', 'x')", {}),
        ("get_inventory('A_B')  # env", {}),
    ],
)  # fmt: skip
def test_python(text: str, expected: dict[str, tuple[str, str]]) -> None:
    assert read("app/a.py", text) == expected


SETTINGS = """
from pydantic import AliasChoices, BaseModel, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

class Mail(BaseModel):
    host: str
    port: int = 25

class Base(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_", env_nested_delimiter="__")

class Settings(Base):
    name: str = "shop"
    token: str
    note: str | None = None
    tags: list[str] = Field(default_factory=list)
    url: str = Field(validation_alias=AliasChoices("DATABASE_URL", "DB_URL"))
    mail: Mail
    _hidden: str = "x"

class Plain(BaseModel):
    not_read: str
"""


def test_pydantic_settings_have_prefix_alias_and_nested_names() -> None:
    assert read("app/config.py", SETTINGS) == {
        "APP_NAME": ("default", "shop"),
        "APP_TOKEN": REQUIRED,
        "APP_NOTE": OPTIONAL,
        "APP_TAGS": OPTIONAL,
        "DATABASE_URL": REQUIRED,
        "DB_URL": REQUIRED,
        "APP_MAIL__HOST": REQUIRED,
        "APP_MAIL__PORT": ("default", "25"),
    }


_START = """#!/bin/sh
mode=${MODE:-http}
if [ "$mode" = "http" ]; then
    exec server
elif [ "${mode}" = "worker" ]; then
    if [ -z "${JOBS_COMMAND}" ]; then
        exit 1
    fi
    run $JOBS_COMMAND
fi
if [ -z "$SITE_URL" ]; then
    exit 1
fi
if [ "$mode" = "other" ]; then
    true
fi
    [ -z "$DATA_DIR" ] && exit 1
"""


def test_a_check_of_a_script_that_stands_under_a_comparison_tells_it() -> None:
    found = facts("bin/start.sh", _START, Kind.ENV_READ)
    told = {name: (fact.detail("need"), fact.detail("condition")) for name, fact in found.items()}
    assert told["JOBS_COMMAND"] == ("required", "mode = worker")
    assert told["SITE_URL"] == told["DATA_DIR"] == ("required", "")


def test_condition_is_told_where_the_reading_stands_under_a_comparison() -> None:
    text = "import os\nif os.getenv('STORAGE') == 's3':\n    key = os.environ['S3_KEY']\n"
    found = facts("app/a.py", text, Kind.ENV_READ)
    assert found["S3_KEY"].detail("condition") == "STORAGE == 's3'"
    assert found["STORAGE"].detail("condition") == ""
    script = "if (process.env.STORAGE === 's3') {\n  use(process.env.S3_KEY)\n}"
    assert facts("a.ts", script, Kind.ENV_READ)["S3_KEY"].detail("condition") == "process.env.STORAGE === 's3'"


@pytest.mark.parametrize(
    ("before", "after", "condition"),
    [
        ("switch (SIZE) { case SMALL: pick(); break; case 'big':", "}", "SIZE === 'big'"),
        ("switch (SIZE) { case SMALL: pick(); break; default:", "}", "SIZE === default"),
        ("switch (SIZE) { case SMALL: pick(); } start();", "", ""),
        ("if (process.env.MODEL_URL) { const a = 1;", "}", "MODEL_URL is set"),
        ("if (process.env.MODEL_URL) { const a = 1; }", "", ""),
    ],
)
def test_a_name_that_only_one_case_or_branch_asks_for_tells_which(before: str, after: str, condition: str) -> None:
    text = f"{before} if (!process.env.API_KEY) {{ throw new Error('no key') }} {after}"
    fact = facts("a.ts", text, Kind.ENV_READ)["API_KEY"]
    assert (fact.detail("need"), fact.detail("condition")) == ("required", condition)


def test_keys_of_a_runtime_configuration_have_their_variables() -> None:
    text = """export default defineNuxtConfig({
      $development: { runtimeConfig: { mail: { apiKey: 'dev' } } },
      runtimeConfig: {
        mail: { apiKey: '', hostName: 'localhost' }, // sent: ''
        siteUrl: process.env.SITE ? `https://${process.env.SITE}` : 'https://example.org',
        public: { 'mapsKey': '', nested: { deep: "" } },
        retries: 3,
      },
      other: { secretKey: '' },
    })"""
    assert {name: need for name, need in read("nuxt.config.ts", text).items() if name.startswith("NUXT_")} == {
        "NUXT_MAIL_API_KEY": OPTIONAL, "NUXT_MAIL_HOST_NAME": ("default", "localhost"), "NUXT_PUBLIC_MAPS_KEY": OPTIONAL,
        "NUXT_PUBLIC_NESTED_DEEP": OPTIONAL, "NUXT_RETRIES": ("default", "3"),
    }  # fmt: skip
    assert "NUXT_MAIL_API_KEY" not in read("settings.ts", text)


def test_what_a_function_sets_or_asks_for_before_it_reads_it_need_not_be_set_outside() -> None:
    lines = "NAMES = ('BASE_URI', 'PROXY_URI')", "def up(values):", "  for key in NAMES:"
    kept = "    if key in os.environ:\n      log(os.environ[key])"
    given = "    os.environ[key] = values[key]\n    log(os.environ[key])"
    assert read("a.py", "\n".join((*lines, "    log(os.environ[key])")))["BASE_URI"] == REQUIRED
    assert read("a.py", "\n".join((*lines, kept, given))).get("BASE_URI") == OPTIONAL
    asked = "if os.environ.get('CLIENT_ID'):\n  register()\n"
    assert read("a.py", f"{asked}def sign_in():\n  return os.environ['CLIENT_ID']")["CLIENT_ID"] == OPTIONAL
    assert read("a.py", "def sign_in():\n  return os.environ['CLIENT_ID']")["CLIENT_ID"] == REQUIRED


def test_a_guard_that_needs_more_than_the_missing_name_requires_none() -> None:
    guard = "if not interactive and (not os.getenv('ADMIN_EMAIL') or not os.getenv('ADMIN_KEY')):\n  exit(1)"
    assert read("a.py", guard) == {"ADMIN_EMAIL": OPTIONAL, "ADMIN_KEY": OPTIONAL}
    assert read("a.py", guard.replace("not interactive and ", "")) == {"ADMIN_EMAIL": REQUIRED, "ADMIN_KEY": REQUIRED}


def test_a_file_that_is_no_python_still_gives_its_plain_readings() -> None:
    assert read("a.py", "import os\n<<<<<<< HEAD\nos.environ['A_B']\n") == {"A_B": REQUIRED}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.sh", '#!/bin/sh\n. /etc/os-release\necho "$ID $VERSION_ID $A_B"', {"A_B": OPTIONAL}),
        ("a.sh", '#!/bin/sh\necho "$VERSION_ID"', {"VERSION_ID": OPTIONAL}),
        ("A.java", 'class A {\n  static String get(Properties p, String key, String other) {\n    String value = System.getenv(key);\n    return value != null ? value : p.getProperty(key, other);\n  }\n  String a = get(p, "A_B", "x"), c = get(p, "C_D", other), e = get(p, "E_F");\n}', {"A_B": ("default", "x"), "C_D": OPTIONAL, "E_F": OPTIONAL}),
        # the class that all configuration is bound to, its sections by the classes beside it; a class of one section alone is none
        ("AppSettings.cs", 'public class AppSettings\n{\n\tpublic string BaseUrl { get; set; } = "x";\n\tpublic Bot Discord { get; set; } = new();\n\tpublic List<string> Hosts { get; set; }\n\tpublic class Bot : Base\n\t{\n\t\tpublic string Token { get; set; } = "";\n\t}\n\tpublic class Base { public bool? Off { get; set; } }\n}', {"BaseUrl": ("default", ""), "Discord__Token": OPTIONAL, "Discord__Off": OPTIONAL}),
        ("Bot.cs", 'public class BotSettings\n{\n\tpublic string Token { get; set; }\n\tpublic class Base { public bool? Off { get; set; } }\n}', {}),
        ("a.go", 'os.Getenv("A_B")', {"A_B": OPTIONAL}),
        # a helper that is given several names of one variable; what ends otherwise is a default, and a copy reads nothing
        ("a.go", 'firstOfEnv("A_B_URL", "A_C_URL",\n\t"D_URL")', {"A_B_URL": OPTIONAL, "A_C_URL": OPTIONAL, "D_URL": OPTIONAL}),
        ("a.go", 'getEnv("A_CIPHER", "AES_256_GCM")', {"A_CIPHER": ("default", "AES_256_GCM")}),
        ("a.go", 'copyEnv("A_AUTHOR", "B_AUTHOR", env)', {}),
        ("a.go", 'a := os.Getenv("A_B")\nif a == "" {\n\tlog.Fatal("no")\n}', {"A_B": REQUIRED}),
        ("a.go", 'a := os.Getenv("A_B")\nif a == "" {\n\ta = "x"\n}', {"A_B": ("default", "x")}),
        ("a.go", 'func must(t *string, key string) {\n\tv := os.Getenv(key)\n\tif v == "" {\n\t\tpanic(key)\n\t}\n}\nmust(&a, "A_B")', {"A_B": REQUIRED}),
        ("a.go", 'type C struct {\n\tA string `env:"A_B,required"`\n\tB string `env:"C_D" envDefault:"x"`\n\tE string `envconfig:"E_F" required:"true"`\n}', {"A_B": REQUIRED, "C_D": ("default", "x"), "E_F": REQUIRED}),
        ("a.go", 'k.Load(env.Provider("APP_", ".", nil), nil)', {"APP_*": OPTIONAL}),
        ("a.go", 'viper.SetEnvPrefix("app")\nviper.AutomaticEnv()\nviper.BindEnv("db.url")', {"APP_*": OPTIONAL, "APP_DB_URL": OPTIONAL}),
        ("a.go", 'viper.SetEnvPrefix("app")\nviper.AutomaticEnv()\nviper.SetDefault("port", 80)\nviper.GetString("db-url")\nviper.SetEnvKeyReplacer(r)', {"APP_PORT": ("default", "80"), "APP_DB_URL": OPTIONAL}),
        # constants that hold viper's keys, and the defaults that are set through them; without a replacer no shell can set a dot
        ("a.go", 'const (\n\tHost Key = `db.host`\n\tPort Key = `db.port`\n\tName = "name"\n)\nfunc f() {\n\tHost.setDefault("x")\n\tviper.SetEnvPrefix("app")\n\tviper.SetEnvKeyReplacer(r)\n\tviper.AutomaticEnv()\n}', {"APP_DB_HOST": ("default", "x"), "APP_DB_PORT": OPTIONAL}),
        ("a.go", 'const (\n\tHost Key = `db.host`\n)\nfunc f() {\n\tviper.SetEnvPrefix("app")\n\tviper.AutomaticEnv()\n}', {"APP_*": OPTIONAL}),
        ("a.go", 'viper.AutomaticEnv()\nviper.GetString("token")\nviper.GetString("db.url")\n// viper.GetString("old")', {"TOKEN": OPTIONAL}),
        ("a.go", '// env\nviper.GetString("A_B")\nviper.GetString("port")\nother.Get("C_D")\nr.Header.Get("E_F")', {"A_B": OPTIONAL, "C_D": OPTIONAL}),
        ("a.go", '// env\nstore.GetString("A_B")', {}),
        ("a.go", 'type C struct {\n\tA string `mapstructure:"A_B"`\n\tC string `mapstructure:"c_d"`\n}\nviper.AutomaticEnv()', {"A_B": OPTIONAL}),
        ("a.go", 'type S struct {\n\tHost string `env:"HOST" default:"x"`\n}\ntype C struct {\n\tSMTP S `env-namespace:"SMTP"`\n\tAuth struct {\n\t\tGit S `env-namespace:"GIT"`\n\t} `env-namespace:"AUTH"`\n\tPort int `env:"PORT"`\n}', {"SMTP_HOST": ("default", "x"), "AUTH_GIT_HOST": ("default", "x"), "PORT": OPTIONAL}),
        ("a.go", 'type DB struct {\n\tURL string `env:"URL,required"`\n}\ntype C struct {\n\tMain DB `envPrefix:"DB_"`\n\tMore other.T `env:", prefix=MORE_"`\n\tDB\n}', {"DB_URL": REQUIRED, "URL": REQUIRED, "MORE_*": OPTIONAL}),
        ("a.go", 'import "github.com/kelseyhightower/envconfig"\ntype C struct {\n\tMail Mail\n\tDB Db `envconfig:"DB"`\n}\ntype Mail struct {\n\tHost string `envconfig:"MAIL_HOST" default:"x"`\n\tPort int\n}\ntype Db struct {\n\tHost string `envconfig:"HOST"`\n}\nfunc f() { envconfig.Process("", &c) }', {"MAIL_HOST": ("default", "x"), "MAIL_PORT": OPTIONAL, "DB_HOST": OPTIONAL}),
        ("a.go", 'import "github.com/kelseyhightower/envconfig"\ntype C struct {\n\tPort int `default:"80"`\n\tDBUrl string `split_words:"true" required:"true"`\n\tNot string `ignored:"true"`\n\tlow string\n}\nfunc f() { envconfig.Process("app", &c) }', {"APP_PORT": ("default", "80"), "APP_DB_URL": REQUIRED}),
        ("a.go", 'type C struct {\n\tA string `env:"A_B"`\n}\nenv.ParseWithOptions(&c, env.Options{Prefix: "APP_"})', {"APP_A_B": OPTIONAL}),
        ("a.go", 'env.ParseWithOptions(&c, env.Options{Prefix: "APP_"})', {"APP_*": OPTIONAL}),
        ("a.go", 'const (\n\tEnvLogLevel = "APP_LOGLEVEL"\n\tdbURLEnvVar string = "APP_DB_URL"\n\tEnvStage = "PRE_PRODUCTION"\n\tEnvelope = "APP_ENVELOPE"\n)', {"APP_LOGLEVEL": OPTIONAL, "APP_DB_URL": OPTIONAL}),
        ("a.go", '&cli.StringFlag{EnvVars: []string{"A_B", "C_D"}}', {"A_B": OPTIONAL, "C_D": OPTIONAL}),
        # a flag says by its literal or its chain whether it must be given; another flag's word beside it is not about it
        ("a.go", 'app := &cli.App{Name: "a"}\n&cli.StringFlag{\n\tName: "a",\n\tEnvVars: []string{"A_B"},\n\tRequired: true,\n},\n&cli.StringFlag{EnvVars: []string{"C_D"}, Value: "x"}', {"A_B": REQUIRED, "C_D": ("default", "x")}),
        ("a.go", '&cli.StringFlag{EnvVars: []string{"A_B"}},\n&cli.StringFlag{Name: "c", Required: true}', {"A_B": OPTIONAL}),
        ("a.go", '&cli.StringFlag{EnvVars: []string{"A_B"}, Required: true}', {"A_B": OPTIONAL}),
        ("a.go", 'app := cli.App{Commands: c}\n&cli.StringFlag{EnvVars: []string{"A_B"}, Required: true}', {"A_B": OPTIONAL}),
        ("a.go", 'cli.NewApp()\n&cli.StringFlag{Required: true, EnvVars: []string{"A_B", "C_D"}}', {"A_B": OPTIONAL, "C_D": OPTIONAL}),
        ("a.go", 'kingpin.Flag("a", "").Required().Envar("A_B").String()\nkingpin.Flag("c", "").Envar("C_D").String()\nkingpin.Flag("e", "").Default("x").Envar("E_F").String()', {"A_B": REQUIRED, "C_D": OPTIONAL, "E_F": ("default", "x")}),
        ("a.go", 'type C struct {\n\tA string `help:"a" env:"A_B" required:""`\n\tC string `arg:"--c,required,env:C_D"`\n\tE string `arg:"required,env:E_F"`\n\tG string `arg:"env:G_H"`\n\tI string `env:"I_J" required:"false"`\n}', {"A_B": REQUIRED, "C_D": REQUIRED, "E_F": REQUIRED, "G_H": OPTIONAL, "I_J": OPTIONAL}),
        # what the file gives up without; a test of two at once, and a name of two structs, say nothing of either
        ("a.go", 'type C struct {\n\tToken string `env:"A_B"`\n\tChat string `env:"C_D"`\n\tMore string `env:"E_F"`\n}\nfunc f(c C) error {\n\tif c.Token == "" || c.Chat == "" {\n\t\treturn errors.New("no")\n\t}\n\tif c.More == "" {\n\t\tc.More = "x"\n\t}\n}', {"A_B": REQUIRED, "C_D": REQUIRED, "E_F": OPTIONAL}),
        ("a.go", 'type C struct {\n\tToken string `env:"A_B"`\n}\nfunc f(c C) {\n\tif c.Bot && c.Token == "" {\n\t\tpanic("no")\n\t}\n}', {"A_B": OPTIONAL}),
        ("a.go", 'type C struct {\n\tTLS TLS\n}\ntype TLS struct {\n\tCert string `env:"A_B"`\n}\nfunc f(c C) error {\n\tif c.TLS.Cert == "" {\n\t\treturn errors.New("no")\n\t}\n}', {"A_B": OPTIONAL}),
        ("a.go", 'type C struct {\n\tCert string `env:"A_B"`\n}\nfunc f(c C) error {\n\tswitch kind {\n\tcase "static":\n\t\tif c.Cert == "" {\n\t\t\treturn errors.New("no")\n\t\t}\n\t}\n}', {"A_B": OPTIONAL}),
        ("a.go", 'type C struct {\n\tToken string `env:"A_B"`\n}\ntype D struct {\n\tToken string `env:"C_D"`\n}\nfunc f(c C) {\n\tif c.Token == "" {\n\t\tpanic("no")\n\t}\n}', {"A_B": OPTIONAL, "C_D": OPTIONAL}),
        ("a.go", 'os.Setenv("A_B", "x") // env', {}),
        ("a.go", 't.Setenv("A_B", "x")', {}),
        ("a.php", "<?php env('A_B', 'x'); env('C_D'); getenv('E_F') ?: 'y'; $_ENV['G_H'] ?? null;", {"A_B": ("default", "x"), "C_D": OPTIONAL, "E_F": ("default", "y"), "G_H": OPTIONAL}),
        ("a.php", "<?php env('A_B') ?: 'api-' . env('C_D', 'mt1') . '.example'; env('E_F', 'x' . $y); env('G_H', 'x.y');", {"A_B": ("default", ""), "C_D": ("default", "mt1"), "E_F": ("default", ""), "G_H": ("default", "x.y")}),
        ("a.php", "<?php $_SERVER['HTTP_HOST']; $_SERVER['REQUEST_METHOD']; $_SERVER['APP_ENV'];", {"APP_ENV": OPTIONAL}),
        ("a.php", "<?php\n// env('A_B')\nputenv('C_D=1'); $x->environment('PROD');", {}),
        ("a.rb", 'ENV["A_B"]\nENV.fetch("C_D")\nENV.fetch("E_F", "x")\nENV.fetch("G_H") { 5 }\nENV["I_J"] || "y"', {"A_B": OPTIONAL, "C_D": REQUIRED, "E_F": ("default", "x"), "G_H": ("default", "5"), "I_J": ("default", "y")}),
        ("a.rb", 'ENV.fetch("A_B", ENV.fetch("C_D"))\nENV.fetch("E_F") { ENV.fetch("G_H") }', {"A_B": OPTIONAL, "C_D": OPTIONAL, "E_F": OPTIONAL, "G_H": OPTIONAL}),
        ("a.rb", 'ENV.fetch("A_B", "x-#{ENV.fetch("RAILS_ENV")}")\nENV.fetch("C_D")', {"A_B": OPTIONAL, "RAILS_ENV": OPTIONAL, "C_D": REQUIRED}),
        ("a.rb", 'ENV["A_B"] = "x"\n# ENV["C_D"]', {}),
        ("config/database.yml", "a:\n  url: <%= ENV['DB_URL'] %>\n", {"DB_URL": OPTIONAL}),
        # what may lack a variable fails for other reasons; a default that goes on behind a number is not that number
        # defaults by stage of a project's own helper: production has its own or none
        ("config/runtime.exs", 'defmodule Util do\n  def fetch!(name, defaults) do\n    case config_env() do\n      :prod -> System.fetch_env!(name)\n      env -> System.get_env(name, defaults[env])\n    end\n  end\nend\nUtil.fetch!("A_B", all: "x")\nUtil.fetch!("C_D", dev: "y")\nUtil.get_env("E_F", dev: "1", prod: "2")\nUtil.get_env("G_H", test: "3")\nUtil.get_env("I_J", all: "4")\n', {"A_B": REQUIRED, "C_D": REQUIRED, "E_F": ("default", "2"), "G_H": OPTIONAL, "I_J": ("default", "4")}),
        ("a.rs", 'let a = maybe_env("A_B")?; let c = require_env("C_D")?; env("E_F", 6u32)?; env("G_H", 60 * 60)?; env("I_J", 8usize.min(n))?;', {"A_B": OPTIONAL, "C_D": REQUIRED, "E_F": ("default", "6"), "G_H": ("default", ""), "I_J": ("default", "")}),
        ("build.rs", 'env::var("TARGET").unwrap(); env::var("A_B").unwrap();', {"A_B": REQUIRED}),
        ("a.rs", 'env::var("TARGET").unwrap();', {"TARGET": REQUIRED}),
        ("a.ts", 'const a = process.env.A_B || 60 * 1000; const b = process.env.C_D || 60;', {"A_B": ("default", ""), "C_D": ("default", "60")}),
        ("a.rs", 'env::var("A_B").expect("no"); std::env::var("C_D").unwrap_or_else(|_| "x".into()); env::var("E_F").ok(); env!("G_H"); option_env!("I_J")', {"A_B": REQUIRED, "C_D": ("default", "x"), "E_F": OPTIONAL, "G_H": REQUIRED, "I_J": OPTIONAL}),
        ("a.rs", '#[arg(long, env = "A_B", default_value = "x")]\na: String,\n#[arg(long, env)]\nc_d: Option<String>,', {"A_B": ("default", "x"), "C_D": OPTIONAL}),
        ("a.rs", '#[derive(Debug, Parser)]\nstruct C {\n#[arg(env = "A_B")]\na: String,\n#[command(subcommand)]\nc: Sub,\n}\n#[derive(Subcommand)]\nenum Sub {\n    Mail(Mail),\n    Serve(Serve),\n}\n#[derive(Args)]\nstruct Mail {\n#[arg(env = "C_D")]\nto: String,\n}\nstruct Serve {\n#[arg(env = "E_F")]\nb: String,\n}', {"A_B": REQUIRED, "C_D": OPTIONAL, "E_F": REQUIRED}),
        ("a.php", "<?php enum Vars: string\n{\n    case A_B = 'A_B';\n    case C_D = 'C_D';\n    function get() { return env($this->value) ?? env(sprintf('%s_FILE', $this->value)) ?? match ($this) { self::C_D => 'x', }; }\n}", {"A_B": OPTIONAL, "A_B_FILE": OPTIONAL, "C_D": ("default", "x"), "C_D_FILE": OPTIONAL}),
        ("a.php", "<?php enum Status: string\n{\n    case A_B = 'A_B';\n    function label() { return trans($this->value) . getenv('C_D'); }\n}", {"C_D": OPTIONAL}),
        ("a.go", 'os.Getenv("YOUR_TOKEN")', {}),
        ("a.rs", 'env!("CARGO_PKG_VERSION"); env::set_var("A_B", "x")', {}),
        ("A.java", 'System.getenv("A_B"); @Value("${mail.smtp-host:x}") String h; @Value("${mail.port}") int p;', {"A_B": OPTIONAL, "MAIL_SMTPHOST": ("default", "x"), "MAIL_PORT": OPTIONAL}),
        ("a.kt", 'val a = System.getenv("A_B") ?: "x"\nval c = System.getenv("C_D") ?: error("no")', {"A_B": ("default", "x"), "C_D": REQUIRED}),
        ("A.cs", 'Environment.GetEnvironmentVariable("A_B") ?? "x"; Environment.GetEnvironmentVariable("C_D") ?? throw new E(); Configuration["Mail:Host"];', {"A_B": ("default", "x"), "C_D": REQUIRED, "Mail__Host": OPTIONAL}),
        ("A.cs", 'var mail = configuration.GetSection("Mail");\nmail.GetRequiredValue("Host"); mail["Port"]; mail.GetValue<int>("Tries", 3); configuration.GetRequiredValue("SiteUrl"); _configuration["Enabled"];', {"Mail__Host": REQUIRED, "Mail__Port": OPTIONAL, "Mail__Tries": ("default", "3"), "SiteUrl": REQUIRED, "Enabled": OPTIONAL}),
        ("A.cs", 'o.ApiKey = config.GetValue<string>(nameof(o.ApiKey));\no.Tries = config.GetValue(nameof(o.Tries), 25).Floor();\no.Mode = config.GetValue(nameof(o.Mode), Mode.Live);\no.Site = config.GetValue<string>(nameof(o.Site))?.Trim() ?? throw new E();\nvar part = configuration.GetSection("Helper");\nUrl = part.GetValue(nameof(Url), "x");\nbasket.GetValue(nameof(o.Basket), 1);', {"ApiKey": OPTIONAL, "Tries": ("default", "25"), "Mode": ("default", ""), "Site": REQUIRED, "Helper__Url": ("default", "x")}),
        ("A.cs", 'builder.AddNpgsqlDbContext<ShopContext>("shopdb"); builder.AddRedisClient("cache"); builder.AddProject<Shop>("shop"); // Configuration', {"ConnectionStrings__shopdb": REQUIRED, "ConnectionStrings__cache": REQUIRED}),
        ("A.cs", 'var builder = DistributedApplication.CreateBuilder(args); builder.AddRedis("cache"); // Configuration', {}),
        ("A.cs", 'Environment.SetEnvironmentVariable("A_B", "x"); list["Mail"]', {}),
        ("a.exs", 'System.get_env("A_B", "x")\nSystem.fetch_env!("C_D")\nSystem.get_env("E_F") || raise "no"\nConfig.port!("G_H")', {"A_B": ("default", "x"), "C_D": REQUIRED, "E_F": REQUIRED, "G_H": OPTIONAL}),
        ("a.exs", 'System.put_env("A_B", "x")', {}),
        ("a.rs", 'fn flag(table: &mut Table, key: &str, name: &str) -> Option<bool> {\n    if let Ok(v) = env::var(name) {\n        return Some(v.parse().expect("a flag"));\n    }\n    None\n}\nfn f() { flag(&mut table, "mail", "A_B"); }', {"A_B": OPTIONAL}),
        ("a.rs", 'fn flag(table: &mut Table, key: &str, name: &str) -> bool {\n    env::var(name).expect("a flag").parse().unwrap()\n}\nfn f() { flag(&mut table, "mail", "A_B"); }', {"A_B": REQUIRED}),
        ("a.swift", 'func flag(_ name: String) throws -> String? {\n    guard let v = ProcessInfo.processInfo.environment[name] else { return nil }\n    if v.isEmpty { throw Wrong() }\n    return v\n}\nflag("A_B")', {"A_B": OPTIONAL}),
        ("a.exs", 'list = fn key -> case System.get_env(key) do\n  nil -> []\nend end\nlist.("A_B")\nother = fn key -> Map.get(m, key) end\nother.("C_D")\nJason.decode!(x)', {"A_B": OPTIONAL}),
        ("a.rs", 'use app_env::{required_var, var, var_parsed};\nvar("A_B")?; required_var("C_D")?; var_parsed("E_F")?.unwrap_or(1); variable("G_H")?;', {"A_B": OPTIONAL, "C_D": REQUIRED, "E_F": OPTIONAL}),
        ("a.rs", 'use std::env::{self, var};\nvar("A_B")?;', {"A_B": REQUIRED}),
        ("a.rs", 'let mut cmd = Command::new("git");\ncmd.env("A_B", value)\n    .env("C_D", "x");', {}),
        ("a.rs", 'fn f() -> Option<String> {\n    env::var("A_B").ok()?;\n    env::var("C_D")?\n}', {"A_B": OPTIONAL, "C_D": REQUIRED}),
        ("a.exs", 'env!("A_B", :integer, 5)\nenv!("C_D", :string!)\nenv!("E_F", :string, nil)\nenv!("G_H", :string!, other)\nenv!("I_J", &String.to_atom/1, "x")\nenv!("K_L")\nSystem.fetch_env!("M_N")', {"A_B": ("default", "5"), "C_D": REQUIRED, "E_F": OPTIONAL, "G_H": OPTIONAL, "I_J": ("default", "x"), "K_L": REQUIRED, "M_N": REQUIRED}),
        ("a.exs", 'a: {:system, "A_B"}, b: {:system, :integer, "C_D"}, c: {:system, :boolean, "E_F", false}, d: {:system, {Base, :decode64, []}, "G_H"}, e: {:system, :string, "I_J", "x"}, f: {:error, :integer, "K_L"}, g: {:system, :string, "M_N",\n  """\n  <b>\n  """}', {"A_B": OPTIONAL, "C_D": REQUIRED, "E_F": ("default", "false"), "G_H": REQUIRED, "I_J": ("default", "x"), "M_N": OPTIONAL}),
        ("a.exs", '"A_B" |> System.get_env("x")\n"C_D" |> System.fetch_env!()\n"E_F" |> String.downcase()', {"A_B": ("default", "x"), "C_D": REQUIRED}),
        ("a.swift", 'ProcessInfo.processInfo.environment["A_B"] ?? "x"; Environment.get("C_D")', {"A_B": ("default", "x"), "C_D": OPTIONAL}),
        ("a.dart", "Platform.environment['A_B']; String.fromEnvironment('C_D', defaultValue: 'x');", {"A_B": OPTIONAL, "C_D": ("default", "x")}),
        ("a.c", 'getenv("A_B"); setenv("C_D", "x", 1);', {"A_B": OPTIONAL}),
        ("a.pl", "$ENV{A_B}", {"A_B": OPTIONAL}),
        ("a.ps1", "$env:A_B; $env:PATH; $env:C_D = 'x'", {"A_B": OPTIONAL}),
    ],
)  # fmt: skip
def test_other_languages(path: str, text: str, expected: dict[str, tuple[str, str]]) -> None:
    assert read(path, text) == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.sh", 'echo "$A_B" "${C_D:-x}" "${E_F:?no}" "${G_H}"', {"A_B": OPTIONAL, "C_D": ("default", "x"), "E_F": REQUIRED, "G_H": OPTIONAL}),
        ("a.sh", 'if [ -z "$A_B" ]; then\n  echo no\n  exit 1\nfi\n', {"A_B": REQUIRED}),
        ("a.sh", 'A_B=x\necho $A_B $HOME $BASH_SOURCE \\$C_D\n# $E_F\nfor G_H in 1 2; do echo $G_H; done', {}),
        ("a.sh", "export A_B=${A_B:-x}\necho $A_B", {"A_B": ("default", "x")}),
        ("a.sh", "file_env 'A_B'\nexec \"$@\"", {"A_B": OPTIONAL, "A_B_FILE": OPTIONAL}),
        ("bin/start", '#!/bin/sh\necho "$A_B"', {"A_B": OPTIONAL}),
        ("bin/start", '#!/usr/bin/env perl\nprint "$A_B"', {}),
        ("Makefile", "A_B ?= x\nC_D := y\nall:\n\techo $(A_B) $(C_D) $(E_F) $(MAKE) $$G_H\n", {"A_B": ("default", "x"), "E_F": OPTIONAL, "G_H": OPTIONAL}),
        ("a.bat", "set C_D=x\r\necho %A_B% %C_D% %PATH%", {"A_B": OPTIONAL}),
        ("docker-compose.yml", "services:\n  a:\n    image: x:${TAG:-1}\n    command: echo $$INNER ${MUST:?no}\n    # ${OLD}\n", {"TAG": ("default", "1"), "INNER": OPTIONAL, "MUST": REQUIRED}),
        ("src/main/resources/application.yml", "a: ${A_B:x}\nb: ${C_D}\nc: ${other.key}\n", {"A_B": ("default", "x"), "C_D": REQUIRED}),
        ("config/services.yaml", "a: '%env(A_B)%'\nb: '%env(int:C_D)%'\n", {"A_B": REQUIRED, "C_D": REQUIRED}),
        ("schema.prisma", 'url = env("A_B")\nshadowDatabaseUrl = env("C_D")', {"A_B": REQUIRED, "C_D": OPTIONAL}),
        ("Caddyfile", "{$A_B:x} {env.C_D}", {"A_B": ("default", "x"), "C_D": OPTIONAL}),
        ("uwsgi.ini", "if-env = A_B\nif-not-env = C_D\nchdir = $(E_F)\n", {"A_B": OPTIONAL, "C_D": OPTIONAL, "E_F": OPTIONAL}),
        ("nginx/default.conf.template", "server ${A_B}; proxy_set_header Host $host;", {"A_B": OPTIONAL}),
        ("config/custom-environment-variables.json", '{"db": {"url": "DB_URL"}}', {"DB_URL": OPTIONAL}),
        ("litellm.yaml", "key: os.environ/A_B\n", {"A_B": OPTIONAL}),
        ("notes.yaml", "text: ${A_B} and %C_D%\n", {}),
        ("config.yml", "apis:\n  acme:\n    api-key-env: ACME_API_KEY\n    other-env: PRE_PRODUCTION\n    env: ACME_STAGE\n", {"ACME_API_KEY": OPTIONAL}),
        ("config.toml", 'api_key_env = "ACME_API_KEY"\nkey_environment = "ACME_STAGE"\n', {"ACME_API_KEY": OPTIONAL}),
    ],
)  # fmt: skip
def test_scripts_and_placeholders(path: str, text: str, expected: dict[str, tuple[str, str]]) -> None:
    assert read(path, text) == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("docker-compose.yml", "services:\n  web:\n    environment:\n      A_B: 1\n      C_D_TOKEN: abc123def\n  db:\n    environment:\n      - E_F=x\n", {"A_B": "1", "C_D_TOKEN": "", "E_F": "x"}),
        ("Dockerfile", "FROM x\nARG A_B=1\nENV C_D=2 \\\n    E_F=3\nENV G_H four\n", {"A_B": "1", "C_D": "2", "E_F": "3", "G_H": "four"}),
        ("k8s/a.yaml", "containers:\n  - env:\n      - name: A_B\n        value: \"1\"\n      - name: C_D\n        valueFrom:\n          secretKeyRef:\n            name: s\nports:\n  - name: http\n", {"A_B": "1", "C_D": ""}),
        ("k8s/c.yaml", "kind: ConfigMap\ndata:\n  A_B: x\n  app.conf: y\n", {"A_B": "x"}),
        ("chart/values.yaml", "env:\n  A_B: 1\nimage:\n  TAG_NAME: x\n", {"A_B": "1"}),
        ("a.tf", 'resource "aws_lambda_function" "a" {\n  environment {\n    variables = {\n      A_B = var.x\n    }\n  }\n}\nlocals { C_D = 1 }\n', {"A_B": ""}),
        (".github/workflows/a.yml", "jobs:\n  a:\n    env:\n      A_B: 1\n      C_D: ${{ secrets.C_D }}\n    steps:\n      - run: x\n", {"A_B": "1", "C_D": ""}),
        ("fly.toml", '[env]\nA_B = "1"\n', {"A_B": "1"}),
        ("netlify.toml", '[build.environment]\nA_B = "1"\n', {"A_B": "1"}),
        ("vercel.json", '{"env": {"A_B": "@a"}}', {"A_B": ""}),
        ("wrangler.toml", 'name = "x"\n[vars]\nA_B = "1"\n', {"A_B": "1"}),
        ("serverless.yml", "provider:\n  environment:\n    A_B: 1\n", {"A_B": "1"}),
    ],
)  # fmt: skip
def test_declarations(path: str, text: str, expected: dict[str, str]) -> None:
    assert {name: fact.value for name, fact in facts(path, text, Kind.ENV_DECLARED).items()} == expected


def test_a_sample_shows_harmless_values_and_a_real_dotenv_none() -> None:
    text = "PORT=3000\nAPI_TOKEN=abc\nURL=https://u:p@h/x\nexport NAME=shop # which\n# OLD_FLAG=true\n# Prose = text here\n"
    sample = facts(".env.example", text, Kind.ENV_DECLARED)
    assert {name: fact.value for name, fact in sample.items()} == {
        "PORT": "3000",
        "API_TOKEN": "",
        "URL": "",
        "NAME": "shop",
        "OLD_FLAG": "true",
    }
    assert sample["OLD_FLAG"].detail("commented") == "yes"
    assert {fact.value for fact in facts(".env", text, Kind.ENV_DECLARED).values()} == {""}
    assert facts("src/a.env.ts", text, Kind.ENV_DECLARED) == {}


def test_heroku_and_render_tell_what_they_ask_for() -> None:
    heroku = facts("app.json", '{"env": {"A_B": {"description": "x"}, "C_D": {"required": false}}}', Kind.ENV_DECLARED)
    assert {name: fact.detail("required") for name, fact in heroku.items()} == {"A_B": "yes", "C_D": "no"}
    text = "services:\n  - envVars:\n      - key: A_B\n        sync: false\n      - key: C_D\n        value: 1\n"
    render = facts("render.yaml", text, Kind.ENV_DECLARED)
    assert {name: fact.detail("required") for name, fact in render.items()} == {"A_B": "yes", "C_D": ""}


def test_heroku_gives_what_it_has_a_value_for() -> None:
    text = '{"env": {"A_B": "1", "C_D": {"value": "2"}, "E_F": {"generator": "secret"}, "G_H": {"required": false}, "I_J": {}}}'
    given = {name: fact.detail("given") for name, fact in facts("app.json", text, Kind.ENV_DECLARED).items()}
    assert given == {"A_B": "yes", "C_D": "yes", "E_F": "yes", "G_H": "", "I_J": ""}


def test_rails_credentials_are_settings_not_variables() -> None:
    text = "Rails.application.credentials.dig(:aws, :key_id)\nRails.application.credentials.stripe[:secret]\nother.credentials.x\n"
    found = [
        fact.value
        for c in collectors()
        if c.name == "env.ruby"
        for fact in c.collect(SourceFile("a.rb", text))
        if isinstance(fact, Fact)
    ]
    assert found == ["aws.key_id", "stripe.secret"]


def test_a_default_that_looks_like_a_secret_is_not_shown() -> None:
    text = "services:\n  a:\n    image: ${SECRET_KEY_BASE:-8f3a9c0b7d2e4f6a8b1c3d5e}\n"
    assert read("compose.yml", text) == {"SECRET_KEY_BASE": ("default", "")}


def test_the_strongest_reading_of_a_file_counts_once_at_its_line() -> None:
    text = "use(process.env.A_B)\nif (!process.env.A_B) {\n  throw new Error('no')\n}\n"
    fact = facts("a.ts", text, Kind.ENV_READ)["A_B"]
    assert (fact.line, fact.detail("need"), fact.detail("by")) == (2, "required", "throw")


@pytest.mark.parametrize("seed", ["a", "_", "process.env.", '("A', "${A", "#[arg(env ", "[" * 3, "A=", "\\\n"])
@pytest.mark.parametrize("path", ["a.ts", "a.py", "a.go", "a.rs", "a.sh", "a.yml", "Dockerfile", ".env.example"])
def test_one_long_hostile_line_takes_no_time_and_raises_nothing(path: str, seed: str) -> None:
    text = seed * (60_000 // len(seed)) + " env Env ENV environ $ ${ containers: = "
    before = time.process_time()
    facts(path, text, Kind.ENV_READ)
    assert time.process_time() - before < 2


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ('let p = std::env::var_os("APP_HOME").map(PathBuf::from)?;', OPTIONAL),
        ('let p = std::env::var_os("APP_HOME")?;', OPTIONAL),
        ('let p = std::env::var_os("APP_HOME").expect("set it");', REQUIRED),
        ('let p = std::env::var("APP_HOME")?;', REQUIRED),
    ],
)
def test_an_option_that_ends_a_rust_function_may_be_missing(text: str, need: tuple[str, str]) -> None:
    assert read("a.rs", f"fn f() {{ {text} }}") == {"APP_HOME": need}


def test_a_nested_model_with_a_value_of_its_own_requires_nothing() -> None:
    text = (
        "from pydantic import BaseModel\nfrom pydantic_settings import BaseSettings\n\n\n"
        "class Hook(BaseModel):\n    id: int\n\n\n"
        "class Hooks(BaseSettings, env_prefix='HOOKS_', env_nested_delimiter='__'):\n"
        "    news: Hook = Hook(id=1)\n    alerts: Hook\n"
    )
    assert read("app/settings.py", text) == {"HOOKS_NEWS__ID": ("optional", ""), "HOOKS_ALERTS__ID": ("required", "")}


@pytest.mark.parametrize(("end", "need"), [("return ''", "optional"), ("raise KeyError(names)", "required")])
def test_names_of_a_loop_are_required_where_its_function_fails(end: str, need: str) -> None:
    text = (
        "import os\nNAMES = ['CAKE_ONE', 'CAKE_TWO']\n\n\ndef other():\n    raise ValueError\n\n\n"
        f"def look():\n    for name in NAMES:\n        if os.environ.get(name):\n            return name\n    {end}\n"
    )
    assert {name: kind for name, (kind, _) in read("app/a.py", text).items()} == {"CAKE_ONE": need, "CAKE_TWO": need}


def test_a_go_guard_that_needs_more_than_the_variable_requires_none() -> None:
    head = "package a\n\nfunc f() {\n\tif "
    tail = 'os.Getenv("CAKE_MODE") == "" {\n\t\tpanic("no")\n\t}\n}\n'
    assert read("a.go", head + tail)["CAKE_MODE"][0] == "required"
    assert read("a.go", f"{head}isDev() && {tail}")["CAKE_MODE"][0] == "optional"


def test_names_that_a_next_configuration_inlines() -> None:
    text = (
        "const basePath = process.env.BASE_PATH;\nexport default {\n"
        "  env: {\n    basePath,\n    label: pkg.version,\n    SITE_NAME: process.env.SITE_NAME,\n  },\n  other: {\n    gone,\n  },\n};\n"
    )
    file = SourceFile("apps/web/next.config.ts", text)
    wanted = [one for one in collectors() if one.name == "env.inlined" and one.wants(file)]
    found = [fact for one in wanted for fact in one.collect(file) if isinstance(fact, Fact)]
    assert [(fact.value, fact.line) for fact in found] == [("basePath", 4), ("label", 5)]
    assert not [one for one in collectors() if one.name == "env.inlined" and one.wants(SourceFile("src/env.ts", text))]


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("export const pay = new Pay(process.env.PAY_KEY!)\n", "start-up"),
        ("const store = new Store({\n  url: process.env.PAY_KEY!,\n})\n", "start-up"),
        ("export const pay = () => new Pay(process.env.PAY_KEY!)\n", "assertion"),
        ("export async function pay() {\n  return new Pay(process.env.PAY_KEY!)\n}\n", "assertion"),
        ("app.get('/', (req, res) => {\n  new Pay(process.env.PAY_KEY!)\n})\n", "assertion"),
        ("class Desk {\n  pay() {\n    new Pay(process.env.PAY_KEY!)\n  }\n}\n", "assertion"),
    ],
)
def test_an_assertion_of_a_statement_that_runs_on_import_is_told_from_one_that_runs_later(text: str, by: str) -> None:
    assert facts("src/pay.ts", text, Kind.ENV_READ)["PAY_KEY"].detail("by") == by


_SCHEMA = 'import { z } from "zod";\nconst desk = z.object({\n  PAY_KEY: z.string(),\n  PAY_NAME: z.string().optional(),\n});\n'


@pytest.mark.parametrize(
    ("text", "by"),
    [
        (f"{_SCHEMA}const tried = desk.safeParse(process.env);\nexport const env = tried.success ? tried.data : null;\n", "forgiven"),
        (f"{_SCHEMA}const tried = desk.safeParse(process.env);\nif (!tried.success) {{\n  process.exit(1);\n}}\n", "schema"),
        (f"{_SCHEMA}const tried = desk.safeParse(process.env);\nif (!tried.success) throw tried.error;\n", "schema"),
        (f"{_SCHEMA}export const env = desk.parse(process.env);\n", "schema"),
        # another schema of the file is tried
        (f"{_SCHEMA}desk.parse(process.env);\nconst shop = z.object({{}});\nshop.safeParse(process.env);\n", "schema"),
    ],
)  # fmt: skip
def test_a_schema_whose_failure_stops_nothing_is_forgiving(text: str, by: str) -> None:
    found = facts("src/env.ts", text, Kind.ENV_READ)
    assert (found["PAY_KEY"].detail("need"), found["PAY_KEY"].detail("by")) == ("required", by)
    assert found["PAY_NAME"].detail("need") == "optional"


_GUARD = '  const key = process.env.PAY_KEY;\n  if (!key) throw new Error("missing");\n'


@pytest.mark.parametrize(
    ("text", "late"),
    [
        ('if (!process.env.PAY_KEY) throw new Error("missing");\n', ""),
        (f"function connect() {{\n{_GUARD}}}\nexport const desk = connect();\n", ""),
        (f"async function main() {{\n{_GUARD}}}\nvoid main();\n", ""),
        (f"const connect = () => {{\n{_GUARD}}};\nconnect();\n", ""),
        # a call in another function, a method of that name and a longer name do not run it
        (f"export function connect() {{\n{_GUARD}}}\n", "yes"),
        (f"function connect() {{\n{_GUARD}}}\nexport const desk = () => connect();\n", "yes"),
        (f"function connect() {{\n{_GUARD}}}\nexport function desk() {{\n  connect();\n}}\n", "yes"),
        (f"function connect() {{\n{_GUARD}}}\nother.connect();\nreconnect();\n", "yes"),
    ],
)
def test_a_function_that_the_file_runs_on_import_fails_early(text: str, late: str) -> None:
    assert facts("src/pay.ts", text, Kind.ENV_READ)["PAY_KEY"].detail("late") == late


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("function seal(text: string, key = process.env.PAY_KEY) {\n  if (!key) throw new Error('missing');\n}\n", "required"),
        ("function seal(\n  text,\n  key: string = process.env.PAY_KEY,\n) {\n  if (!key) throw new Error('missing');\n}\n", "required"),
        ("function seal(text: string, key = process.env.PAY_KEY) {\n  if (!text) throw new Error('missing');\n}\n", "optional"),
        ("seal({ key: process.env.PAY_KEY });\nif (!key) throw new Error('missing');\n", "optional"),
    ],
)  # fmt: skip
def test_the_default_of_a_parameter_that_must_be_given_must_be_set(text: str, need: str) -> None:
    assert facts("src/pay.ts", text, Kind.ENV_READ)["PAY_KEY"].detail("need") == need


@pytest.mark.parametrize("call", ["toggleConfig('OAUTH')", "enableConfig('OAUTH')", "resetConfig('OAUTH')"])
def test_what_changes_a_configuration_reads_none(call: str) -> None:
    assert facts("src/setup.ts", f"{call};\nconst url = requireConfig('SITE_URL');\n", Kind.ENV_READ).keys() == {
        "SITE_URL"
    }


CHOSEN = """import { cleanEnv, str } from 'envalid'
export const env = cleanEnv(process.env, {
  STORE: str({ choices: ['s3', 'disk'] }),
  ...(process.env.STORE === 's3' && {
    S3_BUCKET: str(),
    S3_REGION: str({ default: 'eu' }),
  }),
  ...(process.env.MAIL
    ? { MAIL_KEY: str() }
    : { MAIL_HOST: str() }),
  ...shared({ LOG_KEY: str() }),
  ...{ DESK_KEY: str() },
  PAY_KEY: str(),
})
"""


def test_keys_that_a_schema_takes_in_under_a_condition_bear_it() -> None:
    found = facts("src/env.ts", CHOSEN, Kind.ENV_READ)
    told = {name: (fact.detail("need"), fact.detail("condition")) for name, fact in found.items()}
    assert told["S3_BUCKET"] == ("required", "STORE === 's3'")
    assert told["S3_REGION"] == ("default", "")
    assert told["MAIL_KEY"] == ("required", "MAIL")
    assert told["MAIL_HOST"] == ("required", "!(MAIL)")
    assert told["LOG_KEY"] == told["DESK_KEY"] == told["PAY_KEY"] == ("required", "")


VALIDATED = """import { IsString, ValidateIf } from 'class-validator'
class EnvironmentVariables {
  @ValidateIf((values) =>
    ['s3'].includes(values.FILE_DRIVER),
  )
  @IsString()
  FILE_BUCKET: string;

  @ValidateIf((values) => values.STORE_URL)
  @IsString()
  STORE_URL: string;

  @IsString()
  FILE_DRIVER: string;
}
"""


def test_a_field_that_is_validated_under_a_condition_bears_it() -> None:
    found = facts("src/config.ts", VALIDATED, Kind.ENV_READ)
    told = {name: (fact.detail("need"), fact.detail("condition")) for name, fact in found.items()}
    assert told == {
        "FILE_BUCKET": ("required", "['s3'].includes(FILE_DRIVER)"),
        "STORE_URL": ("optional", ""),
        "FILE_DRIVER": ("required", ""),
    }


@pytest.mark.parametrize(
    ("field", "need"),
    [
        ("@Length(64, 64, {\n    message: 'has to be a text of sixty-four characters of the kind that this long sentence tells of, and of no other kind whatever it is',\n  })\n  public KEY = environment.KEY ?? ''", REQUIRED),
        ("@IsUrl()\n  public KEY = environment.KEY ?? ''", REQUIRED),
        ("@Length(0, 64)\n  public KEY = environment.KEY ?? ''", OPTIONAL),
        ("@IsUrl()\n  public KEY = environment.KEY ?? environment.OTHER", OPTIONAL),
        ("@IsIn(['a'])\n  public KEY = this.toOptionalString(environment.KEY)", OPTIONAL),
        ("@IsIn(['a'])\n  public KEY = this.toString(environment.KEY)", REQUIRED),
        ("@IsBoolean()\n  public KEY = !!this.OTHER || this.isLocal", None),
    ],
)  # fmt: skip
def test_what_a_validated_field_of_a_class_needs(field: str, need: tuple[str, str] | None) -> None:
    text = f"import {{ Length }} from 'class-validator'\nimport environment from './environment'\nclass Environment {{\n  {field};\n}}\n"
    told = {name: value for name, value in read("src/settings.ts", text).items() if name == "KEY"}
    assert told == ({"KEY": need} if need else {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("class Prefix:\n    def __call__(self, environ, start):\n        return environ['PATH_INFO'] + environ.get('HTTP_HOST', '')\n", {}),
        ("from os import environ\nprint(environ['DB_HOST'])\n", {"DB_HOST": REQUIRED}),
        ("from os import environ\ndef app(environ, start):\n    pass\nprint(environ['DB_HOST'])\n", {"DB_HOST": REQUIRED}),
    ],
)  # fmt: skip
def test_the_environ_of_a_web_request_is_not_the_process_environment(text: str, expected: dict[str, object]) -> None:
    assert read("app/main.py", text) == expected


@pytest.mark.parametrize(
    ("test", "condition"),
    [
        ("MAIL_HOST", "MAIL_HOST is set"),
        ("'MAIL_HOST' in os.environ", "MAIL_HOST is set"),
        ("os.getenv('MAIL_HOST')", "MAIL_HOST is set"),
        ("'MAIL_HOST' in os.environ or os.getenv('MAIL_TOKEN')", "MAIL_HOST is set or MAIL_TOKEN is set"),
        ("DEBUG", ""),
        ("not MAIL_HOST", ""),
        ("mail_host", ""),
        ("MAIL_HOST or started()", ""),
        ("'MAIL_HOST' in names", ""),
    ],
)
def test_what_python_reads_under_the_presence_of_another_variable(test: str, condition: str) -> None:
    found = facts("app/settings.py", f"import os\nif {test}:\n    PORT = os.environ['MAIL_PORT']\n", Kind.ENV_READ)
    assert found["MAIL_PORT"].detail("condition") == condition


def test_settings_of_flask_are_no_variables() -> None:
    assert read("app/mail.py", "current_app.config.get('MAIL_HOST')\napp.config.get('MAIL_PORT')\n") == {}
    assert read("app/mail.py", "config.get('MAIL_HOST')\n") == {"MAIL_HOST": OPTIONAL}


def test_secrets_of_streamlit_are_read_like_variables() -> None:
    text = "import streamlit as st\nkey = st.secrets['API_KEY']\nnote = st.secrets.get('API_NOTE', 'x')\n"
    assert read("app.py", text) == {"API_KEY": REQUIRED, "API_NOTE": ("default", "x")}
    assert read("app.py", "import streamlit as st\nst.session_state['API_KEY']\n") == {}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("send(c.env.MAIL_KEY)", {"MAIL_KEY": OPTIONAL}),
        ("send(c.env.MAIL_KEY ?? 'none')", {"MAIL_KEY": ("default", "none")}),
        ("await c.env.SHOP_DB.prepare('select 1')", {}),
        ("await c.env.STORE.get('a')", {}),
        ("drizzle(c.env.DB)", {}),
    ],
)
def test_variables_of_a_worker_behind_honos_context(line: str, expected: dict[str, tuple[str, str]]) -> None:
    assert read("src/app.ts", f"import {{ Hono }} from 'hono'\n{line}\n") == expected
    assert read("src/app.ts", f"import {{ H }} from './hono-like'\n{line}\n") == {}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("import { config } from '$lib/server/config'", True),
        ("import config from './config/index.js'", True),
        ("import { config } from 'dotenv'", False),
        ("import { config } from './theme'", False),
    ],
)
def test_members_in_capitals_of_an_own_object_of_settings(line: str, found: bool) -> None:
    read_there = facts("src/a.ts", f"{line}\nconnect(config.MAIL_HOST, config.theme)\n", Kind.ENV_READ)
    assert {name: fact.detail("via") for name, fact in read_there.items()} == (
        {"MAIL_HOST": "config member"} if found else {}
    )


@pytest.mark.parametrize(
    ("path", "text", "need", "condition"),
    [
        ("a.rb", "if !ENV['A_B'].to_s.empty?\n  use(ENV.fetch('A_B'))\nend\n", "optional", ""),
        ("a.rb", "use(ENV.fetch('A_B')) if ENV['A_B'].present?\n", "optional", ""),
        ("a.rb", "if ENV['OTHER_KEY'].present?\n  use(ENV.fetch('A_B'))\nend\n", "required", "OTHER_KEY is set"),
        ("a.rb", "unless ENV['OTHER_KEY'].blank?\n  use(ENV.fetch('A_B'))\nend\n", "required", "OTHER_KEY is set"),
        ("a.rb", "unless ENV['OTHER_KEY']\n  use(ENV.fetch('A_B'))\nend\n", "required", ""),
        ("a.rb", "case kind\nwhen 's3'\n  use(ENV.fetch('A_B'))\nend\n", "required", "kind == s3"),
        ("a.rb", "if Rails.env == 'production'\n  use(ENV.fetch('A_B'))\nend\n", "required", ""),
        ("a.rb", "if ENV['OTHER_KEY']\n  other\nend\nuse(ENV.fetch('A_B'))\n", "required", ""),
        ("a.rb", "use(ENV.fetch('A_B')) if ENV['OTHER_KEY']\nuse(ENV.fetch('A_B'))\n", "required", ""),
        ("a.go", "func key() string {\n\tswitch c.API {\n\tcase \"ollama\":\n\t\tnone()\n\tcase \"cohere\":\n\t\tx := mustEnv(\"A_B\")\n\t}\n}\n", "required", "c.API == cohere"),
        ("config/runtime.exs", 'case System.get_env("A_SOCKET") do\n  nil ->\n    config :a, host: System.fetch_env!("A_B")\nend\n', "required", ""),
        ("config/runtime.exs", 'case System.get_env("A_KIND") do\n  "tcp" ->\n    config :a, host: System.fetch_env!("A_B")\nend\n', "required", "System.get_env(\"A_KIND\") == tcp"),
        ("config/runtime.exs", 'if System.get_env("A_OFF") != "true" or config_env() == :test do\n  config :a, host: System.fetch_env!("A_B")\nend\n', "required", ""),
        ("a.go", "func key() string {\n\tif err != nil {\n\t\treturn mustEnv(\"A_B\")\n\t}\n}\n", "required", ""),
        ("a.rs", 'fn key() {\n    match kind.as_str() {\n        "s3" => {\n            env::var("A_B").expect("no")\n        }\n    }\n}\n', "required", "kind.as_str() == s3"),
        ("A.cs", 'if (configuration["LocalModels"] is string on)\n{\n    builder.AddOllamaApiClient("chat");\n}\n', "required", "LocalModels is set"),
        ("A.cs", 'else if (!string.IsNullOrWhiteSpace(configuration.GetConnectionString("chat")))\n{\n    builder.AddOllamaApiClient("chat");\n}\n', "optional", ""),
        ("a.exs", 'if mode == :worker do\n  System.fetch_env!("A_B")\nend\n', "required", "mode == worker"),
        ("a.exs", 'if config_env() == :prod do\n  System.fetch_env!("A_B")\nend\n', "required", ""),
    ],
)  # fmt: skip
def test_the_branch_around_a_reading_is_its_condition(path: str, text: str, need: str, condition: str) -> None:
    found = facts(path, text, Kind.ENV_READ)
    fact = found.get("A_B") or found["ConnectionStrings__chat"]
    assert (fact.detail("need"), fact.detail("condition")) == (need, condition)


APPSETTINGS = """{
  // comments are allowed here
  "Logging": {"LogLevel": {"Default": "Information"}},
  "Mail": {"Host": "localhost", "Password": "", "ApiKey": "SECRET", "Retry": {"Count": 3}, "Copies": ["a"]},
  "AllowedHosts": "*",
  "SiteUrl": "https://shop.example.com"
}
"""


def test_keys_of_appsettings_are_variables_with_defaults() -> None:
    expected = {
        "Mail__Host": ("default", "localhost"), "Mail__Password": OPTIONAL, "Mail__ApiKey": OPTIONAL,
        "Mail__Retry__Count": ("default", "3"), "SiteUrl": ("default", "https://shop.example.com"),
    }  # fmt: skip
    assert read("src/Shop/appsettings.json", APPSETTINGS) == expected
    for other in ("src/Shop/appsettings.Development.json", "src/Shop/wwwroot/appsettings.json", "settings.json"):
        assert read(other, APPSETTINGS) == {}


RUST_SETTINGS = """
#[derive(Clone, Deserialize)]
pub struct Mail {
    pub host: String,
    #[serde(rename = "from")]
    pub sender: String,
    pub copies: Vec<String>,
}

#[derive(Deserialize)]
#[serde(default)]
pub struct Settings {
    pub port: u16,
    pub mail: Option<Mail>,
    #[serde(flatten)]
    pub store: Store,
    #[serde(flatten)]
    pub elsewhere: other::Settings,
}

#[derive(Deserialize)]
pub struct Store {
    pub db_uri: String,
}

#[derive(Deserialize)]
pub struct Reply {
    pub body: String,
}
"""


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ('Environment::with_prefix("app").prefix_separator("_").separator("__")', {"APP_PORT", "APP_MAIL__HOST", "APP_MAIL__FROM", "APP_DB_URI"}),
        ('Environment::with_prefix("APP").separator("__")', {"APP__PORT", "APP__MAIL__HOST", "APP__MAIL__FROM", "APP__DB_URI"}),
        ('Environment::with_prefix("APP")', {"APP_PORT", "APP_DB_URI"}),
        ('Env::prefixed("APP_").split("__")', {"APP_PORT", "APP_MAIL__HOST", "APP_MAIL__FROM", "APP_DB_URI"}),
    ],
)  # fmt: skip
def test_structs_that_are_filled_behind_a_prefix(code: str, names: set[str]) -> None:
    text = f'{RUST_SETTINGS}\nfn new() {{ Config::builder().set_default("port", 80)?.add_source({code}) }}\n'
    found = read("src/settings.rs", text)
    assert set(found) == names
    assert next(need for name, need in found.items() if name.endswith("PORT")) == ("default", "80")


def test_a_prefix_without_structs_is_a_pattern() -> None:
    assert read("src/settings.rs", 'Environment::with_prefix("app").separator("__")') == {"APP_*": OPTIONAL}


@pytest.mark.parametrize(
    ("text", "late"),
    [
        ("if (!process.env.KEY_ID) {\n  throw new Error('no')\n}", ""),
        ("const id = process.env.KEY_ID;\nif (!id) throw new Error('no')", ""),
        ("export function client() {\n  if (!process.env.KEY_ID) throw new Error('no')\n}", "yes"),
        ("const client = () => {\n  const id = process.env.KEY_ID\n  if (!id) throw new Error('no')\n}", "yes"),
        ("export function client() {\n  return process.env.KEY_ID\n}", ""),
    ],
)
def test_what_fails_in_a_function_fails_late(text: str, late: str) -> None:
    assert facts("src/a.ts", text, Kind.ENV_READ)["KEY_ID"].detail("late") == late


_SETTINGS = "from pydantic_settings import BaseSettings\nclass Depot(BaseSettings):\n    WORD: str\n    ROOT: str\n"


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("Depot()", ("required", "required")),
        ("Depot(WORD=made())", ("optional", "required")),
        ('given = {"WORD": made()}\nDepot(_env_file=path, **given)', ("optional", "required")),
        ("Depot(WORD=made())\nDepot()", ("required", "required")),
        ("Other(WORD=made())", ("required", "required")),
    ],
)
def test_a_field_that_the_code_itself_gives_a_value_is_not_asked_of_anybody(text: str, needs: tuple[str, str]) -> None:
    found = read("depot/settings.py", _SETTINGS + text)
    assert (found["WORD"][0], found["ROOT"][0]) == needs


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("data.update({k.lower(): v for k, v in os.environ.items() if k.lower() in self.keys})", True),
        ("for name, text in environ.items():\n    if name in defaults:\n        taken[name] = text\n", True),
        ("for name, text in os.environ.items():\n    if hasattr(config, name):\n        setattr(config, name, text)\n", True),
        ("env = {k: v for k, v in os.environ.items() if k != 'PATH'}\nsubprocess.run(args, env=env)\n", False),
        ("# {k.lower(): v for k, v in os.environ.items()}\n", False),
        ("for k, v in settings.items():\n    os.environ[k.upper()] = v\n", False),
    ],
)  # fmt: skip
def test_code_that_looks_through_all_variables_for_its_own(text: str, whole: bool) -> None:
    file = SourceFile("bot/settings.py", f"import os\n{text}")
    wanted = [one for one in collectors() if one.name == "env.whole" and one.wants(file)]
    found = [fact for one in wanted for fact in one.collect(file) if isinstance(fact, Fact)]
    assert bool(found) is whole


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("def ask(text, key=None):\n    key = key or os.environ['ORACLE_KEY']\n\nask('x', key=options['key'])\n", "key is None"),
        ("def ask(text, key=None):\n    if key is None:\n        key = os.environ['ORACLE_KEY']\n\nask('x', key=given)\n", "key is None"),
        ("def ask(text, key=None):\n    if not key:\n        key = os.environ['ORACLE_KEY']\n\nask('x', key=given)\n", "key is None"),
        ("def run(options):\n    if options['kind'] == 'oracle':\n        ask(os.environ['ORACLE_KEY'])\n", "options['kind'] == 'oracle'"),
        # nobody passes the argument, so that the variable is all there is
        ("def ask(text, key=None):\n    key = key or os.environ['ORACLE_KEY']\n\nask('x')\n", ""),
        ("def ask(text, key=None):\n    key = key or os.environ['ORACLE_KEY']\n\nask('x', key=None)\n", ""),
        ("def ask(text, key=None):\n    key = key or os.environ['ORACLE_KEY']\n\nanswer('x', key=given)\n", ""),
        ("key = os.environ['ORACLE_KEY']\nask('x', key=key)\n", ""),
    ],
)  # fmt: skip
def test_what_stands_in_for_an_argument_is_needed_where_none_is_passed(text: str, condition: str) -> None:
    fact = facts("a.py", f"import os\n{text}", Kind.ENV_READ)["ORACLE_KEY"]
    assert (fact.detail("need"), fact.detail("condition")) == ("required", condition)


BOUND = """@Getter
@ConfigurationProperties(prefix = "shop.pay")
public class PayConfig {
    private String appPrivateKey;
    private String currency;
    @NotBlank
    private String apiToken ;
    private String signKey = "none";
    public static class Mail {
        private String password;
    }
}
"""


def test_secrets_among_the_fields_that_properties_fill() -> None:
    assert set(read("PayConfig.java", BOUND)) == {"SHOP_PAY_APPPRIVATEKEY", "SHOP_PAY_APITOKEN"}
    kotlin = '@ConfigurationProperties("shop")\ndata class Shop(\n  val apiKey: String,\n  val name: String,\n  val mailKey: String = "x",\n)\n'
    assert set(read("Shop.kt", kotlin)) == {"SHOP_APIKEY"}
    record = '@ConfigurationProperties("shop")\npublic record Shop(String apiKey, String name, int token) {}\n'
    assert set(read("Shop.java", record)) == {"SHOP_APIKEY"}
    assert read("Other.java", BOUND.replace("@ConfigurationProperties", "// @ConfigurationProperties")) == {}


def test_what_a_logging_configuration_or_its_framework_gives_is_no_variable() -> None:
    text = """<springProperty name="SHOP_NAME" source="spring.application.name"/>
<property name="LOG_DIR" value="${LOG_PATH:-${SHOP_LOGS:-/tmp}}/logs"/>
<pattern>${SHOP_NAME:-} ${PID:-} ${LOG_DIR:-x} ${SHOP_LEVEL:-info}</pattern>
"""
    assert set(read("logback-spring.xml", text)) == {"SHOP_LOGS", "SHOP_LEVEL"}


def test_a_call_of_a_helper_may_say_that_the_variable_need_not_be_there() -> None:
    text = (
        "import os\n\ndef get_from_env(key, default=None, *, optional=False, cast=None):\n    value = os.getenv(key)\n"
        "    if value is None and not optional:\n        raise KeyError(key)\n    return value\n\n"
        "A = get_from_env('CA_FILE', optional=True)\nB = get_from_env('CERT_FILE', cast=str)\n"
        "C = get_from_env('KEY_FILE', optional=False)\n"
    )
    assert read("app/settings.py", text) == {"CA_FILE": OPTIONAL, "CERT_FILE": REQUIRED, "KEY_FILE": REQUIRED}


@pytest.mark.parametrize(
    ("body", "need"),
    [
        ("    return os.environ[name]", REQUIRED),
        ("    if name in os.environ:\n        return os.environ[name]\n    return None", OPTIONAL),
        ("    if name in os.environ:\n        return os.environ[name]\n    raise KeyError(name)", REQUIRED),
        ("    try:\n        return os.environ[name]\n    except KeyError:\n        return None", OPTIONAL),
        ("    if name in known:\n        return os.environ[name]\n    return None", REQUIRED),
    ],
)
def test_a_helper_of_python_that_looks_first_needs_nothing(body: str, need: tuple[str, str]) -> None:
    text = f"import os\ndef url_of(name):\n{body}\nSITE = url_of('SITE_URL')\n"
    assert read("app/settings.py", text)["SITE_URL"] == need
