"""Modules named after a service, in folders that hold one adapter for each: `integrations/zulip/transport.py`.

A crate of a workspace that calls over HTTP may be such a module as well: `crates/acme_datadog/src/lib.rs`.

Many services are reached by a plain HTTP call to an address that a user sets, so that no package and no host betrays them;
the name of the module does. The file must itself speak HTTP or mail.
"""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.literals import Guarded
from llm_audit.model import Kind, SourceFile

_ADAPTER = expression(
    r"(?i)(?:^|/)(?:[a-z]{2,20}[-_])?(integrations?|providers?|connectors?|adapters?|notifiers?|notifications?|channels|messengers?|gateways?|webhooks"
    r"|transports?|drivers?|thirdparty|inspectors?|scanners?|search|cdn|payments?|services/(?:external|integrations?))/(?P<name>[A-Za-z][A-Za-z0-9_\-]{1,40})"
    r"(?:/[A-Za-z0-9_.\-]+){0,2}\.(?:py|go|rb|php|[jt]s|java|kt|cs|rs|ex)$"
)
_READS_FILES = expression(r"(?i)(?:^|/)import(?:s|er|ers)?/")
"""Where files are taken in that people exported from other programs, by readers that bear those programs' names."""
_CRATE = expression(r"(?:^|/)crates/(?:[\w\-]{1,40}[_\-])?(?P<name>[a-z0-9]{3,40})/src/(?:lib|client|api)\.rs$")
_MARKS = tuple(
    "integration provider connector adapter notifi channels messenger gateway webhooks transport driver thirdparty inspector scanner services/"
    " search/ cdn/ payment".split()
)
_SPEAKS = Guarded(
    expression(
        r"(?i)https?\b|curl|requests\.|fetch\(|axios|httpclient|guzzle|faraday|\.post\(|\.send\(|smtp|resty|reqwest|urlopen|hmac|signature|tcpsocket|net\.dial"
    ),
    "http curl requests. fetch( axios guzzle faraday .post( .send( smtp resty reqwest urlopen hmac signature tcpsocket net.dial".split(),
    any_case=True,
)
_SUFFIX = expression(
    r"(?i)(_|-)?(client|connector|adapter|provider|service|transport|notifier|channel|integration|gateway|driver|api|handler|webhook)s?$"
)

_GENERIC = frozenset(
    "email mail mailer sms push web http https api rest graphql common base abstract index main default utils helpers types local "
    "webhook webhooks test mock fake null noop log console database db cache queue file files memory auth oauth user users order orders "
    "payment payments event events message messages router routes server shared core internal models schema config custom generic "
    "manager factory registry service services group call shell phone voice chat in_app inapp app apps desktop mobile status search "
    "image images video audio text document documents report reports export import storage data token tokens session cache feature features secret secrets alert alerts "
    "notification notifications inbox archive create update delete remove list add open close join leave rename "
    "tasks views forms signals admin urls tests managers serializers fields mixins constants exceptions parsers permissions documents "
    "agent agents bot bots assistant prompt prompts tool tools context history sync setup health metrics worker workers job jobs".split()
)
"""Names of adapters that say what they do, not for whom."""


def collect(file: SourceFile) -> Finds:
    """One SETTING `module` whose value is the name of the adapter."""
    match = None if _READS_FILES.search(file.path) else _ADAPTER.search(file.path)
    speaks = _SPEAKS.search(file.text) if match else None
    if match and (speaks or match[1].lower() == "webhooks"):
        name = _SUFFIX.sub("", match["name"]) or match["name"]
        line = file.line_of(speaks.start()) if speaks else 1
        if name.lower() not in _GENERIC:
            yield fact(file, line, Kind.SETTING, "module", name.lower())


def collect_crate(file: SourceFile) -> Finds:
    """One SETTING `module` for a crate of a workspace that is named for whom it calls."""
    crate = _CRATE.search(file.path)
    if crate and crate["name"] not in _GENERIC:
        yield fact(file, file.line_of(file.text.index("reqwest")), Kind.SETTING, "module", crate["name"])


COLLECTORS = (
    Collector("modules", collect, paths=_ADAPTER, marks=_MARKS),
    Collector("modules.crates", collect_crate, paths=_CRATE, marks=("crates/",), needs=("reqwest",)),
)
