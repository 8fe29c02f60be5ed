"""Imports and calls of every language, with the look-alikes that must not count."""

from __future__ import annotations

import time

import pytest

from llm_audit.collect.code.collectors import COLLECTORS, LANGUAGES, calls, imports
from llm_audit.model import Fact, SourceFile


def imported(path: str, text: str) -> dict[str, Fact]:
    return {fact.name: fact for fact in imports(SourceFile(path, text)) if isinstance(fact, Fact)}


def called(path: str, text: str) -> dict[str, Fact]:
    return {fact.name: fact for fact in calls(SourceFile(path, text)) if isinstance(fact, Fact)}


@pytest.mark.parametrize(
    ("path", "text", "modules"),
    [
        ("a.ts", 'import Stripe from "stripe";', {"stripe"}),
        (
            "a.php",
            "<?php\nuse Illuminate\\Notifications\\Messages\\SlackMessage;\nuse Illuminate\\Notifications\\Notification;\n",
            {"Illuminate\\Notifications\\Messages\\SlackMessage"},
        ),
        ("a.ts", "import {\n  A,\n  B as C,\n} from '@aws-sdk/client-s3'", {"@aws-sdk/client-s3"}),
        ("a.ts", 'import * as Sentry from "@sentry/nextjs"', {"@sentry/nextjs"}),
        ("a.ts", 'import type { Stripe } from "stripe"', {"stripe"}),
        ("a.ts", 'import "posthog-js/dist/recorder"', {"posthog-js/dist/recorder"}),
        ("a.ts", 'export { S3Client } from "@aws-sdk/client-s3"', {"@aws-sdk/client-s3"}),
        (
            "nuxt.config.ts",
            "export default { modules: ['@nuxtjs/plausible', '~/own', ['@sentry/nuxt', { a: 'stripe' }]] }",
            {"@nuxtjs/plausible", "@sentry/nuxt"},
        ),
        (
            "gatsby-config.js",
            "plugins: [{ resolve: 'gatsby-plugin-mixpanel', options: { name: 'stripe' } }]",
            {"gatsby-plugin-mixpanel"},
        ),
        ("menu.ts", "modules: ['@nuxtjs/plausible']", set()),
        ("a.js", "const { Pool } = require('pg')", {"pg"}),
        ("a.js", 'const { Resend } = await import("resend")', {"resend"}),
        ("a.ts", 'import Stripe from "npm:stripe@12.1.0"', {"stripe"}),
        ("a.ts", 'import Stripe from "https://esm.sh/stripe@12?target=deno"', {"stripe"}),
        ("a.ts", 'import { x } from "./stripe"; import y from "@/lib/stripe"; import z from "~/s"', set()),
        ("a.ts", 'import { useState } from "react"; import fs from "node:fs"', set()),
        ("a.ts", '// import Stripe from "stripe"\n * import Stripe from "stripe"', set()),
        ("a.ts", 'const text = "we import from a file"; reimport("stripe")', set()),
        ("a.vue", '<script setup>\nimport Pusher from "pusher-js"\n</script>', {"pusher-js"}),
        ("a.py", "import boto3\nimport redis as r, stripe", {"boto3", "redis", "stripe"}),
        ("a.py", "from google.cloud import storage, pubsub_v1", {"google.cloud.storage", "google.cloud.pubsub_v1"}),
        (
            "a.py",
            "from sentry_sdk.integrations.django import (\n    DjangoIntegration,\n)",
            {"sentry_sdk.integrations.django"},
        ),
        ("a.py", "import smtplib\nimport os, json\nfrom . import stripe\nfrom .x import y", {"smtplib"}),
        ("app/web/views.py", "from app.lib import stripe\nimport app.tasks", set()),
        ("load/snowflake/a.py", "import snowflake.connector", {"snowflake.connector"}),
        ("airflow/dags/a.py", "from airflow.models import DAG\nimport airflow", {"airflow.models", "airflow"}),
        ("airflows/dags/a.py", "from airflows.models import DAG\nimport airflows", set()),
        (
            "a.py",
            "import importlib\nvo = importlib.import_module('voyageai')\n# x = import_module('stripe')\nimport_module(name)",
            {"voyageai"},
        ),
        ("app/web/views.py", "from importlib import import_module\nimport_module('app.tasks')", set()),
        ("a.py", "# import stripe\n'''\nWe import stripe here.\n'''", set()),
        (
            "a.go",
            'package a\nimport (\n\t"fmt"\n\ts "github.com/stripe/stripe-go/v74"\n\t_ "github.com/lib/pq"\n)',
            None,
        ),
        (
            "A.java",
            "package com.acme.shop;\nimport com.stripe.model.Charge;\nimport com.acme.shop.Own;",
            {"com.stripe.model"},
        ),
        (
            "A.kt",
            "import com.google.firebase.auth.FirebaseAuth as Fa\nimport kotlin.math.max",
            {"com.google.firebase.auth"},
        ),
        ("A.scala", "import org.apache.kafka.clients.{KafkaClient => K, Other}", {"org.apache.kafka.clients"}),
        ("a.rb", "require 'stripe'\nrequire 'json'\nrequire_relative 'own'", {"stripe"}),
        ("a.rb", "Aws::S3::Client.new\nGoogle::Cloud::Storage.new", {"Aws::S3", "Google::Cloud::Storage"}),
        ("a.rb", "class Invoice\nend\nInvoice.charge(1)\nUser.where(id: 1)\n# Stripe.run(1)", set()),
        (
            "a.php",
            "<?php\nnamespace App\\X;\nuse Stripe\\{StripeClient, Webhook as W};",
            {"Stripe\\StripeClient", "Stripe\\Webhook"},
        ),
        ("a.php", "<?php\n$a = new \\Aws\\S3\\S3Client([]);", {"Aws\\S3\\S3Client"}),
        ("a.php", "<?php\nnamespace Shop\\A;\nuse Shop\\B;\nclass C {\n    use HasStripe;\n}", set()),
        (
            "a.cs",
            "using Stripe;\nusing System.Linq;\nusing Amazon.S3;\nnamespace Shop;\nusing Shop.Data;",
            {"Stripe", "Amazon.S3"},
        ),
        ("a.rs", "use stripe::{Client, CreateCharge};\nuse crate::db;\nuse std::io;", {"stripe"}),
        ("a.rs", "mod webhook;\npub use webhook::event::Event;\nuse webhook::run;\n", set()),
        ("a.rs", "mod stripe;\nuse ::stripe::Client;\n", {"stripe"}),
        ("a.rs", "mod models;\nfn f() { sentry::init(1); models::run(); String::new(); }", {"sentry"}),
        (
            "a.ex",
            "defmodule Shop.Pay do\n  alias Shop.Repo\n  alias Stripe.Charge\n  use GenServer\nend",
            {"Stripe.Charge"},
        ),
        ("a.ex", "defmodule Shop do\n  def f, do: ExAws.request(1)\n  def g, do: Enum.map([], 1)\nend", {"ExAws"}),
        (
            "a.swift",
            "import Foundation\n@testable import FirebaseAuth\nimport struct RevenueCat.Offer",
            {"FirebaseAuth", "RevenueCat"},
        ),
        (
            "a.dart",
            "import 'package:firebase_auth/firebase_auth.dart' as fb;\nimport '../own.dart';\nimport 'dart:io';",
            None,
        ),
    ],
)
def test_imports(path: str, text: str, modules: set[str] | None) -> None:
    if path == "a.go":
        modules = {"github.com/stripe/stripe-go/v74", "github.com/lib/pq"}
    if path == "a.dart":
        modules = {"firebase_auth/firebase_auth.dart"}
    assert set(imported(path, text)) == modules


def test_an_import_names_what_it_binds_once_per_module() -> None:
    found = imported("a.ts", 'import Stripe, { type A, B as C } from "stripe";\nimport { D } from "stripe";\n')
    assert found["stripe"].line == 1
    assert found["stripe"].detail("names") == "Stripe, B, D"
    assert found["stripe"].detail("language") == "javascript"


@pytest.mark.parametrize(
    ("path", "text", "chain", "module", "klass"),
    [
        ("a.ts", 'import Stripe from "stripe";\nconst s = new Stripe(k);\ns.checkout.sessions.create({})', "s.checkout.sessions.create", "stripe", "Stripe"),
        ("a.ts", 'import Stripe from "stripe";\nconst s = new Stripe(k);', "new Stripe", "stripe", ""),
        ("a.ts", 'import { stripe } from "@/lib/stripe";\nawait stripe\n  .webhooks\n  .constructEvent(b)', "stripe.webhooks.constructEvent", "@/lib/stripe", ""),
        ("a.ts", 'import * as S from "@sentry/node";\nS.init({})', "S.init", "@sentry/node", ""),
        ("a.ts", 'import { Resend } from "resend";\nexport const resend = env.K\n  ? new Resend(env.K)\n  : null;\nresend?.emails.send({})', "resend.emails.send", "resend", "Resend"),
        ("a.ts", 'import { createClient } from "redis";\nclass A { constructor() { this.db = createClient(u); }\n f() { this.db.publish("x") } }', "this.db.publish", "redis", "createClient"),
        ("a.ts", 'import { S3Client } from "@aws-sdk/client-s3";\nclass A { constructor(private readonly s3: S3Client) {}\n f() { this.s3.send(1) } }', "s3.send", "@aws-sdk/client-s3", "S3Client"),
        ("a.py", "import importlib\nvo = importlib.import_module('voyageai')\nvo.Client().embed(['x'])", "vo.Client", "voyageai", ""),
        ("a.py", "from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model=1)", "client.chat.completions.create", "openai", "OpenAI"),
        ("a.py", "import redis\nclass A:\n    def __init__(self):\n        self.r = redis.Redis.from_url(u)\n    def f(self):\n        self.r.publish('x', 1)", "self.r.publish", "redis", "from_url"),
        ("a.py", "import httpx\nasync with httpx.AsyncClient() as http:\n    await http.post('https://a.io')", "http.post", "httpx", "AsyncClient"),
        ("a.go", 'import "github.com/resend/resend-go/v2"\nfunc f() {\n\tc := resend.NewClient(k)\n\tc.Emails.Send(p)\n}', "c.Emails.Send", "github.com/resend/resend-go/v2", "NewClient"),
        ("a.go", 'import "github.com/slack-go/slack"\nfunc New(api *slack.Client) *A { return &A{api: api} }\nfunc (a *A) f() { a.api.PostMessage("c") }', "api.PostMessage", "github.com/slack-go/slack", "Client"),
        ("a.go", 'import "github.com/slack-go/slack"\ntype A struct {\n\tapi *slack.Client\n}\nfunc (a *A) f() { a.api.PostMessage("c") }', "api.PostMessage", "github.com/slack-go/slack", "Client"),
        ("A.java", "import com.stripe.StripeClient;\nclass A {\n  private final StripeClient client;\n  void f() { this.client.charges().create(p); }\n}", "client.charges", "com.stripe", "StripeClient"),
        ("A.java", "import com.stripe.net.Webhook;\nclass A { void f() { Webhook.constructEvent(a, b, c); } }", "Webhook.constructEvent", "com.stripe.net", ""),
        ("a.php", "<?php\nuse Stripe\\StripeClient;\n$stripe = new StripeClient($k);\n$stripe->checkout->sessions->create([]);", "stripe.checkout.sessions.create", "Stripe\\StripeClient", "StripeClient"),
        ("a.php", "<?php\n\\Stripe\\Checkout\\Session::create([]);", "Stripe\\Checkout\\Session.create", "Stripe\\Checkout\\Session", ""),
        ("a.rb", "Stripe::Customer.create(email: e)", "Stripe::Customer.create", "Stripe", ""),
        ("a.rb", "def c\n  @c ||= Twilio::REST::Client.new(a, b)\nend\n@c.messages.create(to: 1)", "@c.messages.create", "Twilio", "Twilio::REST::Client"),
        ("a.rs", "use aws_sdk_s3::Client;\nlet c = Client::new(&cfg);\nc.put_object().send().await;", "c.put_object", "aws_sdk_s3", "new"),
        ("a.cs", "using SendGrid;\nvar client = new SendGridClient(k);\nawait client.SendEmailAsync(m);", "client.SendEmailAsync", "SendGrid", "SendGridClient"),
        ("a.rb", "class P\n  def initialize\n    @pay = Stripe::StripeClient.new(k)\n  end\n  def f\n    pay.v1.customers.create(a)\n  end\n  private\n  attr_reader :pay, :k\nend", "pay.v1.customers.create", "Stripe", "Stripe::StripeClient"),
        ("a.rb", "class P\n  def pay\n    @pay ||= Stripe::StripeClient.new(k)\n  end\n  def f\n    pay.v1.refunds.create(a)\n  end\nend", "pay.v1.refunds.create", "Stripe", "Stripe::StripeClient"),
        ("a.ex", "defmodule A do\n  def f, do: Stripe.Webhook.construct_event(a, b, c)\nend", "Stripe.Webhook.construct_event", "Stripe.Webhook", ""),
        ("a.swift", "import FirebaseAuth\nfunc f() { Auth.auth().signOut() }", "Auth.auth", "FirebaseAuth", ""),
        ("a.dart", "import 'package:sentry_flutter/sentry_flutter.dart';\nvoid main() { SentryFlutter.init(f); }", "SentryFlutter.init", "sentry_flutter/sentry_flutter.dart", ""),
    ],
)  # fmt: skip
def test_calls(path: str, text: str, chain: str, module: str, klass: str) -> None:
    found = called(path, text)
    hits = [fact for name, fact in found.items() if name == chain or name.endswith("." + chain)]
    assert hits, found.keys()
    assert (hits[0].detail("module"), hits[0].detail("object")) == (module, klass)


_TWO_CLIENTS = {
    "a.go": (
        'import (\n\t"github.com/hashicorp/vault/api"\n\t"github.com/slack-go/slack"\n)\n'
        "func notify() {\n\tclient := slack.New(token)\n\tif loud {\n\t\tclient.PostMessage(channel)\n\t}\n}\n"
        "func secret() {\n\tclient, err := api.NewClient(cfg)\n\tclient.Logical()\n}\n"
        "func ask(client *slack.Client) {\n\tclient.GetUserInfo(id)\n}\n",
        {"client.PostMessage": "slack", "client.Logical": "vault", "client.GetUserInfo": "slack"},
    ),
    "a.py": (
        "import hvac\nfrom slack_sdk import WebClient\nclass Notifier:\n    def __init__(self):\n        self.client = WebClient(t)\n"
        "    def send(\n        self,\n    ) -> None:\n        self.client.chat_postMessage(c)\n"
        "class Secrets:\n    def __init__(self):\n        self.client = hvac.Client(u)\n    def read(self):\n        self.client.read(p)\n"
        "def users():\n    if bot:\n        client = WebClient(t)\n    else:\n        client = WebClient(u)\n    client.users_list()\n"
        "def write():\n    client = hvac.Client(u)\n    client.write(p)\n",
        {
            "self.client.chat_postMessage": "slack",
            "self.client.read": "hvac",
            "client.users_list": "slack",
            "client.write": "hvac",
        },
    ),
    "a.ts": (
        'import { WebClient } from "@slack/web-api";\nimport Vault from "node-vault";\nconst client = new WebClient(t);\n'
        "export function read() {\n  const client = new Vault(o);\n  return client.read(p);\n}\n"
        "export function users() {\n  return client.users.list();\n}\n",
        {"client.read": "vault", "client.users.list": "slack"},
    ),
    "A.java": (
        "import com.slack.api.methods.MethodsClient;\nimport com.stripe.StripeClient;\n"
        "class A {\n  private final StripeClient client;\n  void f() { this.client.charges().create(p); }\n}\n"
        "class B {\n  private final MethodsClient client;\n  void g() {\n    client.chatPostMessage(r);\n  }\n}\n",
        {"client.charges": "stripe", "client.chatPostMessage": "slack"},
    ),
}


@pytest.mark.parametrize("path", _TWO_CLIENTS)
def test_a_name_means_what_was_bound_last_where_it_can_be_seen(path: str) -> None:
    text, expected = _TWO_CLIENTS[path]
    found = [fact for fact in calls(SourceFile(path, text)) if isinstance(fact, Fact) and "lient." in fact.name]
    told = {
        (fact.name, word)
        for fact in found
        for word in ("slack", "vault", "hvac", "stripe")
        if word in fact.detail("module")
    }
    assert {one for one in told if one[0] in expected} == set(expected.items())


def test_a_field_of_one_client_is_not_called_through_by_another_of_its_name() -> None:
    text = (
        'import (\n\t"github.com/hashicorp/vault/api"\n\t"github.com/slack-go/slack"\n)\n'
        "type Bot struct {\n\tclient *slack.Client\n}\nfunc (b *Bot) read() *Reader {\n\tclient, _ := api.NewClient(cfg)\n"
        "\treturn &Reader{client: client}\n}\nfunc (b *Bot) tell() {\n\tb.client.PostMessage(c)\n}\n"
    )
    found = [fact for fact in calls(SourceFile("a.go", text)) if isinstance(fact, Fact) and "PostMessage" in fact.name]
    assert [fact.detail("module") for fact in found] == ["github.com/slack-go/slack"]


def test_a_name_of_one_client_alone_is_followed_through_the_whole_file() -> None:
    text = (
        'import Stripe from "stripe";\nfunction pay() {\n  const stripe = new Stripe(k);\n  return stripe;\n}\n'
        "async function refund() {\n  const stripe = pay();\n  await stripe.refunds.create({});\n}\n"
    )
    assert called("a.ts", text)["stripe.refunds.create"].detail("module") == "stripe"


def test_the_first_argument_is_kept_when_it_is_a_plain_string() -> None:
    text = (
        "import boto3\na = boto3.client(\"s3\")\nb = boto3.client('ses')\nc = boto3.client(name)\n"
        "d = boto3.resource(\n    'sqs',\n    region_name=region,\n)\n"
    )
    values = {fact.value for fact in calls(SourceFile("a.py", text)) if isinstance(fact, Fact)}
    assert {"s3", "ses", "sqs"} <= values


@pytest.mark.parametrize(
    "text",
    [
        'import Mail from "mail-x";\nMail.setApiKey("abc-plain-words")',
        'import { Mail } from "mail-x";\nnew Mail("a8f3kd92kd03kf93kd02")',
        'import { Mail } from "mail-x";\nnew Mail(`${process.env.X}`)',
    ],
)
def test_an_argument_that_may_be_a_secret_is_not_kept(text: str) -> None:
    assert [fact.value for fact in calls(SourceFile("a.ts", text)) if isinstance(fact, Fact)] == [""]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.ts", 'import { stripe } from "./stripe";\nstripe.retrieve()'),
        ("a.ts", 'import Stripe from "stripe";\n// new Stripe(k)\nconst x = "Stripe(";'),
        ("a.ts", 'import type Stripe from "stripe";\nStripe.x()'),
        ("a.ts", 'import z from "zod";\nz.object({})'),
        ("a.ts", 'import { plans } from "acme-plans";\nplans.items.map(f);\nplans.data.flatMap(g)'),
        ("a.ts", 'import s from "s-x";\nmy.s.run(); words(); this_s.run()'),
        ("a.py", "from app.x import y\nimport json\njson.loads('1')\ndef boto3(): pass"),
        ("a.java", "import java.util.List;\nList.of(1)"),
    ],
)
def test_what_is_no_call_of_an_external_module(path: str, text: str) -> None:
    assert called("app/" + path, text) == {}


def test_taking_a_mail_apart_asks_nobody() -> None:
    text = "require 'mail'\nmail = Mail.read_from_string(raw)\nMail.deliver(to: mail.from)\n"
    found = [one.name for one in calls(SourceFile("a.rb", text)) if isinstance(one, Fact)]
    assert found == ["Mail.deliver"]


def test_test_helpers_are_no_calls() -> None:
    assert called("a.ts", 'import { describe, it } from "some-runner";\ndescribe("x", f)') == {}
    page = 'import { cn, ask } from "@acme/ui";\nconst a = cn("flex", b);\nask("flex");'
    assert list(called("a.tsx", page)) == ["ask"]


@pytest.mark.parametrize(
    "unit",
    [
        "import {",
        "import x from ",
        "a.b.c.d(",
        "new X(",
        "use a::{",
        "from x import (",
        "\\A\\B",
        '"',
        "import",
        "from",
        "export",
        "use",
        "X",
    ],
)
def test_long_odd_lines_stay_cheap(unit: str) -> None:
    text = f"import X from 'x-lib'\nuse X\\Y;\n{unit * (150_000 // len(unit))}\n{unit}{' ' * 150_000}"
    start = time.process_time()
    for language in LANGUAGES:
        file = SourceFile("a" + min(language.suffixes), text)
        for collector in COLLECTORS:
            list(collector.collect(file))
    assert time.process_time() - start < 10


def test_a_variable_of_a_function_is_no_field_of_the_same_name() -> None:
    text = (
        'package a\n\nimport "github.com/slack-go/slack"\n\ntype A struct {\n\tclient *own.Client\n}\n\n'
        'func use(client *slack.Client) { client.PostMessage("c") }\n'
        'func make() { client := slack.New(token); client.GetUsers("c") }\n'
        'func (a *A) f() { a.client.Warn("c") }\n'
    )
    chains = set(called("a.go", text))
    assert {"client.PostMessage", "client.GetUsers"} <= chains and "client.Warn" not in chains


def test_what_an_answer_holds_is_not_called() -> None:
    text = (
        'import Stripe from "stripe";\nexport const first = (plan: Stripe.Subscription, pay: Stripe) => {\n'
        "  plan.items.data.find((one) => one.id);\n  return pay.prices.list();\n};\n"
    )
    assert set(called("a.ts", text)) == {"pay.prices.list"}
    ruby = "class P\n  def initialize\n    @pay = Stripe::StripeClient.new(k)\n  end\n  def f(pay)\n    pay.items.first(1)\n  end\nend\n"
    assert "pay.items.first" not in called("a.rb", ruby)


def test_what_only_a_snippet_imports_is_marked() -> None:
    text = (
        "import { pay } from 'acme-pay'\nconst shown = `\nimport { send } from 'acme-mail'\nsend.letters.create()\n`\n"
        "export const other = `import { pay } from 'acme-pay'`\npay.orders.create(shown)\n"
    )
    marks = {name: fact.detail("quoted") for name, fact in imported("src/help.tsx", text).items()}
    assert marks == {"acme-pay": "", "acme-mail": "yes"}
    calls_found = {name: fact.detail("quoted") for name, fact in called("src/help.tsx", text).items()}
    assert calls_found == {"pay.orders.create": "", "send.letters.create": "yes"}


@pytest.mark.parametrize(
    ("text", "patched"),
    [
        (
            "try:\n    import hog\n\n    def keep(*a):\n        log('hog.capture %s', a)\n\n    hog.capture = keep\nexcept ImportError:\n    pass\n",
            "yes",
        ),
        ("import hog\n\nhog.disabled = True\n", "yes"),
        ("import hog.sending\n\nhog.sending.sender = None  # hog is off\n", "yes"),
        # look-alikes: a key, a setting beside a call, another's function, no statement
        ("import hog\n\nhog.api_key = KEY\n", ""),
        ("import hog\n\nhog.disabled = False\nhog.capture('start')\n", ""),
        ("import hog\nfrom own import keep\n\nhog.capture = keep\n", ""),
        ("import hog\n\nok = hog.disabled = True\n", ""),
        ("import hog\n", ""),
    ],
)
def test_a_module_whose_members_are_only_replaced_is_switched_off(text: str, patched: str) -> None:
    found = [one for one in imports(SourceFile("a.py", text)) if isinstance(one, Fact) and one.name.startswith("hog")]
    assert [one.detail("patched") for one in found] == [patched]


def test_modules_of_one_root_are_told_apart_and_types_are_no_calls() -> None:
    text = (
        "defmodule Shop.Mail do\n  @callback send(map()) :: {:ok, AWS.SES.response()}\n"
        "              | {:error, AWS.SES.errors()}\n\n"
        "  def send(mail), do: AWS.SES.send_raw_email(client(), mail)\n  def keep(file), do: AWS.S3.put_object(client(), file)\n"
        "  def client, do: AWS.Client.create()\nend\n"
    )
    found = called("lib/mail.ex", text)
    assert {name: fact.detail("module") for name, fact in found.items()} == {
        "AWS.SES.send_raw_email": "AWS.SES",
        "AWS.S3.put_object": "AWS.S3",
        "AWS.Client.create": "AWS.Client",
    }


def test_reading_a_field_of_a_message_asks_nobody() -> None:
    text = (
        'import "github.com/google/go-github/v60/github"\n'
        "func name(from *github.Repository) string { return from.GetFullName() }\n"
        "func list(c *github.Client) { c.Repositories.Get(ctx, owner, name) }\n"
    )
    assert set(called("a.go", text)) == {"c.Repositories.Get"}
