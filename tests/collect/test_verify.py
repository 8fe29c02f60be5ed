"""Checks of senders, signatures on what is sent, deliveries; and uses of the same functions that are neither."""

from __future__ import annotations

import pytest

from llm_audit.collect import collectors
from llm_audit.model import Fact, Kind, SourceFile


def facts(path: str, text: str, kind: Kind) -> list[Fact]:
    """Facts of that kind which any collector finds in a file."""
    file = SourceFile(path, text)
    found = [item for collector in collectors() if collector.wants(file) for item in collector.collect(file)]
    return [item for item in found if isinstance(item, Fact) and item.kind is kind]


@pytest.mark.parametrize(
    ("path", "text", "name", "kind"),
    [
        ("hook.py", 'def webhook(request):\n    event = stripe.Webhook.construct_event(body, request.headers["Stripe-Signature"], KEY)\n', "stripe.Webhook.construct_event", "sdk"),
        ("hook.py", "async def webhook(request):\n    validate_event(await request.body(), request.headers, desk_secret)\n", "validate_event", "sdk"),
        ("route.ts", 'import { Webhook } from "svix";\nconst evt = new Webhook(secret).verify(body, headers);\n', "svix Webhook.verify", "sdk"),
        ("hook.go", 'package h\n\nfunc webhook(r *http.Request) {\n\tif !hmac.Equal(a, b) {\n\t\treturn\n\t}\n\tm := hmac.New(sha256.New, k)\n}\n', "hmac.Equal", "hmac"),
        ("hook.rb", 'def webhook\n  return head :unauthorized unless Rack::Utils.secure_compare(a, request.headers["X-Acme-Token"])\nend\n', "secure_compare", "shared-secret"),
        ("hooks_controller.rb", "def plaid\n  Provider::Plaid.validate_webhook!(request.headers['Plaid-Verification'], body)\nend\n", "Plaid.validate_webhook", "sdk"),
        ("webhook.php", "<?php\n$s = hash_hmac('sha256', file_get_contents('php://input'), $secret);\nif (!hash_equals($s, $_SERVER['HTTP_X_SIGNATURE'])) die(401);\n", "hash_equals", "hmac"),
        ("inbox.py", "class Inbox(View):\n    def post(self, request):\n        data = json.loads(request.body)\n        if not has_valid_signature(request, data):\n            raise Forbidden()\n", "has_valid_signature", "signature"),
        ("hook.go", "package depot\n\nfunc New(webhookSecret string) http.Handler {\n\treturn webhook.New(depotverifier.New(webhookSecret))\n}\n", "depotverifier.New", "signature"),
        ("inbox.rs", "pub async fn shared_inbox(request: HttpRequest) -> Done {\n  receive_activity_with_hook::<Kinds, Person, Data>(request, body, hook, &data).await\n}\n", "receive_activity_with_hook", "sdk"),
        ("PayService.java", "class PayService {\n  String told(Map<String, String> given) {\n    return AlipaySignature.rsaCheckV1(given, key, set, kind);\n  }\n}\n", "AlipaySignature.rsaCheckV1", "sdk"),
        ("Hook.java", 'class Hook {\n  void webhook(HttpServletRequest r) {\n    r.getHeader("X-Signature");\n    if (!MessageDigest.isEqual(hmac, given)) throw new Forbidden();\n  }\n}\n', "MessageDigest.isEqual", "hmac"),
    ],
)  # fmt: skip
def test_checks_are_found(path: str, text: str, name: str, kind: str) -> None:
    found = {(fact.name, fact.detail("kind")) for fact in facts(path, text, Kind.VERIFY)}
    assert (name, kind) in found


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("gravatar.ts", 'export const avatar = (mail) => createHash("md5").update(mail).digest("hex");\n'),
        (
            "password.py",
            "import hmac\n\ndef check_password(password, stored):\n    return hmac.compare_digest(password, stored)\n",
        ),
        ("sigv4.ts", 'const key = createHmac("sha256", "AWS4" + secret).update(date).digest();\n'),
        ("hook.go", "package depot\n\nvar webhook = jwtverifier.New(key)\n"),
        ("inbox.py", "def has_valid_signature(request, data):\n    return True\n"),
        ("hook.py", "def webhook(request):\n    validate_event(request.json, rules)\n"),
        ("hook.ts", 'import { timingSafeEqual } from "crypto";\nexport const webhook = 1;\n'),
        ("hook.py", "# hmac.compare_digest(a, request.headers['X-Signature'])\nwebhook = 1\n"),
        ("useHook.ts", "export function useWebhook() {\n  return fetchWebhook();\n}\n"),
    ],
)
def test_other_uses_are_no_checks(path: str, text: str) -> None:
    assert facts(path, text, Kind.VERIFY) == []


def test_what_is_sent_is_signed_not_checked() -> None:
    text = 'export function createSignature(body, secret) {\n  return createHmac("sha256", secret).update(body).digest("hex");\n}\n'
    assert [(fact.name, fact.detail("kind")) for fact in facts("lib/webhook/signature.ts", text, Kind.VERIFY)] == [
        ("createHmac sha256", "signing")
    ]


def test_a_scraper_of_metrics_may_have_to_give_a_password() -> None:
    text = 'r := a.Group("/metrics")\nr.Use(middleware.BasicAuth(func() { subtle.ConstantTimeCompare(a, "Authorization") }))\n'
    assert "basic" in {fact.detail("kind") for fact in facts("routes/metrics.go", text, Kind.VERIFY)}
    assert "basic" not in {fact.detail("kind") for fact in facts("routes/admin.go", text, Kind.VERIFY)}


def test_a_check_takes_names_from_its_own_function_only() -> None:
    text = (
        'import hmac\n\n\ndef one_webhook(request):\n    return hmac.compare_digest(request.headers["X-One-Signature"], digest(os.environ["ONE_SECRET"]))\n\n\n'
        'def two(request):\n    return request.headers["X-Two-Signature"] + os.environ["TWO_SECRET"]\n'
    )
    found = facts("hooks.py", text, Kind.VERIFY)
    assert [(fact.detail("header"), fact.detail("env")) for fact in found] == [("X-One-Signature", "ONE_SECRET")]


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("a.py", 'requests.post(os.environ["ALERT_WEBHOOK_URL"], json={})\n', "ALERT_WEBHOOK_URL"),
        ("a.php", "<?php\nHttp::timeout(5)->post($webhook->url, $payload);\n", "webhook->url"),
        ("a.ts", 'await fetch(endpoint.url, { method: "POST", body }); // webhook\n', "endpoint.url"),
        (
            "a.ts",
            'const url = process.env.TEAM_WEBHOOK_URL\nif (!url) return\nawait fetch(url, { method: "POST", body })\n',
            "TEAM_WEBHOOK_URL",
        ),
        (
            "a.go",
            'url := os.Getenv("OPS_WEBHOOK_URL")\n_, err := http.Post(url, "application/json", body)\n',
            "OPS_WEBHOOK_URL",
        ),
        (
            "Jobs/WebHooksJob.cs",
            "// webhook\nvar answer = await Client.PostAsJsonAsync(body.Url, body.Data, options);\n",
            "body.Url",
        ),
        (
            "events/webhooks/http.go",
            '// webhook\nreq, err := http.NewRequest("POST", h.URL, bytes.NewBuffer(body))\n',
            "h.URL",
        ),
        (
            "notify/webhook.go",
            '// webhook\nres, err := s.client.Post(s.endpoint, "application/json", body)\n',
            "s.endpoint",
        ),
        (
            "models/webhooks.go",
            "// webhook\nreq, err := http.NewRequestWithContext(ctx, http.MethodPost, w.TargetURL, bytes.NewReader(payload))\n",
            "TargetURL",
        ),
        ("Hooks.scala", "// webhook\nval post = new HttpPost(webHook.url)\n", "webHook.url"),
        (
            "Webhook/Step.cs",
            "// webhook\nvar method = HttpMethod.Post;\nvar request = new HttpRequestMessage(method, Url);\n// HttpMethod.Post\n",
            "Url",
        ),
        ("a.php", "<?php\n$response = $client->{$verb}($subscription->target_url, [\n", "subscription->target_url"),
        ("a.php", "<?php\n$http->request($verb, $webhook->url, $options);\n", "webhook->url"),
        (
            "a.php",
            "<?php\nuse Spatie\\WebhookServer\\WebhookCall;\nWebhookCall::create()\n    ->url($hook->getUrl())\n    ->dispatch();\n",
            "$hook->getUrl()",
        ),
        (
            "a.rb",
            "uri = URI.parse(webhook_endpoint.webhook_url)\nrequest = Net::HTTP::Post.new(uri.request_uri)\nrequest.body = body\n",
            "webhook_endpoint.webhook_url",
        ),
        (
            "webhook.py",
            'text = json_fill(template, {\n    "alert_url": link,\n})\n# webhook\nrequests.post(options.get("url"), data=text)\n',
            'options.get("url")',
        ),
        ("a.rb", "# webhook\nFaraday.post(subscription.url, body.to_json)\n", "subscription.url"),
        (
            "webhook/transport.py",
            "# webhooks\nresponse = Http.send_request(\n    'POST',\n    target_url,\n    data=message,\n)\n",
            "target_url",
        ),
    ],
)
def test_deliveries_name_where_the_url_comes_from(path: str, text: str, value: str) -> None:
    assert [fact.value for fact in facts(path, text, Kind.DELIVERY)] == [value]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.ts", 'router.post("/webhooks/stripe", handle);\n'),
        ("a.ts", "const hooks = await fetch(webhook.url);\n"),
        ("a.ts", 'await axios.post("https://api.example.com/webhooks", body);\n'),
        ("a.py", 'client.post("/webhooks/", data)\n'),
        (
            "a.ts",
            'const hook = process.env.OPS_WEBHOOK_URL\nconst url = process.env.BACKEND_URL\nawait fetch(url, { method: "POST", body })\n',
        ),
        ("a.ts", '// fetch(process.env.OPS_WEBHOOK_URL, { method: "POST" })\n'),
        (
            "a.ts",
            'async function exchangeCode(code) {\n  const back = `${env.OPS_WEBHOOK_URL}/back`;\n  return fetch(TOKEN, { method: "POST", body });\n}\n',
        ),
        ("a.py", "r = requests.get(cfg.notify_url)\n"),
        ("a.rb", "# webhooks\nuri = URI.parse(course.link)\nrequest = Net::HTTP::Post.new(uri.request_uri)\n"),
        ("a.rb", "uri = URI.parse(webhook_endpoint.webhook_url)\nrequest = Net::HTTP::Get.new(uri.request_uri)\n"),
        ("a.php", "<?php\n$this->{$setter}($webhook->url);\n"),
        ("a.php", "<?php\nuse App\\Models\\WebhookCall;\nWebhookCall::create()->url($x);\n"),
        ("a.php", "<?php\n$http->request('GET', $webhook->url, $options);\n"),
        ("a.py", "found = r.json()\nfor hook in found:\n    if hook['url'] == webhook_url:\n        keep(hook)\n"),
        ("a.ts", "save(subscription.url);\n"),
        ("events/webhooks/http.go", '// webhook\nreq, err := http.NewRequest("GET", h.URL, nil)\n'),
        ("notify/mail.go", '// no webhook\nres, err := s.client.Post(s.endpoint, "application/json", body)\n'),
        ("Webhook/Step.cs", "// webhook\nvar request = new HttpRequestMessage(method, Url);\n"),
        ("Jobs/MailJob.cs", "// webhook\nawait Client.PostAsJsonAsync(body.Url, body.Data);\n"),
        ("Jobs/WebHooksJob.cs", "// webhook\nawait Client.PostAsJsonAsync(TOKEN, body.Url);\n"),
        (
            "teams_webhook.py",
            'text = json_fill(template, {\n    "alert_url": link,\n})\nrequests.post(link, data=text)\n',
        ),
        ("pages/copy.py", "# no webhook\nresponse = Http.send_request('POST', target_url, data=message)\n"),
        ("webhook/transport.py", "# webhooks\nresponse = Http.send_request('GET', target_url)\n"),
    ],
)
def test_other_calls_are_no_deliveries(path: str, text: str) -> None:
    assert facts(path, text, Kind.DELIVERY) == []


SENDER = """
import requests

__all__ = ("generate_signature", "send_webhook")

def send_webhook(rule, data):
    hook = rule.action
    prepared = requests.Request(method=hook.method, url=hook.render(data)).prepare()
    prepared.headers["X-Hook-Signature"] = sign(prepared.body)
    with requests.Session() as session:
        session.send(prepared)
"""


def test_a_function_that_sends_webhooks_is_a_delivery_wherever_its_address_comes_from() -> None:
    [fact] = facts("app/hooks.py", SENDER, Kind.DELIVERY)
    assert (fact.name, fact.value, fact.line) == ("webhook", "", 11)
    assert fact.detail("signature") == "X-Hook-Signature"


@pytest.mark.parametrize(
    "text",
    [
        "def send_webhook(rule):\n    send_webhook_task.delay(rule.id)\n    requests.post(AUDIT)\n",
        "def send_webhook(rule):\n    log.info(rule)\n",
        "def list_webhooks(rule):\n    return requests.get('/x').send(1)\n",
        "# def send_webhook(rule): session.send(rule)\n",
        "def send_webhook_settings(page):\n    page.send(1)\n",
    ],
)
def test_what_only_hands_webhooks_on_or_lists_them_delivers_none(text: str) -> None:
    assert facts("app/hooks.py", text, Kind.DELIVERY) == []


def test_a_path_of_ones_own_api_is_no_address_of_a_delivery() -> None:
    text = 'def create(self):\n    return self._request("post", f"/v1/webhook_endpoints/{webhook_endpoint}", body)\n'
    assert facts("sdk/hooks.py", text, Kind.DELIVERY) == []


def test_a_template_of_an_address_in_capitals_is_no_variable() -> None:
    text = 'SETWEBHOOK_TMPL = "https://api.acmechat.io/bot%s/setWebhook"\n\n\ndef run(token):\n    url = SETWEBHOOK_TMPL % token\n    requests.post(url, json={})\n'
    assert facts("app/register.py", text, Kind.DELIVERY) == []


def test_a_page_that_posts_about_webhooks_delivers_none() -> None:
    send = "fetch(Settings.webhook.endpoint_url, {method: 'POST', body: JSON.stringify(data)})\n"
    page = "document.addEventListener('click', () => {\n" + send + "});\n"
    assert facts("resources/js/status.js", page, Kind.DELIVERY) == []
    assert len(facts("src/hooks/send.js", "export function send(data) {\n" + send + "}\n", Kind.DELIVERY)) == 1


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("app/pay.py", "def paid(order):\n    requests.post(cfg.notify_url, json=order.as_dict(), timeout=5)\n", "cfg.notify_url"),
        ("src/events.ts", 'await fetch(subscription.url, { method: "POST", body: JSON.stringify(event) });\n', "subscription.url"),
        ("app/tasks.py", "def tell(webhook):\n    requests.post(\n        webhook.url,\n        data=payload,\n    )\n", "webhook.url"),
        ("app/alerts.rb", "HTTP.post(settings.alert_url, json: alert)\n", "alert_url"),
    ],
)  # fmt: skip
def test_an_address_that_settings_or_a_subscription_hold_is_delivered_to(path: str, text: str, value: str) -> None:
    assert [value in fact.value or fact.value in value for fact in facts(path, text, Kind.DELIVERY)] == [True]


def test_a_sender_of_webhooks_may_be_a_constant() -> None:
    text = 'export const executeWebhookCall = async (options) => {\n  return fetchWithTimeout(options.url, { method: "POST" });\n};\n'
    assert [fact.name for fact in facts("src/call.ts", text, Kind.DELIVERY)] == ["webhook"]
    assert (
        facts("src/page.ts", "const sendWebhookCall = useMutation(api.send);\nawait fetch(other);\n", Kind.DELIVERY)
        == []
    )


def test_a_sender_of_webhooks_with_the_platforms_own_client() -> None:
    text = (
        'import { request as httpsRequest } from "node:https";\nasync function sendWebhookRequest(url, body) {\n'
        '  const call = httpsRequest(url, { method: "POST" });\n  call.end(body);\n}\n'
    )
    assert [fact.name for fact in facts("src/out.ts", text, Kind.DELIVERY)] == ["webhook"]


def test_each_class_of_a_module_has_its_own_checks() -> None:
    text = (
        "import hmac\n\n\nclass PrintHook(View):\n    def post(self, request):\n"
        "        return hmac.compare_digest(a, request.headers['X-Print-Signature'])\n\n\n"
        "class ShopHook(View):\n    def post(self, request):\n"
        "        return hmac.compare_digest(a, request.headers['X-Shop-Signature'])\n"
    )
    found = facts("app/hooks.py", text, Kind.VERIFY)
    assert {(fact.detail("within"), fact.value) for fact in found} == {
        ("PrintHook", "X-Print-Signature"), ("ShopHook", "X-Shop-Signature"),
    }  # fmt: skip


def test_of_several_headers_in_a_file_none_is_said_of_a_check_that_names_none() -> None:
    names = "A = 'X-Print-Signature'\nB = 'X-Shop-Token'\n\n\n"
    check = "def webhook(request):\n    return hmac.compare_digest(a, request.headers[A])\n"
    assert [fact.value for fact in facts("app/hooks.py", names + check, Kind.VERIFY)] == [""]
    assert [fact.value for fact in facts("app/hooks.py", names.split("B")[0] + check, Kind.VERIFY)] == [
        "X-Print-Signature"
    ]


def test_a_record_of_a_webhook_holds_the_address_that_is_posted_to() -> None:
    text = """class WebhookSender {
  async Task<Result> SendDelivery(Delivery ctx) {
    Uri uri = new(ctx.WebhookBlob.Url, UriKind.Absolute);
    using HttpRequestMessage request = new();
    request.Method = HttpMethod.Post;
    return await client.SendAsync(request);
  }
}
"""
    [fact] = facts("src/WebhookSender.cs", text, Kind.DELIVERY)
    assert (fact.value, fact.line) == ("ctx.WebhookBlob.Url", 3)
    assert facts("src/WebhookSender.cs", text.replace("HttpMethod.Post", "HttpMethod.Get"), Kind.DELIVERY) == []
    assert facts("src/WebhookList.cs", text.replace("Uri uri = new(", "log.Info("), Kind.DELIVERY) == []


def test_a_service_of_the_program_may_stand_before_the_sdk_that_checks() -> None:
    text = (
        "@Controller()\nexport class Hooks {\n  @Post('/payment/webhook')\n"
        "  async take(@Headers('stripe-signature') signature: string, @Req() req: any) {\n"
        "    return this.payments.constructEvent(req.body, signature, SECRET)\n  }\n}\n"
    )
    [told] = facts("src/hooks.controller.ts", text, Kind.ROUTE)
    assert (told.detail("verify"), told.detail("header")) == ("payments.constructEvent", "stripe-signature")
    # what is put together of a title and a day checks nobody
    other = text.replace("constructEvent(req.body, signature, SECRET)", "constructEvent(req.body, day)")
    assert facts("src/hooks.controller.ts", other, Kind.ROUTE)[0].detail("verify") == ""


def test_a_comparison_in_constant_time_of_rust() -> None:
    text = (
        "async fn webhook(req: Request) -> Result<()> {\n"
        '    let expected = std::env::var("CHAT_WEBHOOK_SECRET")?;\n'
        '    if !bool::from(req.token.as_bytes().ct_eq(expected.as_bytes())) { bail!("token"); }\n}\n'
    )
    assert [fact.name for fact in facts("src/chat.rs", text, Kind.VERIFY)] == ["ct_eq"]
    assert facts("src/chat.rs", text.replace(".ct_eq(", ".eq("), Kind.VERIFY) == []


@pytest.mark.parametrize(
    ("path", "text", "sent"),
    [
        (
            "lib/told.ts",
            'import { Svix } from "svix";\nawait svix?.message.create(app, { eventType, payload });',
            ["svix.message.create"],
        ),
        (
            "told.py",
            "from svix.api import Svix\nsvix.message.create(app, MessageIn(event_type='depot.full'))\n",
            ["svix.message.create"],
        ),
        (
            "told.go",
            'import svix "github.com/svix/svix-webhooks/go"\n_, err := c.Message.Create(ctx, app, in)',
            ["svix.message.create"],
        ),
        # another's messages, and one who only takes what Svix delivers
        ("lib/told.ts", 'import twilio from "twilio";\nawait chat.message.create({ body });', []),
        ("lib/told.ts", 'import { Webhook } from "svix";\nnew Webhook(secret).verify(body, headers);', []),
    ],
)
def test_svix_delivers_to_the_endpoints_of_an_applications_users(path: str, text: str, sent: list[str]) -> None:
    told = [(fact.value, fact.detail("retry")) for fact in facts(path, text, Kind.DELIVERY)]
    assert told == [(one, "yes") for one in sent]


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("import apprise\nbox = apprise.Apprise()\n", ["apprise.Apprise"]),
        ("from apprise import Apprise\nbox = Apprise(asset=own)\n", ["apprise.Apprise"]),
        ("from apprise import AppriseAsset\nown = AppriseAsset()\n", []),
        ("import apprise\n# box = apprise.Apprise()\n", []),
    ],
)
def test_apprise_posts_to_the_addresses_that_it_is_given(text: str, sent: list[str]) -> None:
    assert [fact.value for fact in facts("app/notify.py", text, Kind.DELIVERY)] == sent


@pytest.mark.parametrize("made", ["new Webhook()", "new Webhook({ url })", "new Webhook($data)"])
def test_a_record_that_is_called_webhook_checks_nothing(made: str) -> None:
    assert facts("src/hooks.ts", f"const hook = {made};\nhook.save();\n", Kind.VERIFY) == []


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("authenticate_with_http_basic { |user, word| word == ENV['MAIL_HOOK_SECRET'] }", ["basic auth"]),
        ("authenticate_with_http_token { |word| word }", []),
    ],
)
def test_a_password_that_a_controller_asks_its_caller_for(call: str, found: list[str]) -> None:
    text = f"class MailWebhookController < ApplicationController\n  def create\n    {call}\n  end\nend\n"
    assert [str(fact.name) for fact in facts("app/controllers/mail_webhook_controller.rb", text, Kind.VERIFY)] == found


@pytest.mark.parametrize(
    ("name", "decorator", "found"),
    [
        ("ScimUsersView", "scim_auth_required", ["scim_auth_required"]),
        ("MailWebhookView", "require_signature", ["require_signature"]),
        ("MailWebhookView", "login_required", []),
        ("UsersView", "token_required", []),
    ],
)
def test_a_decorator_that_lets_no_unknown_caller_pass(name: str, decorator: str, found: list[str]) -> None:
    text = f"class {name}(APIView):\n    @{decorator}\n    def post(self, request):\n        return done()\n"
    told = facts("shop/views.py", text, Kind.VERIFY)
    assert [(str(fact.name), fact.detail("within")) for fact in told] == [(one, name) for one in found]
