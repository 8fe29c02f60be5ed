"""Ansible: plays, the modules of collections that tasks use, and the images of containers that tasks start."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.shared.images import split_image
from llm_audit.model import Kind, SourceFile

_PLAY = expression(r"^-[ \t]+(?:name|hosts|import_playbook):", re.MULTILINE)
_PLAY_HOSTS = expression(r"^[ \t\-]{1,4}hosts:[ \t]*[\"']?([\w.\-:*{} ]{1,100})", re.MULTILINE)
_MODULE = expression(r"^[ \t]{2,20}(?:-[ \t]{1,4})?((?:[a-z]\w{1,40}\.){2}[a-z]\w{1,60}):", re.MULTILINE)
_SHORT = expression(
    r"^[ \t]{2,20}(?:-[ \t]{1,4})?(docker_container|docker_compose|docker_swarm_service|podman_container|k8s|helm):",
    re.MULTILINE,
)
_COLLECTIONS = {"podman_container": "containers.podman", "k8s": "kubernetes.core", "helm": "kubernetes.core"}
_IMAGE = expression(r"^[ \t]{4,20}image:[ \t]*([^\n#{]{2,200})$", re.MULTILINE)
_NAMED_IMAGE = expression(
    r"^([a-z]\w{0,60}_)?(?:docker_)?image(_name|_repo|_repository)?:[ \t]*[\"']?([\w./\-]{2,200}(?::[\w.\-]{1,80})?)[\"']?[ \t]*$",
    re.MULTILINE,
)
_VAULT = expression(r"\A\$ANSIBLE_VAULT;\d|^[ \t]{0,20}[\w\-]{1,80}:[ \t]*!vault[ \t]*\|", re.MULTILINE)
_VALUES = expression(r"(^|/)(roles/[^/]{1,80}/(defaults|vars)|group_vars|host_vars)/.{1,120}\.ya?ml$")


def collect(file: SourceFile) -> Finds:
    """A playbook as a platform fact with the hosts' pattern, the modules that its tasks use, the images they name."""
    if not _PLAY.search(file.text):
        return
    hosts = _PLAY_HOSTS.search(file.text)
    if hosts:
        yield at(file, hosts.start(1), Kind.PLATFORM, "ansible", hosts[1].strip())
    yield from _roles(file)
    seen: set[str] = set()
    for match in (*_MODULE.finditer(file.text), *_SHORT.finditer(file.text)):
        name = match[1] if "." in match[1] else f"{_COLLECTIONS.get(match[1], 'community.docker')}.{match[1]}"
        if name not in seen and not name.startswith("ansible.builtin."):
            seen.add(name)
            yield at(file, match.start(1), Kind.RESOURCE, name, tool="ansible")
    if any("docker" in name or "podman" in name for name in seen):
        for match in _IMAGE.finditer(file.text):
            if split := split_image(match[1]):
                yield at(file, match.start(1), Kind.IMAGE, *split, where="ansible")


_ROLES = expression(
    r"^(?P<margin>[ \t]{2,8})roles:[ \t]*\n(?P<items>(?:(?P=margin)[ \t\-][^\n]*\n|[ \t]*(?:#[^\n]*)?\n){1,200})",
    re.MULTILINE,
)
_ROLE = expression(
    r"^[ \t]{2,12}-[ \t]{1,4}(?:\{?[ \t]{0,3}role:[ \t]{1,4})?[\"']?(?P<name>[a-zA-Z][\w.\-]{1,80})[\"']?[ \t]*(?=[,}#\n])",
    re.MULTILINE,
)


def _roles(file: SourceFile) -> Finds:
    """The roles that plays give to their hosts: what a server runs is often told by nothing else."""
    for block in _ROLES.finditer(file.text):
        for match in _ROLE.finditer(block["items"]):
            yield at(
                file, block.start("items") + match.start("name"), Kind.RESOURCE, match["name"], tool="ansible-role"
            )


def collect_values(file: SourceFile) -> Finds:
    """The images that variables of roles and of groups name, with the tags that a variable beside them holds."""
    for match in _NAMED_IMAGE.finditer(file.text):
        if split := split_image(match[3]):
            tag = split[1] or _tag(file.text, match[1] or "", match[2] or "")
            yield at(file, match.start(3), Kind.IMAGE, split[0], tag, where="ansible")


_MAIL = expression(
    r"^[ \t]*(?:-[ \t]+)?\w{0,60}(?:smtp_?(?:host|server|relay)|relayhost|mailhub)(?:_?name)?:[ \t]*[\"']?\[?"
    r"(?P<host>(?!localhost|127\.)[a-z0-9][\w\-]{0,60}(?:\.[\w\-]{1,60}){1,4})\b",
    re.MULTILINE,
)


def collect_mail(file: SourceFile) -> Finds:
    """The mail server through which hosts send their notices."""
    if match := _MAIL.search(file.text):
        yield at(file, match.start("host"), Kind.SETTING, "mail.driver", "smtp", host=match["host"])


_PASSWORD_FILE = expression(
    r"^[ \t]*vault_(?:password_file|identity_list)[ \t]*=[ \t]*(?P<path>\S{1,120})", re.MULTILINE
)


def collect_settings(file: SourceFile) -> Finds:
    """That Ansible decrypts variables, as its settings say where the password comes from."""
    if match := _PASSWORD_FILE.search(file.text):
        yield at(file, match.start(), Kind.PLATFORM, "ansible-vault", file.path)


def collect_vault(file: SourceFile) -> Finds:
    """A file, or a value in one, that Ansible Vault has encrypted."""
    if match := _VAULT.search(file.text):
        yield at(file, match.start(), Kind.PLATFORM, "ansible-vault", file.path)


def _tag(text: str, prefix: str, suffix: str) -> str:
    """What `x_image_version` or `x_version` says beside `x_image_name`."""
    for name in (f"{prefix}image_version", f"{prefix}image_tag", f"{prefix}version", f"{prefix}tag"):
        found = re.search(rf"(?m)^{re.escape(name)}:[ \t]*[\"']?(v?\d[\w.\-]{{0,60}})[\"']?[ \t]*$", text)
        if found:
            return found[1]
    return ""


_YAML = frozenset({".yml", ".yaml"})
COLLECTORS = (
    Collector(
        "infra.ansible",
        collect,
        suffixes=_YAML,
        needs=("\n  hosts:", "- hosts:", "ansible.builtin.", "docker_container:", "docker_compose:", "k8s:"),
    ),
    Collector(
        "infra.ansible_vault",
        collect_vault,
        suffixes=_YAML,
        names=frozenset({"vault"}),
        needs=("$ANSIBLE_VAULT;", "!vault"),
    ),
    Collector("infra.ansible_settings", collect_settings, names=frozenset({"ansible.cfg"}), needs=("vault_",)),
    Collector(
        "infra.ansible_mail",
        collect_mail,
        paths=_VALUES,
        marks=(".yml", ".yaml"),
        needs=("smtp", "relayhost", "mailhub"),
    ),
    Collector("infra.ansible_values", collect_values, paths=_VALUES, marks=(".yml", ".yaml"), needs=("image",)),
)
