"""The command line, the only part that imports typer or prints: options become settings, settings go to the pipeline.

One module per command; `app.py` joins them, `options.py` holds what they share.
"""

from llm_audit.cli.app import main

__all__ = ["main"]
