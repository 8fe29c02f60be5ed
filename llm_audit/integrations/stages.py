"""Staging and Production: by which files, workflows and settings the code tells its environments apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.literals import Literals
from llm_audit.document import code
from llm_audit.integrations.choices import choices, variable_of
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.variables import Variables
from llm_audit.model import Candidate, Dismissed, Fact, Kind, Role

_SECTION = "Environment Configuration"
_FOLDER_OR_FILE = r"(?i)(^|[/\-])(?<!non-)({words})(-[^/]*)?/|(^|[/._\-])(?<!non-)(?<!non_)({words})([._\-][^/]*)?$"
"""A folder of that name, or a file whose name holds the word; `production_line/` is another word. What is `live` may well be a
part of the program, so that of its folders those count which say how it is deployed."""
_NAMES = {
    "Staging": re.compile(
        _FOLDER_OR_FILE.format(words="staging|stage|stg|preprod|uat|deploy[-_]qa|non[-_]?prod(uction)?") + r"|^qa$"
    ),
    "Production": re.compile(
        _FOLDER_OR_FILE.format(words="production|prod|prd")
        + r"|(^|/)\.env\.live$|^live/|\.live\.(?!(?:[cm]?[jt]sx?|py|rb|go|php|vue)$)\w+$"
        + r"|(^|/)(env\w*|infra\w*|terra\w+|deploy\w*|k8s|kubernetes|clusters?|overlays|stacks|values|conf\w*|helm|ansible|inventor\w+)"
        r"/([^/]{1,60}/){0,3}live/"
    ),
}
_HINTS = Literals(("stag", "stg", "uat", "deploy-qa", "deploy_qa", "prod", "prd", "live"))
"""One of these is part of every path that an expression of a stage can match."""
_TELLING = re.compile(
    r"(?i)\.(ya?ml|json|toml|tf|tfvars|env[\w.\-]*|rb|py|exs|properties|config|ini|conf|php|[jt]s)$|(^|/)\.env[\w.\-]*$|^[^.]+$"
)
_STEP = re.compile(r"(?i)(^|[/._\-])stage[_\-][^/.]+\.(?:py|rb|exs|php|[jt]s)$")
"""Code of a step or a stage of something else, `stage_import.py`; of an environment, the word would end the name."""
_SECRETS = {
    "ExternalSecret": "External Secrets Operator", "SealedSecret": "Sealed Secrets", "SecretProviderClass": "Secrets Store CSI",
    "Secret": "Kubernetes Secrets", "aws_secretsmanager_secret": "AWS Secrets Manager", "aws_ssm_parameter": "AWS Systems Manager Parameter Store",
    "azurerm_key_vault": "Azure Key Vault", "google_secret_manager_secret": "Google Secret Manager",
}  # fmt: skip


def entries(ledger: Ledger, candidates: tuple[Candidate, ...], variables: Variables) -> Iterator[Candidate | Dismissed]:
    """The labelled lines of Staging and Production that facts can fill; why Staging has none, where code says so."""
    layers = tuple(
        f"{path.removesuffix(_OF_DBT)}{folder}/"
        for path in ledger.paths
        if f"/{path}".endswith(f"/{_OF_DBT}")
        for folder in _MODELS
    )
    hinting = [path for path in ledger.paths if _HINTS.in_text(path.lower()) and not path.startswith(layers)]
    for stage, pattern in _NAMES.items():
        facts = _telling(ledger, hinting, pattern)
        told = _compared(ledger, variables, _SAID[stage])
        text = "; ".join(
            filter(None, (_text(facts, pattern) if facts else "", *(_places(*one) for one in told.items())))
        )
        if text:
            label = "Environment-specific differences"
            yield _line(label, stage, text, [*facts, *(fact for found in told.values() for fact in found)])
        elif stage == "Staging":
            yield from _only_production(ledger, variables)
    yield from _management(ledger, candidates)
    yield from _redundancy(ledger)


_OF_DBT = "dbt_project.yml"
_MODELS = ("models", "seeds", "snapshots", "macros", "analyses", "tests")
"""The folders of a dbt project that hold data, whose first layer is called staging by dbt's own guide."""
_SAID = {"Staging": ("staging", "stage", "uat", "preview"), "Production": ("production", "prod", "live")}


def _compared(ledger: Ledger, variables: Variables, words: tuple[str, ...]) -> dict[str, list[Fact]]:
    """The comparisons of a variable with the name of a stage, by what is compared: `ENVIRONMENT` with `production`."""
    found: dict[str, list[Fact]] = {}
    for fact in choices(ledger, "stage"):
        if fact.value in words and (name := variable_of(fact, variables)):
            found.setdefault(f"{name} with {code(fact.value)}", []).append(fact)
    return dict(sorted(found.items(), key=lambda item: -len(item[1]))[:2])


def _places(what: str, facts: list[Fact]) -> str:
    paths = list(dict.fromkeys(fact.path for fact in facts))
    more = f" and {len(paths) - 2} more files" if len(paths) > 3 else ""
    shown = paths[:2] if more else paths
    return f"{', '.join(map(code, shown))}{more} compare{'s' if len(paths) == 1 else ''} {what}"


def _only_production(ledger: Ledger, variables: Variables) -> Iterator[Dismissed]:
    for what, facts in _compared(ledger, variables, _SAID["Production"]).items():
        name, _, value = what.partition(" with ")
        yield Dismissed(name, f"compared with {value}, never with a staging name", tuple(facts[:4]), "Staging")
        return


def _line(label: str, stage: str, text: str, facts: list[Fact]) -> Candidate:
    return Candidate(f"{stage.lower()}:{label}", label, _SECTION, stage, text, (), tuple(facts))


def _telling(ledger: Ledger, hinting: list[str], pattern: re.Pattern[str]) -> list[Fact]:
    """A fact for each configuration file, and each deployment environment of CI, that bears the stage's name.

    Args:
        ledger: all facts.
        hinting: the paths that may name a stage.
        pattern: how the stage is named.
    """
    found: dict[str, Fact] = {}
    telling = {path for path in hinting if pattern.search(path) and _TELLING.search(path) and not _STEP.search(path)}
    for fact in ledger.facts:
        named = fact.kind == Kind.PLATFORM and _environments(fact, pattern)
        if (named or fact.path in telling) and fact.role == Role.SOURCE:
            found.setdefault(f"{fact.name} {fact.value}" if named else fact.path, fact)
    return list(found.values())


def _environments(fact: Fact, pattern: re.Pattern[str]) -> list[str]:
    """The stage's environments that a platform's fact tells of: itself, or those that its file sets up."""
    every = [fact.value] if fact.name.endswith("-environment") else fact.detail("environments").split(", ")
    return [name for name in every if name and pattern.search(name)]


def _text(facts: list[Fact], pattern: re.Pattern[str]) -> str:
    environments = {f: told for f in facts if f.kind == Kind.PLATFORM and (told := _environments(f, pattern))}
    files = list(dict.fromkeys(code(f.path) for f in facts if f not in environments))
    shown = ", ".join(files[:5]) + (f" and {len(files) - 5} more" if len(files) > 5 else "")
    names = dict.fromkeys(
        f"{_system(f.name)} environment {code(name)}" for f, told in environments.items() for name in told
    )
    named = ", ".join(list(names)[:3])
    return "; ".join(part for part in (f"Own files: {shown}" if shown else "", named) if part)


def _system(name: str) -> str:
    return _SYSTEMS.get(name, "CI")


_SYSTEMS = {
    "github-environment": "GitHub", "gitlab-environment": "GitLab", "bitbucket-environment": "Bitbucket",
    "cloudflare-workers": "Cloudflare Workers", "cloudflare-pages": "Cloudflare Pages", "laravel-vapor": "Laravel Vapor",
}  # fmt: skip


def _management(ledger: Ledger, candidates: tuple[Candidate, ...]) -> Iterator[Candidate]:
    """Where production's secrets are kept, as far as the tree says."""
    stores = {one.name: one.facts[:2] for one in candidates if one.group == "Secrets Management"}
    for fact in ledger.of(Kind.RESOURCE):
        if name := _SECRETS.get(fact.name):
            stores.setdefault(name, (fact,))
    for fact in ledger.of(Kind.ENV_DECLARED):
        if (
            fact.detail("where") == "k8s"
            and fact.detail("secret") == "yes"
            and not stores.keys() & set(_SECRETS.values())
        ):
            stores["Kubernetes Secrets"] = (fact,)
    ci = [
        fact
        for fact in ledger.of(Kind.SECRET_REF)
        if not fact.detail("builtin") and not fact.detail("variable") and fact.detail("system") != "kamal"
    ]
    hosted = [one for one in candidates if one.group == "Hosting" and one.key in _HOSTED]
    for one in hosted:
        stores.setdefault(f"{one.name} environment variables", one.facts[:1])
    committed = {fact.path for fact in ledger.of(Kind.ENV_DECLARED, Kind.FILE, source=False)}
    for path, fact in _given_files(ledger).items():
        if path not in committed:
            sample = _sample_of(path, ledger)
            shown = f"{code(path)} on the host, read by {code(fact.path)}"
            stores.setdefault(f"{shown}{f' (template {code(sample)})' if sample else ''}", (fact,))
    if ci:
        count = len({fact.name for fact in ci})
        stores.setdefault(f"CI secrets ({count} name{'s' if count > 1 else ''})", (ci[0],))
    if stores:
        facts = [fact for found in stores.values() for fact in found]
        yield _line("Secrets management", "Production", ", ".join(stores), facts)


_LOCALLY = re.compile(r"(?i)example|sample|(?:^|[/._\-])(dev|develop|development|tests?|local|ci|e2e)(?=[/._\-]|$)")


def _given_files(ledger: Ledger) -> dict[str, Fact]:
    """The files of variables that containers get outside development, each with the first compose file that says so."""
    found: dict[str, Fact] = {}
    for fact in ledger.of(Kind.SETTING):
        if fact.name == "compose.env_file" and not _LOCALLY.search(fact.value) and not _LOCALLY.search(fact.path):
            found.setdefault(fact.value, fact)
    return found


def _sample_of(path: str, ledger: Ledger) -> str:
    """The sample beside a dotenv file, the one for production first."""
    folder, slash, name = path.rpartition("/")
    beside = {
        fact.path
        for fact in ledger.of(Kind.ENV_DECLARED, source=False)
        if fact.path.startswith(f"{folder}{slash}{name}.") and re.search(r"example|sample|template|dist", fact.path)
    }
    return min(beside, key=lambda one: ("prod" not in one, one), default="")


_HOSTED = frozenset(
    {
        "vercel",
        "netlify",
        "fly",
        "render",
        "railway",
        "heroku",
        "app-engine",
        "cloud-run",
        "cloudflare-workers",
        "kamal",
    }
)


def _redundancy(ledger: Ledger) -> Iterator[Candidate]:
    found = [
        f
        for f in ledger.of(Kind.RESOURCE, Kind.PLATFORM)
        if f.detail("replicas").isdigit() and int(f.detail("replicas")) > 1
    ]
    scaled = [
        f
        for f in ledger.of(Kind.RESOURCE)
        if f.name in ("HorizontalPodAutoscaler", "PodDisruptionBudget", "aws_appautoscaling_target")
    ]
    doubled = [f for f in ledger.of(Kind.RESOURCE) if f.detail("multi_az") == "yes"]
    texts = [f"{f.detail('replicas')} replicas of {code(f.value or f.name)}" for f in found[:3]]
    texts += [f"{f.name} {code(f.value)}" if f.value else f.name for f in scaled[:3]]
    texts += [f"{code(f'{f.name}.{f.value}')} in several zones" for f in doubled[:3]]
    if texts:
        facts = [*found[:3], *scaled[:3], *doubled[:3]]
        yield _line("Failover/redundancy", "Production", ", ".join(dict.fromkeys(texts)), facts)
