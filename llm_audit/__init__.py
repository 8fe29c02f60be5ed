"""llm-audit: an evidenced INTEGRATIONS.md for any repository."""

__version__ = "0.1.0"
