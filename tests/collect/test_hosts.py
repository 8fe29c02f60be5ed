"""Hosts: what is called, loaded, configured or only linked; and connection URLs."""

from __future__ import annotations

import time

import pytest

from llm_audit.collect import collectors
from llm_audit.collect.hosts import COLLECTORS, MAX_FACTS, collect
from llm_audit.model import Fact, Kind, SourceFile


def read(path: str, text: str) -> list[Fact]:
    return [fact for fact in collect(SourceFile(path, text)) if isinstance(fact, Fact)]


@pytest.mark.parametrize(
    ("path", "text", "host", "where", "use"),
    [
        ("a.ts", "await fetch(`https://api.acmepay.io/v1/${id}/items`)", "api.acmepay.io", "/v1/{}/items", "call"),
        ("a.ts", "fetch(\n  `https://${region}.api.acmepay.io/x`,\n)", "*.api.acmepay.io", "/x", "call"),
        ("a.ts", 'const BASE_URL = "https://acmepay.io/v2";\naxios.get(BASE_URL)', "acmepay.io", "/v2", "call"),
        ("A.java", 'enum Server {\n  LIVE("x", "https://sandbox.acmepay.io/v1");\n}', "sandbox.acmepay.io", "/v1", "call"),
        ("A.java", 'enum Page {\n  HOME("https://acmepay.io"),\n  HELP("https://acmepay.io/about");\n}', "acmepay.io", "", "link"),
        ("A.java", 'String s = notice("https://sandbox.acmepay.io/v1");', "sandbox.acmepay.io", "/v1", "config"),
        ("a.dart", "enum Setting<T> {\n  gateway<String>(\n    'gateway',\n    'https://push.acmepay.io/v1/notify',\n  ),\n}", "push.acmepay.io", "/v1/notify", "call"),
        ("A.swift", 'enum Server: String {\n  case live = "https://pay.acmepay.io/v1"\n}', "pay.acmepay.io", "/v1", "call"),
        ("A.swift", 'let url = "https://api.stackexchange.com/2.3/search" + query\nHTTPClientRequest(url: url)', "api.stackexchange.com", "/2.3/search", "call"),
        ("A.swift", 'let url = "https://stackexchange.com/2.3/search" + query\nHTTPClientRequest(url: url)', "stackexchange.com", "", "link"),
        ("a.py", 'requests.post("https://hooks.acmepay.io/send", json=x)', "hooks.acmepay.io", "/send", "call"),
        ("a.py", 'class T:\n    URL = "https://acmepay.io/2/messages.json"\n    def f(self): requests.get(self.URL)', "acmepay.io", "/2/messages.json", "call"),
        ("a.py", 'import httpx\nurl = f"https://graph.acmepay.io/{version}/me"', "graph.acmepay.io", "/{}/me", "call"),
        ("a.js", "await httpPost('https://lists.acmepay.io/host/', body)", "lists.acmepay.io", "/host/", "call"),
        ("a.js", "const rank = (one) => httpGet(`https://acmepay.io/ranks/${one}`, auth)", "acmepay.io", "/ranks/{}", "call"),
        ("a.js", "const LABS = 'https://acmepay.io/v3/analyze'\nawait httpGet(LABS, {})", "acmepay.io", "/v3/analyze", "call"),
        ("a.py", 'await fetch_with_retries("https://acmepay.io/list.txt")', "acmepay.io", "/list.txt", "call"),
        ("a.ts", "this._billingRequest('POST', 'https://acmepay.io/charge')", "acmepay.io", "/charge", "call"),
        ("a.ts", "new NextRequest('https://acmepay.io/charge')", "acmepay.io", "", "link"),
        ("a.ts", "prefetchPage('https://acmepay.io/charge')", "acmepay.io", "", "link"),
        ("a.ts", "isRequest('https://acmepay.io/charge')", "acmepay.io", "", "link"),
        ("a.ts", "httpGet(headers, other ? 'https://acmepay.io/charge' : own)", "acmepay.io", "/charge", "call"),
        ("a.yaml", "spec:\n  coverImage: https://files.acmepay.io/api/og.jpg", "files.acmepay.io", "", "link"),
        ("a.yaml", "spec:\n  pictureServer: https://files.acmepay.io/api/og.jpg", "files.acmepay.io", "/api/og.jpg", "config"),
        ("a.yaml", 'spec:\n  about: "Read [the guide](https://acmepay.io/api/start) first"', "acmepay.io", "", "link"),
        ("a.yaml", "pip_url: engine --constraint https://raw.acmepay.io/api/engine.txt", "raw.acmepay.io", "", "link"),
        ("a.yaml", "  - helm repo add acme https://charts.acmepay.io/api", "charts.acmepay.io", "", "link"),
        ("a.yaml", "  - helm login acme https://charts.acmepay.io/api", "charts.acmepay.io", "/api", "config"),
        ("a.yaml", "check: engine --constrained https://raw.acmepay.io/api/engine.txt", "raw.acmepay.io", "/api/engine.txt", "config"),
        ("a.yaml", "pay: https://www.paypal.com/paypalme/acme", "www.paypal.com", "", "link"),
        ("a.yaml", "pay: https://www.paypal.com/v1/payments", "www.paypal.com", "/v1/payments", "config"),
        ("a.py", 'import httpx\nscopes = ["https://graph.acmepay.io/.default"]', "graph.acmepay.io", "", "call"),
        ("a.py", 'import httpx\nscopes = ["https://graph.acmepay.io/.defaults"]', "graph.acmepay.io", "/.defaults", "call"),
        ("a.go", 'req, _ := http.NewRequest("POST", "https://api.acmepay.io/v1", b)', "api.acmepay.io", "/v1", "call"),
        ("a.php", "<?php\nfunction resolveBaseUrl(): string\n{\n    return 'https://musicdb.org/ws/2';\n}", "musicdb.org", "/ws/2", "config"),
        ("a.dart", "TileLayer(\n  urlTemplate: 'https://tiles.streets.org/{z}/{x}/{y}.png',\n)", "tiles.streets.org", "/{}/{}/{}.png", "call"),
        ("a.ts", "const urls = {\n  light: 'https://{s}.base.streets.org/light/{z}/{x}/{y}{r}.png',\n}", "*.base.streets.org", "/light/{}/{}/{}.png", "call"),
        ("a.dart", "Banner(\n  urlTemplate: 'https://pictures.streets.org/{year}/{name}.png',\n)", "pictures.streets.org", "", "link"),
        ("a.php", "<?php\nHttp::post('https://api.acmepay.io/x')", "api.acmepay.io", "/x", "call"),
        ("config/a.php", "'endpoint' => env('ACME_URL', 'https://acmepay.io/ws')", "acmepay.io", "/ws", "config"),
        ("a.rb", "HTTParty.get('https://api.acmepay.io/x')", "api.acmepay.io", "/x", "call"),
        ("a.rb", "Faraday.new(url: base)\ndef base\n  ENV['ACME_URL'] || 'https://api.acmepay.io'\nend", "api.acmepay.io", "", "call"),
        ("a.rb", "Faraday.new(url: base)\ndef base\n  ENV['SITE_URL'] || 'https://acmepay.io'\nend", "acmepay.io", "", "config"),
        ("A.java", 'HttpRequest.newBuilder(URI.create("https://api.acmepay.io/x"))', "api.acmepay.io", "/x", "call"),
        ("a.sh", "curl -fsS https://ping.acmepay.io/abc", "ping.acmepay.io", "/abc", "call"),
        ("a.html", '<script async src="https://js.acmepay.io/v3/"></script>', "js.acmepay.io", "/v3/", "script"),
        ("a.html", "<script src='//cdn.acmepay.io/a.js'></script>", "cdn.acmepay.io", "/a.js", "script"),
        ("a.html", '<link rel="stylesheet" href="https://fonts.acmepay.io/css">', "fonts.acmepay.io", "/css", "script"),
        ("a.tsx", "<iframe src={`https://embed.acmepay.io/${id}`} />", "embed.acmepay.io", "/{}", "script"),
        ("a.html", '<form action="https://acmepay.io/subscribe" method="post">', "acmepay.io", "/subscribe", "call"),
        ("a.js", "const csp = `style-src 'self' https://fonts.acmepay.io;`", "fonts.acmepay.io", "", "policy"),
        ("a.js", "const csp = `connect-src 'self' https://live.acmepay.io;`", "live.acmepay.io", "", "allowed"),
        ("a.js", "const api = `connect-src 'self'`\nfetch('https://live.acmepay.io/v1')", "live.acmepay.io", "/v1", "call"),
        ("a.js", "csp({ fontSrc: [self], connectSrc: [self,\n 'https://live.acmepay.io'] })", "live.acmepay.io", "", "allowed"),
        ("a.js", "csp({ connectSrc: [self], fontSrc: [self,\n 'https://live.acmepay.io'] })", "live.acmepay.io", "", "policy"),
        ("a.tsx", "<Anchor href={setting('PAGE', 'https://acmepay.io/privacy')} />", "acmepay.io", "", "link"),
        ("a.tsx", "<Anchor href={page ?? 'https://acmepay.io/privacy'} />", "acmepay.io", "", "link"),
        ("a.tsx", "<Map src={setting('MAP', 'https://acmepay.io/frame')} />", "acmepay.io", "/frame", "script"),
        ("a.ts", "const sites = { chat: { baseUrl: 'https://discord.com/users/' } }", "discord.com", "", "link"),
        ("a.ts", "const api = { baseUrl: 'https://discord.com/api/users/' }", "discord.com", "/api/users/", "call"),
        ("a.ts", "fetch('/x'); share = (text) => `https://api.whatsapp.com/send?text=${text}`", "api.whatsapp.com", "", "link"),
        ("a.ts", "fetch('https://api.whatsapp.com/v1/messages')", "api.whatsapp.com", "/v1/messages", "call"),
        ("a.rb", "policy.connect_src :self, 'https://live.acmepay.io'", "live.acmepay.io", "", "allowed"),
        ("csp.py", "CSP_SCRIPT_SRC = (\n    SELF,\n    'https://js.acmepay.io',\n)", "js.acmepay.io", "", "policy"),
        ("site.conf", 'add_header Content-Security-Policy "script-src https://js.acmepay.io";', "js.acmepay.io", "", "allowed"),
        ("site.conf", "proxy_pass https://js.acmepay.io/v1;", "js.acmepay.io", "/v1", "config"),
        ("a.yaml", "api:\n  endpoint: https://api.acmepay.io/v1", "api.acmepay.io", "/v1", "config"),
        (".env.example", "ACME_URL=https://api.acmepay.io", "api.acmepay.io", "", "config"),
        ("a.ts", "const u = process.env.ACME ?? 'https://acmepay.io/in'", "acmepay.io", "/in", "config"),
        ("a.ts", "ws = new WebSocket('wss://live.acmepay.io/socket')", "live.acmepay.io", "/socket", "call"),
        ("a.py", 'redirect("https://acmepay.io/oauth/authorize?x=1")', "acmepay.io", "/oauth/authorize", "call"),
        ("a.html", '<a href="https://acmepay.io/pricing">', "acmepay.io", "", "link"),
        ("a.tsx", '<Link href="https://acmepay.io/pricing">', "acmepay.io", "", "link"),
        ("a.ts", 'throw new Error("see https://acmepay.io/why")', "acmepay.io", "", "link"),
        ("a.ts", 'console.log("https://acmepay.io/why"); fetch("/x")', "acmepay.io", "", "link"),
        ("a.py", '"""Speaks to\n\nhttps://acmepay.io/x for more.\n"""\nimport requests', "acmepay.io", "", "link"),
        ("a.ts", "export const metadata = { metadataBase: new URL('https://acmepay.io') }; fetch('/x')", "acmepay.io", "", "link"),
        ("project.inlang.json", '{"modules": ["https://cdn.acmepay.io/npm/plugin/index.js"]}', "cdn.acmepay.io", "", "link"),
        ("project.pages.json", '{"modules": ["https://cdn.acmepay.io/api/index.js"]}', "cdn.acmepay.io", "/api/index.js", "config"),
        ("a.ts", "const openapi = { openapi: '3.1.0', servers: [{ description: 'EU', url: 'https://api.acmepay.io' }] }; fetch(x)", "api.acmepay.io", "", "link"),
        ("a.ts", "new DocumentBuilder() // swagger\n  .addServer('https://api.acmepay.io')", "api.acmepay.io", "", "link"),
        ("a.ts", "const pool = { servers: [{ url: 'https://api.acmepay.io' }] }; fetch(x)", "api.acmepay.io", "", "call"),
        ("a.ts", "// openapi\nconst pool = { servers: [], next: { url: 'https://api.acmepay.io' } }; fetch(x)", "api.acmepay.io", "", "call"),
        ("Step.cs", '[Step(ReadMore = "https://acmepay.io/hooks/v1")]\nclass Step { HttpClient client; }', "acmepay.io", "", "link"),
        ("a.ts", "const form = { clientId: '', tokenUrl: 'https://acmepay.io/oauth/token' }; fetch('/x')", "acmepay.io", "", "link"),
        ("package.json", '{"homepage": "https://acmepay.io/api"}', "acmepay.io", "", "link"),
        ("project.inlang.json", '{"modules": ["https://cdn.acmepay.io/npm/lint@1/index.js"]}', "cdn.acmepay.io", "", "link"),
        ("a.json", '{"$schema": "https://acmepay.io/schema.json"}', "acmepay.io", "", "link"),
        ("locales/en.json", '{"hint": "https://acmepay.io/api"}', "acmepay.io", "", "link"),
        ("a.xml", '<a xmlns="http://schemas.acmepay.io/x"/>', "schemas.acmepay.io", "", "link"),
        ("a.tsx", '<svg xmlns="http://www.w3.org/2000/svg">', "www.w3.org", "", "link"),
        ("a.vue", '<code>\n  curl -XPOST "https://acmepay.io/v3/login"\n</code>', "acmepay.io", "", "link"),
        ("a.html", '<script type="importmap">\n{ "imports": {\n  "a": "https://cdn.acmepay.io/a.js" } }\n</script>', "cdn.acmepay.io", "/a.js", "script"),
        ("a.html", '<script type="importmap">{}</script>\n<script>\nlet a = { "page": "https://cdn.acmepay.io/a.html" }\n</script>', "cdn.acmepay.io", "", "link"),
        ("config/importmap.rb", 'pin "a", preload: true\npin "b", to: "https://cdn.acmepay.io/b.js"', "cdn.acmepay.io", "/b.js", "script"),
        ("config/importmap.rb", '# pin "b", to: "https://cdn.acmepay.io/b.js"\nsee = "https://acmepay.io/b.html"', "acmepay.io", "", "link"),
        ("a.ts", "fetch('https://pay.acme.sh/v1/charges')", "pay.acme.sh", "/v1/charges", "call"),
        ("a.vue", '<script>\nfetch("https://acmepay.io/v3/login")\n</script>', "acmepay.io", "/v3/login", "call"),
        ("A.java", 'import jakarta.ws.rs.client.Client;\nurl = "https://maps.acmepay.io/reverse";', "maps.acmepay.io", "/reverse", "call"),
        ("A.java", 'import jakarta.ws.rs.GET;\nurl = "https://maps.acmepay.io/reverse";', "maps.acmepay.io", "", "link"),
        ("A.java", 'HttpRequest.newBuilder(URI.create("https://api.acmepay.io/at/%2$f/%1$f.json"))', "api.acmepay.io", "/at/{}/{}.json", "call"),
        ("a.ts", "fetch(`https://api.acmepay.io${path}/items`)", "api.acmepay.io", "/{}/items", "call"),
        ("a.ts", "fetch(`https://api.acmepay.io:8443${path}?x=1`)", "api.acmepay.io", "", "call"),
        ("a.ex", 'def process_url(url), do: "https://api.acmepay.io#{url}"', "api.acmepay.io", "", "config"),
        ("a.ts", "fetch(`https://api.${region}.acmepay.io/x`)", "*.acmepay.io", "/x", "call"),
        ("a.dart", "import 'package:http/http.dart';\nlaunchUrl(Uri.parse('https://store.acmepay.io/apps'))", "store.acmepay.io", "", "link"),
        ("a.dart", "import 'package:http/http.dart';\nhttp.get(Uri.parse('https://store.acmepay.io/apps'))", "store.acmepay.io", "/apps", "call"),
        ("a.swift", 'UIApplication.shared.open(URL(string: "https://store.acmepay.io/apps")!)', "store.acmepay.io", "", "link"),
        ("a.ts", "window.open(`https://twitter.com/intent/tweet?x=${y}`); fetch(z)", "twitter.com", "", "link"),
    ],
)  # fmt: skip
def test_use(path: str, text: str, host: str, where: str, use: str) -> None:
    found = [(fact.name, fact.value, fact.detail("use")) for fact in read(path, text) if fact.kind is Kind.HOST]
    assert found == [(host, where, use)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.ts", "fetch('http://localhost:3000/x'); fetch('http://127.0.0.1'); fetch('https://10.0.0.1/x')"),
        ("a.ts", "fetch('https://example.com/x'); fetch('https://api.example.org'); fetch('https://x.test/')"),
        ("a.ts", "fetch('http://api.10.0.3.2.xip.io/v1'); fetch('https://app.127.0.0.1.nip.io/v1')"),
        ("a.ts", "fetch('https://your-domain.com/x'); fetch('https://db.local'); fetch('http://redis:6379')"),
        ("a.py", "requests.get('https://home.server/x'); requests.get('https://shop.intranet/api')"),
        ("a.ts", "// fetch('https://api.acmepay.io')\n * see https://api.acmepay.io\nrun() // https://api.acmepay.io"),
        ("a.py", "# https://api.acmepay.io\nx = 1  # https://api.acmepay.io"),
        ("a.yaml", "# https://api.acmepay.io\na: 1"),
        ("a.html", "<!-- https://api.acmepay.io -->"),
        ("a.ts", "fetch(`${base}://x`); fetch(`https://${host}/x`); fetch('app://acmepay.io')"),
        ("package-lock.json", '{"resolved": "https://registry.npmjs.org/x"}'),
        ("openapi.yaml", "openapi: 3.0.0\nservers:\n  - url: https://api.acmepay.io"),
        ("a.min.js", "fetch('https://api.acmepay.io')"),
    ],
)
def test_what_is_no_host(path: str, text: str) -> None:
    assert read(path, text) == []


@pytest.mark.parametrize("path", ["README.md", "CHANGELOG", "docs/a.rst", "LICENSE.txt", "logo.svg", "a.js.map"])
def test_prose_is_not_read(path: str) -> None:
    assert not COLLECTORS[0].wants(SourceFile(path, "https://api.acmepay.io"))


@pytest.mark.parametrize(
    ("path", "text", "scheme", "host", "env"),
    [
        (".env.example", "DATABASE_URL=postgres://app:hunter2z@db:5432/main", "postgres", "db", "DATABASE_URL"),
        ("a.py", 'url = os.getenv("REDIS_URL", "redis://cache:6379/0")', "redis", "cache", "REDIS_URL"),
        ("a.ini", "sqlalchemy.url = postgresql+asyncpg://u:p@pg/db", "postgresql", "pg", ""),
        ("a.yaml", "uri: mongodb+srv://u:p@c0.acmepay.io/db", "mongodb+srv", "c0.acmepay.io", ""),
        ("application.properties", "spring.datasource.url=jdbc:mysql://mysql:3306/shop", "mysql", "mysql", ""),
        ("a.py", 'DB = "sqlite:///app.db"', "sqlite", "", ""),
        (
            "A.kt",
            'env(\n    "SHOP_JDBC_URL",\n    "jdbc:postgresql://localhost:5432/shop",\n)',
            "postgresql",
            "localhost",
            "SHOP_JDBC_URL",
        ),
        (
            "A.kt",
            'val NAME = env("NAME")\nval url =\n    "jdbc:postgresql://localhost:5432/shop"',
            "postgresql",
            "localhost",
            "",
        ),
    ],
)
def test_connection_urls(path: str, text: str, scheme: str, host: str, env: str) -> None:
    (fact,) = read(path, text)
    assert (fact.kind, fact.name, fact.value) == (Kind.SETTING, "url.scheme", scheme)
    assert (fact.detail("host"), fact.detail("env"), fact.detail("tool")) == (host, env, "url")
    assert "hunter2z" not in str(fact)


def test_facts_are_bounded_and_links_come_once_per_host() -> None:
    text = "\n".join(f"fetch('https://h{n}.acmepay.io/x')" for n in range(100))
    assert len(read("a.ts", text)) == MAX_FACTS
    assert len(read("a.html", '<a href="https://acmepay.io/a">\n<a href="https://acmepay.io/b">')) == 1


def test_a_link_does_not_hide_a_later_call() -> None:
    text = '<a href="https://acmepay.io/pricing">\n<script src="https://acmepay.io/a.js"></script>'
    assert {fact.detail("use") for fact in read("a.html", text)} == {"link", "script"}


@pytest.mark.parametrize("unit", ["https://", "https://a.b", "<a ", "${", 'x="https://${a', "{" * 50, "://"])
def test_long_odd_lines_stay_cheap(unit: str) -> None:
    for path in ("a.ts", "a.html", "a.yaml", "a.sh"):
        start = time.process_time()
        list(collect(SourceFile(path, ("\n" + unit * 20) * (15_000 // len(unit)))))
        assert time.process_time() - start < 3


def test_an_address_in_a_block_comment_without_stars_is_an_example() -> None:
    text = "/**\n\tA hook.\n\t```\n\tawait got('https://api.acmepay.io/commits');\n\t```\n*/\nexport const a = 1;\n"
    assert read("a.ts", text) == []


def test_a_comment_that_has_ended_hides_nothing() -> None:
    text = "/* once */\nconst glob = '**/*.ts';\nawait fetch('https://api.acmepay.io/x');\n"
    assert [fact.name for fact in read("a.ts", text)] == ["api.acmepay.io"]


def test_a_constant_named_after_a_website_is_a_link() -> None:
    text = 'using System.Net.Http;\nconst string BooksWeblinkWebsite = "https://books.acmepay.io/books?id=";\n'
    assert [fact.detail("use") for fact in read("A.cs", text)] == ["link"]


def test_a_path_that_is_a_secret_with_its_host_before_it_is_a_hole() -> None:
    (fact,) = read("a.py", 'import requests\nrequests.post("https://hooks.zapier.com/hooks/catch/7654321/ab3d9z1")\n')
    assert fact.value == "/hooks/catch/{}"


@pytest.mark.parametrize(
    ("relation", "use"),
    [("dns-prefetch", "link"), ("preconnect", "link"), ("stylesheet", "script"), ("preload", "script")],
)
def test_a_hint_of_a_page_loads_nothing(relation: str, use: str) -> None:
    text = f'<link rel="{relation}" href="https://cdn.acmepay.io/x.css" />'
    found = [one for one in collect(SourceFile("index.html", text)) if isinstance(one, Fact)]
    assert [one.detail("use") for one in found] == [use]


@pytest.mark.parametrize(
    ("address", "use"),
    [
        ("https://api.acmepay.io/bot12/send", "call"),
        ("https://api.acmepay.io/botYOUR_BOT_TOKEN/send", "link"),
        ("https://api.acmepay.io/webhooks/YOUR_WEBHOOK_ID/x", "link"),
        ("https://api.acmepay.io/services/your/webhook/url", "link"),
        ("https://api.acmepay.io/yours/list", "call"),
        ("https://api.acmepay.io/forYourTrip", "call"),
    ],
)
def test_an_address_that_a_person_is_to_complete_is_not_called(address: str, use: str) -> None:
    assert [fact.detail("use") for fact in read("a.ts", f"await fetch('{address}')\n")] == [use]


def test_a_path_behind_an_address_counts_unless_it_stands_in_a_comment() -> None:
    def paths(text: str) -> list[str]:
        file = SourceFile("src/chat.ts", text)
        found = [item for collector in collectors() if collector.wants(file) for item in collector.collect(file)]
        return [str(one.value) for one in found if isinstance(one, Fact) and one.name == "url.path"]

    call = "await fetch(`${this.baseUrl}/chat.postMessage`)\n"
    assert paths(f"  {call}") == ["/chat.postMessage"]
    assert paths(f"  // {call}") == []


@pytest.mark.parametrize(
    ("call", "rows"),
    [
        ("await fetch(\n  `${process.env.DEPOT_URL}rest/v1/rows?id=1`,\n)", [("/rest/v1/rows", "DEPOT_URL")]),
        ("await fetch(`${process.env.DEPOT_URL}/rest/v1/rows`)", [("/rest/v1/rows", "DEPOT_URL")]),
        ("await fetch(`${process.env.DEPOT_URL}`)", []),
        ("await fetch(`https://${env.DEPOT_HOST}`, { method: 'POST' })", [("", "DEPOT_HOST")]),
        ("await fetch(`https://${env.DEPOT_HOST}/rows`)", [("/rows", "DEPOT_HOST")]),
        ("await fetch(`https://${env.DEPOT_NAME}`)", []),
        ("show(`https://${env.DEPOT_HOST}`)", []),
        ("console.log(`${DEPOT_URL}is the address`)", []),
    ],
)
def test_the_address_before_a_path_may_end_with_the_slash(call: str, rows: list[tuple[str, str]]) -> None:
    file = SourceFile("src/rows.ts", call)
    found = [one for collector in collectors() if collector.wants(file) for one in collector.collect(file)]
    facts = [one for one in found if isinstance(one, Fact) and one.name == "url.path"]
    assert [(one.value, one.detail("base")) for one in facts] == rows


ROWS = 'export const rows = [{ slug: "acme", endpoint: "https://acmepay.io/api/v2/current" }];'


@pytest.mark.parametrize(
    ("path", "text", "use"),
    [
        ("src/seed/services.ts", ROWS, "link"),
        ("src/importers/fixtures.ts", ROWS, "link"),
        ("src/hooks/order.sample.ts", ROWS, "link"),
        ("src/seed/services.ts", f"{ROWS} // sky.", "link"),
        ("src/services/feed.ts", ROWS, "call"),
        ("src/seedlings/services.ts", ROWS, "call"),
        # matches of a league are fixtures too: a module of that name that asks for them is a client
        ("src/league/fixtures.ts", f"{ROWS}\nawait fetch(rows[0].endpoint);", "call"),
        ("src/seed/services.ts", f"import ky from 'ky';\n{ROWS}", "call"),
    ],
)
def test_modules_of_samples_and_seeds_hold_data_unless_they_call(path: str, text: str, use: str) -> None:
    assert [fact.detail("use") for fact in read(path, text)] == [use]


@pytest.mark.parametrize(
    ("address", "use"),
    [
        ("https://api.acmepay.io/Accounts/ACXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX/Messages/MM2b3c4d5e6f7890a1b2c3d4e5f607/x", "link"),
        ("https://api.acmepay.io/v1/answers/7/files/curriculum-vitae.pdf", "link"),
        ("https://developer.acmepay.io/documentation/webhooks/verify/", "link"),
        ("https://api.acmepay.io/v1/answers", "config"),
        ("https://api.acmepay.io/v1/accounts/MM2b3c4d5e6f7890a1b2c3d4e5f607/answers", "config"),
        ("https://developer.acmepay.io/api/v1/documents", "config"),
    ],
)  # fmt: skip
def test_what_a_payload_names_by_its_ids_is_not_called(address: str, use: str) -> None:
    assert [fact.detail("use") for fact in read("hooks/acme.ts", f'export const body = {{ media: "{address}" }};')] == [
        use
    ]


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("const ok = url.startsWith('https://accounts.acmepay.io')", "link"),
        ("const ok = origin === 'https://accounts.acmepay.io'", "link"),
        ("const ok = ISSUERS.includes('https://accounts.acmepay.io')", "link"),
        ("const ok = strings.HasPrefix(url, 'https://accounts.acmepay.io')", "link"),
        ("const url = 'https://accounts.acmepay.io'", "call"),
        ("const ok = (await fetch('https://accounts.acmepay.io')) === null", "call"),
        ("authorize_url => 'https://accounts.acmepay.io'", "call"),
        ("win.loadURL('https://accounts.acmepay.io/ServiceLogin?service=x')", "link"),
        ("win.loadURL('https://accounts.acmepay.io/o/oauth2/auth')", "call"),
        ("const loginUrl = 'https://accounts.acmepay.io/login';\naxios.create()", "call"),
        ("const loginUrl = 'https://api.acmepay.io/login'", "call"),
    ],
)
def test_an_address_to_compare_with_or_to_open_for_signing_in_is_not_called(text: str, use: str) -> None:
    assert [fact.detail("use") for fact in read("src/login.ts", text)] == [use]


_ODD_ONES = 'const odd = [\n  "https://api.acmepay.io/userinfo",\n  "https://api.paydesk.io/userinfo",\n];\n'


@pytest.mark.parametrize(
    ("path", "text", "uses"),
    [
        ("a.ts", f"{_ODD_ONES}const verb = odd.includes(url) ? 'POST' : 'GET';\nawait fetch(url);\n", ["link", "link"]),
        ("a.py", "ODD = {'https://api.acmepay.io/userinfo'}\nif url in ODD:\n    requests.post(url)\n", ["link"]),
        # gone through, or handed on beside the comparison
        ("a.ts", f"{_ODD_ONES}for (const url of odd) await fetch(url);\n", ["call", "call"]),
        ("a.ts", f"{_ODD_ONES}odd.includes(url);\nodd.map((one) => fetch(one));\n", ["call", "call"]),
        ("a.py", "ODD = ['https://api.acmepay.io/userinfo']\nfor url in ODD:\n    requests.post(url)\n", ["call"]),
    ],
)
def test_an_address_in_a_list_that_others_are_only_looked_for_in_is_not_called(
    path: str, text: str, uses: list[str]
) -> None:
    assert [fact.detail("use") for fact in read(path, text)] == uses


@pytest.mark.parametrize(
    ("line", "hosts"),
    [
        ("  aliases: [ufid:http://tunes.acmepay.io, tunes_id]", []),
        ("  endpoint:http://tunes.acmepay.io/v1", ["tunes.acmepay.io"]),
        ("  endpoint: http://tunes.acmepay.io/v1", ["tunes.acmepay.io"]),
        ("  store: jdbc:https://tunes.acmepay.io/db", ["tunes.acmepay.io"]),
    ],
)
def test_an_address_glued_to_a_kind_is_an_identifier(line: str, hosts: list[str]) -> None:
    assert [fact.name for fact in read("config/app.yaml", f"a:\n{line}\n")] == hosts


def test_a_name_in_a_column_of_constants_is_the_name_of_its_address() -> None:
    text = 'const (\n\tInsightsEndpoint       = "https://insights.acmepay.io/x"\n\tLimit = 3\n)\nvar c http.Client\n'
    assert [fact.detail("bound") for fact in read("consts/consts.go", text)] == ["InsightsEndpoint"]


def test_addresses_in_a_service_accounts_key_are_handed_on_with_it() -> None:
    key = 'const key = { token_uri: "https://oauth2.acmepay.io/token", auth_provider_x509_cert_url: "https://www.acmepay.io/oauth2/v1/certs" }\nfetch(a)'
    assert {fact.detail("use") for fact in read("src/key.ts", key)} == {"link"}
    other = 'const way = { token_uri: "https://oauth2.acmepay.io/token" }\nfetch(a)'
    assert [fact.detail("use") for fact in read("src/way.ts", other)] == ["call"]


def test_what_a_request_is_made_to_is_told_from_a_constant_beside_it() -> None:
    text = """class Rates {
  Source source = new("bank", "https://public.acmebank.cc/tickers");
  Task a() => client.GetAsync("https://public.acmebank.cc/tickers", token);
  Task b() => client.GetAsync("https://public.acmebank.cc/tickers");
}"""
    assert [(fact.line, fact.detail("named")) for fact in read("Rates.cs", text)] == [(2, ""), (3, "call")]
