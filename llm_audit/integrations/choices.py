"""What code does by the value of a variable: which service it takes, what it does apart in a stage, what it replaces."""

from __future__ import annotations

from collections.abc import Iterator

from llm_audit.catalog import Service, folded
from llm_audit.document import code
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.variables import Variables
from llm_audit.model import Fact


def choices(ledger: Ledger, kind: str) -> Iterator[Fact]:
    """The comparisons of that kind in the program's own files."""
    return (fact for fact in ledger.settings.get("choice", ()) if fact.detail("kind") == kind)


def variable_of(fact: Fact, variables: Variables) -> str:
    """The variable that the compared name stands for: the one of that name, or the only one that ends with it."""
    subject = fact.detail("subject")
    if subject in variables.by_name:
        return subject
    longer = [name for name in variables.by_name if name.endswith(f"_{subject}")]
    return longer[0] if len(longer) == 1 and "_" in subject else ""


def chosen_by(service: Service, ledger: Ledger, variables: Variables) -> str:
    """`AI_PROVIDER is `gemini``: the variable and its value that make the code take the service; empty when nothing does."""
    words = {folded(text) for text in (service.id, service.name, *service.aliases)} | _tails(service)
    fitting = (one for one in choices(ledger, "selector") if not one.detail("negated") and folded(one.value) in words)
    named = ((variable_of(one, variables), one.value) for one in fitting)
    return next((f"{name} is {code(value)}" for name, value in named if name), "")


def _tails(service: Service) -> set[str]:
    """The last word of a vendor's product: `gemini` of Google Gemini."""
    words = service.name.split()
    return {folded(words[-1])} if len(words) == 2 and len(words[-1]) > 3 else set()
