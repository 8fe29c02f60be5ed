"""Under which headings variables are told: the entry they belong to, the word they share, else what they control."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from llm_audit.catalog import folded
from llm_audit.integrations.variable import Variable
from llm_audit.integrations.variables import Variables
from llm_audit.model import Candidate

APPLICATION, REST, GIVEN = "Application", "Others", "Set by the platform that runs it"
"""The groups of variables that belong to no service, of those that are too few to stand alone, and of those nobody sets by hand."""
_MOST_GROUPS = 18
_MANY = 15
"""Of more variables without an owner or a word in common, those that control the same are told together."""
_FEW, _SMALL = 3, 6
_MARKER = re.compile(r"^(NEXT|NUXT|EXPO|GATSBY)_(PUBLIC_|PRIVATE_)?|^(VITE|REACT_APP|VUE_APP|PUBLIC|APP)_(?=[A-Z]+_)")
_VAGUE = frozenset(
    "ENABLE DISABLE ACTIVE USE IS HAS MAX MIN DEFAULT APP NODE ENV BASE SERVER PUBLIC NEXT SKIP ALLOW DEV TEST LOG NO"
    " IGNORE SHOW HIDE FORCE REQUIRE".split()
)
_CONTROLS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("Logging", re.compile(r"(?i)(^|_)(LOG|LOGS|LOGGING|LOGGER|VERBOSE|VERBOSITY|DEBUG)(_|$)")),
    (
        "Limits and intervals",
        re.compile(
            r"(^|_)(MAX|MIN|LIMITS?|TIMEOUT|INTERVAL|TTL|RETRY|RETRIES|SIZE|COUNT|CONCURRENCY|WORKERS|THREADS|DAYS|HOURS|MINUTES|SECONDS|MS"
            r"|EXPIR\w{1,6}|AGE|DELAY|PERIOD|DURATION|BUFFER|THRESHOLD|RATE|QUOTA|BATCH|POOL|CRON|SCHEDULE|LIFETIME|RETENTION)(_|$)"
        ),
    ),
    ("Keys and accounts", re.compile(r"(SECRETS?|KEYS?|TOKENS?|PASSWORD|PASS|PWD|SALT|CREDENTIALS|KEY_BASE|(?<=_)IDS?|USER|USERNAME|ACCOUNT)(_FILE|_\w{1,4})?$")),
    (
        "Switches",
        re.compile(
            r"^(IS|HAS|ENABLE|DISABLE|ALLOW|USE|SKIP|NO|FORCE|REQUIRE|SHOW|HIDE|IGNORE|ACTIVE|WITH)_"
            r"|(^|_)(ENABLED?|DISABLED?|DISABLE|ALLOWED|ALLOW|ACTIVE|FORCED?|REQUIRED|ONLY|SKIP)(_|$)"
        ),
    ),
    ("Addresses", re.compile(r"(URLS?|UR[IL]S?|HOSTS?|HOSTNAME|PORTS?|DOMAINS?|ORIGINS?|ENDPOINTS?|ADDRESS|ADDR|IP|BIND|LISTEN|PROXY|PROXIES)$")),
    ("Files and folders", re.compile(r"(PATHS?|DIR|DIRECTORY|FOLDER|FILES?|ROOT|VOLUME)$")),
)  # fmt: skip
"""What a variable controls, by the words of its name; the first that fits."""


class Headings:
    """The headings for the variables of a program.

    Args:
        variables: all that are told.
        candidates: the entries of the document, which variables may belong to.
        prefix: how most names begin, which tells none from another; or empty.
    """

    def __init__(self, variables: Variables, candidates: tuple[Candidate, ...]) -> None:
        self._prefix = variables.prefix
        self._names = {one.key: one.name for one in candidates}
        self._known = {folded(text): one.name for one in candidates for text in (one.key, one.name)}
        for one in candidates:
            if one.group == "OAuth Integrations":
                self._known.setdefault(folded(one.name.removesuffix(" OAuth")), one.name)
        self._told = _told(candidates)
        self._families = self._told_families(variables)
        self._topics = {one.name: one.group for one in reversed(candidates)}
        self._sharing = Counter(map(self._word, variables.by_name))

    def of(self, variable: Variable) -> str:
        """The display name under which a variable is listed: the entry it belongs to, else the word it shares with two others."""
        if variable.is_given:
            return GIVEN
        entry = next((self._names[key] for key in variable.owners if key in self._names), "")
        word, whole = self._word(variable.name), _first_word(variable.name)
        shared = word if word.upper() not in _VAGUE and self._sharing[word] >= _FEW and len(word) > 1 else APPLICATION
        told = self._families.get(word) if shared == word else self._told_alone(variable)
        return entry or told or self._known.get(folded(whole)) or self._known.get(folded(word)) or shared

    def _told_alone(self, variable: Variable) -> str:
        """The one entry that says of a variable that it leads to it; the application's own name and the like tell nothing."""
        found = self._told.get(variable.name, frozenset())
        own = _first_word(variable.name).upper() in _VAGUE
        return next(iter(found)) if len(found) == 1 and not own else ""

    def _told_families(self, variables: Variables) -> dict[str, str]:
        """The words whose variables lead to one entry alone, as far as any entry speaks of them: of most it does."""
        members: dict[str, list[frozenset[str]]] = defaultdict(list)
        for name in variables.by_name:
            members[self._word(name)].append(self._told.get(name, frozenset()))
        found: dict[str, str] = {}
        for word, told in members.items():
            entries = frozenset().union(*told)
            if len(entries) == 1 and word not in _CLOUDS and sum(map(bool, told)) * 2 >= len(told):
                found[word] = next(iter(entries))
        return found

    def _word(self, name: str) -> str:
        return _first_word(_MARKER.sub("", name).removeprefix(self._prefix).lstrip("_"))

    def gathered(self, groups: Mapping[str, list[Variable]]) -> dict[str, list[Variable]]:
        """The groups that a reader can take in: few, none of them a heap."""
        found = {name: list(members) for name, members in groups.items()}
        if len(found) > _MOST_GROUPS:
            found = self._by_topic(found)
        if len(found) > _MOST_GROUPS:
            found = self._without_small_words(found)
        found = _by_control(found)
        small = sorted((name for name in found if name != APPLICATION), key=lambda name: (len(found[name]), name))
        rest = small[: max(0, len(found) - _MOST_GROUPS + 1)] if len(found) > _MOST_GROUPS else []
        if not rest:
            return found
        kept = {name: members for name, members in found.items() if name not in rest}
        return {**kept, REST: [one for name in sorted(rest) for one in found[name]]}

    def _by_topic(self, groups: dict[str, list[Variable]]) -> dict[str, list[Variable]]:
        """The groups, with those of services that stand in one group of the document as one."""
        topics = Counter(self._topics[name] for name in groups if name in self._topics)
        found: dict[str, list[Variable]] = defaultdict(list)
        for name in sorted(groups):
            topic = self._topics.get(name, "")
            found[topic if topics[topic] > 1 else name].extend(groups[name])
        return found

    def _without_small_words(self, groups: dict[str, list[Variable]]) -> dict[str, list[Variable]]:
        """The groups, with the smallest of those that only share a word among the application's own."""
        words = sorted(
            (name for name in groups if name.isupper() and name not in self._topics and len(groups[name]) < _SMALL),
            key=lambda name: (len(groups[name]), name),
        )
        gone = words[: len(groups) - _MOST_GROUPS + 1]
        kept = {name: members for name, members in groups.items() if name not in gone}
        kept[APPLICATION] = _sorted([*kept.get(APPLICATION, []), *(one for name in gone for one in groups[name])])
        return kept


def _by_control(groups: dict[str, list[Variable]]) -> dict[str, list[Variable]]:
    """The groups, with a heap of variables that share nothing parted by what they control."""
    heap = groups.get(APPLICATION, [])
    if len(heap) <= _MANY:
        return groups
    parts: dict[str, list[Variable]] = defaultdict(list)
    for one in heap:
        parts[_control(one.name)].append(one)
    kept = {name: members for name, members in parts.items() if name != APPLICATION and len(members) >= _FEW}
    left = [one for name, members in parts.items() if name not in kept for one in members]
    others = {name: members for name, members in groups.items() if name != APPLICATION}
    return {**others, **({APPLICATION: _sorted(left)} if left else {}), **kept}


def _sorted(variables: Iterable[Variable]) -> list[Variable]:
    return sorted(variables, key=lambda one: one.name)


@cache
def _control(name: str) -> str:
    return next((control for control, pattern in _CONTROLS if pattern.search(name)), APPLICATION)


_OPENS = frozenset(
    {"Auth", "Credentials", "Token", "DSN", "Connection", "Buckets", "Integration", "Integration method"}
)
_NAME = re.compile(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b")


_CLOUDS = frozenset({"AWS", "AZURE", "GCP", "GOOGLE"})
"""Words that the variables of many services begin with."""


def _told(candidates: tuple[Candidate, ...]) -> dict[str, frozenset[str]]:
    """The entries that say of a variable that it leads to them or opens them."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in candidates:
        for value in one.values:
            if value.label in _OPENS:
                for name in _NAME.findall(value.text):
                    found[name].add(one.name)
    return {name: frozenset(entries) for name, entries in found.items()}


@cache
def _first_word(name: str) -> str:
    """The first word of a name that says what it is about, a framework's marker of visibility left out."""
    return _MARKER.sub("", name).partition("_")[0]
