"""Vendors' formats that the engine has no rule for, or finds only in some contexts: one row each, with its proof.

`PREFIXES` holds formats that are a fixed start and a run of one alphabet; their example and look-alike follow from the
row. `SHAPES` holds the others with an example that must match and a look-alike that must not; a test runs them all.
Examples are put together from parts, so that no scanner takes this file for a leak.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

ALNUM, WORD, HEX, UPPER, BASE64 = "A-Za-z0-9", r"A-Za-z0-9_\-", "0-9a-f", "A-Z0-9", r"A-Za-z0-9+/=_\-"
DOTTED, UUID = r"A-Za-z0-9_.\-", r"0-9a-f\-"


_compiled = cache(re.compile)


class Rule(NamedTuple):
    """A pattern of our own. Group `secret`, else the whole match, is what is replaced.

    Attributes:
        kind: what the marker says.
        literal: text that every match holds; the pattern is tried only where the text has it.
        expression: the format, in linear time.
        example: must match.
        look_alike: must not match.
    """

    kind: str
    literal: str
    expression: str
    example: str
    look_alike: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled when it is first needed: most runs need a handful."""
        return _compiled(self.expression)


# start, alphabet, fewest characters after the start
PREFIXES: tuple[tuple[str, str, int], ...] = (
    # payment
    ("sk_live_", WORD, 10), ("sk_test_", WORD, 10), ("rk_live_", WORD, 10), ("rk_test_", WORD, 10),
    ("whsec_", BASE64, 20), ("sq0csp-", WORD, 30), ("sq0atp-", WORD, 20), ("sq0idp-", WORD, 20), ("EAAA", WORD, 56),
    ("access_token$", r"a-z0-9$", 32), ("pdl_live_apikey_", WORD, 20), ("pdl_sdbx_apikey_", WORD, 20),
    ("rzp_live_", ALNUM, 14), ("rzp_test_", ALNUM, 14), ("FLWSECK", WORD, 20), ("sk_sandbox_", WORD, 16),
    ("lsk_", ALNUM, 20), ("access-production-", UUID, 36), ("access-development-", UUID, 36),
    ("access-sandbox-", UUID, 36), ("lip_", ALNUM, 20), ("polar_oat_", WORD, 20), ("pk_prod_", ALNUM, 20),
    # code hosts and packages
    ("ghp_", WORD, 20), ("gho_", WORD, 20), ("ghu_", WORD, 20), ("ghs_", WORD, 20), ("ghr_", WORD, 20),
    ("github_pat_", WORD, 30), ("glpat-", DOTTED, 16), ("gldt-", WORD, 16), ("glrt-", DOTTED, 16),
    ("glcbt-", WORD, 16), ("glptt-", WORD, 20), ("glft-", WORD, 16), ("glsoat-", WORD, 16), ("GR1348941", WORD, 16),
    ("npm_", ALNUM, 30), ("pypi-Ag", WORD, 50), ("cio", ALNUM, 32), ("rubygems_", HEX, 40), ("dckr_pat_", WORD, 20),
    ("dckr_oat_", WORD, 20), ("ATBB", ALNUM, 28), ("ATATT3", BASE64, 60), ("ATCTT3", BASE64, 60),
    ("oy2", r"a-z0-9", 43), ("CLOJARS_", HEX, 50), ("NRII-", WORD, 20), ("jfrt", WORD, 40), ("cmVmdGtu", ALNUM, 40),
    ("AKCp", ALNUM, 60), ("bkua_", ALNUM, 36), ("CCIPAT_", WORD, 30), ("CFPAT-", WORD, 30), ("vercel_", ALNUM, 20),
    ("vck_", WORD, 20),
    # clouds and hosting
    ("GOCSPX-", WORD, 20), ("AIza", WORD, 33), ("ya29.", WORD, 20), ("1//0", WORD, 30), ("dop_v1_", HEX, 40),
    ("doo_v1_", HEX, 40), ("dor_v1_", HEX, 40), ("DO00", UPPER, 16), ("fo1_", WORD, 30), ("fm2_", BASE64, 40),
    ("nfp_", ALNUM, 30), ("HRKU-", WORD, 30), ("rnd_", ALNUM, 24), ("tskey-", WORD, 20), ("hvs.", WORD, 20),
    ("hvb.", WORD, 40), ("hvr.", WORD, 20), ("pul-", HEX, 36), ("dapi", HEX, 30), ("LTAI", ALNUM, 12),
    ("AKID", ALNUM, 28), ("pscale_tkn_", DOTTED, 30), ("pscale_pw_", DOTTED, 30), ("pscale_oauth_", DOTTED, 30),
    ("sbp_", HEX, 36), ("sb_secret_", WORD, 20), ("neon_api_", WORD, 20), ("napi_", ALNUM, 30), ("dp.pt.", ALNUM, 36),
    ("dp.st.", DOTTED, 36), ("dp.ct.", ALNUM, 36), ("dp.sa.", ALNUM, 36), ("dp.scim.", ALNUM, 36),
    ("ops_eyJ", BASE64, 60), ("v1.0-", WORD, 100), ("tr_dev_", ALNUM, 16), ("tr_prod_", ALNUM, 16),
    ("signkey-", WORD, 20), ("wandb_v1_", WORD, 30),
    # models
    ("sk-ant-", WORD, 20), ("sk-proj-", WORD, 20), ("sk-svcacct-", WORD, 20), ("sk-or-v1-", HEX, 40),
    ("sk-lf-", WORD, 30), ("sk-", ALNUM, 32), ("hf_", ALNUM, 30), ("gsk_", ALNUM, 40), ("r8_", ALNUM, 34),
    ("xai-", ALNUM, 60), ("pplx-", ALNUM, 40), ("fw_", ALNUM, 22), ("tgp_v1_", WORD, 30), ("nvapi-", WORD, 50),
    ("csk-", ALNUM, 40), ("jina_", WORD, 40), ("lsv2_pt_", WORD, 30), ("lsv2_sk_", WORD, 30), ("ls__", HEX, 30),
    ("tvly-", WORD, 20), ("pcsk_", WORD, 40), ("voyage-pa-", WORD, 20), ("pa-", WORD, 40), ("sk_cr_", ALNUM, 20),
    ("fc-", HEX, 30), ("key_live_", ALNUM, 20), ("e2b_", HEX, 36), ("AQ.", WORD, 40), ("elevenlabs_", HEX, 28),
    ("dg_", HEX, 40),
    # chat, mail, telephony
    ("xoxb-", WORD, 20), ("xoxp-", WORD, 20), ("xoxa-", WORD, 20), ("xoxr-", WORD, 20), ("xoxs-", WORD, 20),
    ("xoxe-", WORD, 20), ("xoxe.xox", DOTTED, 40), ("xoxc-", WORD, 20), ("xoxd-", r"A-Za-z0-9%+/=_\-", 20),
    ("xapp-", WORD, 20), ("SG.", DOTTED, 30), ("xkeysib-", WORD, 40), ("xsmtpsib-", WORD, 40), ("key-", HEX, 32),
    ("re_", WORD, 20), ("mlsn.", HEX, 40), ("SK", HEX, 32), ("PMAK-", WORD, 40), ("pat-na1-", WORD, 30),
    ("pat-eu1-", WORD, 30),
    # monitoring and product
    ("NRAK-", UPPER, 24), ("NRJS-", HEX, 19), ("NRRA-", HEX, 30), ("NRIQ-", WORD, 20), ("glsa_", WORD, 32),
    ("glc_eyJ", BASE64, 30), ("sntrys_", BASE64, 40), ("sntryu_", HEX, 40), ("phx_", ALNUM, 30), ("phs_", ALNUM, 30),
    ("dt0c01.", DOTTED, 60), ("dt0s01.", DOTTED, 60), ("hcaik_", ALNUM, 30), ("pd_", WORD, 30), ("figd_", WORD, 30),
    ("figo_", WORD, 30), ("lin_api_", ALNUM, 30), ("lin_oauth_", HEX, 40), ("ntn_", ALNUM, 40),
    ("secret_", ALNUM, 40), ("shpat_", HEX, 28), ("shpss_", HEX, 28), ("shpca_", HEX, 28), ("shppa_", HEX, 28),
    ("sdk-", WORD, 36), ("api-", r"0-9a-f\-", 36), ("flagsmith_", WORD, 20), ("sk.eyJ", DOTTED, 40),
    ("EZAK", ALNUM, 50), ("EZTK", ALNUM, 50), ("shippo_live_", HEX, 30), ("shippo_test_", HEX, 30),
    ("duffel_live_", WORD, 30), ("duffel_test_", WORD, 30), ("patS", DOTTED, 70), ("pat", ALNUM + ".", 75),
    ("PMAT-", UPPER, 20), ("ak_live_", WORD, 20), ("inf_", WORD, 40), ("dvc_", WORD, 20), ("live_", ALNUM, 32),
    ("test_", ALNUM, 30), ("typeform_", WORD, 20), ("tfp_", DOTTED, 40), ("PRAK-", WORD, 20), ("ory_at_", WORD, 30),
    ("ory_pat_", WORD, 30), ("sgp_", WORD, 36), ("AGE-SECRET-KEY-1", UPPER, 40), ("dfo_", WORD, 30),
    ("api_org_", ALNUM, 30), ("waka_", r"0-9a-f\-", 32), ("uk1_", WORD, 30), ("workos_", WORD, 30),
    ("sk_", ALNUM, 32), ("gcntfy-", WORD, 70), ("AstraCS:", r"A-Za-z0-9:%", 30), ("AIRTABLE", ALNUM, 40), ("b2_", ALNUM, 30), ("K00", BASE64, 28), ("EAA", ALNUM, 80),
    ("AAAA", r"A-Za-z0-9_\-%:", 80), ("IGQV", WORD, 60), ("THAA", WORD, 60), ("0x4AAA", WORD, 26),
    ("trigger_", WORD, 20), ("supabase_", WORD, 40),
)  # fmt: skip


def _prefix_rule(start: str, alphabet: str, fewest: int) -> Rule:
    pattern = rf"(?<![A-Za-z0-9_]){re.escape(start)}[{alphabet}]{{{fewest},2000}}"
    return Rule("vendor-token", start, pattern, start + _filler(alphabet, fewest), f"{start}your_key_here")


def _filler(alphabet: str, size: int) -> str:
    allowed = re.compile(f"[{alphabet}]")
    return "".join([one for one in "7a3F9cB2e8D4q0Kx5ZpL1vWm6RtN" if allowed.match(one)] * size)[:size]


def _shape(kind: str, literal: str, pattern: str, example: str, look_alike: str) -> Rule:
    return Rule(kind, literal, pattern, example, look_alike)


_HEX32 = "7c1e9a04b5d83f62" + "e0a94bd17f3c8652"
SHAPES: tuple[Rule, ...] = (
    _shape(
        "vendor-token",
        "FlyV1 ",
        r"(?<!\w)FlyV1 [A-Za-z0-9+/=,_\-]{40,4000}",
        "FlyV1 " + "fm2_" + "aB3dE5fG7" * 6,
        "FlyV1 tokens",
    ),
    _shape(
        "vendor-token",
        "-",
        r"(?i)(?<!\w)(?:sk|key|secret|token|pat|access|auth|prd|sbx|api)(?:[_\-][a-z0-9]{2,12}){0,2}[_\-]"
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4,12}(?!\w)",
        "sk_" + "1f0c7a4e-9b2d-4c61-8e3f-" + "5a7d9c0b2e64",
        "pvc-" + "1f0c7a4e-9b2d-4c61-8e3f-" + "5a7d9c0b2e64",
    ),
    _shape(
        "vendor-token",
        "AKIA",
        r"(?<![A-Za-z0-9])AKIA[A-Z2-7]{16}(?![A-Za-z0-9])",
        "AKIA" + "QYLPMN5HFIQR7XYA",
        "AKIA" + "IOSFODNN7",
    ),
    _shape(
        "vendor-token",
        "ASIA",
        r"(?<![A-Za-z0-9])ASIA[A-Z2-7]{16}(?![A-Za-z0-9])",
        "ASIA" + "QYLPMN5HFIQR7XYA",
        "ASIA" + "PACIFIC",
    ),
    _shape(
        "vendor-token", "ABIA", r"(?<![A-Za-z0-9])ABIA[A-Z2-7]{16}(?![A-Za-z0-9])", "ABIA" + "QYLPMN5HFIQR7XYA", "ABIA"
    ),
    _shape(
        "vendor-token",
        "eyJ",
        r"(?<![A-Za-z0-9_])eyJ[A-Za-z0-9_\-]{8,4000}(?:\.[A-Za-z0-9_\-]{6,8000}){1,4}",
        "eyJ" + "hbGciOiJIUzI1NiJ9" + ".eyJ" + "zdWIiOiI0MiJ9" + ".c2lnbmF0dXJlLWhlcmU",
        "eyJ is how a token starts",
    ),
    _shape(
        "webhook-url",
        "hooks.slack.com/",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<secret>[A-Za-z0-9]{6,14}/[A-Za-z0-9/]{8,80})",
        "https://hooks.slack.com/services/T0123456X/B0123456X/" + "abcdefgh0ijklmnop1qrstuvwx",
        "https://hooks.slack.com/services/T000/B000/XXX",
    ),
    _shape(
        "webhook-url",
        "/api/webhooks/",
        r"discord(?:app)?\.com/api/webhooks/(?P<secret>\d{17,20}/[\w\-]{50,100})",
        "https://discord.com/api/webhooks/" + "918273" * 3 + "/" + "aB3dE5" * 12,
        "https://discord.com/api/webhooks/ID/TOKEN",
    ),
    _shape(
        "webhook-url",
        "webhook.office.com",
        r"webhook\.office\.com/webhookb2/(?P<secret>[\w\-@]{20,120}/IncomingWebhook/[\w\-/]{30,200})",
        "https://acme.webhook.office.com/webhookb2/" + "a1b2c3d4-" * 4 + "/IncomingWebhook/" + _HEX32,
        "https://acme.webhook.office.com/webhookb2/ID",
    ),
    _shape(
        "webhook-url",
        "hooks.zapier.com",
        r"hooks\.zapier\.com/hooks/catch/(?P<secret>\d{4,12}/[a-z0-9]{5,12})",
        "https://hooks.zapier.com/hooks/catch/7654321/ab3d9z1",
        "https://hooks.zapier.com/hooks/catch/",
    ),
    _shape(
        "webhook-url",
        "chat.googleapis.com",
        r"chat\.googleapis\.com/v1/spaces/[\w\-]{5,40}/messages\?(?P<secret>key=[\w\-%&=]{20,300})",
        "https://chat.googleapis.com/v1/spaces/AAAA1234/messages?key=" + "aB3dE5" * 6 + "&token=x",
        "https://chat.googleapis.com/v1/spaces",
    ),
    _shape(
        "vendor-token",
        ":AA",
        r"(?<![\w])\d{8,10}:AA[\w\-]{32,34}(?![\w\-])",
        "918273645:AA" + "Hk3dE5fG7" * 3 + "abcdef",
        "12:AAb",
    ),
    _shape(
        "vendor-token",
        ".",
        r"(?<![\w.\-])(?:[MNO][A-Za-z0-9_\-]{22,27})\.[\w\-]{6}\.[\w\-]{27,40}(?![\w\-])",
        "M" + "TA4NDk2NjQ2MjY4OTEyMzQ1" + "Nj" + ".GabCdE." + "aB3dE5fG7" * 3 + "x",
        "Model.Config.Value",
    ),
    _shape(
        "vendor-token",
        "@",
        r"https?://(?P<secret>[0-9a-f]{32}(?::[0-9a-f]{32})?)@[\w.\-]{4,100}/\d+",
        "https://" + _HEX32 + "@o1.ingest.sentry.io/42",
        "https://someone@example.com/12",
    ),
    _shape(
        "vendor-token",
        "$production$",
        r"access_token\$production\$[0-9a-z]{16}\$[0-9a-f]{32}",
        "access_token$production$" + "a1b2c3d4e5f6g7h8$" + _HEX32,
        "access_token$production$ID",
    ),
    _shape("vendor-token", "-us", r"(?<![\w])[0-9a-f]{32}-us\d{1,2}(?!\w)", _HEX32 + "-us12", "region-us1"),
    _shape(
        "vendor-token",
        "|",
        r"(?<![\w|])\d{13,18}\|[\w\-]{24,40}(?![\w|])",
        "9182736455463728|" + "aB3dE5fG7" * 3,
        "12 | text",
    ),
    _shape(
        "vendor-token",
        "PRIVATE-",
        r"PRIVATE-(?:TOKEN|KEY)[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?P<secret>[\w\-]{16,200})",
        "PRIVATE-TOKEN: " + "aB3dE5fG7" * 3,
        "PRIVATE-TOKEN header",
    ),
    _shape(
        "vendor-token",
        ".atlasv1.",
        r"(?<!\w)[A-Za-z0-9]{14}\.atlasv1\.[\w\-]{50,80}",
        "aB3dE5fG7hJ9kL" + ".atlasv1." + "x7Kq2mZ9" * 8,
        "x.atlasv1.y",
    ),
    _shape(
        "vendor-token",
        "A3-",
        r"(?<!\w)A3-[A-Z0-9]{6}(?:-[A-Z0-9]{5,11}){4,6}",
        "A3-" + "ABC123-DEF456" + "-GH7J8" * 4,
        "A3-sized paper",
    ),
    _shape(
        "vendor-token",
        "8Q~",
        r"(?<![\w~.\-])[A-Za-z0-9_~.]{3}8Q~[A-Za-z0-9_~.\-]{31,34}",
        "abc8Q~" + "dE5fG7hJ" * 4,
        "8Q~",
    ),
    _shape(
        "vendor-token",
        "7Q~",
        r"(?<![\w~.\-])[A-Za-z0-9_~.]{3}7Q~[A-Za-z0-9_~.\-]{31,34}",
        "abc7Q~" + "dE5fG7hJ" * 4,
        "7Q~",
    ),
    _shape(
        "vendor-token",
        "FwoG",
        r"(?<!\w)(?:I?FwoG|IQoJb3JpZ2lu)[A-Za-z0-9+/=]{80,2000}",
        "FwoG" + "aB3dE5fG7" * 10,
        "FwoGZX",
    ),
    _shape(
        "vendor-token",
        "IQoJb3JpZ2lu",
        r"(?<!\w)IQoJb3JpZ2lu[A-Za-z0-9+/=]{80,2000}",
        "IQoJb3JpZ2lu" + "aB3dE5fG7" * 10,
        "IQoJb3JpZ2lu",
    ),
    _shape(
        "secret",
        "$apr1$",
        r"\$apr1\$[./A-Za-z0-9]{1,8}\$(?P<secret>[./A-Za-z0-9]{22})",
        "ops:$apr1$" + "pX9M02bB$" + "lA2D.FNQEoQ./xZ90txdeg",
        "ops:$apr1$salt$hash",
    ),
    _shape(
        "secret",
        "$2",
        r"\$2[abxy]\$\d\d\$(?P<secret>[./A-Za-z0-9]{53})",
        "$2b$12$" + "aB3dE5fG7" * 5 + "kL9mN2pQ",
        "costs $2 and $25",
    ),
    _shape(
        "secret",
        "$argon2",
        r"\$argon2i?d?\$(?:v=\d+\$)?m=\d+,t=\d+,p=\d+\$(?P<secret>[A-Za-z0-9+/]{11,64}\$[A-Za-z0-9+/]{22,120})",
        "$argon2id$v=19$m=65536,t=3,p=4$" + "c29tZXNhbHQx$" + "aB3dE5fG7" * 4,
        "$argon2id$v=19$m=65536",
    ),
    _shape(
        "secret",
        "$6$",
        r"\$6\$(?:rounds=\d+\$)?[./A-Za-z0-9]{1,16}\$(?P<secret>[./A-Za-z0-9]{86})",
        "root:$6$" + "Nq4L$" + "x7Kq2mZ9" * 10 + "aB3dE5",
        "$6$salt$hash",
    ),
    _shape(
        "secret",
        "django-insecure-",
        r"django-insecure-(?P<secret>[^\s\"'`]{40,60})",
        "django-insecure-" + "d3coxvu$3tn)47qixkhi0vc15%cbf" + "st=g2le!yj0u1_9w0t%)8",
        "django-insecure-change-me",
    ),
    _shape("vendor-token", "ABSK", r"(?<!\w)ABSK[A-Za-z0-9+/]{100,200}={0,2}", "ABSK" + "aB3dE5fG7" * 12, "ABSK"),
)

PREFIX_RULES: tuple[Rule, ...] = tuple(_prefix_rule(*row) for row in PREFIXES)
RULES: tuple[Rule, ...] = (*PREFIX_RULES, *SHAPES)
