"""What a CI workflow is for, judged from its names and commands."""

from __future__ import annotations

import re
from collections.abc import Iterable

from llm_audit.collect.expressions import expression

_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (purpose, expression(pattern))
    for purpose, pattern in (
        (
            "test",
            r"\b(?:tests?|testing|tester|specs?|e2e|pytest|phpunit|vitest|jest|rspec|coverage|unit|integration|ci)\b",
        ),
        (
            "lint",
            r"\b(?:lint\w{0,8}|format\w{0,8}|fmt|style|types?|typecheck|mypy|clippy|rubocop|phpstan|static"
            r"|pre commit|check style)\b",
        ),
        ("build", r"\b(?:builds?|compile|bundle|package)\b"),
        ("deploy", r"\b(?:deploy\w{0,8}|preview|staging|production|rollout)\b"),
        ("publish", r"\b(?:publish\w{0,4}|pypi|npmjs|upload to)\b"),
        ("release", r"\b(?:releas\w{1,5}|goreleaser|nightly|changelog|version bump|tag)\b"),
        ("docs", r"\b(?:docs?|documentation|website|(?:github|gh) pages)\b"),
        (
            "security",
            r"\b(?:security|codeql|audit|vulnerabilit\w{1,4}|scorecards?|trivy|snyk|semgrep"
            r"|secrets? scan\w{0,4}|sast)\b",
        ),
        ("docker", r"\b(?:docker|container|images?)\b"),
        ("stale", r"\b(?:stale|lock threads?|lock|close inactive)\b"),
        (
            "triage",
            r"\b(?:triage|label\w{0,4}|cla|assign\w{0,4}|greet\w{0,5}|review\w{0,3}|issues?|backport|auto ?merge)\b",
        ),
    )
)
_COMMANDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (purpose, expression(pattern))
    for purpose, pattern in (
        (
            "test",
            r"\b(?:pytest|phpunit|vitest|jest|rspec|playwright test|cypress run|tox|nox|go test|cargo (?:nextest|test)"
            r"|(?:npm|yarn|pnpm|bun|deno|mix|dotnet|make|swift|flutter|dart|composer|manage\.py|artisan|rails|rake)"
            r" (?:run )?(?:-\S+ )?test|mvnw? (?:\S+ ){0,4}(?:test|verify)|gradlew? (?:\S+ ){0,4}(?:test|check))\b",
        ),
        (
            "lint",
            r"\b(?:eslint|ruff|flake8|pylint|black --check|prettier|biome|mypy|pyright|tsc|golangci|clippy|cargo fmt"
            r"|rubocop|phpstan|php-cs-fixer|pint|pre-commit|super-linter|hadolint|actionlint"
            r"|(?:run |make )?(?:lint|typecheck|format)(?=[\s:\"']|$))",
        ),
        (
            "build",
            r"\b(?:docker/build-push-action|docker (?:buildx )?build|go build|cargo build|xcodebuild|goreleaser"
            r"|python -m build|(?:npm|yarn|pnpm|bun|make|dotnet|swift|flutter|uv) (?:run )?(?:-\S+ )?build"
            r"|mvnw? (?:\S+ ){0,4}package"
            r"|gradlew? (?:\S+ ){0,4}(?:build|assemble\w{0,20}))\b",
        ),
        ("docs", r"\b(?:mkdocs|sphinx-build|vitepress build|docusaurus|typedoc|hugo|actions-gh-pages)\b"),
        (
            "security",
            r"\b(?:codeql-action|trivy-action|snyk/|semgrep|gitleaks|scorecard-action|dependency-review-action|pip-audit"
            r"|npm audit|cargo (?:audit|deny)|govulncheck|bandit|trufflehog)",
        ),
        ("docker", r"\b(?:docker/(?:build-push|login|metadata)-action|docker (?:buildx )?(?:build|push))\b"),
        ("stale", r"\b(?:actions/stale|lock-threads)\b"),
        (
            "triage",
            r"\b(?:actions/labeler|first-interaction|cla-assistant|contributor-assistant|auto-assign|add-to-project)\b",
        ),
    )
)


def purposes(names: Iterable[str], steps: Iterable[str], done: Iterable[str]) -> str:
    """The purposes that a workflow's names speak of, in fixed order.

    Args:
        names: of the workflow, its file and its jobs.
        steps: names of steps, which say nothing of the care for issues.
        done: run lines and called actions.
    """
    found = {purpose for purpose, pattern in _NAMES if pattern.search(_words(names))}
    said = _words(steps)
    found |= {purpose for purpose, pattern in _NAMES if purpose not in ("stale", "triage") and pattern.search(said)}
    commands = "\n".join(done)[:200_000]
    found |= {purpose for purpose, pattern in _COMMANDS if pattern.search(commands)}
    return ", ".join(purpose for purpose, _ in _NAMES if purpose in found)


def _words(names: Iterable[str]) -> str:
    return re.sub(r"[-_./:]+", " ", " \n ".join(names).lower())[:50_000]
