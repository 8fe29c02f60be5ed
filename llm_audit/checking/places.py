"""Paths: those that lead nowhere, and lines past the end of their file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.checking.findings import Finding, found
from llm_audit.checking.rules import Severity
from llm_audit.checking.world import Look, World
from llm_audit.document import code
from llm_audit.model import Place
from llm_audit.reading.claims import Cited, paths
from llm_audit.reading.outline import Reading

_UNTRACKED = re.compile(
    r"(^|/)(\.env[\w.]*|dist|build|out|target|node_modules|\.next|\.nuxt|\.git|\.venv|venv|coverage|logs?|tmp|temp|cache|\.cache"
    r"|uploads?|media|storage|data|backups?|generated|__pycache__|vendor|bin|obj|secrets?|credentials?|certs?|\.planning|\.claude|\.vercel)(/|$)"
    r"|\.(log|db|sqlite3?|pem|key|crt|pid|bak|local|env|map)$|(credentials?|secrets?|token|service-?account)[^/]*\.json$"
)
"""What a tree does not hold although a document rightly speaks of it: ignored, generated or secret files."""
_COMMON = frozenset(
    "index.ts index.tsx index.js index.jsx route.ts route.js page.tsx page.jsx layout.tsx __init__.py main.py mod.rs"
    " main.rs main.go README.md package.json Dockerfile models.py views.py urls.py utils.py config.py types.ts utils.ts"
    " config.ts settings.py".split()
)
_JOINED = re.compile(r"\.(py|[cm]?[jt]sx?|go|rb|php|ya?ml|json|md|toml|sql|css|html)/")
"""Two file names with a slash between them."""


def dead(reading: Reading, world: World, look: Look) -> Iterator[Finding]:
    """A finding for each path that names nothing in the tree, and for each line that its file does not have."""
    every = {(cited.path, cited.at): cited for cited in reversed(tuple(paths(reading)))}
    lost: list[Cited] = []
    for cited in reversed(every.values()):
        homes = _homes(cited.path, world)
        if not homes and "/" in cited.path and not look.exists(cited.path) and _is_claim(cited, world):
            lost.append(cited)
        elif cited.at and homes:
            longest = max(look.length(home) for home in homes[:20])
            if 0 < longest < cited.at:
                yield _dead_line(cited, homes[0], longest)
    kept_out = look.ignored([cited.path for cited in lost]) if lost else frozenset()
    for path, cited in {one.path: one for one in reversed(lost)}.items():
        if path not in kept_out:
            yield _dead_path(cited, world)


def _homes(path: str, world: World) -> list[str]:
    """The files or folders that a path may mean: from the root, or below any folder."""
    bare = path.rstrip("/")
    last = bare.rpartition("/")[2]
    known = [*world.by_basename.get(last, []), *world.folders.get(last, [])]
    homes = [one for one in known if one == bare or one.endswith(f"/{bare}")]
    first, _, rest = bare.partition("/")
    if homes or not rest:
        return homes
    if rest in known and first not in world.folders:
        return [rest]  # counted from above the tree, whose own name it begins with
    if "/" not in rest:
        return []
    shortened = re.compile(rf"(?i)(^|/)[^/]{{1,120}}[.\-_]{re.escape(first)}/{re.escape(rest)}$")
    return [one for one in known if shortened.search(one)]  # `Domain/Users/x.cs` of `Shop.Domain/Users/x.cs`


def _is_claim(cited: Cited, world: World) -> bool:
    """Whether a path claims to stand in this tree: not ignored, not a package, not two names joined."""
    path = cited.path
    first = path.split("/")[0]
    if _UNTRACKED.search(path.rstrip("/")) or _JOINED.search(path) or first in world.package_roots:
        return False
    if path.endswith("/"):
        return path.count("/") > 1 and first in world.folders and any("/" not in one for one in world.folders[first])
    return True


def _dead_path(cited: Cited, world: World) -> Finding:
    moved = moved_to(cited.path, world)
    first = cited.path.split("/")[0]
    tail = "/".join(cited.path.split("/")[-2:])
    sure = first in world.folders or moved.endswith(f"/{tail}")
    shown = code(cited.path)
    line = f":{cited.at}" if cited.at else ""
    return found(
        "dead-path",
        cited.path,
        f"{shown} leads nowhere" + (f"; {code(moved)} is there" if moved else ""),
        line=cited.line,
        entry=cited.path,
        code=(Place(moved, 1),) if moved else (),
        mend=f"Write {code(moved)}" if moved else "Correct or remove the path",
        edit=(cited.line, f"{cited.path}{line}", f"{moved}{line}") if moved else None,
        at_most=Severity.ERROR if sure else Severity.WARNING,
    )


def moved_to(path: str, world: World) -> str:
    """Where a file of that name stands now, when there is one place only; empty when nobody can tell."""
    parts = path.rstrip("/").split("/")
    homes = world.by_basename.get(parts[-1], [])
    if parts[-1] in _COMMON:
        homes = [one for one in homes if len(parts) > 1 and one.endswith("/".join(parts[-2:]))]
    same_suffix = [one for one in homes if one.rpartition("/")[2] == parts[-1]]
    return same_suffix[0] if len(same_suffix) == 1 and not path.endswith("/") else ""


def _dead_line(cited: Cited, home: str, length: int) -> Finding:
    return found(
        "dead-line",
        f"{cited.path}:{cited.at}",
        f"{code(f'{cited.path}:{cited.at}')} is past the end: the file has {length} lines",
        line=cited.line,
        entry=cited.path,
        code=(Place(home, length),),
    )
