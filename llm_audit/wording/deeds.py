"""What a claim says is done, to what, and in which direction: each deed must be one that the code does.

A bag of words cannot tell `reads the invoices` from `deletes the invoices` where verbs claim nothing. So verbs that act upon
data are held against the calls that the claim is about (`traffic`), and what belongs to what against the code's members.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from llm_audit.model import Candidate, Kind
from llm_audit.wording import traffic
from llm_audit.wording.bearing import Evidence, bears
from llm_audit.wording.lexicon import PLAIN, stem, words_of
from llm_audit.wording.traffic import STORES, Traffic

_SAID = {
    "read": "reads read gets fetches fetch loads load downloads download lists searches queries query retrieves retrieve pulls looks",
    "write": "stores store writes write saves save uploads upload puts inserts insert updates update creates create adds add",
    "delete": "deletes delete removes remove purges purge cancels cancel revokes revoke refunds refund erases erase",
    "send": "sends send posts post publishes publish delivers deliver forwards forward notifies notify emails emits emit pushes push",
    "receive": "receives receive accepts accept listens listen subscribes subscribe consumes consume",
}
_DONE = {
    "read": "get read fetch load download list query find select search describe retrieve exist lookup scan first count pull show head"
    " open stream aggregate where receive consume subscribe retrieval all one many execute sql run use watch check verify",
    "write": "put set write save upload create insert add post push send update store publish upsert append incr record patch cache"
    " commit merge copy enqueue register index capture track new make generate build execute sql persist keep sync import increment",
    "delete": "delete remove del destroy purge cancel unlink revoke refund expire clear drop truncate evict detach unsubscribe",
    "send": "send post publish push deliver forward notify emit mail email put create fetch track capture dispatch enqueue add"
    " ingest report write call invoke chat sms exec broadcast reply",
    "receive": "receive accept listen subscribe consume handle on webhook callback route request body hook poll worker task job"
    " consumer subscriber handler post event message",
}
"""Kinds of deeds: the verbs of a sentence, and the words of code that do it."""
_KIND = {verb: kind for kind, verbs in _SAID.items() for verb in verbs.split()}
_WORDS = {kind: frozenset(stem(word) for word in words.split()) for kind, words in _DONE.items()}
_INNATE = frozenset({"read", "write"})
"""What is done with every store, however its driver calls it."""
_ASKING = re.compile(r"\s+(?:an? |the )?(?:[A-Z]+ )?(?:HTTPS? |API )?(?:requests?|quer(?:y|ies)|calls?)\b")
"""What is sent that asks for something."""
_LISTENING = frozenset(
    map(stem, "subscribe subscriber consume consumer listen listener onmessage dequeue brpop blpop".split())
)
_WAITING = frozenset(map(stem, "task job worker process handler poll run".split()))
_HALTING = frozenset(
    "stops stop skips skip refuses refuse blocks block prevents prevent avoids avoid ignores ignore rejects reject suppresses suppress "
    "omits omit bans ban denies deny forbids forbid disables disable bypasses bypass".split()
)
"""What is said to be kept from being done, which code that does it does not show."""
_VERB = re.compile(r"(?:^|[;,.]\s+|\b(?:and|or|then)\s+)(?P<verb>[A-Za-z]+s)\b|\bto\s+(?P<infinitive>[a-z]+)\b")
_ACTS = r"(?:sends|posts|calls|pushes|delivers|notifies|fetches|asks|requests|polls|queries|downloads|invokes|triggers)"
_MEMBER = re.compile(r"([A-Za-z_]\w*)(?:\.|->|\?\.|::)(?=([A-Za-z_]\w*))")
_OF = re.compile(r"\b([a-z]+) of (?:(?:a|an|the|its|each|this|that) )?([a-z]+)\b")
_POSSESSIVE = re.compile(r"\b([a-z]+)['’]s ([a-z]+)\b")


def fault(prose: str, candidate: Candidate, evidence: Evidence) -> tuple[str, str] | None:
    """The first deed, direction or belonging in a claim that the code does not show."""
    if turned := _turned(prose, candidate):
        return "direction", turned
    done = {stem(word) for word in words_of(f"{evidence.shown}\n{evidence.near}")}
    seen = traffic.calls(candidate, evidence)
    for verb, clause in _deeds(prose):
        kind = "ask" if _ASKING.match(clause) and _KIND[verb] == "send" else _KIND[verb]
        innate = candidate.group in STORES and kind in _INNATE
        words = _WORDS[_KIND[verb]] | (_WORDS["read"] if kind == "ask" else frozenset())
        if not innate and not done & words:
            return "deed", f"the code shows nothing that {verb}"
        if kind == "write" and candidate.group not in STORES and _elsewhere(clause, candidate):
            continue
        if not _goes(kind, _objects(clause, candidate), candidate, evidence, seen):
            return "direction", f"no call or route of {candidate.name} that is shown {verb}"
    if halted := next((verb for verb in _halts(prose) if not bears(verb, evidence.stems)), ""):
        return "deed", f"the code shows nothing that {halted}"
    return _swapped(prose, evidence.code)


def _goes(
    kind: str, objects: frozenset[str], candidate: Candidate, evidence: Evidence, seen: Sequence[Traffic]
) -> bool:
    """Whether data goes the way a deed says, at the very calls that it is about; where none tells, whether any could.

    Args:
        kind: of the deed.
        objects: what it is done to.
        candidate: by the service.
        evidence: the code.
        seen: the service's own calls.
    """
    entered = any(fact.kind in (Kind.ROUTE, Kind.VERIFY) for fact in candidate.facts) or candidate.group == "Incoming"
    telling = [one for one in seen if one.ways]
    about = _about(objects, telling)
    if kind == "receive":
        # what is asked for is read, not received
        return entered or any(_LISTENING & one.called for one in seen) or _waits(candidate, evidence)
    if entered:
        return kind != "send" or any(traffic.OUT in one.ways for one in seen) or _sends(candidate, evidence)
    if kind == "ask":
        return bool(telling) or _sends(candidate, evidence)
    way = traffic.BACK if kind == "read" else traffic.OUT
    if about:
        return any(way in one.ways and not (one.made and way == traffic.BACK) for one in about)
    if candidate.group in STORES and kind in _INNATE:
        return True
    if telling:
        return any(way in one.ways for one in telling)
    return kind != "send" or _sends(candidate, evidence)


def _elsewhere(clause: str, candidate: Candidate) -> bool:
    """Whether something is put into another place than the service."""
    place = re.search(r"\b(?:in|into) (?:the |a |an |its )?(.+)", clause)
    return place is not None and candidate.name.split(" (")[0].lower() not in place[1].lower()


def _waits(candidate: Candidate, evidence: Evidence) -> bool:
    """Whether a queue's own work is taken from it."""
    return candidate.group == "Message Queues" and bool((_WAITING | _LISTENING) & _stems(evidence.code))


def _about(objects: frozenset[str], telling: Sequence[Traffic]) -> list[Traffic]:
    """The calls that speak most of what a deed is done to."""
    shared = [len(objects & one.words) for one in telling]
    most = max(shared, default=0)
    return [one for one, count in zip(telling, shared, strict=True) if count == most] if most else []


def _objects(clause: str, candidate: Candidate) -> frozenset[str]:
    """The words of what a deed is done to, without those of the service's own name."""
    own = set(words_of(candidate.name))
    words = [word for word in words_of(clause) if len(word) > 2 and word not in own]
    return frozenset(stem(word) for word in words if word not in PLAIN and stem(word) not in PLAIN)


def _sends(candidate: Candidate, evidence: Evidence) -> bool:
    """Whether the code calls the service at all, rather than take what it sends: by an SDK, a host, or a call that sends."""
    facts = candidate.facts
    return (
        any(fact.kind in (Kind.CALL, Kind.DELIVERY) or fact.detail("use") == "call" for fact in facts)
        or bool(re.search(r"url\.path|oauth\.", " ".join(fact.name for fact in facts)))
        or traffic.sends(candidate, evidence.code)
    )


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words_of(text)}


def _deeds(prose: str) -> Iterator[tuple[str, str]]:
    """The verbs that begin a clause, or follow `to`, each with the words up to the next."""
    found = [match for match in _VERB.finditer(prose) if (match["verb"] or match["infinitive"]).lower() in _KIND]
    for n, match in enumerate(found):
        end = found[n + 1].start() if n + 1 < len(found) else len(prose)
        yield (match["verb"] or match["infinitive"]).lower(), re.split(r"[;.]\s", prose[match.end() : end])[0]


def _halts(prose: str) -> Iterator[str]:
    """The verbs of a claim that say that something is kept from being done."""
    for match in _VERB.finditer(prose):
        verb = (match["verb"] or match["infinitive"]).lower()
        if verb in _HALTING:
            yield verb


def _turned(prose: str, candidate: Candidate) -> str:
    """What goes the other way: a service that calls the program without any route for it, or is written to when it is read."""
    name = re.escape(candidate.name.split(" (")[0])
    kinds = {_KIND[verb] for verb, _ in _deeds(prose)}
    called = any(fact.kind in (Kind.ROUTE, Kind.VERIFY) for fact in candidate.facts) or candidate.group == "Incoming"
    if candidate.group == "Outgoing" and "receive" in kinds and "send" not in kinds:
        return "what goes out is not received"
    if called:
        return ""
    if re.search(rf"(?i)\b{name}(?:['’]s \w+)? {_ACTS}\b", prose):
        return f"{candidate.name} does not call this code"
    if re.search(rf"(?i)\b(?:called|notified|triggered|invoked|polled|requested|reached|woken) by {name}\b", prose):
        return f"{candidate.name} does not call this code"
    if re.search(r"(?i)\b(?:incoming|inbound)\b|\breceives?\b[^,;]{0,40}\b(?:webhooks?|callbacks?)\b", prose):
        return "no route takes calls"
    if kinds == {"send"} and re.search(rf"(?i)\bfrom {name}\b", prose):
        return f"it is sent to {candidate.name}, not from it"
    if kinds and kinds <= {"read", "receive"} and re.search(rf"(?i)\b(?:to|into) {name}\b", prose):
        return f"it comes from {candidate.name}"
    return ""


def _swapped(prose: str, code: str) -> tuple[str, str] | None:
    """`The booking of a deposit` where the code has `booking.deposit`: what belongs to what is turned round."""
    members = {
        (stem(a), stem(b))
        for owner, member in _MEMBER.findall(code)
        for a in words_of(owner)[-1:]
        for b in words_of(member)
    }
    said = [(owner, thing) for thing, owner in _OF.findall(prose)] + _POSSESSIVE.findall(prose)
    for owner, thing in said:
        pair = stem(owner), stem(thing)
        if pair not in members and pair[::-1] in members:
            return "swapped", f"the code has the {owner} of the {thing}"
    return None
