"""Packages that a tree itself holds."""

from __future__ import annotations

import json
from pathlib import Path

from llm_audit import repo
from llm_audit.gathering.collecting import collect
from llm_audit.gathering.factcache import FactCache
from llm_audit.gathering.workspace import own_applications, own_packages
from llm_audit.model import Fact, Kind, Role
from tests.conftest import Tree

USE = (
    'import { sum } from "@acme/tools";\nimport { payments } from "@acme/tools/pay";\nimport { S3Client } from "@aws-sdk/client-s3";\n'
    "sum(1);\npayments.customers.create(2);\nnew S3Client({});\n"
)


def named(name: str) -> str:
    return json.dumps({"name": name, "version": "1.0.0"})


FILES: dict[str, str | bytes] = {
    "package.json": named("acme"),
    "apps/web/package.json": named("@acme/web"),
    "packages/tools/package.json": named("@acme/tools"),
    "packages/redis/package.json": named("redis"),
    "packages/tools/tests/fixtures/app/package.json": named("@aws-sdk/client-s3"),
    "packages/odd/package.json": '["no", "manifest"',
    "apps/web/src/main.ts": USE,
}


def test_only_scoped_names_of_the_programs_own_manifests(tree: Tree) -> None:
    root = tree(FILES)
    assert own_packages(root, repo.walk(root)) == {"@acme/web", "@acme/tools"}
    assert own_packages(root, ["packages/tools/package.json"]) == frozenset()


def _seen(root: Path, cache: FactCache | None = None) -> tuple[set[str], set[str]]:
    facts = [one for one in collect(root, cache=cache).facts if one.path.endswith(".ts")]
    return {f.name for f in facts if f.kind is Kind.IMPORT}, {f.name for f in facts if f.kind is Kind.CALL}


def test_what_a_file_takes_from_them_is_local(tree: Tree) -> None:
    assert _seen(tree(FILES)) == ({"@aws-sdk/client-s3"}, {"payments.customers.create", "new S3Client"})
    apart = {path: text for path, text in FILES.items() if "tools" not in path}
    imports, calls = _seen(tree(apart, "apart"))
    assert imports == {"@acme/tools", "@acme/tools/pay", "@aws-sdk/client-s3"}
    assert "sum" in calls


def test_a_package_that_joins_is_noticed_by_files_that_did_not_change(tree: Tree, tmp_path: Path) -> None:
    apart = {path: text for path, text in FILES.items() if "tools" not in path}
    root = tree(apart)
    before = FactCache(tmp_path / "cache", root)
    assert "@acme/tools" in _seen(root, before)[0]
    before.save()
    tree({"packages/tools/package.json": named("@acme/tools")})
    assert _seen(root, FactCache(tmp_path / "cache", root))[0] == {"@aws-sdk/client-s3"}


PAYS = "import stripe\nstripe.Charge.create(amount=1)\n"
APPLICATIONS: dict[str, str | bytes] = {
    "manage.py": "",
    "cookbook/apps.py": "",
    "cookbook/pay.py": PAYS,
    "cookbook/examples/pay.py": PAYS,
    "website/apps.py": "",
    "website/pay.py": PAYS,
    "demo/pay.py": PAYS,
    "examples/shop/manage.py": "",
    "examples/shop/sandbox/apps.py": "",
    "examples/shop/sandbox/pay.py": PAYS,
}


def test_an_application_of_django_is_the_program_whatever_it_is_called(tree: Tree, tmp_path: Path) -> None:
    root = tree(APPLICATIONS)
    assert own_applications(repo.walk(root)) == {"cookbook/", "website/", "examples/shop/sandbox/"}
    assert roles(collect(root).facts) == {
        "cookbook/pay.py": Role.SOURCE,
        "cookbook/examples/pay.py": Role.EXAMPLE,
        "website/pay.py": Role.SOURCE,
        "demo/pay.py": Role.EXAMPLE,
        "examples/shop/sandbox/pay.py": Role.EXAMPLE,
    }


def test_kept_facts_are_forgotten_when_a_folder_becomes_an_application(tree: Tree, tmp_path: Path) -> None:
    root = tree({name: text for name, text in APPLICATIONS.items() if name != "manage.py"})
    for expected in (Role.EXAMPLE, Role.SOURCE):
        cache = FactCache(tmp_path / "cache", root)
        assert roles(collect(root, cache=cache).facts)["cookbook/pay.py"] == expected
        cache.save()
        (root / "manage.py").touch()


def roles(facts: tuple[Fact, ...]) -> dict[str, Role]:
    return {fact.path: fact.role for fact in facts if fact.kind == Kind.CALL}
