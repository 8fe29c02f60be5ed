"""The words that grounding knows: names of products and packages, and plain words that claim nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources

from llm_audit.catalog import Catalog

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9+#]*")

ACRONYMS = frozenset(
    "API APIS URL URLS HTTP HTTPS REST JSON XML CSV PDF HTML CSS SQL ID IDS UI CLI SDK CI CD DB TTL UTC OS IP TLS SSL DNS CDN "
    "IO CRUD UUID OK I A PR PRS".split()
)
"""Capital words that name no product and claim no protocol of note."""

NUMBERS = {
    word: str(value)
    for value, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
    if value > 1
} | {"twice": "2", "thrice": "3", "dozen": "12", "hundred": "100", "thousand": "1000", "million": "1000000"}
"""Numbers as words."""

GUESSES = re.compile(
    r"(?i)\b(likely|unlikely|probabl[ey]|possibl[ey]|perhaps|maybe|presumabl[ey]|apparently|seem(s|ingly)?|appears?|might|may|could|"
    r"suggests?|potentially|typically|usually|generally|commonly|normally|assum(e[ds]?|ing)|purposes?|expected to|should|supposed)\b"
)
SLOGANS = re.compile(
    r"(?i)\b(robust|seamless(ly)?|powerful|leading|scalab(le|ility)|comprehensive|world[- ]class|cutting[- ]edge|best|"
    r"state[- ]of[- ]the[- ]art|modern|easy|easily|simpl[ey]|effortless(ly)?|reliabl[ey]|reliability|efficient(ly)?|fast(er|est)?|"
    r"flexible|innovative|popular|trusted|enterprise([- ]grade)?|high[- ]performance|secure(ly)?|security|great|beautiful|rich|"
    r"optimi[sz]ed?|enhanc(e[sd]?|ing)|improv(e[sd]?|ing)|empower(s|ing)?|leverag(e[sd]?|ing)|streamlin(e[sd]?|ing)|unified|solution|"
    r"platform|functionality|ensur(e[sd]?|ing)|various|crucial|essential|important|vital|smart|intelligent|advanced|"
    r"millions?|billions?|developers?|businesses|companies|customers love)\b"
)
SWEEPING = re.compile(
    r"(?i)\b(never|only|always|nothing|nowhere|none|everything|solely|exclusively|not|no|without|cannot|neither|nor|lacks?|"
    r"missing|all|every|any|whole|entire(ly)?|fully|un(verified|encrypted|signed|protected|authenticated|checked)|insecure|"
    r"regardless|irrespective|unconditional(?:ly)?|no matter|whether or not|"
    r"even (?:if|when|where|while|without)|plain[- ]?text|deprecated|abandoned|unmaintained|unused|obsolete|compromised|vulnerab\w+|leak\w*|public(ly)?)\b|n't\b"
)

TENSES = re.compile(
    r"(?i)\b(formerly|previously|originally|historically|initially|recently|lately|until now|in the (?:past|future)|soon|eventually|some ?day|"
    r"will|would|planned|upcoming|future|going to|used to be|had been|has been|(?:any|no) ?(?:more|longer)|back then|nowadays|meanwhile)\b"
    r"|\b(?:it|that|which|code|program|app|once|this) used to\b"
)
"""Another time than the code's own, which is now."""
AMOUNTS = re.compile(
    r"(?i)\b(several|numerous|hundreds|thousands|dozens|half|(?<!at )most|few|thrice|double|triple|majority|minority|handful|plenty|"
    r"countless|often|rarely|seldom|sometimes|occasionally|frequently|repeatedly|constantly|mostly|mainly|partly|largely)\b"
)
"""How much or how often, without a number."""

CAUSES = re.compile(
    r"(?i)\b(because|due to|owing to|thanks to|as a result|therefore|hence|thus|thereby|in order to|so that|for \w+ reasons?|reasons?|"
    r"compliance|gdpr|hipaa|privacy|mandatory|by law|policy requires|as required)\b"
)
"""Why something is done, which code does not say."""
FREQUENCIES = frozenset("minutely hourly daily nightly weekly biweekly monthly quarterly yearly annually".split())
"""How often; a number in words."""
ENVIRONMENTS = {
    "production": ("production", "prod"), "staging": ("staging",), "development": ("development", "dev"),
    "preview": ("preview",), "sandbox": ("sandbox",), "canary": ("canary",), "beta": ("beta",), "demo": ("demo",),
    "test": ("test", "tests", "testing"),
}  # fmt: skip
"""Names of environments, and how code writes them."""

CONDITIONS = frozenset("empty unset disabled enabled off skipped".split())
"""What code with a condition may be said to be, or to want."""

HOMONYMS = frozenset(
    "adjust autumn bandwidth bark box branch buffer cap castle circle close comet copper courier cube daily delighted depot "
    "drift drone dynamic embrace evergreen fingerprint flare flow front garage genius ghost harbor harvest heap highlight "
    "increase inspector instantly keeper kick knock lever linear loops magic make matrix mercury merge modal outreach paddle "
    "parallel payload phrase plain plane postal radar railway ramp render replicate safe sage scout segment shortcut signal "
    "square steam steel stream swell tally teams temporal threads twenty unit vector wise writer zero zoom".split()
)
"""Names of products that are words of every day where they begin with a small letter."""

_PLAIN = frozenset(
    word
    for line in (resources.files("llm_audit") / "data" / "plain_words.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)
_SUFFIX = re.compile(r"(ications?|ations?|ments?|ings?|ions?|ies|ied|ers?|ors?|ed|es|s|y|e|al)$")


def stem(word: str) -> str:
    """A word without its ending, so that `verifies`, `verify` and `verification` meet."""
    low = word.lower()
    cut = _SUFFIX.sub("", low)
    return cut if len(cut) >= 3 else low


def words_of(text: str) -> list[str]:
    """The words of code or prose, identifiers taken apart: `sendEmailJob` -> send, email, job."""
    whole = re.sub(r"\b([Ee])-(?=mail)", r"\1", text)
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_\W]+", " ", whole)
    return [word.lower() for word in apart.split() if len(word) > 1]


PLAIN = frozenset(stem(word) for word in _PLAIN) | _PLAIN


@dataclass(frozen=True)
class Lexicon:
    """What the catalogue's words are.

    Attributes:
        products: words of a name, folded -> the name as it is written.
        packages: names of packages and modules, lower case.
        ordinary: words in lower case of the catalogue's purposes; a product called so is no product in prose.
        images: how images of a product are called, by its name: PostgreSQL runs as `postgres`.
    """

    products: dict[tuple[str, ...], str]
    packages: frozenset[str]
    ordinary: frozenset[str]
    images: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def tools(self) -> frozenset[str]:
        """Words that name products or packages and nothing else."""
        words = {word for key in self.products for word in key} | self.packages
        return frozenset(word for word in words if len(word) > 4 and word not in self.ordinary | HOMONYMS)


@cache
def of(catalog: Catalog) -> Lexicon:
    """The lexicon of a catalogue."""
    purposes = Counter(word for one in catalog.services.values() for word in re.findall(r"\b[a-z]{2,}\b", one.purpose))
    products: dict[tuple[str, ...], str] = {}
    for one in catalog.services.values():
        for name in (one.name, one.id.replace("-", " ")):
            key = tuple(word.lower() for word in _WORD.findall(name))
            joined = "".join(key)
            if not joined.isdigit() and (len(joined) > 2 or re.search(r"\d", joined)):
                products.setdefault(key, one.name)
    packages = frozenset(
        name.lower()
        for one in catalog.services.values()
        for signal, _, name in one.patterns
        if signal == "packages" and "*" not in name and len(name) > 3
    )
    images = {
        one.name: tuple(
            {
                name.rpartition("/")[2].lower()
                for signal, _, name in one.patterns
                if signal == "images" and "*" not in name
            }
        )
        for one in catalog.services.values()
    }
    return Lexicon(products, packages, frozenset(purposes) | _PLAIN, images)
