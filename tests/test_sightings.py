"""How much a fact proves."""

from __future__ import annotations

import pytest

from llm_audit.catalog import load
from llm_audit.collect import collectors
from llm_audit.collect.base import fact
from llm_audit.collect.dispatch import Dispatch
from llm_audit.gathering.reader import facts_of
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.owners import owners
from llm_audit.integrations.sightings import sightings
from llm_audit.integrations.strength import USE, strength
from llm_audit.model import Fact, Kind, SourceFile


@pytest.mark.parametrize(
    ("path", "proves"),
    [
        ("src/client.py", True),
        ("scripts/sync.sh", True),
        (".github/workflows/release.yml", False),
        ("docker/php/Dockerfile", False),
        ("install.sh", False),
        ("ios/App/GoogleService-Info.plist", False),
        ("app/installer.py", True),
    ],
)
def test_what_a_build_fetches_is_no_address_of_the_program(path: str, proves: bool) -> None:
    called = fact(SourceFile(path, "x"), 1, Kind.HOST, "api.acmepay.io", "/v1", use="call")
    assert (strength(called) >= USE) is proves


@pytest.mark.parametrize(("path", "signs_in"), [("/oauth2/v3/certs", True), ("/drive/v3/files", False)])
def test_one_host_of_google_serves_sign_in_and_documents(path: str, signs_in: bool) -> None:
    called = fact(SourceFile("a.ts", "x"), 1, Kind.HOST, "www.googleapis.com", path, use="call")
    assert ("oauth-google" in {one.id for one in owners(called, load())}) is signs_in


def test_a_picture_in_a_mail_is_no_interface() -> None:
    shown = fact(SourceFile("mails/a.html", "x"), 1, Kind.HOST, "raw.githubusercontent.com", "", use="script")
    called = fact(SourceFile("a.py", "x"), 1, Kind.HOST, "raw.githubusercontent.com", "/a/b/main/list.json", use="call")
    assert strength(shown) < USE <= strength(called)


@pytest.mark.parametrize(("package", "is_service"), [("ecto", False), ("segment", True)])
def test_a_module_of_elixir_bears_a_service_s_name_by_chance(package: str, is_service: bool) -> None:
    used = fact(SourceFile("lib/a.ex", "x"), 1, Kind.CALL, "Segment.new", language="elixir", module="Segment")
    needed = fact(SourceFile("mix.exs", "x"), 1, Kind.DEPENDENCY, package, "~> 1.0", ecosystem="hex")
    assert ("segment" in sightings(Ledger([used, needed]), load())) is is_service


@pytest.mark.parametrize(("module", "service"), [("langchain_openai", "azure-openai"), ("app.llm", None)])
def test_a_class_of_azures_deployments_is_azures_only_out_of_an_sdk(module: str, service: str | None) -> None:
    call = fact(SourceFile("a.py", "x"), 1, Kind.CALL, "AzureOpenAIEmbeddings", language="python", module=module)
    assert [one.id for one in owners(call, load())] == ([service] if service else [])


@pytest.mark.parametrize(
    ("path", "package", "line", "seen"),
    [
        ("shop/integrations/stripe/client.py", "stripe", "import stripe", True),
        ("shop/integrations/stripe/client.py", "stripe", "from stripe import Charge", True),
        ("shop/integrations/stripe/client.py", "django", "from stripe import Charge", False),
        ("stripe/client.py", "stripe", "import stripe", False),
        ("shop/stripe/views.py", "stripe", "from stripe.forms import Form", False),
    ],
)
def test_a_folder_named_like_a_library_is_not_the_library(path: str, package: str, line: str, *, seen: bool) -> None:
    needed = fact(SourceFile("requirements.txt", "x"), 1, Kind.DEPENDENCY, package, "1.0", ecosystem="pypi")
    read = facts_of(SourceFile(path, f"{line}\n"), Dispatch(collectors()))
    ledger = Ledger([needed, *(one for one in read if isinstance(one, Fact))])
    assert any(ledger.of(Kind.IMPORT)) is seen


@pytest.mark.parametrize(
    ("source", "service"),
    [
        ("git::https://github.com/acme/terraform-aws-emr-containers.git?ref=v0.2.1", "emr"),
        ("github.com/acme/terraform-aws-emr-containers", "emr"),
        ("git@github.com:acme/terraform-aws-emr.git//modules/x", "emr"),
        ("terraform-aws-modules/emr/aws", "emr"),
        ("git::https://github.com/acme/emr-tools.git", None),
    ],
)
def test_a_repository_of_a_module_says_what_it_sets_up(source: str, service: str | None) -> None:
    one = fact(SourceFile("main.tf", "x"), 1, Kind.RESOURCE, f"module:{source}", "jobs", tool="terraform")
    assert [found.id for found in owners(one, load())] == ([service] if service else [])


@pytest.mark.parametrize(("use", "seen"), [("call", []), ("config", ["cloudfront"])])
def test_files_fetched_from_a_cdns_host_are_somebodys(use: str, seen: list[str]) -> None:
    one = fact(SourceFile("a.sh", "x"), 1, Kind.HOST, "d111abc.cloudfront.net", "/trips.csv", use=use)
    assert [found.id for found in owners(one, load())] == seen


def test_a_chart_of_a_plain_name_is_told_by_its_release() -> None:
    def seen(chart: str, release: str) -> list[str]:
        one = fact(SourceFile("a.yaml", "x"), 1, Kind.RESOURCE, chart, "1.0", tool="helm", release=release)
        return [found.id for found in owners(one, load())]

    assert seen("operator", "starrocks-operator") == ["starrocks", "helm"]
    assert seen("valkey", "starrocks-operator") == ["valkey", "helm"]
    assert seen("operator", "shop") == ["helm"]
