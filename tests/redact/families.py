"""Fake secrets in their vendors' formats, made from a seed: nothing here was ever valid.

Each family is one row: a name, the group whose recall it counts for, and a function from a random source to a value.
Families are split into a half that the filter was tuned on and a half that it was not: see `HELD_OUT`.
"""

from __future__ import annotations

import base64
import json
import string
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

LOWER, UPPER, DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
ALNUM = string.ascii_letters + DIGITS
WORD = ALNUM + "_-"
HEX = DIGITS + "abcdef"
B32 = UPPER + "234567"
LOW = LOWER + DIGITS
UP = UPPER + DIGITS
B64 = ALNUM + "+/"


@dataclass(frozen=True)
class Family:
    """One kind of fake secret.

    Attributes:
        name: unique.
        group: vendor, url, private-key or generic.
        make: a value from a random source.
        variable: the name it would be assigned to.
    """

    name: str
    group: str
    make: Callable[[Random], str]
    variable: str


def run(rng: Random, alphabet: str, size: int) -> str:
    """So many characters, with at least one digit and one letter where the alphabet has both."""
    while True:
        text = "".join(rng.choice(alphabet) for _ in range(size))
        needs_digit = any(c in DIGITS for c in alphabet) and size > 5
        needs_letter = any(c in string.ascii_letters for c in alphabet) and size > 5
        edges = text[:1] not in "-_" and text[-1:] not in "-_"
        if (
            edges
            and (not needs_digit or any(c.isdigit() for c in text))
            and (not needs_letter or any(c.isalpha() for c in text))
        ):
            return text


def fmt(*parts: tuple[str, int] | str) -> Callable[[Random], str]:
    """A value of fixed texts and random runs."""
    return lambda rng: "".join(part if isinstance(part, str) else run(rng, *part) for part in parts)


def base62(number: int, size: int) -> str:
    """A number in base 62, as GitHub and npm write their checksums."""
    alphabet, text = DIGITS + UPPER + LOWER, ""
    while number:
        number, digit = divmod(number, 62)
        text = alphabet[digit] + text
    return text.rjust(size, "0")


def checked(start: str, size: int) -> Callable[[Random], str]:
    """A token with the CRC-32 of its body in base 62 as its last six characters."""

    def make(rng: Random) -> str:
        body = run(rng, ALNUM, size)
        return f"{start}{body}{base62(zlib.crc32(body.encode()), 6)}"

    return make


def b64url(data: bytes) -> str:
    """Base64 for URLs, without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def jwt(rng: Random) -> str:
    """A signed token with a real header and claims."""
    head = json.dumps({"alg": rng.choice(["HS256", "RS256"]), "typ": "JWT"})
    claims = json.dumps({"sub": run(rng, DIGITS, 10), "iat": rng.randrange(10**9, 2 * 10**9), "role": "anon"})
    return ".".join([b64url(head.encode()), b64url(claims.encode()), b64url(rng.randbytes(32))])


def grafana(rng: Random) -> str:
    """A service account token with its checksum."""
    body = run(rng, ALNUM, 32)
    return f"glsa_{body}_{zlib.crc32(body.encode()):08x}"


def pem(label: str, size: int, wrap: int = 64) -> Callable[[Random], str]:
    """A private key block of random body."""

    def make(rng: Random) -> str:
        body = base64.b64encode(rng.randbytes(size)).decode()
        lines = "\n".join(body[at : at + wrap] for at in range(0, len(body), wrap))
        return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----"

    return make


def url(scheme: str, tail: str) -> Callable[[Random], str]:
    """A password as it may stand in a URL of that scheme; the scheme and tail are used by the contexts."""
    return lambda rng: run(rng, ALNUM + "-_.~!$*", rng.randrange(8, 24))


WORDS = "river stone Garden winter Falcon orange Thunder castle Silver mountain Copper bridge Marble forest".split()


def human(rng: Random) -> str:
    """A password as people make them: words, a year, a mark, letters replaced."""
    word = rng.choice(WORDS)
    style = rng.randrange(4)
    if style == 0:
        return f"{word.capitalize()}{rng.randrange(1970, 2030)}{rng.choice('!#$%*')}"
    if style == 1:
        return f"{word.replace('a', '4').replace('e', '3').replace('o', '0')}{rng.choice('!@#-_')}{rng.randrange(10, 999)}x"
    if style == 2:
        return f"{word}{rng.choice(WORDS)}{rng.randrange(10, 99)}{rng.choice('!?#$')}"
    return f"{rng.choice(LOWER)}{rng.choice('#%!*')}{word.capitalize()}{rng.randrange(100, 9999)}"


def strong(rng: Random) -> str:
    """A password from a manager."""
    body = run(rng, ALNUM + "!#%*+-._~^", rng.randrange(14, 28))
    return f"{rng.choice(LOWER)}{body}{rng.choice(DIGITS)}"


def uuid(rng: Random) -> str:
    """A random UUID used as a key."""
    return "-".join(run(rng, HEX, size) for size in (8, 4, 4, 4, 12))


def _v(name: str, make: Callable[[Random], str], variable: str = "") -> Family:
    return Family(name, "vendor", make, variable or f"{name.replace('-', '_').upper()}_TOKEN")


VENDORS: tuple[Family, ...] = (
    _v("aws-id", fmt("AKIA", (B32, 16)), "AWS_ACCESS_KEY_ID"),
    _v("aws-secret", fmt((B64, 40)), "AWS_SECRET_ACCESS_KEY"),
    _v("aws-temporary-id", fmt("ASIA", (B32, 16)), "AWS_ACCESS_KEY_ID"), _v("github", checked("ghp_", 30)),
    _v("github-oauth", checked("gho_", 30)), _v("github-app", checked("ghs_", 30)),
    _v("github-refresh", checked("ghr_", 30)), _v("github-fine", fmt("github_pat_", (ALNUM, 22), "_", (ALNUM, 59))),
    _v("gitlab", fmt("glpat-", (WORD, 20))), _v("gitlab-runner", fmt("glrt-", (WORD, 20))),
    _v("gitlab-trigger", fmt("glptt-", (HEX, 40))), _v("npm", checked("npm_", 30)),
    _v("pypi", fmt("pypi-AgEIcHlwaS5vcmc", (WORD, 120))), _v("rubygems", fmt("rubygems_", (HEX, 48))),
    _v("crates", fmt("cio", (ALNUM, 32))), _v("docker", fmt("dckr_pat_", (WORD, 27))),
    _v("bitbucket", fmt("ATBB", (ALNUM, 32))), _v("atlassian", fmt("ATATT3xFfGF0", (WORD, 172), "=", (UP, 8))),
    _v("stripe-live", fmt("sk_live_", (ALNUM, 24))), _v("stripe-test", fmt("sk_test_", (ALNUM, 24))),
    _v("stripe-restricted", fmt("rk_live_", (ALNUM, 99))),
    _v("stripe-webhook", fmt("whsec_", (ALNUM, 32)), "STRIPE_WEBHOOK_SECRET"),
    _v("square", fmt("sq0atp-", (WORD, 22))), _v("square-secret", fmt("sq0csp-", (WORD, 43))),
    _v("braintree", fmt("access_token$production$", (LOW, 16), "$", (HEX, 32))),
    _v("razorpay", fmt("rzp_live_", (ALNUM, 14))), _v("flutterwave", fmt("FLWSECK-", (HEX, 32), "-X")),
    _v("paystack", fmt("sk_live_", (HEX, 40))),
    _v("slack-bot", fmt("xoxb-", (DIGITS, 12), "-", (DIGITS, 12), "-", (ALNUM, 24))),
    _v("slack-user", fmt("xoxp-", (DIGITS, 12), "-", (DIGITS, 12), "-", (DIGITS, 12), "-", (HEX, 32))),
    _v("slack-app", fmt("xapp-1-A", (UP, 10), "-", (DIGITS, 13), "-", (HEX, 64))),
    _v("slack-webhook", fmt("https://hooks.slack.com/services/T", (UP, 10), "/B", (UP, 10), "/", (ALNUM, 24)), "SLACK_WEBHOOK"),
    _v("discord", lambda r: f"M{b64url(run(r, DIGITS, 18).encode())[1:]}.G{run(r, ALNUM, 5)}.{run(r, WORD, 38)}"),
    _v("discord-webhook", fmt("https://discord.com/api/webhooks/", (DIGITS, 18), "/", (WORD, 68)), "DISCORD_WEBHOOK"),
    _v("telegram", fmt((DIGITS, 10), ":AA", (WORD, 33))), _v("twilio", fmt("SK", (HEX, 32)), "TWILIO_API_KEY"),
    _v("twilio-auth", fmt((HEX, 32)), "TWILIO_AUTH_TOKEN"), _v("sendgrid", fmt("SG.", (WORD, 22), ".", (WORD, 43))),
    _v("mailgun", fmt("key-", (HEX, 32)), "MAILGUN_API_KEY"),
    _v("mailgun-new", fmt((HEX, 32), "-", (HEX, 8), "-", (HEX, 8)), "MAILGUN_API_KEY"),
    _v("mailchimp", fmt((HEX, 32), "-us12"), "MAILCHIMP_API_KEY"),
    _v("brevo", fmt("xkeysib-", (HEX, 64), "-", (ALNUM, 16)), "BREVO_API_KEY"),
    _v("resend", fmt("re_", (ALNUM, 8), "_", (ALNUM, 24)), "RESEND_API_KEY"),
    _v("postmark", uuid, "POSTMARK_SERVER_TOKEN"),
    _v("mapbox", lambda r: f"sk.{b64url(json.dumps({'u': 'acme', 'a': run(r, LOW, 25)}).encode())}.{run(r, WORD, 22)}"),
    _v("google-api", fmt("AIza", (WORD, 35)), "GOOGLE_API_KEY"),
    _v("google-oauth", fmt("GOCSPX-", (WORD, 28)), "GOOGLE_CLIENT_SECRET"),
    _v("google-access", fmt("ya29.a0", (WORD, 160))),
    _v("firebase-server", fmt("AAAA", (WORD, 7), ":APA91b", (WORD, 134)), "FCM_SERVER_KEY"),
    _v("azure-secret", fmt((ALNUM, 3), "8Q~", (ALNUM + "_~.-", 34)), "AZURE_CLIENT_SECRET"),
    _v("azure-storage", lambda r: base64.b64encode(r.randbytes(64)).decode(), "AZURE_STORAGE_KEY"),
    _v("azure-devops", fmt((LOW, 52)), "AZURE_DEVOPS_PAT_TOKEN"), _v("digitalocean", fmt("dop_v1_", (HEX, 64))),
    _v("spaces", fmt("DO00", (UP, 16)), "SPACES_ACCESS_KEY"), _v("heroku", uuid, "HEROKU_API_KEY"),
    _v("heroku-new", fmt("HRKU-AA", (WORD, 58)), "HEROKU_API_KEY"), _v("fly", fmt("fo1_", (WORD, 43))),
    _v("netlify", fmt("nfp_", (ALNUM, 36))), _v("vercel", fmt((ALNUM, 24)), "VERCEL_TOKEN"),
    _v("cloudflare", fmt((WORD, 40)), "CLOUDFLARE_API_TOKEN"),
    _v("cloudflare-global", fmt((HEX, 37)), "CLOUDFLARE_API_KEY"), _v("hashicorp-vault", fmt("hvs.", (WORD, 95))),
    _v("terraform", fmt((ALNUM, 14), ".atlasv1.", (WORD, 67))), _v("pulumi", fmt("pul-", (HEX, 40))),
    _v("databricks", fmt("dapi", (HEX, 32))), _v("planetscale", fmt("pscale_tkn_", (WORD, 43))),
    _v("planetscale-password", fmt("pscale_pw_", (WORD, 43))), _v("supabase", fmt("sbp_", (HEX, 40))),
    _v("supabase-role", jwt, "SUPABASE_SERVICE_ROLE_KEY"), _v("neon", fmt("napi_", (LOW, 64))),
    _v("doppler", fmt("dp.pt.", (ALNUM, 43))),
    _v("openai", fmt("sk-", (ALNUM, 20), "T3BlbkFJ", (ALNUM, 20)), "OPENAI_API_KEY"),
    _v("openai-project", fmt("sk-proj-", (WORD, 74), "T3BlbkFJ", (WORD, 74)), "OPENAI_API_KEY"),
    _v("anthropic", fmt("sk-ant-api03-", (WORD, 93), "AA"), "ANTHROPIC_API_KEY"),
    _v("huggingface", fmt("hf_", (string.ascii_letters, 34))), _v("groq", fmt("gsk_", (ALNUM, 52)), "GROQ_API_KEY"),
    _v("replicate", fmt("r8_", (ALNUM, 37))), _v("openrouter", fmt("sk-or-v1-", (HEX, 64)), "OPENROUTER_API_KEY"),
    _v("perplexity", fmt("pplx-", (ALNUM, 48)), "PERPLEXITY_API_KEY"),
    _v("pinecone", fmt("pcsk_", (ALNUM, 5), "_", (ALNUM, 63)), "PINECONE_API_KEY"),
    _v("langsmith", fmt("lsv2_pt_", (HEX, 32), "_", (HEX, 10)), "LANGSMITH_API_KEY"),
    _v("langfuse", lambda r: f"sk-lf-{uuid(r)}", "LANGFUSE_SECRET_KEY"),
    _v("cohere", fmt((ALNUM, 40)), "COHERE_API_KEY"), _v("deepgram", fmt((HEX, 40)), "DEEPGRAM_API_KEY"),
    _v("tavily", fmt("tvly-dev-", (ALNUM, 32)), "TAVILY_API_KEY"),
    _v("sentry-dsn", lambda r: f"https://{run(r, HEX, 32)}@o{run(r, DIGITS, 6)}.ingest.sentry.io/{run(r, DIGITS, 7)}", "SENTRY_DSN"),
    _v("sentry-org", lambda r: f"sntrys_{b64url(json.dumps({'iat': 1700000000.1, 'url': 'https://sentry.io', 'org': 'acme'}).encode())}_{run(r, B64, 43)}"),
    _v("sentry-user", fmt("sntryu_", (HEX, 64))), _v("datadog", fmt((HEX, 32)), "DD_API_KEY"),
    _v("datadog-app", fmt((HEX, 40)), "DD_APP_KEY"), _v("newrelic", fmt("NRAK-", (UP, 27))),
    _v("newrelic-license", fmt((HEX, 36), "NRAL"), "NEW_RELIC_LICENSE_KEY"), _v("grafana", grafana),
    _v("dynatrace", fmt("dt0c01.", (UP, 24), ".", (UP, 64))), _v("honeycomb", fmt("hcaik_", (LOW, 58))),
    _v("posthog", fmt("phx_", (ALNUM, 43)), "POSTHOG_API_KEY"), _v("figma", fmt("figd_", (WORD, 40))),
    _v("linear", fmt("lin_api_", (ALNUM, 40)), "LINEAR_API_KEY"),
    _v("notion", fmt("ntn_", (DIGITS, 11), (ALNUM, 35))), _v("shopify", fmt("shpat_", (HEX, 32))),
    _v("shopify-secret", fmt("shpss_", (HEX, 32)), "SHOPIFY_API_SECRET"),
    _v("hubspot", lambda r: f"pat-na1-{uuid(r)}"), _v("airtable", fmt("pat", (ALNUM, 14), ".", (HEX, 64))),
    _v("contentful", fmt("CFPAT-", (WORD, 43))), _v("algolia", fmt((HEX, 32)), "ALGOLIA_ADMIN_API_KEY"),
    _v("typeform", fmt("tfp_", (WORD, 44), "_", (WORD, 14))), _v("postman", fmt("PMAK-", (HEX, 24), "-", (HEX, 34))),
    _v("tailscale", fmt("tskey-auth-k", (ALNUM, 11), "CNTRL-", (ALNUM, 32))),
    _v("buildkite", fmt("bkua_", (HEX, 40))), _v("circleci", fmt("CCIPAT_", (ALNUM, 22), "_", (HEX, 40))),
    _v("facebook", fmt("EAA", (ALNUM, 120))), _v("facebook-app", fmt((DIGITS, 16), "|", (WORD, 27))),
    _v("twitter-bearer", fmt("A" * 22, (ALNUM, 80)), "TWITTER_BEARER_TOKEN"),
    _v("easypost", fmt("EZAK", (ALNUM, 54)), "EASYPOST_API_KEY"), _v("jwt", jwt),
    _v("age", fmt("AGE-SECRET-KEY-1", ("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)), "AGE_KEY"),
    _v("alibaba", fmt("LTAI", (ALNUM, 20)), "ALIBABA_ACCESS_KEY"), _v("dropbox", fmt("sl.", (WORD, 135))),
    _v("zapier-webhook", fmt("https://hooks.zapier.com/hooks/catch/", (DIGITS, 7), "/", (LOW, 7)), "ZAPIER_HOOK"),
)  # fmt: skip

URLS: tuple[Family, ...] = tuple(
    Family(f"url-{scheme.replace('+', '-')}", "url", url(scheme, tail), f"{scheme}://{{user}}:{{secret}}@{tail}")
    for scheme, tail in (
        ("postgresql", "db.internal:5432/main"), ("mysql", "10.0.0.8/shop"), ("mongodb+srv", "cluster0.ab1cd.mongodb.net/app?retryWrites=true"),
        ("redis", "cache:6379/0"), ("amqp", "mq.acme.io/vhost"), ("smtp", "mail.acme.io:587"), ("https", "registry.acme.io/simple"), ("ftp", "files.acme.io/in"),
    )
)  # fmt: skip
KEYS: tuple[Family, ...] = (
    Family("pem-rsa", "private-key", pem("RSA PRIVATE KEY", 600), "PRIVATE_KEY"),
    Family("pem-pkcs8", "private-key", pem("PRIVATE KEY", 160), "PRIVATE_KEY"),
    Family("pem-ec", "private-key", pem("EC PRIVATE KEY", 121), "PRIVATE_KEY"),
    Family("pem-openssh", "private-key", pem("OPENSSH PRIVATE KEY", 300, 70), "SSH_KEY"),
    Family("pem-encrypted", "private-key", pem("ENCRYPTED PRIVATE KEY", 400), "PRIVATE_KEY"),
)
GENERIC: tuple[Family, ...] = (
    Family("password-human", "generic", human, "DB_PASSWORD"),
    Family("password-strong", "generic", strong, "ADMIN_PASSWORD"),
    Family("key-hex", "generic", fmt((HEX, 32)), "SECRET_KEY"),
    Family("key-hex-long", "generic", fmt((HEX, 64)), "SESSION_SECRET"),
    Family("key-base64", "generic", lambda rng: base64.b64encode(rng.randbytes(32)).decode(), "ENCRYPTION_KEY"),
    Family("key-alnum", "generic", fmt((ALNUM, 24)), "INTERNAL_API_KEY"),
    Family("key-uuid", "generic", uuid, "WEBHOOK_SECRET"),
    Family("unknown-vendor", "generic", fmt("acmeco_", (ALNUM, 32)), "ACME_TOKEN"),
)
FAMILIES = (*VENDORS, *URLS, *KEYS, *GENERIC)
HELD_OUT = frozenset(family.name for family in FAMILIES[1::2])
"""Families that were never looked at while the filter was tuned."""
