"""Where the texts of mails lie: folders of templates, by the names that mailers and frameworks give them."""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, fact
from llm_audit.collect.expressions import expression
from llm_audit.model import Kind, SourceFile

_ENGINES = {
    ".tsx": "React Email", ".jsx": "React Email", ".mjml": "MJML", ".erb": "ERB", ".haml": "Haml", ".slim": "Slim", ".hbs": "Handlebars",
    ".handlebars": "Handlebars", ".ejs": "EJS", ".pug": "Pug", ".twig": "Twig", ".j2": "Jinja", ".jinja": "Jinja", ".jinja2": "Jinja",
    ".liquid": "Liquid", ".ftl": "FreeMarker", ".tmpl": "Go", ".gohtml": "Go", ".tpl": "Go", ".heex": "HEEx", ".eex": "EEx", ".html": "HTML",
    ".php": "Blade", ".cshtml": "Razor", ".mustache": "Mustache",
}  # fmt: skip
_FOLDER = expression(
    r"(?:^|/)(?:e?mails?|mailers?|e?mail[_-]?templates?|\w{1,40}_mailer)/(?:[\w\-]{1,40}/){0,2}[\w.\-\[\]]{1,80}\.\w{2,10}$"
)
_COMPONENT = ("react-email", "@react-email/")


def _templates(file: SourceFile) -> Finds:
    engine = _ENGINES.get(file.suffix)
    if engine is None:
        return
    if file.suffix == ".php" and not file.name.endswith(".blade.php"):
        return
    if file.name.endswith(".component.html"):
        return
    if file.suffix in (".tsx", ".jsx") and not any(literal in file.text for literal in _COMPONENT):
        return
    yield fact(file, 1, Kind.SETTING, "mail.templates", file.folder, tool=engine)


COLLECTORS = (
    Collector("mail-templates", _templates, paths=_FOLDER, marks=("mail",)),
    Collector("mail-templates-mjml", _templates, suffixes=frozenset({".mjml"})),
)
