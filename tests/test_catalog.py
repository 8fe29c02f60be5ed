"""The catalogue as data: every table proves itself by its examples, and no two services claim one package."""

from __future__ import annotations

import pytest

from llm_audit import templates
from llm_audit.catalog import ECOSYSTEMS, Catalog, CatalogError, Service, load
from llm_audit.catalog.service import service_of

CATALOG = load()
GROUPS = {group.label for section in templates.load().sections for group in section.groups}


def resolve(catalog: Catalog, example: str) -> tuple[Service, ...]:
    """The services that an example such as `npm:stripe` or `import java:com.stripe.Charge` leads to."""
    prefix, _, name = example.partition(":")
    if prefix.startswith("import "):
        return catalog.by_import(prefix.removeprefix("import "), name)
    if prefix in ECOSYSTEMS:
        return catalog.by_package(prefix, name)
    if prefix == "setting":
        return catalog.by_setting(*name.split("=", 1))
    return getattr(catalog, f"by_{prefix}")(name)  # type: ignore[no-any-return]


@pytest.mark.parametrize("service", CATALOG.services.values(), ids=lambda service: service.id)
def test_examples_lead_to_their_service(service: Service) -> None:
    positive = [example for example in service.examples if not example.startswith("not ")]
    for example in positive:
        assert service in resolve(CATALOG, example), example
    for example in service.examples:
        if example.startswith("not "):
            assert service not in resolve(CATALOG, example.removeprefix("not ")), example
    prefixes = {example.partition(":")[0].split(" ")[0] for example in positive}
    wanted = {"packages": set(ECOSYSTEMS), "imports": {"import"}}
    for signal in {signal for signal, _, _ in service.patterns}:
        allowed = wanted.get(signal, {signal.removesuffix("s")})
        assert prefixes & allowed, f"no example for {signal}"


@pytest.mark.parametrize("service", CATALOG.services.values(), ids=lambda service: service.id)
def test_group_is_one_of_the_document(service: Service) -> None:
    assert service.group in GROUPS
    assert set(service.also) <= GROUPS
    assert set(dict(service.roles)) <= GROUPS
    assert set(service.shares) <= set(CATALOG.services)


def test_no_two_services_claim_one_signal_unless_they_say_so() -> None:
    owners: dict[tuple[str, str, str], list[Service]] = {}
    for service in CATALOG.services.values():
        for pattern in service.patterns:
            owners.setdefault(pattern, []).append(service)
    for pattern, claimants in owners.items():
        for service in claimants:
            others = {other.id for other in claimants} - {service.id}
            said = others <= set(service.shares) or all(
                service.id in CATALOG.services[other].shares for other in others
            )
            assert said, f"{pattern} is claimed by {[one.id for one in claimants]}"


@pytest.mark.parametrize(
    "service", [one for one in CATALOG.services.values() if one.starts], ids=lambda service: service.id
)
def test_packages_that_start_by_themselves_are_the_services_own(service: Service) -> None:
    for package in service.starts:
        assert service in resolve(CATALOG, package), package


def test_a_malformed_table_is_refused() -> None:
    with pytest.raises(CatalogError, match="unknown keys"):
        service_of({"id": "x", "name": "X", "group": "AI", "purpose": "p", "colour": 1}, "x.toml")
    with pytest.raises(CatalogError, match="missing keys"):
        service_of({"id": "x"}, "x.toml")
    with pytest.raises(CatalogError, match="unknown"):
        service_of({"id": "x", "name": "X", "group": "AI", "purpose": "p", "packages": {"nmp": ["x"]}}, "x.toml")


def test_a_row_for_several_products_is_titled_after_those_in_use() -> None:
    scans = CATALOG.services["trivy"]
    assert scans.title(["aquasecurity/trivy-action"]) == "Trivy"
    assert scans.title([".trivyignore", "anchore/scan-action"]) == "Trivy and Grype"
    assert scans.title(["something else"]) == scans.name
    assert CATALOG.by_name("Grype") is scans


def test_a_product_does_not_take_the_name_of_a_service_of_its_own() -> None:
    rows = [
        {
            "id": "both",
            "name": "Ant and Bee",
            "group": "AI",
            "purpose": "p",
            "products": {"Ant": ["*ant*"], "Bee": ["*bee*"]},
        },
        {"id": "ant", "name": "Ant", "group": "AI", "purpose": "p"},
    ]
    made = Catalog([service_of(row, "x.toml") for row in rows])
    assert made.by_name("Ant") is made.services["ant"]
    assert made.by_name("Bee") is made.services["both"]


@pytest.mark.parametrize("service", [one for one in CATALOG.services.values() if one.products], ids=lambda one: one.id)
def test_every_product_is_known_by_something_of_its_row(service: Service) -> None:
    signs = [pattern for _, _, pattern in service.patterns]
    words = [
        *signs,
        *(pattern.replace("*", "x") for pattern in signs),
        *(one.partition(":")[2] for one in service.examples),
    ]
    for product, globs in service.products:
        alone = Service("x", "none", "AI", "p", (), products=((product, globs),))
        assert alone.title(words) == product, product


def test_pypi_takes_dots_and_hyphens_for_the_same() -> None:
    assert [one.id for one in CATALOG.by_package("pypi", "discord-py")] == ["discord"]
    assert CATALOG.by_package("pypi", "Discord.py") == CATALOG.by_package("pypi", "discord_py")
    assert [one.id for one in CATALOG.by_package("npm", "discord.js")] == ["discord"]
    assert not CATALOG.by_package("npm", "discord-js")


@pytest.mark.parametrize(
    "service",
    [one for one in CATALOG.services.values() if any(signal == "settings" and name.startswith("oauth.provider=") for signal, _, name in one.patterns)],
    ids=lambda service: service.id,
)  # fmt: skip
def test_a_way_to_sign_in_is_told_as_one(service: Service) -> None:
    signs_in = {"OAuth Integrations", "Auth Provider"}
    told = [sign for group, signs in dict(service.roles).items() if group in signs_in for sign in signs]
    assert service.group in signs_in or any("setting:oauth.provider=" in sign for sign in told)


def test_a_fork_of_a_library_in_go_is_for_its_service() -> None:
    def owners(module: str) -> list[list[str]]:
        return [
            [one.id for one in found] for found in (CATALOG.by_import("go", module), CATALOG.by_package("go", module))
        ]

    assert owners("github.com/acme/telegram-bot-api/v6") == [["telegram"], ["telegram"]]
    assert owners("github.com/acme/redis") == [[], []]  # a package of one's own that is only named so
    assert owners("github.com/acme/telegram-bot") == [[], []]
    assert owners("example.org/acme/telegram-bot-api") == [[], []]
