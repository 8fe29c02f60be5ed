"""Actions that deploy or publish: which platform or registry, and which input names what is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from llm_audit.collect.expressions import expression
from llm_audit.collect.shared.images import split_image
from llm_audit.collect.shared.registries import registry_of, registry_of_reference
from llm_audit.model import Kind

# action without version -> platform id, inputs of which the first that is given says what is deployed
DEPLOYING: dict[str, tuple[str, tuple[str, ...]]] = {
    "amondnet/vercel-action": ("vercel", ("vercel-project-name", "scope")),
    "superfly/flyctl-actions": ("fly", ("args",)),
    "superfly/fly-pr-review-apps": ("fly", ("name",)),
    "nwtgck/actions-netlify": ("netlify", ("publish-dir",)),
    "netlify/actions/cli": ("netlify", ("args",)),
    "FirebaseExtended/action-hosting-deploy": ("firebase", ("projectId",)),
    "w9jds/firebase-action": ("firebase", ("args",)),
    "cloudflare/wrangler-action": ("cloudflare-workers", ("command", "environment")),
    "cloudflare/pages-action": ("cloudflare-pages", ("projectName",)),
    "google-github-actions/deploy-cloudrun": ("cloud-run", ("service",)),
    "google-github-actions/deploy-appengine": ("app-engine", ("deliverables",)),
    "google-github-actions/deploy-cloud-functions": ("google-cloud-functions", ("name",)),
    "google-github-actions/get-gke-credentials": ("google-kubernetes-engine", ("cluster_name",)),
    "akhileshns/heroku-deploy": ("heroku", ("heroku_app_name",)),
    "AkhileshNS/heroku-deploy": ("heroku", ("heroku_app_name",)),
    "aws-actions/amazon-ecs-deploy-task-definition": ("aws-ecs", ("service", "cluster")),
    "aws-actions/aws-cloudformation-github-deploy": ("aws-cloudformation", ("name",)),
    "aws-actions/aws-lambda-deploy": ("aws-lambda", ("function-name",)),
    "einaregilsson/beanstalk-deploy": ("elastic-beanstalk", ("application_name",)),
    "jakejarvis/s3-sync-action": ("aws-s3", ()),
    "azure/webapps-deploy": ("azure-app-service", ("app-name",)),
    "azure/functions-action": ("azure-functions", ("app-name",)),
    "azure/static-web-apps-deploy": ("azure-static-web-apps", ("app_location",)),
    "azure/container-apps-deploy-action": ("azure-container-apps", ("containerAppName",)),
    "azure/aks-set-context": ("azure-kubernetes-service", ("cluster-name",)),
    "azure/k8s-deploy": ("kubernetes", ("namespace",)),
    "digitalocean/app_action": ("digitalocean-app-platform", ("app_name",)),
    "appleboy/ssh-action": ("ssh", ()),
    "appleboy/scp-action": ("ssh", ("target",)),
    "easingthemes/ssh-deploy": ("ssh", ()),
    "burnett01/rsync-deployments": ("ssh", ()),
    "samkirkland/ftp-deploy-action": ("ftp", ()),
    "bervproject/railway-deploy": ("railway", ("service",)),
    "johnbeynon/render-deploy-action": ("render", ()),
    "pulumi/actions": ("pulumi", ("stack-name",)),
    "serverless/github-action": ("serverless", ("args",)),
    "dokku/github-action": ("dokku", ()),
    "denoland/deployctl": ("deno-deploy", ("project",)),
    "actions/deploy-pages": ("github-pages", ()),
    "peaceiris/actions-gh-pages": ("github-pages", ("cname", "publish_dir")),
    "jamesives/github-pages-deploy-action": ("github-pages", ("folder",)),
    "crazy-max/ghaction-github-pages": ("github-pages", ("build_dir",)),
    "mhausenblas/mkdocs-deploy-gh-pages": ("github-pages", ()),
    "expo/expo-github-action": ("expo-eas", ()),
}
PUBLISHING: dict[str, tuple[str, tuple[str, ...]]] = {
    "pypa/gh-action-pypi-publish": ("pypi", ()),
    "pyo3/maturin-action": ("pypi", ()),
    "js-devtools/npm-publish": ("npm", ("package",)),
    "changesets/action": ("npm", ()),
    "cycjimmy/semantic-release-action": ("github-releases", ()),
    "python-semantic-release/publish-action": ("github-releases", ()),
    "googleapis/release-please-action": ("github-releases", ("package-name",)),
    "google-github-actions/release-please-action": ("github-releases", ("package-name",)),
    "softprops/action-gh-release": ("github-releases", ()),
    "ncipollo/release-action": ("github-releases", ()),
    "actions/create-release": ("github-releases", ()),
    "actions/upload-release-asset": ("github-releases", ()),
    "svenstaro/upload-release-action": ("github-releases", ()),
    "marvinpinto/action-automatic-releases": ("github-releases", ()),
    "release-drafter/release-drafter": ("github-releases", ()),
    "shivammathur/upload-release-assets": ("github-releases", ()),
    "tauri-apps/tauri-action": ("github-releases", ()),
    "goreleaser/goreleaser-action": ("github-releases", ()),
    "rubygems/release-gem": ("rubygems", ()),
    "katyo/publish-crates": ("crates-io", ()),
    "release-plz/action": ("crates-io", ()),
    "k-paxian/dart-package-publisher": ("pub-dev", ()),
    "dart-lang/setup-dart/.github/workflows/publish.yml": ("pub-dev", ()),
    "wyrihaximus/github-action-helm-chart-release": ("helm-repository", ()),
    "helm/chart-releaser-action": ("helm-repository", ("charts_dir",)),
    "haaleo/publish-vscode-extension": ("vscode-marketplace", ()),
    "lannonbr/vsce-action": ("vscode-marketplace", ()),
    "mnao305/chrome-extension-upload": ("chrome-web-store", ("extension-id",)),
    "apple-actions/upload-testflight-build": ("app-store", ()),
    "r0adkll/upload-google-play": ("google-play", ("packageName",)),
    "dawidd6/action-homebrew-bump-formula": ("homebrew", ("formula",)),
    "mislav/bump-homebrew-formula-action": ("homebrew", ("formula-name",)),
    "snapcore/action-publish": ("snapcraft", ("snap",)),
    "vedantmgoyal9/winget-releaser": ("winget", ("identifier",)),
    "jsr-io/publish": ("jsr", ()),
    "aws-actions/amazon-ecr-login": ("ecr", ()),
    "10up/action-wordpress-plugin-deploy": ("wordpress-org", ()),
}
_DEPLOYING = {action.lower(): row for action, row in DEPLOYING.items()}
_PREVIEWS = frozenset({"expo/expo-github-action", "superfly/flyctl-actions"})
_PUSHING = ("/build-push-action", "/bake-action", "/push-to-registry")
_OUTPUT_NAME = expression(r"(?:^|[,\s])name=([^,\s\"]{1,200})")
_ONLY_FIELD = expression(r"\{[^{}/]{1,100}\}(?::.{0,100})?\Z")


class Effect(NamedTuple):
    """What a step does outside: PLATFORM or PUBLISH, whose, and what; a login alone may also serve to pull."""

    kind: Kind
    name: str
    value: str
    login: bool = False


def effects(action: str, inputs: dict[str, str], images: list[str]) -> Iterator[Effect]:
    """What an action deploys or publishes with these inputs.

    Args:
        action: `owner/name[/path]` without version.
        inputs: its `with` entries, expressions resolved as far as they can be.
        images: names that earlier steps of the job prepared, for tags that refer to those steps.
    """
    key = action.lower()
    if key in _DEPLOYING and not (key in _PREVIEWS and not inputs.get("args")):
        name, shown = _DEPLOYING[key]
        yield Effect(Kind.PLATFORM, name, next((inputs[item] for item in shown if inputs.get(item)), "")[:200])
    elif key in PUBLISHING and not _is_dry(key, inputs):
        name, shown = PUBLISHING[key]
        value = next((inputs[item] for item in shown if inputs.get(item)), "")[:200]
        yield Effect(Kind.PUBLISH, name, value, login=key.endswith("-login"))
    elif key in ("docker/login-action", "redhat-actions/podman-login", "azure/docker-login"):
        host = inputs.get("registry") or inputs.get("login-server") or "docker.io"
        if registry := registry_of(host.partition("/")[0]):
            yield Effect(Kind.PUBLISH, registry, "", login=True)
    elif key.endswith(_PUSHING) and _pushes(key, inputs):
        references = [*inputs.get("tags", "").split(", "), *inputs.get("image", "").split(", ")]
        named = _OUTPUT_NAME.findall(inputs.get("outputs", ""))
        prepared = images if "steps." in inputs.get("tags", "steps.") and not named else []
        yield from pushed([*references, *named, *prepared])


def _is_dry(action: str, inputs: dict[str, str]) -> bool:
    """Whether the action only builds or checks: a snapshot release, a set-up without a publish command."""
    if action == "goreleaser/goreleaser-action":
        return "--snapshot" in inputs.get("args", "") or "release" not in inputs.get("args", "release")
    if action == "changesets/action":
        return not inputs.get("publish")
    if action == "pyo3/maturin-action":
        return inputs.get("command") not in ("publish", "upload")
    return False


def _pushes(action: str, inputs: dict[str, str]) -> bool:
    push = inputs.get("push", "").lower()
    outputs = inputs.get("outputs", "")
    return push not in ("", "false") or "push=true" in outputs or "type=registry" in outputs or "redhat" in action


def pushed(references: list[str]) -> Iterator[Effect]:
    """A PUBLISH effect per distinct image of these references, with its registry."""
    seen: set[str] = set()
    for reference in references:
        written = "" if "{steps." in reference or _ONLY_FIELD.match(reference) else reference
        split = split_image(re.sub(r"[{}…]", "", written).lower()) if written else None
        if split and split[0] not in seen:
            seen.add(split[0])
            image = reference.partition("@")[0]
            head, slash, last = image.rpartition("/")
            if registry := registry_of_reference(reference, split[0]):
                yield Effect(Kind.PUBLISH, registry, f"{head}{slash}{last.partition(':')[0]}")
