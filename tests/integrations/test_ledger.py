"""Versions as lockfiles, catalogues and build properties resolve them, per app of a monorepo."""

from __future__ import annotations

import pytest

from llm_audit.integrations.ledger import Ledger
from llm_audit.model import Fact, Kind, Role
from tests.integrations.facts import found, imports, locked, made, names, needs, setting


def version(dependency: Fact, *others: Fact) -> str:
    return Ledger([dependency, *others]).versions.of(dependency)


def test_a_lockfile_beats_the_manifest() -> None:
    assert version(needs("stripe", "^14.0.0"), locked("stripe", "14.25.0")) == "14.25.0"
    assert version(needs("stripe", "^14.0.0")) == "14.0.0"


@pytest.mark.parametrize(
    "stated", ["workspace:*", "file:../x", "*", "latest", "https://x.test/a-1.2.tgz", "git+ssh://x#1.2"]
)
def test_a_floating_or_local_version_is_none(stated: str) -> None:
    assert version(needs("@acme/db", stated)) == ""


def test_each_app_of_a_monorepo_has_its_own_version() -> None:
    web = needs("stripe", "^14.0.0", at="apps/web/package.json:3")
    admin = needs("stripe", "^16.0.0", at="apps/admin/package.json:3")
    ledger = Ledger(
        [
            web, admin,
            locked("stripe", "14.25.0", at="pnpm-lock.yaml:5", app="apps/web", direct="yes"),
            locked("stripe", "16.12.0", at="pnpm-lock.yaml:9", app="apps/admin", direct="yes"),
        ]
    )  # fmt: skip
    assert (ledger.versions.of(web), ledger.versions.of(admin)) == ("14.25.0", "16.12.0")
    assert ledger.app_of("apps/web/src/pay.ts") == "apps/web"
    assert ledger.app_of("tools/x.ts") == ""


def test_a_lockfile_of_another_app_has_no_say() -> None:
    assert (
        version(needs("redis", "", at="api/package.json:3"), locked("redis", "4.7.0", at="web/package-lock.json:9"))
        == ""
    )


def test_the_nearest_lockfile_speaks() -> None:
    near = locked("redis", "4.7.0", at="api/package-lock.json:9")
    far = locked("redis", "5.0.0", at="package-lock.json:9")
    assert version(needs("redis", "*", at="api/package.json:3"), near, far) == "4.7.0"


def test_of_two_locked_versions_the_one_that_the_manifest_states() -> None:
    both = (locked("uuid", "8.3.2"), locked("uuid", "9.0.1", at="package-lock.json:20"))
    assert version(needs("uuid", "^8.3.0"), *both) == "8.3.2"


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ("${jwt.version}", "maven.property.jwt.version"),
        ("$(JwtVersion)", "msbuild.property.JwtVersion"),
        ("$jwtVersion", "gradle.property.jwtVersion"),
    ],
)
def test_build_properties_are_put_in(stated: str, name: str) -> None:
    assert version(needs("jwt", stated, ecosystem="maven"), setting(name, "4.4.0")) == "4.4.0"


def test_managed_versions_and_bills_of_materials() -> None:
    managed = needs("org.x:y", "1.2.3", ecosystem="maven", scope="managed")
    assert version(needs("org.x:y", "", ecosystem="maven"), managed) == "1.2.3"
    bom = needs("org.aws:bom", "2.28.16", ecosystem="maven", scope="bom")
    assert version(needs("org.aws:s3", "", ecosystem="maven"), bom) == "2.28.16"
    assert version(needs("org.other:s3", "", ecosystem="maven"), bom) == ""


def test_accessors_of_a_version_catalogue_stand_for_its_packages() -> None:
    entry = needs(
        "io.ktor:ktor-client",
        "3.0.0",
        at="gradle/libs.versions.toml:3",
        ecosystem="maven",
        scope="catalog",
        alias="libs.ktor.client",
    )
    used = needs("libs.ktor.client", "", at="app/build.gradle.kts:5", ecosystem="maven", alias="libs.ktor.client")
    ledger = Ledger([entry, used])
    [real] = [one for one in ledger.of(Kind.DEPENDENCY) if one.path.startswith("app/")]
    assert (real.name, ledger.versions.of(real)) == ("io.ktor:ktor-client", "3.0.0")


def test_tags_of_packagist_lose_their_letter_and_others_keep_it() -> None:
    assert version(needs("a/b", "^1", ecosystem="packagist"), locked("a/b", "v1.2.3", ecosystem="packagist")) == "1.2.3"


def test_facts_are_asked_in_one_order_and_of_source_unless_told() -> None:
    first, second = needs("a", at="a/package.json:3"), needs("b", at="b/package.json:3")
    test = made(Kind.DEPENDENCY, "t", at="tests/package.json:3", role=Role.TEST)
    ledger = Ledger([test, second, first])
    assert [one.name for one in ledger.of(Kind.DEPENDENCY)] == ["a", "b"]
    assert [one.name for one in ledger.of(Kind.DEPENDENCY, source=False)] == ["a", "b", "t"]


def test_a_parent_that_manages_its_group_gives_the_version() -> None:
    parent = needs(
        "org.springframework.boot:spring-boot-starter-parent", "3.2.1", at="pom.xml:5", ecosystem="maven", scope="bom"
    )
    starter = needs("org.springframework.boot:spring-boot-starter-web", "", at="shop/pom.xml:9", ecosystem="maven")
    assert version(starter, parent) == "3.2.1"
    assert version(needs("org.other:web", "", at="shop/pom.xml:9", ecosystem="maven"), parent) == ""
    assert version(needs(starter.name, "3.1.0", at="shop/pom.xml:9", ecosystem="maven"), parent) == "3.1.0"


def test_a_bill_of_materials_with_a_version_of_its_own_gives_none() -> None:
    bom = needs("com.google.firebase:firebase-bom", "33.7.0", ecosystem="maven", scope="bom")
    assert version(needs("com.google.firebase:firebase-crashlytics", "", ecosystem="maven"), bom) == ""


def test_the_nearest_of_two_parents_speaks() -> None:
    name = "org.springframework.boot:spring-boot-starter-parent"
    old = needs(name, "2.7.18", at="old/pom.xml:5", ecosystem="maven", scope="bom")
    new = needs(name, "3.2.1", at="new/pom.xml:5", ecosystem="maven", scope="bom")
    starter = needs("org.springframework.boot:spring-boot-starter-web", "", at="new/api/pom.xml:9", ecosystem="maven")
    assert version(starter, old, new) == "3.2.1"


def test_a_module_of_the_tree_is_nobodys_package() -> None:
    use = imports("segment.val", at="bench.py:3", language="python")
    call = made(Kind.CALL, "run", at="bench.py:9", language="python", module="segment.val")
    own = imports("torch", at="segment/val.py:1", language="python")
    assert [fact.name for fact in Ledger((use, call, own)).facts] == ["torch"]
    assert use in Ledger((use, call)).facts  # nothing of that name in the tree
    declared = needs("segment", "1.0", at="requirements.txt:1", ecosystem="pypi")
    assert use in Ledger((use, own, declared)).facts


def test_a_folder_that_only_shares_a_packages_name_is_no_module() -> None:
    use = imports("docker", at="app/run.py:3", language="python")
    script = imports("os", at="docker/entrypoint.py:1", language="python")
    assert use in Ledger((use, script)).facts


@pytest.mark.parametrize(("count", "kept"), [(12, 0), (11, 11)])
def test_addresses_in_a_folder_full_of_records_are_no_configuration(count: int, kept: int) -> None:
    records = [
        made(Kind.HOST, "www.strava.com", "/athletes/1", at=f"data/people/{n}.json:4", use="config")
        for n in range(count)
    ]
    code = made(Kind.HOST, "www.strava.com", "/api/v3", at="src/a.ts:1", use="call")
    ledger = Ledger([*records, code])
    assert len(list(ledger.of(Kind.HOST))) == kept + 1


def test_a_gradle_plugin_brings_the_versions_of_its_own_group() -> None:
    plugin = needs(
        "org.springframework.boot", "3.4.1", at="build.gradle:2", ecosystem="maven", scope="build", via="plugin"
    )
    mail = needs("org.springframework.boot:spring-boot-starter-mail", "", at="build.gradle:9", ecosystem="maven")
    assert version(mail, plugin) == "3.4.1"
    driver = needs("org.postgresql:postgresql", "", at="build.gradle:10", ecosystem="maven")
    assert version(driver, plugin) == ""
    other = needs("org.flywaydb.flyway", "10.1.0", at="build.gradle:3", ecosystem="maven", scope="build", via="plugin")
    assert version(needs("org.flywaydb.flyway:core", "", at="build.gradle:9", ecosystem="maven"), other) == ""


def test_the_bill_of_a_platform_stands_for_the_group_of_its_extensions() -> None:
    bom = needs("io.quarkus.platform:quarkus-bom", "3.15.1", at="pom.xml:20", ecosystem="maven", scope="bom")
    assert version(needs("io.quarkus:quarkus-jdbc-postgresql", "", at="pom.xml:40", ecosystem="maven"), bom) == "3.15.1"
    assert version(needs("io.quarkiverse.x:x", "", at="pom.xml:44", ecosystem="maven"), bom) == ""


@pytest.mark.parametrize(
    ("stated", "number"),
    [
        ("<1", ""),
        ("<2,>=1.5", "1.5"),
        (">=1.5,<2", "1.5"),
        ("!=1.4, >=1.2", "1.2"),
        ("<= 3.0", ""),
        ("~> 5.55", "5.55"),
    ],
)
def test_what_a_specification_leaves_out_is_no_version(stated: str, number: str) -> None:
    assert version(needs("openai", stated)) == number


def test_a_package_whose_name_begins_like_a_module_holds_it() -> None:
    manifest = needs("rudder-sdk-python", "2.0", at="api/pyproject.toml:3", ecosystem="pypi")
    use = imports("rudderstack", at="api/integrations/rudderstack/rudderstack.py:4", language="python")
    assert "RudderStack" in names(found(manifest, use), "Analytics")
    other = needs("python-sdk", "2.0", at="api/pyproject.toml:4", ecosystem="pypi")
    assert "RudderStack" not in names(found(other, use), "Analytics")


def test_a_lockfile_within_a_project_of_xcode_speaks_for_the_folder_around() -> None:
    package = needs("Alamofire", "5.8.0", "ios/App.xcodeproj/project.pbxproj:9", "swift")
    inside = "project.xcworkspace/xcshareddata/swiftpm/Package.resolved:3"
    own = locked("Alamofire", "5.12.0", f"ios/App.xcodeproj/{inside}", "swift")
    other = locked("Alamofire", "6.0.0", f"mac/App.xcodeproj/{inside}", "swift")
    assert version(package, own, other) == "5.12.0"
    branch = locked("Alamofire", "[REDACTED:random]", f"ios/App.xcodeproj/{inside}", "swift")
    assert version(package, branch) == "5.8.0"
