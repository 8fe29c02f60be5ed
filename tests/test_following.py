"""Declarations are followed to the code that uses them; look-alikes are not."""

from __future__ import annotations

import pytest

from llm_audit.excerpts import Source, counting, leads, render, select
from llm_audit.model import Fact, Kind, Redacted, Role, SourceFile

SETTINGS = (
    "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    debug: bool = False\n"
    "    quote_base_url: str = 'https://quotes.example.com'\n    token: str = ''\n\n\nsettings = Settings()\n"
)
USE = (
    "import httpx\n\nfrom app.config import settings\n\n\ndef headline(quote):\n"
    "    return httpx.post(f'{settings.quote_base_url}/lines', json={'text': quote.text})\n"
)
CONFIG = (
    "export const config = {\n  port: 80,\n  ai: {\n    baseUrl: process.env.AI_BASE_URL,\n  },\n"
    "  shop: {\n    baseUrl: process.env.SHOP_BASE_URL,\n  },\n};\n"
)


def fact(path: str, line: int, kind: Kind = Kind.ENV_READ, name: str = "QUOTE_BASE_URL", **details: str) -> Fact:
    known = tuple((key, Redacted(value)) for key, value in details.items())
    return Fact(kind, Redacted(name), Redacted(""), path, line, Role.SOURCE, known)


def source(files: dict[str, str], **roles: Role) -> Source:
    def read(path: str) -> SourceFile | None:
        role = next((role for name, role in roles.items() if name in path), Role.SOURCE)
        return SourceFile(path, files[path], role) if path in files else None

    return Source(read, lambda: sorted(files))


def led(files: dict[str, str], *facts: Fact, **roles: Role) -> list[str]:
    """The places that the facts of one candidate lead to."""
    tree = source(files, **roles)
    tree.learn(one.path for one in facts)
    return [str(place) for places in leads([facts], tree).values() for place in places]


def test_a_settings_class_leads_to_the_function_that_uses_the_member() -> None:
    assert led({"app/config.py": SETTINGS, "app/quotes.py": USE}, fact("app/config.py", 6)) == ["app/quotes.py:7"]


def test_a_common_name_counts_with_its_owner_alone() -> None:
    files = {
        "src/config.ts": CONFIG,
        "src/ai.ts": "import { config } from './config';\n\nexport function ask(text) {\n  return fetch(`${config.ai.baseUrl}/chat`);\n}\n",
        "src/shop.ts": "import { config } from './config';\n\nexport function order(cart) {\n  return fetch(`${config.shop.baseUrl}/carts`);\n}\n",
        "src/other.ts": "export function other(baseUrl) {\n  return fetch(baseUrl);\n}\n",
    }
    assert led(files, fact("src/config.ts", 4, name="AI_BASE_URL")) == ["src/ai.ts:4"]
    assert led(files, fact("src/config.ts", 7, name="SHOP_BASE_URL")) == ["src/shop.ts:4"]


def test_a_constant_leads_to_its_use_in_the_same_file() -> None:
    files = {
        "a.py": "import curl\n\nURL = 'https://pager.example.com/v2'\n\n\nclass Pager:\n    def notify(self, check):\n        curl.post(URL, check.name)\n",
        "b.py": "URL = 'https://else.example.com'\n\n\ndef other():\n    return URL\n",
    }
    assert led(files, fact("a.py", 3, Kind.HOST, "pager.example.com", bound="URL", use="call")) == ["a.py:8"]


def test_a_client_that_is_made_outside_of_functions_leads_on_to_the_function_that_uses_it() -> None:
    use = "from app.config import settings\n\nquotes = Client(settings.quote_base_url)\n\n\ndef headline(quote):\n    return quotes.line(quote.text)\n"
    assert led({"app/config.py": SETTINGS, "app/quotes.py": use}, fact("app/config.py", 6)) == ["app/quotes.py:7"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("app/quotes.py", "# quote_base_url says where quotes are\nx = 1\n"),
        ("app/quotes.py", "from app.config import quote_base_url\n"),
        ("app/quotes.py", "def headline(quote):\n    return my_quote_base_url_2(quote)\n"),
        ("docs/quotes.md", "    call(settings.quote_base_url)\n"),
        ("values.yaml", "quotes:\n  call: quote_base_url()\n"),
        ("tests/test_quotes.py", "def test_it():\n    assert settings.quote_base_url\n"),
    ],
)
def test_a_line_that_does_nothing_with_the_name_is_no_use(path: str, text: str) -> None:
    assert led({"app/config.py": SETTINGS, path: text}, fact("app/config.py", 6), tests=Role.TEST) == []


def test_a_name_that_half_the_tree_holds_is_not_followed() -> None:
    files = {f"app/part{n}.py": USE for n in range(40)}
    assert led({"app/config.py": SETTINGS, **files}, fact("app/config.py", 6)) == []


def test_what_is_at_work_already_is_not_followed() -> None:
    files = {"app/config.py": SETTINGS, "app/quotes.py": USE, "app/client.py": "def ask():\n    quotes.ask()\n"}
    call = fact("app/client.py", 2, Kind.CALL, "quotes.ask")
    assert led(files, fact("app/config.py", 6), call) == []


def test_a_module_about_the_service_shows_the_function_that_asks_most() -> None:
    text = (
        "from lib import http\n\n\ndef title(check):\n    return check.name\n\n\n"
        "def notify(check):\n    return http.post(check.url, title(check))\n"
    )
    assert led({"hooks/ring.py": text}, fact("hooks/ring.py", 1, Kind.SETTING, "module")) == ["hooks/ring.py:9"]


@pytest.mark.parametrize("budget", [20, 60, 120, 500])
def test_the_window_of_the_use_is_shown_and_marked_within_the_budget(budget: int) -> None:
    declared = fact("app/config.py", 6)
    tree = source({"app/config.py": SETTINGS, "app/quotes.py": USE})
    tree.learn(["app/config.py"])
    known = leads([[declared]], tree)
    shown = select([[declared]], tree, budget, counting.Estimate(), leads=known)
    text = render(shown, {declared: "f1"})
    assert counting.Estimate().count(render(shown, {})) <= budget
    if budget == 500:
        assert [one.path for one in shown] == ["app/config.py", "app/quotes.py"]
        assert "f1>     quote_base_url" in text and "f1>     return httpx.post" in text


def test_the_same_tree_leads_to_the_same_places() -> None:
    files = {"app/config.py": SETTINGS, **{f"app/part{n}.py": USE for n in range(9)}}
    first = led(files, fact("app/config.py", 6))
    assert first == led(dict(reversed(files.items())), fact("app/config.py", 6)) and len(first) == 3


def test_a_function_that_only_gives_a_setting_leads_to_who_calls_it() -> None:
    files = {
        "app/ads.py": (
            "class Ads:\n    def _base(self):\n        return 'https://ads.example.com/v3'\n\n"
            "    def accounts(self, user):\n        return self.client.get(f'{self._base()}/accounts', user.token)\n"
        ),
        "app/else.py": "class Else:\n    def _base(self):\n        return 1\n\n    def rows(self):\n        return self._base()\n",
    }
    host = fact("app/ads.py", 3, Kind.HOST, "ads.example.com", use="call")
    assert led(files, host) == ["app/ads.py:6"]


def test_facts_of_one_name_and_file_keep_their_own_lines() -> None:
    """Two services behind one kind of fact in one file are two facts, with a mark each."""
    text = "def one():\n    ask(a)\n\n\ndef two():\n    ask(b)\n"
    facts = [[fact("x.py", line, Kind.SETTING, "url.path")] for line in (2, 6)]
    shown = select(facts, source({"x.py": text}), 400, counting.Estimate())
    assert "f1>     ask(a)" in render(shown, {facts[0][0]: "f1", facts[1][0]: "f2"})
    assert "f2>     ask(b)" in render(shown, {facts[0][0]: "f1", facts[1][0]: "f2"})


MADE = "import { Parcels } from 'parcels';\n\nexport const parcels = new Parcels({\n  token: process.env.PARCELS_TOKEN,\n});\n"
SHIP = "import { parcels } from '../lib/parcels';\n\nexport async function ship(order) {\n  await parcels.send(order.address);\n}\n"


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("src/ship.ts", SHIP, ["src/ship.ts:4"]),
        (
            "src/many.ts",
            "import {\n  parcels,\n} from '@/lib/parcels';\n\nexport function ship(order) {\n  return parcels.send(order);\n}\n",
            ["src/many.ts:6"],
        ),
        # a variable of the same name that comes from elsewhere
        ("src/own.ts", "export function count(parcels) {\n  return parcels.length;\n}\n", []),
        ("src/other.ts", SHIP.replace("../lib/parcels", "../lib/letters"), []),
        # the word in a text
        ("src/text.ts", SHIP.replace("await parcels.send(order.address)", "help('parcels.example for more')"), []),
    ],
)
def test_a_client_that_one_module_makes_leads_to_the_modules_that_import_it(
    path: str, text: str, found: list[str]
) -> None:
    files = {"lib/parcels.ts": MADE, path: text}
    assert led(files, fact("lib/parcels.ts", 3, Kind.CALL, "new Parcels")) == found


def test_a_function_that_only_gives_a_client_leads_to_who_calls_it_elsewhere() -> None:
    getter = "\nconst spare = 1;\n\nexport const parcelsOf = (old: boolean) => {\n  return old ? spare : parcels;\n};\n"
    files = {
        "lib/parcels.ts": MADE.replace("export ", "") + getter,
        "src/ship.ts": SHIP.replace("{ parcels }", "{ parcelsOf }").replace("parcels.send", "parcelsOf(true).send"),
    }
    assert led(files, fact("lib/parcels.ts", 3, Kind.CALL, "new Parcels")) == ["src/ship.ts:4"]


def test_each_client_has_its_turn() -> None:
    checks = {
        f"src/check{n}.ts": f"import {{ seal }} from '../lib/parcels';\n\nexport function check{n}(b) {{\n  return seal.verify(b);\n}}\n"
        for n in range(4)
    }
    made = MADE + "\nexport const seal = new Seal({\n  key: 1,\n});\n"
    facts = fact("lib/parcels.ts", 7, Kind.CALL, "new Seal"), fact("lib/parcels.ts", 3, Kind.CALL, "new Parcels")
    assert "src/ship.ts:4" in led({"lib/parcels.ts": made, "src/ship.ts": SHIP, **checks}, *facts)
