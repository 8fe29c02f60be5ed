"""Expressions which show that code checks who sent a request. Shared by the collectors of routes and of checks; no collector."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from llm_audit.collect.expressions import expression
from llm_audit.collect.literals import Literals
from llm_audit.model import SourceFile

_ROWS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    # (kind, how it is called when the code's own words would not do, literals of which one must occur, expression)
    ("sdk", "", ("constructEvent", "construct_", "unwrap", "verifyAndReceive", "verifyNotification", "validateWebhook",), r"\bwebhooks?\.(?:constructEvent(?:Async)?|construct_event|construct_from|verifyAndReceive|unwrap|verifyNotification|validateWebhook)\b"),  # noqa: E501
    ("sdk", "", ("onstructEvent", "construct_event", "erifyHeader", "verify_header", "constructFrom",), r"\b(?:Webhook|WebhookSignature|EventUtility|webhook)(?:\.|::)(?:constructEvent(?:Async)?|construct_event|ConstructEvent\w{0,40}|verify_header|verifyHeader|VerifyHeader|constructFrom)\b"),  # noqa: E501
    ("sdk", "", ("onstructEvent",), r"(?<=\.)(?<!ebhook\.)(?<!ebhooks\.)(?<!Utility\.)constructEvent(?:Async)?(?=\([^()\n]{1,80},\s{0,3}(?:\w{1,20}\.)?\w{0,20}[sS]ig)"),
    ("sdk", "", ("arseThinEvent", "arse_thin_event", "arseEventNotification", "arse_event_notification",), r"\b(?:parse_(?:thin_event|event_notification)|[pP]arse(?:ThinEvent|EventNotification))\b(?=\s*\()"),  # noqa: E501
    ("sdk", "", ("tripe.Webhook", "Stripe::Webhook", "Stripe\\Webhook",), r"\b(?:[sS]tripe\.Webhook|Stripe::Webhook|Stripe\\Webhook)(?:Signature)?(?:\.|::)\w{4,40}"),
    ("sdk", "svix Webhook.verify", ("ebhook(", "svix",), r"\bnew (?:Svix\.)?Webhook\(\s{0,9}[^\s{)\[$]|\bsvix\.NewWebhook\(|\bfrom svix\.webhooks\b|\bWebhook\([^()\n]{1,120}\)\.verify\b|\bSvix\\Webhook\b"),  # noqa: E501
    ("sdk", "", ("verifySignature",), r"\bverifySignature(?:AppRouter|Edge)?\b(?=\s*\()"),
    ("sdk", "qstash Receiver.verify", ("eceiver.verify",), r"\b(?:this\.)?(?:qstash_?)?[rR]eceiver\.verify\b"),
    ("sdk", "", ("erifyWebhook", "verify_webhook", "validateWebhook", "validate_webhook", "ValidWebhook", "unwrapWebhook", "validateEvent", "isValidSignature", "verifyNotification", "verifyWebHook", "ValidateWebhook", "SlackRequest", "verify_slack",), r"\b(?:verifyWebhook|verifyWebhookSignature|verify_webhook_signature|verifyWebHookSignature|validateWebhookSignature|validate_webhook_signature|isValidWebhookSignature|verify_webhook|unwrapWebhook|validateEvent|isValidSignature|verifyNotification|verifyWebhookRequest|verify_webhook_request|VerifyWebhookSignature|ValidateWebhookSignature|verifySlackRequest|isValidSlackRequest|verify_slack_request|validate_webhook|validateWebhook)\b(?=!?\s*\()"),  # noqa: E501
    ("sdk", "", ("validateRequest", "validateExpressRequest", "twilio.webhook", "RequestValidator",), r"\btwilio\.(?:validateRequest\w{0,20}|validateExpressRequest|webhook)\b|\b(?:RequestValidator|twilioClient\.RequestValidator)\b(?=\s*\(|\.new)"),  # noqa: E501
    ("sdk", "", ("webhooks.",), r"\bwebhooks\.(?:verify\w{0,20}|unmarshal|receive|validate\w{0,20})\b(?=\s*\()"),
    ("sdk", "", ("SignatureVerifier", "EventWebhook", "erifyKey", "detached.verify", "SecretsVerifier", "EventAdapter", "MessageAdapter", "ValidatePayload", "ValidateSignature", "ConstructEvent", "ParseRequest", "SnsMessageManager", "MessageValidator", "verifySns",), r"\b(?:SignatureVerifier|EventWebhook|verifyKey(?:Middleware)?|nacl\.sign\.detached\.verify|VerifyKey|slack\.NewSecretsVerifier|NewSecretsVerifier|createEventAdapter|createMessageAdapter|github\.ValidatePayload\w{0,20}|ValidatePayload|ValidateSignature|webhook\.ConstructEvent\w{0,30}|linebot\.ParseRequest|ParseRequest|SnsMessageManager|MessageValidator|verifySnsMessage|SNSMessageValidator)\b(?=\s*\(|\.new|\.verif)"),  # noqa: E501
    ("sdk", "", ("authenticate.webhook", "shopify.webhooks", "webhooks.unmarshal", "webhookVerificationKeyGet",), r"\bauthenticate\.webhook\b|\bshopify\.webhooks\.(?:validate|process)\b|\bshopify\.authenticate\.webhook\b|\bPaddle\w{0,20}\.webhooks\.unmarshal\b|\bplaid\w{0,20}\.webhookVerificationKeyGet\b"),  # noqa: E501
    ("sdk", "", ("validate_event",), r"\bvalidate_event\b(?=\s*\([^\n]{0,200}(?i:secret))"),
    ("sdk", "", ("rsaCheckV", "rsaCertCheckV",), r"\bAlipaySignature\.rsa(?:Cert)?CheckV\d\b(?=\s*\()"),
    ("sdk", "inngest serve", ("inngest",), r"\bserve\(\s{0,20}\{\s{0,40}client\s{0,4}:\s{0,4}inngest\b"),
    ("sdk", "", ("verifyIdToken", "verify_oauth2_token",), r"\b(?:google-auth-library|OAuth2Client\(\w{0,60}\)|client)\.?verifyIdToken\b|\bid_token\.verify_oauth2_token\b"),  # noqa: E501
    ("hmac", "hmac.compare_digest", ("compare_digest",), r"\b(?:hmac\.|secrets\.)?compare_digest\b(?=\s*\()"),
    ("hmac", "crypto.timingSafeEqual", ("timingSafeEqual",), r"\btimingSafeEqual\b(?=\s*\()"),
    ("hmac", "hmac.Equal", ("hmac.Equal",), r"\bhmac\.Equal\b"),
    ("hmac", "subtle.ConstantTimeCompare", ("ConstantTimeCompare",), r"\bsubtle\.ConstantTimeCompare\b"),
    ("hmac", "hash_equals", ("hash_equals",), r"\bhash_equals\b(?=\s*\()"),
    ("hmac", "secure_compare", ("secure_compare",), r"\b(?:secure_compare|fixed_length_secure_compare)\b"),
    ("hmac", "constant_time_compare", ("constant_time_compare",), r"\bconstant_time_compare\b(?=\s*\()"),
    ("hmac", "ct_eq", (".ct_eq(", "constant_time_eq("), r"\.ct_eq\b(?=\s*\()|\bconstant_time_eq\b(?=\s*\()"),
    ("hmac", "MessageDigest.isEqual", ("MessageDigest.isEqual",), r"\bMessageDigest\.isEqual\b"),
    ("hmac", "CryptographicOperations.FixedTimeEquals", ("FixedTimeEquals",), r"\bFixedTimeEquals\b"),
    ("hmac", "createHmac", ("createHmac",), r"\bcreateHmac\(\s*[\"'](?P<js>[\w-]{2,20})[\"']"),
    ("hmac", "hmac.new", ("hmac.new", "hmac.digest",), r"\bhmac\.(?:new\(|digest\((?=[^\n)]*,[^\n)]*,))(?P<py>[^\n]{0,200})"),
    ("hmac", "hmac.New", ("hmac.New",), r"\bhmac\.New\((?P<go>[\w.]{2,20})"),
    ("hmac", "hash_hmac", ("hash_hmac",), r"\bhash_hmac\(\s*[\"'](?P<php>[\w-]{2,20})[\"']"),
    ("hmac", "OpenSSL::HMAC", ("OpenSSL::HMAC",), r"\bOpenSSL::HMAC\.(?:hexdigest|digest|base64digest)\b"),
    ("hmac", "Mac HMAC", ("Hmac",), r"\bMac\.getInstance\(\s*\"(?P<java>Hmac\w{2,10})\"|\bHmacUtils\b(?=\s*[.(])"),
    ("hmac", "HMACSHA256", ("HMACSHA",), r"\bnew HMACSHA(?P<net>\d{1,3})\b"),
    ("hmac", ":crypto.mac", (":crypto.",), r":crypto\.(?:mac|hmac)\((?P<ex>[^\n]{0,60})"),
    ("hmac", "Hmac::<Sha256>", ("Hmac<", "Hmac::<", "HmacSha256",), r"\bHmac(?:::)?<\s?(?P<rs>\w{3,10})\s?>|\bHmacSha256::new\w{0,20}"),
    ("hmac", "crypto.subtle.verify", ("subtle.verify",), r"\bsubtle\.verify\b(?=\s*\()"),
    ("hmac", "crypto.subtle.sign", ("subtle.sign",), r"\bsubtle\.sign\b(?=\s*\()"),
    ("sdk", "", ("receive_activity",), r"\breceive_activity(?:_with_hook)?(?=(?:::<[^()]{0,200}>)?\()"),
    ("signature", "", ("erifier.New",), r"\b(?!(?:jwt|oidc|token|id_?token|jwk))[a-z]\w{1,30}[vV]erifier\.New\w{0,20}(?=\()"),
    ("signature", "", ("has_valid_signature",), r"(?<!def )\bhas_valid_signature\b(?=\s*\()"),
    ("signature", "x509 CheckSignature", (".CheckSignature",), r"\.CheckSignature\b(?=\s*\()"),
    ("signature", "ecdsa.Verify", ("ecdsa.Verify",), r"\becdsa\.Verify(?:ASN1)?\b"),
    ("signature", "ed25519.Verify", ("ed25519.",), r"\bed25519\.(?:Verify|verify)\b"),
    ("signature", "rsa.VerifyPKCS1v15", ("rsa.Verify",), r"\brsa\.VerifyP\w{2,10}\b"),
    ("signature", "crypto.createVerify", ("createVerify",), r"\bcreateVerify\b(?=\s*\()"),
    ("signature", "openssl_verify", ("openssl_verify",), r"\bopenssl_verify\b(?=\s*\()"),
    ("signature", "sodium_crypto_sign_verify_detached", ("sodium_crypto_sign",), r"\bsodium_crypto_sign_verify_detached\b"),
    ("signature", "jwks", ("createRemoteJWKSet", "PyJWKClient", "JwksClient", "jwksClient",), r"\b(?:createRemoteJWKSet|PyJWKClient|JwksClient|jwksClient)\b(?=\s*\()"),
    ("signature", "Ed25519 verify", ("VerifyKey", "Ed25519PublicKey", "Signature.getInstance",), r"\bVerifyKey\b(?=\s*\()|\bEd25519PublicKey\b|\bSignature\.getInstance\b"),  # noqa: E501
)  # fmt: skip


COMPARES = frozenset(
    "hmac.compare_digest crypto.timingSafeEqual hmac.Equal subtle.ConstantTimeCompare hash_equals secure_compare constant_time_compare ct_eq"
    " MessageDigest.isEqual CryptographicOperations.FixedTimeEquals".split()
)
"""Comparisons that take the same time whatever is compared: of signatures, but also of tokens and sums of the program's own."""


class Sign(NamedTuple):
    """A check at one place: `sdk`, `hmac` or `signature`, and how to name it."""

    offset: int
    end: int
    kind: str
    name: str


_SIGNS = tuple((kind, name, needles, expression(pattern)) for kind, name, needles, pattern in _ROWS)
LITERALS = (
    "ebhook", "ignature", "compare_digest", "timingSafeEqual", "hmac", "Hmac", "HMAC", "secure_compare", "hash_equals",
    "constant_time_compare", "ConstantTimeCompare", "ConstantTimeEquals", "FixedTimeEquals", "eceiver.verify", "25519", "RequestValidator",
    "receive_activity", ".ct_eq(", "constant_time_eq(", "erifier.New",
)  # fmt: skip
"""One of these stands in every text that holds a sign worth telling."""
_HINTS = Literals(LITERALS)
_NEEDLES = Literals(needle for _, _, needles, _ in _ROWS for needle in needles)


def signs(text: str) -> Iterator[Sign]:
    """The checks in a text, kind by kind; the cheap search for literals comes before any expression."""
    held = _NEEDLES.in_text(text)
    for kind, name, needles, pattern in _SIGNS:
        if not held.isdisjoint(needles):
            for match in pattern.finditer(text):
                yield Sign(match.start(), match.end(), kind, _named(name, kind, match))


def signs_in(file: SourceFile) -> tuple[Sign, ...]:
    """The checks of a file; worked out once and kept with it, for every route of the file asks."""
    kept = file.__dict__.get("signs")
    if kept is None:
        found = signs(file.text) if _HINTS.in_text(file.text) else ()
        file.__dict__["signs"] = kept = tuple(found)
    return tuple(kept)


def sign_within(file: SourceFile, span: tuple[int, int] | None) -> Sign | None:
    """The most telling check between two offsets: an SDK's before a comparison, a comparison before a bare hash."""
    if span is None:
        return None
    return next((sign for sign in signs_in(file) if span[0] <= sign.offset < span[1]), None)


_HASHES = frozenset(
    (
        "createHmac",
        "hmac.new",
        "hmac.New",
        "hash_hmac",
        "OpenSSL::HMAC",
        "Mac HMAC",
        "HMACSHA256",
        ":crypto.mac",
        "Hmac::<Sha256>",
        "crypto.subtle.sign",
    )
)
"""What is worked out alike by who sends and by who checks, by the names of signs."""
_CHECKING = expression(
    r"(?i)verif|valid|compare|timing_?safe|equals?\b|unauthori[sz]ed|forbidden|\b40[13]\b|signature[\w.]{0,20}\)?\s{0,2}[!=]==?|[!=]==?[^\n]{0,60}signature"
)
_NEAR = 500


def is_hash(name: str) -> bool:
    """Whether a sign of this name is a hash, whichever function it is made with."""
    return name.split(" sha")[0].split(" md5")[0] in _HASHES


def is_compared(text: str, sign: Sign) -> bool:
    """Whether a sign checks somebody: a bare hash does where words of a check stand near it, and else makes a signature."""
    if sign.kind != "hmac" or not is_hash(sign.name):
        return True
    return _CHECKING.search(text, max(0, sign.offset - _NEAR), sign.end + _NEAR) is not None


def _named(name: str, kind: str, match: re.Match[str]) -> str:
    shown = name or _receiver(match) + match.group().strip().rstrip("(").strip()
    hashed = next((value for value in match.groupdict().values() if value), "")
    found = (
        re.search(r"(?i)sha_?-?(?:3-)?(1|224|256|384|512)\b|^(256|512|1)$|\bmd5\b", hashed) if kind == "hmac" else None
    )
    if not found:
        return shown
    size = found[1] or found[2]
    return f"{shown} sha{size}" if size and shown != "HMACSHA256" else f"HMACSHA{size}" if size else f"{shown} md5"


def _receiver(match: re.Match[str]) -> str:
    """The dotted chain that stands right before a call, so that the name reads as in the code."""
    if match.string[match.start() - 1 : match.start()] != ".":
        return ""
    found = re.search(r"[\w$]{1,30}(?:\.[\w$]{1,30}){0,3}\.$", match.string[max(0, match.start() - 60) : match.start()])
    return found.group().removeprefix("this.").removeprefix("self.") if found else ""
