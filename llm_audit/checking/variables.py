"""Environment variables: those that the document names and nothing reads, those that are required and not named."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.checking.findings import Finding, Suspect, found
from llm_audit.checking.rules import Severity
from llm_audit.checking.world import World
from llm_audit.document import code
from llm_audit.model import Fact, Kind
from llm_audit.reading import claims
from llm_audit.reading.outline import Reading

_PLATFORM = re.compile(
    r"^(NODE_ENV|PATH|HOME|PORT|HOST|HOSTNAME|CI|TZ|LANG|USER|SHELL|PWD|TMPDIR|EDITOR|TERM|DEBUG|NO_COLOR|FORCE_COLOR|LC_\w+|XDG_\w+"
    r"|GITHUB_\w+|RUNNER_\w+|GITLAB_\w+|CI_\w+|VERCEL(_\w+)?|NETLIFY\w*|RENDER_\w+|RAILWAY_\w+|FLY_\w+|HEROKU_\w+|DYNO|CF_PAGES\w*"
    r"|AWS_\w+|GOOGLE_APPLICATION_CREDENTIALS|GOOGLE_CLOUD_PROJECT|GCP_\w+|AZURE_\w+|KUBERNETES_\w+|K_SERVICE|DOCKER_\w+|COMPOSE_\w+"
    r"|HTTPS?_PROXY|NO_PROXY|PYTHON\w+|PIP_\w+|NPM_\w+|NODE_\w+|JAVA_\w+|JVM_\w+|GO\w{2,10}|RUST_\w+|CARGO_\w+|RAILS_\w+|RACK_\w+"
    r"|ASPNETCORE_\w+|DOTNET_\w+|OTEL_\w+|SPRING_\w+|LD_\w+|PG\w{3,12}|ANTHROPIC_\w+|CLAUDE_\w+)$"
)
"""Variables that runtimes, platforms and their SDKs read by themselves."""
_SDK = re.compile(
    r"^(OPENAI|SENTRY|PRISMA|CLOUDINARY|NEXTAUTH|AUTH|AUTH0|BETTER_AUTH|UPSTASH|(NEXT_PUBLIC_)?CLERK|BLOB|KV|TWILIO|HF"
    r"|HUGGINGFACE|LANGCHAIN|LANGSMITH|LANGFUSE|WANDB|DD|NEW_RELIC|KINDE|WORKOS|RESEND|GROQ|MISTRAL|CO|COHERE|PINECONE"
    r"|REPLICATE|TAVILY|CLOUDFLARE|FLASK|DJANGO|CELERY|UVICORN|GUNICORN|PUPPETEER|PLAYWRIGHT|TURBO|EXPO|NUXT|VITE|NEXT"
    r"|GEMINI|GOOGLE|FIREBASE|DEEPGRAM|ELEVENLABS|LIVEKIT|INNGEST|TRIGGER|TEMPORAL|OLLAMA|SQS|S3|MINIO|POSTGRES|MYSQL)_"
)
"""How the variables begin that SDKs, frameworks and images read without the code's help."""


def unknown(reading: Reading, world: World, *, ours: bool) -> Iterator[Finding | Suspect]:
    """A finding for each variable that the document names and no file reads, at its first mention.

    Args:
        reading: the document.
        world: the code.
        ours: whether llm-audit wrote the document, and so names only what a file reads.
    """
    reported: set[str] = set()
    for claim in claims.names(reading):
        name = claim.name
        if name in reported or _is_known(name, world) or (not ours and _by_sdk(name, world)):
            continue
        reported.add(name)
        declared = world.variables.get(name, [])
        if declared:
            yield _declared_only(name, claim.line, tuple(declared[:4]))
        else:
            message = f"{code(name)} is named in the document, but nothing in the tree reads it"
            most = Severity.ERROR if claim.sure and not _may_be_an_sdks(name, world) else Severity.WARNING
            certain = found("unknown-env-var", name, message, line=claim.line, entry=name, at_most=most)
            yield Suspect(certain, (name,), certain)


def _is_known(name: str, world: World) -> bool:
    facts = world.variables.get(name, [])
    if any(fact.kind != Kind.ENV_DECLARED or fact.detail("where") != "dotenv" for fact in facts):
        return True
    if _PLATFORM.match(name) or name in world.shown or any(pattern.fullmatch(name) for pattern in world.patterns):
        return True
    bare = name.removesuffix("_FILE")
    return bare != name and bare in world.variables


def _by_sdk(name: str, world: World) -> bool:
    """Whether an SDK that is in use may read the variable by itself."""
    if not _SDK.match(name) and all(
        ("env", "", name) not in service.patterns for service in world.catalog.by_env(name)
    ):
        return False
    return any(service.id in world.evidence_beyond_variables for service in world.catalog.by_env(name))


def _may_be_an_sdks(name: str, world: World) -> bool:
    """Whether a package of the tree goes by the name's first word, and so may read the variable by itself."""
    words = [word.lower() for word in name.split("_") if word not in ("NEXT", "PUBLIC", "VITE", "REACT", "EXPO", "APP")]
    return bool(words) and len(words[0]) > 3 and words[0] in world.package_words


def _declared_only(name: str, line: int, facts: tuple[Fact, ...]) -> Finding:
    message = f"{code(name)} stands in {code(facts[0].path)}, but nothing reads it"
    return found(
        "unknown-env-var",
        name,
        message,
        line=line,
        entry=name,
        code=tuple(fact.place for fact in facts),
        at_most=Severity.WARNING,
    )


def undocumented(reading: Reading, world: World) -> Iterator[Finding]:
    """A finding for each required variable that stands nowhere in the document."""
    told = claims.words(reading)
    prefixes = tuple(word[:-1] for word in told if word.endswith("_*"))
    lower = reading.text.lower()
    for name, fact in sorted(world.required.items()):
        if name in told or name.startswith(prefixes or ("\0",)) or name.lower() in lower:
            continue
        yield found(
            "undocumented-env-var", name, f"{code(name)} is required and not in the document",
            entry=name, code=(fact.place,),
            mend=f"Name {code(name)} among the required variables, or run `llm-audit refresh`",
        )  # fmt: skip
