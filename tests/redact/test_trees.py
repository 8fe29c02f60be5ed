"""Fakes planted all over a repository: none reaches a fact, a document, an error or a cache; another scanner agrees."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from llm_audit import redact
from llm_audit.gathering.collecting import collect
from llm_audit.redact import holders
from llm_audit.redact.learning import Learner
from tests.conftest import REPO, Tree, run
from tests.redact.families import FAMILIES, Family

BY_NAME = {family.name: family for family in FAMILIES}
RNG = Random(99)


def fake(name: str) -> str:
    """A value of a family."""
    family: Family = BY_NAME[name]
    return family.make(RNG)


@pytest.fixture(autouse=True)
def _nothing_known() -> object:
    yield
    redact.forget()
    redact.clean.cache_clear()


def planted() -> tuple[dict[str, str], list[str]]:
    """A small shop with a fake secret in every place one was ever seen in, and the fakes."""
    stripe, token, aws, slack, plain = (
        fake("stripe-live"),
        fake("github"),
        fake("aws-secret"),
        fake("slack-bot"),
        "orchard" + "-Lantern7",
    )
    human, key, sentry, npm = fake("password-human"), fake("pem-rsa"), fake("sentry-dsn"), fake("npm")
    files = {
        "package.json": '{"name": "shop", "dependencies": {"stripe": "^14.8.0", "pg": "8", "redis": "4", "@slack/web-api": "7"}}',
        "src/pay.ts": f"import Stripe from 'stripe'\n// old key: {stripe}\nexport const stripe = new Stripe(process.env.STRIPE_KEY ?? '{stripe}')\nstripe.charges.create({{}})\n",
        "src/db.ts": f"import {{ Pool }} from 'pg'\n// in staging the password is {plain}\nexport const db = new Pool({{ connectionString: process.env.DATABASE_URL || 'postgres://app:{plain}@db.acme.io/shop' }})\n",
        "src/notify.py": f'import os\nfrom slack_sdk import WebClient\nclient = WebClient(token=os.getenv("SLACK_TOKEN", "{slack}"))\nSENTRY = "{sentry}"\n',
        "src/deploy.sh": f"export AWS_SECRET_ACCESS_KEY={aws}\ncurl -H 'Authorization: Bearer {token}' https://api.acme.io/v1/deploys\n",
        ".env": f"DB_PASSWORD={plain}\nADMIN_PASSWORD={human}\nSTRIPE_KEY={stripe}\n",
        ".npmrc": f"//registry.npmjs.org/:_authToken={npm}\n",
        "compose.yaml": f"services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: {plain}\n      ADMIN: '{human}'\n",
        ".github/workflows/ci.yml": f"name: ci\non: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    env:\n      TOKEN: {token}\n    steps:\n      - run: npm publish\n",
        "k8s/secret.yaml": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\nstringData:\n  password: {human}\n",
        f"src/{token}.ts": "import Stripe from 'stripe'\nnew Stripe(process.env.STRIPE_KEY!)\n",
        "keys/id_rsa.pem": key + "\n",
        ".git/config": f'[remote "origin"]\n\turl = https://ops:{token}@github.com/acme/shop.git\n',
        ".git/HEAD": "ref: refs/heads/main\n",
        ".git/COMMIT_EDITMSG": f"use {stripe}\n",
    }  # fmt: skip
    body = [line for line in key.splitlines() if "-----" not in line]
    return files, [stripe, token, aws, slack, plain, human, npm, sentry.split("@")[0].removeprefix("https://"), *body]


def test_no_planted_secret_reaches_a_document_or_a_message(tree: Tree, tmp_path: Path) -> None:
    files, secrets = planted()
    root = tree(files)
    cache = tmp_path / "cache"
    for command in (["draft", root, "-v"], ["facts", root], ["facts", root, "--json"], ["explain", "stripe", root]):
        done = run(*command, XDG_CACHE_HOME=str(cache))
        assert done.returncode == 0, done.stderr
        _nowhere(secrets, done.stdout + done.stderr, str(command[0]))
    for path in [*(root / ".planning").rglob("*.*"), *cache.rglob("*.json")]:
        _nowhere(secrets, path.read_text(encoding="utf-8"), path.name)


def _nowhere(secrets: list[str], text: str, where: str) -> None:
    for number, secret in enumerate(secrets):
        assert secret not in text, f"secret {number} in {where}"


def test_what_a_dotenv_file_says_is_known_in_a_comment(tree: Tree) -> None:
    value = "orchard" + "-Lantern7"
    note = f"import os\nos.getenv('NOTE', 'ask for {value} at the desk')\n"
    alone = collect(tree({"a.py": note}, "alone"))
    assert any(value in fact.value for fact in alone.facts), "nothing gives it away by itself"
    redact.clean.cache_clear()
    both = collect(tree({"a.py": note, "z/.env": f"DB_PASSWORD={value}\n"}, "both"))
    assert both.facts
    assert not any(
        value in text for fact in both.facts for text in (fact.name, fact.value, *dict(fact.details).values())
    )


@pytest.mark.parametrize(
    ("path", "text", "learned"),
    [
        (".env.local", "DB_PASSWORD='Tr4vel-9x' # note\nPORT=3000\nNAME=shop\n", {"Tr4vel-9x"}),
        ("prod.tfvars", 'db_password = "Tr4vel-9x"\nregion = "eu-west-1"\n', {"Tr4vel-9x"}),
        (".npmrc", "//registry.npmjs.org/:_authToken=q9Zt4LmX7vBd2Kws\n", {"q9Zt4LmX7vBd2Kws"}),
        (".netrc", "machine a.io login ops password Tr4vel-9x\n", {"Tr4vel-9x"}),
        (".pgpass", "db:5432:app:ops:Tr4vel-9x\n", {"Tr4vel-9x"}),
        (".docker/config.json", '{"auths": {"a.io": {"auth": "b3BzOlRyNHZlbC05eA=="}}}', {"b3BzOlRyNHZlbC05eA==", "Tr4vel-9x"}),
        ("docker-compose.yml", "services:\n  db:\n    environment:\n      - POSTGRES_PASSWORD=Tr4vel-9x\n", {"Tr4vel-9x"}),
        ("docker-compose.yml", "services:\n  ui:\n    image: phpmyadmin/phpmyadmin:latest\n    container_name: acme_qx7_kz93_vw2\n", set()),
        ("k8s/s.yaml", "kind: Secret\ndata:\n  password: VHI0dmVsLTl4\n", {"VHI0dmVsLTl4", "Tr4vel-9x"}),
        (".env", "DATABASE_URL=postgres://app:Tr4vel-9x@db/app\n", {"Tr4vel-9x"}),
        (".env.example", "DB_PASSWORD=changeme\nAPI_KEY=your-key-here\nDB_HOST=localhost\nDB=postgres\n", set()),
        (".env", "SECRET=${OTHER}\nMODEL=gpt-4o-mini\nREGION=us-east-1\nVERSION=1.2.3\nMAIL=a@acme.io\nDIR=/var/lib/app\n", set()),
        ("src/a.py", "DB_PASSWORD='Tr4vel-9x'\n", set()),
        ("k8s/b.yaml", "kind: ConfigMap\ndata:\n  prefix: \"nqn.2000-02.io.acme:pvc-\"\n---\nkind: Secret\ndata:\n  password: VHI0dmVsLTl4\n", {"VHI0dmVsLTl4", "Tr4vel-9x"}),
        ("k8s/c.yaml", "kind: ConfigMap\ndata:\n  password: VHI0dmVsLTl4\n", set()),
    ],
)  # fmt: skip
def test_what_is_learned_of_a_file_of_secrets(path: str, text: str, learned: set[str]) -> None:
    assert set(holders.values(path, text)) == learned


def test_engine_findings_are_learned_with_and_without_a_thread() -> None:
    token = fake("github")
    for threads in (0, 1):
        with Learner(threads) as learner:
            learner.see("a.py", "x = 1\n")
            learner.see("b.py", f"é = '{token}'\n")
            assert learner.finish() == {token}
        assert learner.teachers == {"b.py"}


@pytest.mark.parametrize("form", ["{}", "a\n{}\nb", "x%2F{}", "'{}'"])
def test_a_known_value_is_found_in_every_form(form: str) -> None:
    import base64
    from urllib.parse import quote

    value = "orchard & lantern/7"
    redact.learn([value])
    for shape in (
        value,
        quote(value, safe=""),
        json.dumps(value)[1:-1].replace("/", "\\/"),
        base64.b64encode(f"my {value}".encode()).decode(),
        value.replace("lan", "lan\n  "),
    ):
        assert redact.redact(form.format(shape))[1] >= 1, shape


GITLEAKS = shutil.which("gitleaks")


@pytest.mark.skipif(GITLEAKS is None, reason="the gitleaks binary is not installed")
def test_another_scanner_finds_nothing_in_what_is_written(tree: Tree, tmp_path: Path) -> None:
    out = tmp_path / "documents"
    out.mkdir()
    files, _ = planted()
    (out / "planted.txt").write_text("\n".join(files.values()))
    assert _gitleaks(out, tmp_path) > 3, "the judge is blind"
    (out / "planted.txt").unlink()
    for fixture in sorted((REPO / "fixtures/repos").iterdir())[::4]:
        root = tmp_path / "trees" / fixture.name
        shutil.copytree(fixture, root)
        for path, text in files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                target.write_text(text)
        assert run("draft", root, "-q", "--force").returncode == 0
        shutil.copytree(root / ".planning", out / fixture.name)
    assert _gitleaks(out, tmp_path) == 0


def _gitleaks(folder: Path, work: Path) -> int:
    config, report = work / "gitleaks.toml", work / "report.json"
    config.write_text("[extend]\nuseDefault = true\n")
    assert GITLEAKS
    subprocess.run(
        [GITLEAKS, "dir", str(folder), "--config", str(config), "--report-path", str(report), "--no-banner", "--exit-code", "0", "--log-level", "error", "--ignore-gitleaks-allow"],
        check=True, timeout=120,
    )  # fmt: skip
    return len(json.loads(report.read_text()))
