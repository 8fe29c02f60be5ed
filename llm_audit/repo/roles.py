"""What a file is to its program, judged by path and first lines: source, test, example, docs, vendored or generated."""

from __future__ import annotations

import re
from functools import lru_cache

from llm_audit.automaton import Automaton
from llm_audit.model import Role

_TEST = re.compile(
    r"""(?x) (^|/)((?i:tests?|__tests__|__mocks__|__snapshots__|\.snapshots|specs?|e2e|cypress|playwright|fixtures?|__fixtures__|testdata|test[-_](data|utils|helpers)
        |test[-_](common|supports?|fixtures|kit|shared|doubles)|testing|molecule|k6|test[-_]?suites?|load[-_]?tests?|test(util|help|kit|support)s?|\w{1,20}test(util|help)s?|mocks?|stubs|benchmarks?|androidTest|(integration|e2e|unit|functional|acceptance|smoke|system)[-_]tests?)
        |[\w.\-]{0,60}[._\-]Tests?|[\w.\-]{0,60}(?<!AB)(?<!Split)(?<!Speed)(?<!Load)Tests|[\w.\-]{0,60}(UI|Unit|Integration|Functional)Test)/
    | (^|/)(test_[^/]*|conftest|tests|settings/tests?|tests?_settings|settings_tests?)\.py$ | (^|/)test[-_][^/]*\.sh$
     | _test\.(go|py|exs|dart|rb|c|cc|cpp)$ | _spec\.rb$ | (Test|Tests|IT|Spec)\.(java|kt|cs|scala|groovy|swift)$
    | \.(test|tests|spec|cy|e2e|mock|bench)\.[cm]?[jt]sx?$ | (^|/)(jest|vitest|playwright|cypress|karma)\.(config|setup)[^/]*$
    | (^|/)(db|api|io|net|http|store|sql|pg|redis|auth)test/[^/]+\.go$ | (^|/)phpunit\.xml(\.dist)?$ | Test\.php$ | (^|/)[^/]+[-.]tests?/
     | (^|/)scripts?/test[-_][^/]+\.([cm]?[jt]s|py|rb|php|sh)$ """
)
_EXAMPLE = re.compile(
    r"(^|/)_?(examples?|samples?|demos?|playground|sandbox|cookbook|tutorials?|quickstarts?|boilerplates?|__examples__)/"
    r"|(^|/)(generators|schematics)/([^/]{1,60}/){1,4}(templates?|files)/"
    r"|(^|/|[-_.])(example|sample)\.(sh|py|rb|js|ts|go|php)$|(^|/)(example|sample)\.[\w\-]{1,30}\.(json|ya?ml|toml)$|\.(stories|story)\.[cm]?[jt]sx?$|(^|/)\.storybook/|\.(ipynb)$"
    r"|^[^/]+/[^/]+(/[^/]+)*/\.((github|forgejo|gitea|depot)/workflows|woodpecker|circleci)/|^[^/]+/\.travis\.ya?ml$"
)
"""Besides what is named so, workflows deep in a tree, where no CI system looks: those of a part that is or was a repository of its own."""
_DOCS = re.compile(
    r"(?i)(^|/)(docs?|documentation|website|wiki|man|changelogs?|blog|content/(docs|blog|posts)|adr|rfcs?)/"
    r"|\.(md|mdx|rst|adoc|txt|textile|org|diff|patch)$|(^|/)(LICEN[CS]E|NOTICE|AUTHORS|CHANGELOG|CODEOWNERS|COPYING)(?![^/]*"
    r"\.([cm]?[jt]sx?|py|rb|go|rs|java|kts?|cs|fs|php|exs?|erl|swift|dart|vue|svelte|scala|groovy|clj|c|cc|cpp|h|sh|ya?ml|toml|sql|erb|twig)$)[^/]*$"
    r"|(^|/)\.(vitepress|vuepress|docusaurus)/|(^|/)\.(cursor|claude|agents?|windsurf|codex|planning|gemini)/|(^|/)(openapi|swagger|asyncapi)[^/]*\.(ya?ml|json)$"
)
_VENDORED = re.compile(
    r"(^|/)(vendor|vendors|third[-_]?party|bower_components|jspm_packages|Pods|Carthage|\.yarn|node_modules|cargokit)/"
    r"|(^|/)(plugins?|libs?|assets|static|public|js|javascripts?)/([^/]{1,60}/)?[A-Za-z][\w.]{1,40}-v?\d+\.\d+(\.\d+)?/"
    r"|(^|/)(gradlew(\.bat)?|mvnw(\.cmd)?|wait-for(-it)?(\.sh)?)$|(^|/)(wp-includes|wp-admin)/"
    r"|(^|/)fastlane/(swift|FastlaneRunner)/"
)
_OUTSIDE = re.compile(r"(^|/)(extern|deps)/|^([^/]{1,60}/)?external/[^/]{1,80}/")
"""Folders of other people's code; with infrastructure in them they tell of what stands outside a cluster or is reached from there.

Deep in a program, or with files right in it, `external` holds the program's own clients of what is outside.
"""
_PAGES = re.compile(r"(^|/)(website|wiki|blog)/")
_POST = re.compile(r"(^|/)blog/(?:posts?/)?(?:19|20)\d\d/")
"""What stands by the year below a blog belongs to one of its posts."""
_INFRASTRUCTURE = re.compile(r"\.(tf|tofu|tfvars|hcl)$|(^|/)(kustomization|Chart|values)\.ya?ml$")
_MANIFEST = re.compile(r"^(apiVersion|kind):[ \t]*\S", re.MULTILINE)
_GENERATED = re.compile(
    r"(^|/)(dist|build|out|target|generated|__generated__|\.next|\.nuxt|\.output|coverage|_build|public/build|\.svelte-kit|gen)/"
    r"|\.min\.(js|css|mjs)$|\.(bundle|chunk)\.js$|\.pb\.go$|_pb2(_grpc)?\.py$|\.g\.dart$|\.freezed\.dart$|\.[Dd]esigner\.cs$|ModelSnapshot\.cs$|\.d\.ts$"
    r"|[-_.]generated\.[a-z]+$|\.evidence\.json$"
)
# a package name such as com/example/samples says nothing of the file's purpose
_PACKAGE = re.compile(r"(^|/)(?:src/main/(?:java|kotlin|scala)|src/commonMain/kotlin)/.*/(?=[^/]+$)")
_SERVER = tuple(".php .cs .java .kt .rb .go .py .ex .exs .rs .swift .dart".split())
_TOPIC = re.compile(r"(?i)(^|/)(?:blog|wiki|man|changelogs?)/(?=(?:[^/]{1,80}/){0,8}[^/]{1,120}\.[a-z]{2,5}$)")
"""What a program on a server is about, for such code is no page of a blog; `content/blog` holds pages whatever they are."""
_CLIENTS = re.compile(
    r"((?:^|/)(?:lib|app|src)/(?:[^/]{1,80}/){1,6})third[-_]?party/(?=(?:[^/]{1,80}/){0,6}[^/]{1,120}\.(?:exs?|rb|cs|java|kt)$)"
)
"""Within a program's own modules, the clients of other parties' systems; in these languages nobody copies a library there."""
_BUILT_WITH = re.compile(
    r"(?i)(^|/)build/(?=(?:[^/]{1,80}/){0,3}(?:[^/]{0,60}(?:docker|container)file[^/]{0,40}|(?:docker-)?compose[^/]{0,60}\.ya?ml|requirements[^/]{0,60}\.txt)$)"
)
"""A folder with what a program is built with, rather than what came out of it."""
_NOTICE = re.compile(
    r"(?im)^.{0,40}(@generated\b|code generated .{0,80}do not edit|automatically generated|auto-?generated file)"
)
_KEPT = ("by Diesel", "by sea-orm-codegen")
"""Tools whose output is committed because the program is built on it: the tables of its database."""
_BUNDLED = (".js", ".mjs", ".cjs", ".css")
_REQUIREMENTS = re.compile(
    r"(^|/)(requirements|constraints)[^/]*\.txt$|(^|/)(CMakeLists|robots|Procfile)\.txt$|requirements/[^/]*\.txt$"
)


def role_of(path: str, text: str) -> Role:
    """The role of a file.

    Args:
        path: relative to the audited root, with `/`.
        text: decoded content; only its first 2,000 characters and, for scripts, its line lengths matter.
    """
    path = _plain(path)
    folder, slash, name = path.rpartition("/")
    # no alternative of the patterns needs more than a folder, or a name and the folder right above it
    told = {_of_folder(folder + slash), _of_part(f"{folder.rpartition('/')[2]}{slash}{name}")}
    if Role.VENDORED in told or _is_copy(path, text):
        return Role.VENDORED
    if _is_outside(folder + slash) and not _is_infrastructure(path, text[:2000]):
        return Role.VENDORED
    if Role.GENERATED in told or _noticed(text[:2000]) or _minified(path, text):
        return Role.GENERATED
    if Role.DOCS in told and (_REQUIREMENTS.search(path) or _deployed(path, text[:2000])):
        told.discard(Role.DOCS)
    return next((role for _, role in _STRONGEST_FIRST if role in told), Role.SOURCE)


def _plain(path: str) -> str:
    """The path without folders whose names say nothing of a file's purpose: parts of a package, topics of a server's code."""
    if "/src/" in f"/{path}":
        path = _PACKAGE.sub(r"\1", path)
    if "build/" in path:
        path = _BUILT_WITH.sub(r"\1", path)
    if not path.casefold().endswith(_SERVER):
        return path
    path = _CLIENTS.sub(r"\1", path)
    if "content/" in path:
        return path
    return _TOPIC.sub(r"\1", path)


_STRONGEST_FIRST = (
    (_VENDORED, Role.VENDORED),
    (_GENERATED, Role.GENERATED),
    (_TEST, Role.TEST),
    (_EXAMPLE, Role.EXAMPLE),
    (_DOCS, Role.DOCS),
)
MARKS = tuple(
    """vendor third bower_components jspm_packages pods/ carthage/ .yarn/ node_modules/ cargokit/ plugin lib/ libs/
    assets/ static/ public/ js/ javascript gradlew mvnw wait-for wp- fastlane/
    dist/ build/ out/ target/ generated .next/ .nuxt/ .output/ coverage/ .svelte-kit/ gen/ .min. .bundle. .chunk. .pb.go _pb2
    .g.dart .freezed. .designer. modelsnapshot. .d.ts .evidence.json
    test spec snapshots molecule/ k6/ e2e mock fixture stubs/ bench cypress playwright karma. jest. vitest. it. .cy.
    /.github/workflows/ /.forgejo/workflows/ /.gitea/workflows/ /.depot/workflows/ /.woodpecker/ /.circleci/
    /.travis.y
    example sample generators/ schematics/ demo playground sandbox cookbook tutorial quickstart boilerplate .stories. .story. .storybook/ .ipynb
    doc website/ wiki/ man/ changelog blog/ content/ adr/ rfc .md .rst .txt .textile .org .diff .patch licen notice authors codeowners copying
    .vitepress/ .vuepress/ .docusaurus/ .cursor/ .claude/ .agent .windsurf/ .codex/ .planning/ .gemini/ openapi swagger asyncapi""".split()
)
"""Of these one stands, in lower case, in whatever any of the patterns finds; most folders and names hold none."""
_MARKED = Automaton(MARKS)


def _of_part(part: str) -> Role:
    """The strongest role that a part of a path speaks of."""
    if not _MARKED.held(part.casefold()):
        return Role.SOURCE
    return next((role for pattern, role in _STRONGEST_FIRST if pattern.search(part)), Role.SOURCE)


@lru_cache(maxsize=1 << 12)
def _of_folder(folder: str) -> Role:
    """What a folder, with its last `/`, says of the files in it."""
    return _of_part(folder)


@lru_cache(maxsize=1 << 12)
def _is_outside(folder: str) -> bool:
    return _OUTSIDE.search(folder) is not None


def _is_infrastructure(path: str, head: str) -> bool:
    """Whether a file describes infrastructure: Terraform, a chart, a manifest of a cluster."""
    return bool(_INFRASTRUCTURE.search(path)) or (path.endswith((".yaml", ".yml")) and bool(_MANIFEST.search(head)))


def _deployed(path: str, head: str) -> bool:
    """Whether a file rolls out a blog or wiki instead of being a page of one."""
    return bool(_PAGES.search(path)) and not _POST.search(path) and _is_infrastructure(path, head)


def _noticed(head: str) -> bool:
    # the word is in every form of the notice, and finding it costs a hundredth of the expression
    return "generated" in head.lower() and _NOTICE.search(head) is not None and not any(one in head for one in _KEPT)


def _is_copy(path: str, text: str) -> bool:
    """Whether a script bears the banner of a released library: its name with the version, whose it is, and the licence."""
    return path.endswith(_BUNDLED) and "icense" in text[:600] and _BANNER.match(text) is not None


_BANNER = re.compile(
    r"(?:/\*[^*\n]{0,80}\*/\s*|['\"]use strict['\"];?\s*)?/\*[*!]{0,2}[\s*]{0,12}(?:@license\s)?"
    r"[A-Za-z][\w.\- ]{1,40}\s(?:JavaScript Library\s|-\s)?v?\d+\.\d+\.\d+\s*?(?=[\n|,(\-])"
    r"(?=(?:[^*]|\*(?!/)){0,500}(?i:\(c\)|copyright|©|released|author))(?=(?:[^*]|\*(?!/)){0,500}(?i:licen[cs]e))"
)


def _minified(path: str, text: str) -> bool:
    """Whether a script is one that a bundler wrote: lines of hundreds of characters on average."""
    return path.endswith(_BUNDLED) and len(text) > 5000 and len(text) / (text.count("\n") + 1) > 300
