"""What a claim says is done, to what, and in which direction: each deed must be one that the code does.

A bag of words cannot tell `reads the invoices` from `deletes the invoices` where verbs claim nothing. So verbs that act upon
data are held against the calls of the code, and what belongs to what against its members.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.model import Candidate, Kind
from llm_audit.wording.bearing import Evidence
from llm_audit.wording.lexicon import stem, words_of

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
_STORES = frozenset({"Databases", "Caching", "File Storage", "Search", "Vector Stores", "Message Queues"})
_INNATE = frozenset({"read", "write"})
"""What is done with every store, however its driver calls it."""
_VERB = re.compile(r"(?:^|[;,.]\s+|\b(?:and|or|then)\s+)(?P<verb>[A-Za-z]+s)\b|\bto\s+(?P<infinitive>[a-z]+)\b")
_ACTS = r"(?:sends|posts|calls|pushes|delivers|notifies|fetches|asks|requests|polls|queries|downloads|invokes|triggers)"
_SENDING = re.compile(
    r"(?i)(?:send|post|publish|push|deliver|forward|notify|emit|mail|dispatch|enqueue|fetch|request|invoke|broadcast|\bdo|urlopen|curl)\w{0,20}!?\s?\("
)
_MEMBER = re.compile(r"([A-Za-z_]\w*)(?:\.|->|\?\.|::)(?=([A-Za-z_]\w*))")
_OF = re.compile(r"\b([a-z]+) of (?:(?:a|an|the|its|each|this|that) )?([a-z]+)\b")
_POSSESSIVE = re.compile(r"\b([a-z]+)['’]s ([a-z]+)\b")


def fault(prose: str, candidate: Candidate, evidence: Evidence) -> tuple[str, str] | None:
    """The first deed, direction or belonging in a claim that the code does not show."""
    if turned := _turned(prose, candidate):
        return "direction", turned
    done = {stem(word) for word in words_of(f"{evidence.shown}\n{evidence.near}")}
    for verb in _verbs(prose):
        kind = _KIND[verb]
        if candidate.group in _STORES and kind in _INNATE:
            continue
        if not done & _WORDS[kind] or (kind == "send" and not _goes_out(candidate, evidence)):
            return "deed", f"the code shows nothing that {verb}"
    return _swapped(prose, evidence.code)


def _goes_out(candidate: Candidate, evidence: Evidence) -> bool:
    """Whether the code calls the service at all, rather than take what it sends: by an SDK, a host, or a call that sends."""
    facts = candidate.facts
    return (
        any(fact.kind in (Kind.CALL, Kind.DELIVERY) or fact.detail("use") == "call" for fact in facts)
        or bool(re.search(r"url\.path|oauth\.", " ".join(fact.name for fact in facts)))
        or bool(_SENDING.search(f"{evidence.code}\n{evidence.near}"))
    )


def _verbs(prose: str) -> Iterator[str]:
    """The verbs that begin a clause, or follow `to`."""
    for match in _VERB.finditer(prose):
        verb = (match["verb"] or match["infinitive"]).lower()
        if verb in _KIND:
            yield verb


def _turned(prose: str, candidate: Candidate) -> str:
    """What goes the other way: a service that calls the program without any route for it, or is written to when it is read."""
    name = re.escape(candidate.name.split(" (")[0])
    kinds = {_KIND[verb] for verb in _verbs(prose)}
    called = any(fact.kind in (Kind.ROUTE, Kind.VERIFY) for fact in candidate.facts) or candidate.group == "Incoming"
    if candidate.group == "Outgoing" and "receive" in kinds and "send" not in kinds:
        return "what goes out is not received"
    if called:
        return ""
    if re.search(rf"(?i)\b{name}(?:['’]s \w+)? {_ACTS}\b", prose):
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
