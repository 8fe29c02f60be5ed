"""The Environment Configuration section: which variables must be set, which only with a feature, and where secrets live."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from llm_audit.catalog import Catalog, folded
from llm_audit.document import code, plain
from llm_audit.integrations.choices import choices, variable_of
from llm_audit.integrations.grouping import APPLICATION, REST, Headings
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.paths import is_ci
from llm_audit.integrations.strength import is_addressed
from llm_audit.integrations.values import files_text
from llm_audit.integrations.variable import Variable, is_script_only
from llm_audit.integrations.variables import Variables
from llm_audit.model import Candidate, Fact, Kind, Place, Role, Value

_SECTION = "Environment Configuration"
_SAMPLE = re.compile(
    r"(^|/)\.?env[^/]*(example|sample|template|dist|defaults?)[^/]*$|(^|/)\.?(example|sample|template)\.env$",
    re.IGNORECASE,
)


def entries(
    ledger: Ledger, variables: Variables, catalog: Catalog, candidates: tuple[Candidate, ...]
) -> Iterator[Candidate]:
    """The labelled lines of Development, Staging and Production."""
    headings = Headings(variables, candidates)
    owners = {one.name: headings.of(one) for one in variables.by_name.values()}
    twins = _twins(variables)
    hidden = {twin for found in twins.values() for twin in found}
    inside = _inside(ledger, variables, catalog, candidates)
    every = [one for one in variables.by_name.values() if one.name not in hidden and one.name not in inside]
    every = sorted([*every, *inside.values()], key=lambda one: one.name)
    owners |= {one.name: owners.get(one.name) or _owner_inside(one, candidates) for one in inside.values()}
    scripts = [one for one in every if is_script_only(one)]
    live = [one for one in every if one not in scripts]
    needed = _indispensable(variables, candidates)
    required = [one for one in live if (one.need == "required" and not one.is_conditional) or one.name in needed]
    conditional = [
        one
        for one in live
        if one not in required and (one.waits or one.is_asserted or (one.is_credential and not one.default))
    ]
    optional = [one for one in live if one not in required and one not in conditional]
    yield from _line(
        "Required env vars", "Start-up or the main flow fails without them", required, owners, twins, headings
    )
    yield from _line("Conditional env vars", "Needed once the feature is used", conditional, owners, twins, headings)
    yield from _line(
        _OPTIONAL, "Unset, a default holds or the feature is off", [*optional, *scripts], owners, twins, headings
    )
    yield from _built_names(variables)
    yield from _terraform_inputs(ledger)
    yield from _secrets_location(ledger)
    yield from _stubs(ledger, catalog, variables)


def _indispensable(variables: Variables, candidates: tuple[Candidate, ...]) -> set[str]:
    """The address of the only database, where all code hands it on without asking whether it is there."""
    databases = [one for one in candidates if one.group == "Databases"]
    if len(databases) != 1:
        return set()
    told = {name for value in databases[0].values if value.label == "Connection" for name in _NAMES.findall(value.text)}
    found = [
        one.name
        for one in variables.by_name.values()
        if one.name in told and _DATABASE_URL.search(one.name) and one.reads and one.need == "optional" and not one.condition
        and not is_script_only(one) and all(read.detail("by") == "bare" and read.detail("via") in _DIRECT for read in one.reads)
    ]  # fmt: skip
    return set(found) if len(found) == 1 else set()


_NAMES = re.compile(r"[A-Z][A-Z0-9_]{2,}")
_DIRECT = frozenset({"process.env", "Bun.env", "Deno.env", "configService.get", "os.getenv", "os.environ"})
"""Forms of reading beside which a test of the value would have been seen; shells and settings objects hide theirs."""
_DATABASE_URL = re.compile(r"(URL|URI|DSN|CONNECTION_STRING)$")


def _inside(
    ledger: Ledger, variables: Variables, catalog: Catalog, candidates: tuple[Candidate, ...]
) -> dict[str, Variable]:
    """The variables that the SDKs in use read by themselves, where a sample or a deployment of the tree names them.

    A name that the program reads as well is its own, unless only scripts of the developers read it.
    """
    declared: dict[str, Fact] = {
        fact.name: fact
        for fact in ledger.of(Kind.ENV_DECLARED)
        if not is_ci(fact.path) and not fact.detail("commented")
    }
    found: dict[str, Variable] = {}
    for one in candidates:
        service = catalog.services.get(one.key)
        for name in service.reads if service and not is_addressed(one.facts) else ():
            known = variables.by_name.get(name)
            if name in declared and (known is None or is_script_only(known)):
                found[name] = Variable(name, (), (declared[name],), "optional", "", "", (one.key,))
    return found


def _owner_inside(variable: Variable, candidates: tuple[Candidate, ...]) -> str:
    return next((one.name for one in candidates if one.key in variable.owners), APPLICATION)


def _built_names(variables: Variables) -> Iterator[Candidate]:
    """Names that the code builds at run time, so that no list can hold them all."""
    facts = [fact for fact in variables.patterns if fact.name.strip("*_")]
    if facts:
        names = ", ".join(dict.fromkeys(code(fact.name) for fact in facts[:8]))
        text = f"Names built at run time from a configuration key or a suffix: {names}"
        yield Candidate("env:Built env vars", "Built env vars", _SECTION, "Development", text, (), tuple(facts))


def _line(
    label: str,
    text: str,
    variables: list[Variable],
    owners: dict[str, str],
    twins: dict[str, list[str]],
    headings: Headings,
) -> Iterator[Candidate]:
    if not variables:
        return
    groups: dict[str, list[Variable]] = defaultdict(list)
    shared = Counter(one.condition for one in variables if one.condition.endswith(_SET))
    for one in variables:
        together = shared[one.condition] > 1
        groups[f"When {one.condition}" if together else owners[one.name]].append(
            replace(one, condition="") if together else one
        )
    for name in [name for name, members in groups.items() if len(members) == 1 and name.isupper()]:
        groups[APPLICATION].extend(groups.pop(name))
    groups = headings.gathered(groups)
    common = _common(variables, twins)
    told = "".join(f"; most also with {code(suffix)}" for suffix in common)
    twins = {base: [one for one in names if one.removeprefix(base) not in common] for base, names in twins.items()}
    if len(variables) <= 6 or len(groups) == 1:
        values: tuple[Value, ...] = ()
        text = _members(variables, twins, whole=label != _OPTIONAL) + told
    else:
        order = sorted(groups, key=lambda name: (name != APPLICATION, name == REST, name))
        text += told
        values = tuple(Value(name, _members(groups[name], twins, whole=label != _OPTIONAL)) for name in order)
    facts = _places(variables)
    yield Candidate(f"env:{label}", label, _SECTION, "Development", text, values, facts)


def _common(variables: list[Variable], twins: dict[str, list[str]]) -> list[str]:
    """The suffixes that most of the variables may bear: said once, not at each."""
    counts = Counter(twin.removeprefix(one.name) for one in variables for twin in twins.get(one.name, []))
    return [suffix for suffix, count in counts.items() if count > _COMMON and count * 2 > len(variables)]


_COMMON = 5


def _members(variables: list[Variable], twins: dict[str, list[str]], *, whole: bool) -> str:
    """The variables of a group; of very many that need not be set, those that end alike are told by their ending."""
    if whole or len(variables) <= _MANY:
        return ", ".join(_shown(one, twins) for one in variables)
    endings = Counter(_ending(one.name) for one in variables)
    families: dict[str, list[Variable]] = defaultdict(list)
    for one in variables:
        ending = _ending(one.name)
        families[ending if endings[ending] > _FAMILY else ""].append(one)
    texts = [_shown(one, twins) for one in families.pop("", [])]
    for ending, members in families.items():
        shown = ", ".join(_shown(one, twins) for one in members[:_FEW])
        texts.append(f"{shown} and {len(members) - _FEW} more names that end in {code(ending)}")
    return ", ".join(texts)


def _ending(name: str) -> str:
    """The last words of a name, the first word of which says whose it is: `_CUSTOM_NAME`."""
    words = name.split("_")
    return f"_{'_'.join(words[-2:] if words[-1] in ('NAME', 'ID', 'KEY', 'URL') else words[-1:])}"


_SET = " is set"
_OPTIONAL = "Optional env vars"
_MANY, _FAMILY, _FEW = 40, 12, 6
"""Of more names in one group than `_MANY`, those of which more than `_FAMILY` end alike are told by a few of them."""


def _twins(variables: Variables) -> dict[str, list[str]]:
    """Variables that exist only as variants of another, built from its name where that is read: `X_FILE`, `X_US`."""
    by_place: dict[Place, list[str]] = defaultdict(list)
    for one in variables.by_name.values():
        by_place[one.first.place].append(one.name)
    found: dict[str, list[str]] = defaultdict(list)
    for names in by_place.values():
        for name in names:
            base = next((other for other in names if name.startswith(f"{other}_")), "")
            suffix = name.removeprefix(base)
            if base and suffix not in _OTHER_THINGS and not base.endswith(suffix):
                found[base].append(name)
    return found


_OTHER_THINGS = frozenset({"_ID", "_KEY", "_URL", "_NAME", "_HOST", "_PORT", "_SECRET", "_TOKEN", "_ENABLED"})
"""What a name ends with that says what it holds, not which variant of another one it is: `ACCESS_KEY` and `ACCESS_KEY_ID`."""


def _shown(one: Variable, twins: dict[str, list[str]]) -> str:
    """The name with what the code says of it: a condition, else a short and harmless default; suffixes of its variants."""
    notes: list[str] = []
    if one.condition:
        told = one.condition.endswith(_SET)
        notes.append(f"when {plain(one.condition) if told else code(one.condition, 60)}")
    elif one.default and one.need != "required" and re.fullmatch(r"[\w./:\-]{1,32}", one.default):
        notes.append(code(one.default))
    if suffixes := [name.removeprefix(one.name) for name in twins.get(one.name, [])]:
        notes.append(f"also with {', '.join(map(code, suffixes))}")
    return f"{one.name} ({'; '.join(notes)})" if notes else one.name


def _places(variables: Iterable[Variable]) -> tuple[Fact, ...]:
    """The files that read most of the variables, one place each, then all first places."""
    firsts = [one.first for one in variables]
    counts: dict[str, int] = defaultdict(int)
    for fact in firsts:
        counts[fact.path] += 1
    heads: dict[str, Fact] = {}
    for fact in firsts:
        heads.setdefault(fact.path, fact)
    ranked = sorted(heads.values(), key=lambda fact: (-counts[fact.path], fact.path))
    return (*ranked[:4], *(fact for fact in firsts if fact not in ranked[:4]))


def _secrets_location(ledger: Ledger) -> Iterator[Candidate]:
    samples = sorted({f.path: f for f in ledger.of(Kind.ENV_DECLARED, source=False) if _SAMPLE.search(f.path)}.items())
    ignored = _ignored(ledger)
    parts: list[str] = []
    if ignored:
        parts.append(f"{', '.join(dict.fromkeys(code(f.value) for f in ignored[:3]))}, gitignored")
    if samples:
        parts.append(f"names in {', '.join(code(path) for path, _ in samples[:3])}")
    inputs = [f for f in _inputs(ledger) if f.detail("sensitive")]
    if inputs:
        parts.append(f"sensitive Terraform variables {_names(inputs)}")
    asked = ledger.settings.get("action.input", ())
    if asked:
        parts.append(f"inputs of the action {', '.join(f'{code(one.value)}{_default(one)}' for one in asked[:6])}")
    secrets = [f for f in ledger.of(Kind.SECRET_REF) if not f.detail("builtin") and f.detail("system") != "kamal"]
    if secrets:
        parts.append("CI secrets store")
    if parts:
        facts = (*ignored[:2], *(fact for _, fact in samples[:2]), *inputs[:1], *asked[:1], *secrets[:1])
        yield Candidate("env:secrets", "Secrets location", _SECTION, "Development", "; ".join(parts), (), facts)


_STOCK = re.compile(r"\*\.(pem|key|p12|jks)$|(^|/)local_settings\.py$")
"""What the usual templates of ignore files list, whether the project has such a file or not."""


def _ignored(ledger: Ledger) -> list[Fact]:
    """The ignored files that hold secrets; one that every template lists only where the code loads it."""
    loaded = any(one.name.rpartition(".")[2] == "local_settings" for one in ledger.of(Kind.IMPORT))
    return [
        fact
        for fact in ledger.of(Kind.SETTING)
        if fact.name == "gitignore" and (not _STOCK.search(fact.value) or (loaded and fact.value.endswith(".py")))
    ]


def _default(asked: Fact) -> str:
    return f" (default: {asked.detail('default')})" if asked.detail("default") else ""


def _inputs(ledger: Ledger) -> list[Fact]:
    """The inputs of Terraform configurations that somebody runs: those with a provider's or a back end's block of their own."""
    run = {
        fact.path.rpartition("/")[0]
        for fact in ledger.of(Kind.RESOURCE)
        if fact.detail("tool") == "terraform" and fact.detail("block") in ("provider", "backend")
    }
    found = (fact for fact in ledger.settings.get("terraform.variable", ()))
    return [fact for fact in found if fact.path.rpartition("/")[0] in run]


def _names(inputs: list[Fact]) -> str:
    names = list(dict.fromkeys(code(fact.value) for fact in inputs))
    return ", ".join(names[:_INPUTS]) + (f" and {len(names) - _INPUTS} more" if len(names) > _INPUTS else "")


_INPUTS = 10


def _terraform_inputs(ledger: Ledger) -> Iterator[Candidate]:
    """What must be given to plan or apply; named apart, for these are no variables of the environment by themselves."""
    if required := [fact for fact in _inputs(ledger) if fact.detail("required")]:
        text = f"Terraform variables without a default, as `TF_VAR_` names or in `.tfvars` files: {_names(required)}"
        label = "Required inputs"
        yield Candidate(f"env:{label}", label, _SECTION, "Development", text, (), _places_of(required))


def _places_of(facts: list[Fact]) -> tuple[Fact, ...]:
    """One place per file, then all."""
    heads = {fact.path: fact for fact in reversed(facts)}
    first = [heads[path] for path in dict.fromkeys(fact.path for fact in facts)]
    return (*first[:4], *(fact for fact in facts if fact not in first[:4]))


_NO_STUBS = frozenset({"Hosting", "Code Quality & Dependencies"})
"""Groups whose tools stand in for no service."""


def _stubs(ledger: Ledger, catalog: Catalog, variables: Variables) -> Iterator[Candidate]:
    """What replaces the real services: values of variables that the code treats as stand-ins, and what compose files start."""
    tools = [
        (name, fact)
        for fact in ledger.of(Kind.IMAGE)
        for service in catalog.by_image(fact.name)
        if service.kind == "tool"
        and service.group not in _NO_STUBS
        and fact.role in (Role.SOURCE, Role.TEST, Role.EXAMPLE)
        for name in (_tool_name(service.name, fact),)
    ]
    faked = [
        (f"{name}={code(fact.value)}", fact)
        for fact in choices(ledger, "stand-in")
        if (name := variable_of(fact, variables))
    ]
    found: dict[str, list[Fact]] = defaultdict(list)
    for name, fact in (*faked, *tools):
        found[name].append(fact)
    if found:
        text = "; ".join(
            f"{name} ({files_text(fact.path for fact in facts)})" for name, facts in list(found.items())[:6]
        )
        facts = tuple(fact for one in found.values() for fact in one)
        yield Candidate("env:stubs", "Mock/stub services", _SECTION, "Development", text, (), facts)


def _tool_name(name: str, fact: Fact) -> str:
    """The tool with the image that runs it, where the name does not say which one it is."""
    image = f"{plain(fact.name)}{f':{fact.value}' if fact.value else ''}"
    return name if folded(name.split()[0]) in folded(fact.name) else f"{name} {image}"
