""".NET Aspire: clients that take their address from a connection string by its name, and what an app host starts."""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import in_comment
from llm_audit.collect.shared.aspire import CLIENT, CLIENTS, connection
from llm_audit.model import Kind, SourceFile

_HOST = "DistributedApplication.CreateBuilder"
_RESOURCE = expression(
    r"\.Add(?P<word>Postgres|SqlServer|MySql|Oracle|MongoDB|Redis|Valkey|Garnet|RabbitMQ|Kafka|Nats|Elasticsearch|Meilisearch|Qdrant|Milvus|Keycloak"
    r"|Seq|Yarp|Container|Project|Dockerfile|NpmApp|ViteApp|PythonApp|Executable|Ollama|Azure\w{3,30})(?:<[^<>()\n]{1,80}>)?"
    r"\(\s{0,40}\"(?P<name>[\w\-]{1,60})\""
)
_IMAGE = expression(
    r"\.WithImage\(\s{0,9}\"(?P<image>[\w./\-]{3,100})\"\s{0,4}(?:,\s{0,4}\"(?P<tag>[\w.\-]{1,60})\"\s{0,4})?\)"
    r"(?:\s{0,40}\.WithImageTag\(\s{0,9}\"(?P<after>[\w.\-]{1,60})\")?"
)


_TARGET = expression(
    r"\.(?:Add(?P<place>AzureContainerApp|AzureAppService|Kubernetes|DockerCompose)Environment"
    r"|PublishAs(?P<way>AzureContainerApp|AzureAppService|Kubernetes|DockerCompose)\w{0,20}|Add(?P<job>AzureFunctions)Project)(?=[<(])"
)
_TARGETS = {
    "AzureContainerApp": "azure-container-apps", "AzureAppService": "azure-app-service", "Kubernetes": "kubernetes",
    "DockerCompose": "docker-compose", "AzureFunctions": "azure-functions",
}  # fmt: skip
"""Where an app host has its parts published, by the methods that say so."""


def _clients(file: SourceFile) -> Finds:
    if _HOST in file.text:
        yield from _app_host(file)
        return
    for match in CLIENT.finditer(file.text):
        if not in_comment(file.text, match.start()):
            key, value = CLIENTS[match["word"].lower()]
            yield at(file, match.start(), Kind.SETTING, key, value, tool="aspire", env=connection(match["name"]))


def _app_host(file: SourceFile) -> Finds:
    text = file.text
    resources = [match for match in _RESOURCE.finditer(text) if not in_comment(text, match.start())]
    names = dict.fromkeys(match["name"] for match in resources)
    yield at(file, text.index(_HOST), Kind.PLATFORM, "dotnet-aspire", ", ".join(names))
    known: set[str] = set()
    for match in _TARGET.finditer(text):
        target = _TARGETS[match["place"] or match["way"] or match["job"]]
        if target not in known and not in_comment(text, match.start()):
            known.add(target)
            yield at(file, match.start(), Kind.PLATFORM, target, "", how=".NET Aspire")
    for match in _IMAGE.finditer(text):
        if not in_comment(text, match.start()):
            tag = match["tag"] or match["after"] or ""
            yield at(file, match.start("image"), Kind.IMAGE, match["image"], tag, where="compose")


COLLECTORS = (Collector("data-aspire", _clients, suffixes=frozenset((".cs",)), needs=(".Add", _HOST)),)
