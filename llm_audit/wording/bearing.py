"""What may bear a claim out: what collectors found, what code says of the candidate, and the code around the cited facts.

Comments and prose in strings bear nothing out, so that a repository cannot tell a model what to write; nor does a line that
is a fact of another entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from llm_audit.excerpts import Excerpt, Source, received
from llm_audit.model import Candidate, Fact, Kind, Place, Value
from llm_audit.wording.briefs import Brief
from llm_audit.wording.lexicon import stem, words_of

_NEAR = 40
"""Lines before and after a cited fact whose words count besides those that were shown."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What may bear a claim out.

    Attributes:
        facts: what collectors found and the document says already.
        paths: where the cited facts stand; a file's name is no word of its code.
        code: what the excerpts show.
        near: what stands further around the facts; its words count, its names do not.
        lines: the lines of the cited facts themselves, which say of the candidate what they say.
        required: variables without which the program stops.
    """

    facts: str
    code: str
    near: str = ""
    lines: str = ""
    paths: str = ""
    required: frozenset[str] = frozenset()

    @property
    def shown(self) -> str:
        """Where names must stand: facts and excerpts."""
        return f"{self.facts}\n{self.paths}\n{self.code}"

    @property
    def stems(self) -> frozenset[str]:
        """The words of what was shown, without their endings."""
        return stems_of(self.shown)

    @property
    def conditional(self) -> bool:
        """Whether code that was shown does something on a condition only."""
        return bool(_CONDITION.search(self.code))


@dataclass(frozen=True, slots=True)
class Grounds:
    """Where a run's evidence is found.

    Attributes:
        source: the tree's text, filtered.
        variables: names of the environment variables that the document lists.
        reads: the variables that are read on a line.
        owners: the services that a line is a fact of, by their keys.
        members: the variables by the names that the program's settings have for them.
        required: variables without which the program stops.
    """

    source: Source
    variables: frozenset[str] = frozenset()
    reads: Mapping[Place, frozenset[str]] = field(default_factory=dict)
    owners: Mapping[Place, frozenset[str]] = field(default_factory=dict)
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    required: frozenset[str] = frozenset()

    @classmethod
    def of(cls, candidates: Sequence[Candidate], source: Source) -> Grounds:
        """The grounds that a document's candidates stand on."""
        reads: dict[Place, set[str]] = {}
        owners: dict[Place, set[str]] = {}
        members: dict[str, set[str]] = {}
        required: set[str] = set()
        for one in candidates:
            for fact in one.facts:
                if fact.kind == Kind.ENV_READ:
                    reads.setdefault(fact.place, set()).add(fact.name)
                    members.setdefault(received(fact, source), set()).add(fact.name)
                    required |= {fact.name} if fact.detail("need") == "required" else set()
                if ":" not in one.key:  # lists of variables own nothing
                    owners.setdefault(fact.place, set()).add(one.key)
        listed = frozenset(VARIABLE.findall(" ".join(repr((one.purpose, one.values)) for one in candidates)))
        known = {name: frozenset(own) for name, own in members.items() if len(own) == 1 and _same(name, *own)}
        return cls(source, listed, _frozen(reads), _frozen(owners), known, frozenset(required))

    def evidence(self, candidate: Candidate, facts: Sequence[Fact], brief: Brief) -> Evidence:
        """What the cited facts say, what code says of the candidate in the document, and the code around the facts."""
        said = [candidate.name, candidate.purpose, *_texts(candidate.values)]
        for fact in facts:
            said += [fact.name, fact.value, *(text for _, text in fact.details)]
        shown = [
            excerpt
            for excerpt in brief.excerpts
            if any(_covers(excerpt, fact.place) for fact in facts) or any(fact in facts for _, fact in excerpt.marks)
        ]
        own = [list(self._own(candidate, excerpt)) for excerpt in shown]
        code = [code_only("\n".join(line for _, line in lines)) for lines in own]
        code += sorted({name for lines in own for place, line in lines for name in self._read_on(place, line)})
        cited = [line for lines in own for place, line in lines if any(fact.place == place for fact in facts)]
        places = [fact.place for fact in facts]
        places += [Place(one.path, line) for one in shown for line, fact in one.marks if fact in facts]
        near = "\n".join(map(self._near, dict.fromkeys(places)))
        required = self.required & {fact.name for fact in facts}
        lines = code_only("\n".join(cited))
        paths = "\n".join(dict.fromkeys(fact.path for fact in facts))
        return Evidence("\n".join(said), "\n".join(code), near, lines, paths, required)

    def _read_on(self, place: Place, line: str) -> Iterator[str]:
        """The variables that a line reads, itself or by the name that the program's settings have for them."""
        yield from self.reads.get(place, ())
        for word in _MEMBERS.findall(line) if self.members else ():
            yield from self.members.get(word, ())

    def _own(self, candidate: Candidate, excerpt: Excerpt) -> Iterator[tuple[Place, str]]:
        """The lines of an excerpt but those that are facts of other services alone."""
        for number, line in excerpt.lines:
            place = Place(excerpt.path, number)
            if place not in self.owners or candidate.key in self.owners[place]:
                yield place, line

    def _near(self, place: Place) -> str:
        lines = self.source.lines(place.path)
        return code_only("\n".join(lines[max(place.line - _NEAR, 0) : place.line + _NEAR]))


VARIABLE = re.compile(r"\b[A-Z][A-Z0-9]*(?:_+[A-Z0-9]+)+\b")
"""A name that only an environment variable has."""


_CONDITION = re.compile(r"\b(?:if|elif|unless|when|elsif|switch|case)\b|\?\?|&&|\|\||\s\?\s|:-")


_MEMBERS = re.compile(r"(?<=[.>:])[A-Za-z_]\w+")
"""What is taken from an object: `settings.ai_provider`."""


def _same(member: str, variable: str) -> bool:
    """Whether a setting is called as its variable is, but for capitals and joints."""
    return re.sub(r"[\W_]", "", member).lower() == re.sub(r"_", "", variable).lower()


def _covers(excerpt: Excerpt, place: Place) -> bool:
    return excerpt.path == place.path and any(a <= place.line <= b for a, b in excerpt.spans)


def _frozen(sets: Mapping[Place, set[str]]) -> dict[Place, frozenset[str]]:
    return {place: frozenset(names) for place, names in sets.items()}


def within(name: str, text: str) -> bool:
    """Whether a name stands in a text, not as a part of a longer one: 9.47 is not in 9.47.1."""
    flat = " ".join(name.split())
    if not flat or not re.search(r"\w", flat):
        return False
    before = r"(?<![\w.@-])" if re.match(r"[\d]", flat) else r"(?<![\w@-])" if flat[0].isalnum() else ""
    after = r"(?![\w-]|\.\d)" if flat[-1].isdigit() else r"(?![\w-])" if flat[-1].isalnum() or flat[-1] == "_" else ""
    return bool(re.search(before + re.escape(flat) + after, text))


def _texts(values: tuple[Value, ...]) -> Iterator[str]:
    for value in values:
        yield f"{value.label}: {value.text}"
        yield from _texts(value.children)


_DOCSTRING = re.compile(r'"""(?:[^"]|"(?!"")){0,4000}(?:"""|\Z)|\'\'\'(?:[^\']|\'(?!\'\')){0,4000}(?:\'\'\'|\Z)')
_COMMENT = re.compile(
    r"/\*(?:[^*]|\*(?!/)){0,4000}(?:\*/|\Z)|<!--(?:[^-]|-(?!->)){0,4000}(?:-->|\Z)|\{#[^}]{0,400}#\}"
    r"|(?:^|(?<=[\s;,{(\[]))(?://|#(?!\[)|--\s|;;|%\s|REM\s)[^\n]*|^\s*\*(?:\s[^\n]*)?$",
    re.MULTILINE,
)
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.){0,600}\"|'(?:[^'\\\n]|\\.){0,600}'|`(?:[^`\\]|\\.){0,1200}`")
_PROSE_LINE = re.compile(r"^[^\n=(){};<>]{0,400}$", re.MULTILINE)


@lru_cache(maxsize=512)
def code_only(text: str) -> str:
    """Code without its comments, doc strings, strings that are prose, and lines that are prose."""
    bare = _COMMENT.sub(" ", _DOCSTRING.sub(" ", text))
    bare = _STRING.sub(lambda match: " " if _prose(match[0]) else match[0], bare)
    return _PROSE_LINE.sub(lambda match: "" if _prose(match[0], 6) else match[0], bare)


def _prose(text: str, least: int = 4) -> bool:
    """Whether a text reads like a sentence: several bare words in a row."""
    words = text.strip("\"'`").split()
    return sum(bool(re.fullmatch(r"[A-Za-z][a-z'’]*[.,:;!?]?", word)) for word in words) >= least


def stems_of(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words_of(text))


_ENDING = re.compile(
    r"(?:ing|ed|d|es|s|er|r|or|t|n|al|ly|y|e|i|ic|iv|ive|at|ate|ation|it|ition|ion|if|ify|fy|is|iz|ise|ize|abl|able|ibl|abil|anc|ance|enc"
    r"|ence|ment|ness|ful|ship|in|ant|ent|ism|ist|ur|ure|age)+"
)


def bears(word: str, stems: frozenset[str]) -> bool:
    """Whether a word, another form of it, or a word that is put together with it, is among the stems."""
    own = stem(word)
    return own in stems or any(_form(own, one) or _form(one, own) or _head(own, one) for one in stems)


def _form(short: str, long: str) -> bool:
    """Whether the longer word is the shorter with an ending: `retri` is no form of `retriev`."""
    return len(short) >= 4 and long.startswith(short) and bool(_ENDING.fullmatch(long, len(short)))


def _head(own: str, one: str) -> bool:
    """Whether a word is what a longer one is about: a `dataroom` is a `room`."""
    return len(own) >= 4 and len(one) - len(own) >= 3 and one.endswith(own)
