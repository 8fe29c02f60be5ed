"""Travis CI, AppVeyor, Cirrus CI, Semaphore, Google Cloud Build and AWS CodeBuild, each known by its file's name."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.ci.actions import pushed
from llm_audit.collect.ci.common import delivered, image, secrets, workflow
from llm_audit.collect.expressions import expression
from llm_audit.collect.parsed import root_of
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import Node

_TRAVIS_DEPLOY = {
    "pypi": (Kind.PUBLISH, "pypi"),
    "npm": (Kind.PUBLISH, "npm"),
    "rubygems": (Kind.PUBLISH, "rubygems"),
    "releases": (Kind.PUBLISH, "github-releases"),
    "hackage": (Kind.PUBLISH, "hackage"),
    "cargo": (Kind.PUBLISH, "crates-io"),
    "pages": (Kind.PLATFORM, "github-pages"),
    "heroku": (Kind.PLATFORM, "heroku"),
    "s3": (Kind.PLATFORM, "aws-s3"),
    "lambda": (Kind.PLATFORM, "aws-lambda"),
    "elasticbeanstalk": (Kind.PLATFORM, "elastic-beanstalk"),
    "firebase": (Kind.PLATFORM, "firebase"),
    "gae": (Kind.PLATFORM, "app-engine"),
    "netlify": (Kind.PLATFORM, "netlify"),
}
_PREDEFINED = expression(r"(?:TRAVIS|APPVEYOR|CIRRUS|SEMAPHORE|CODEBUILD|AWS_DEFAULT|AWS_REGION|CI)(?:_|$)")
_CIRRUS_SECRET = expression(r"ENCRYPTED\[(?!!)")
_SUBSTITUTION = expression(r"(?<!\$)\$\{?(_[A-Z][A-Z0-9_]{1,80})\b")
_SECRET_VERSION = expression(r"projects/[\w${}\-]{1,80}/secrets/([\w\-]{1,120})/versions/")
_SYSTEMS = {
    ".travis.yml": "travis-ci",
    "appveyor.yml": "appveyor",
    ".appveyor.yml": "appveyor",
    ".cirrus.yml": "cirrus-ci",
    "semaphore.yml": "semaphore",
}


def collect(file: SourceFile) -> Finds:
    """Travis CI, AppVeyor, Cirrus CI and Semaphore: commands, secrets, images, deploy providers."""
    system = _SYSTEMS[file.name]
    root = yield from root_of(file)
    yield from secrets(file, system, _PREDEFINED)
    yield from delivered(file)
    for match in _CIRRUS_SECRET.finditer(file.text):
        key = file.line(file.line_of(match.start())).strip().partition(":")[0]
        yield at(file, match.start(), Kind.SECRET_REF, key, system=system, encrypted="yes", workflow=file.name)
    if not root:
        return
    names = [text for path, node in root.walk() if path[-1:] in (("name",), ("stage",)) and (text := node.text)]
    for node in (root.get("deploy"), *root.get("deploy"), *(job.get("deploy") for job in root.get("jobs", "include"))):
        yield from _deploy(file, node)
    for path, node in root.walk():
        if path[-1:] == ("image",) and system in ("cirrus-ci", "semaphore"):
            yield from image(file, node)
        elif path[-2:-1] == ("secrets",) or path[-2:] == ("secrets", "name") or path[-3:-2] == ("secrets",):
            yield fact(file, node.line, Kind.SECRET_REF, node.text, system=system, group="yes", workflow=file.name)
    services = ", ".join(item.text for item in root.get("services")) or root.get("services").text
    yield from workflow(file, system, root.line, names, triggers="push", services=services)


def _deploy(file: SourceFile, node: Node) -> Finds:
    provider = node.get("provider")
    if known := _TRAVIS_DEPLOY.get(provider.text.lower()):
        what = node.get("bucket").text or node.get("app").text
        yield fact(file, provider.line, known[0], known[1], what, how="deploy provider", workflow=file.name)


def collect_cloudbuild(file: SourceFile) -> Finds:
    """Google Cloud Build: the images that steps run in and that the build pushes, secrets, substitutions."""
    root = yield from root_of(file)
    yield from delivered(file)
    if not root.get("steps"):
        return
    for step in root.get("steps"):
        yield from image(file, step.get("name"), service="step")
        yield from _step_command(file, step)
    for node in root.get("images"):
        for effect in pushed([re.sub(r"\$\{?(\w+)\}?", lambda match: match[1].lower(), node.text)]):
            shown = node.text.rpartition(":")[0] or node.text
            yield fact(file, node.line, effect.kind, effect.name, shown, how="images", workflow=file.name)
    for match in _SECRET_VERSION.finditer(file.text):
        yield at(file, match.start(1), Kind.SECRET_REF, match[1], system="google-cloud-build", workflow=file.name)
    defined = {key for key, _ in root.get("substitutions").items()}
    for name in dict.fromkeys(_SUBSTITUTION.findall(file.text)):
        if name not in defined:
            details = {"system": "google-cloud-build", "variable": "yes", "workflow": file.name}
            yield at(file, file.text.find(name), Kind.SECRET_REF, name, **details)
    names = [step.get("id").text for step in root.get("steps")]
    yield from workflow(file, "google-cloud-build", root.line, names)


def _step_command(file: SourceFile, step: Node) -> Finds:
    """A deployment whose words stand in a list of arguments: `args: [run, deploy, api]`."""
    words = [step.get("entrypoint").text, *(item.text for item in step.get("args"))]
    said = " ".join(words)
    for pattern, platform in (
        (r"\brun (?:services )?(?:deploy|update|replace)\b", "cloud-run"),
        (r"\bapp deploy\b", "app-engine"),
        (r"\bfunctions deploy\b", "google-cloud-functions"),
        (r"\bfirebase\b.{0,40}\bdeploy\b", "firebase"),
    ):
        if found := re.search(rf"{pattern}\s?([\w\-]{{0,60}})", said):
            value = found[1].lstrip("-")
            yield fact(file, step.line, Kind.PLATFORM, platform, value, how=said[:80].strip(), workflow=file.name)


def collect_codebuild(file: SourceFile) -> Finds:
    """AWS CodeBuild: secrets from the parameter store and the secrets manager, commands."""
    root = yield from root_of(file)
    yield from delivered(file)
    if not root.get("phases"):
        return
    for store in ("parameter-store", "secrets-manager"):
        for name, node in root.get("env", store).items():
            details = {"system": "aws-codebuild", "store": store, "into": name, "workflow": file.name}
            yield fact(file, node.line, Kind.SECRET_REF, node.text or name, **details)
    stored = [key for scope in ("parameter-store", "secrets-manager") for key, _ in root.get("env", scope).items()]
    yield from secrets(file, "aws-codebuild", _PREDEFINED, stored)
    yield from workflow(file, "aws-codebuild", root.line, [name for name, _ in root.get("phases").items()])


COLLECTORS = (
    Collector("ci.classic", collect, names=frozenset(_SYSTEMS)),
    Collector(
        "ci.cloudbuild",
        collect_cloudbuild,
        paths=expression(r"(?i)cloudbuild[^/]{0,60}\.ya?ml$"),
        marks=("cloudbuild",),
    ),
    Collector(
        "ci.codebuild",
        collect_codebuild,
        paths=expression(r"(?:^|/)buildspec[^/]{0,60}\.ya?ml$"),
        marks=("buildspec",),
    ),
)
