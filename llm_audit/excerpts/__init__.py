"""Code windows around facts, redacted, within a hard token budget: the only text of the tree that a model sees.

`source` reads and filters, `parsing` and `syntax` know blocks where a grammar does, `indentation` elsewhere, `following` finds where
a setting is used, `choice` fits windows into the budget, `rendering` writes them out.
"""

from llm_audit.excerpts.choice import needs_block, select, spread
from llm_audit.excerpts.following import Leads, leads, received
from llm_audit.excerpts.rendering import Excerpt, render
from llm_audit.excerpts.source import Source

__all__ = ["Excerpt", "Leads", "Source", "leads", "needs_block", "received", "render", "select", "spread"]
