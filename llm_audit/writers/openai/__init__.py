"""The writer's line to any OpenAI-compatible endpoint; the only importer of openai and tenacity."""

from llm_audit.writers.openai.asker import OpenAIAsker
from llm_audit.writers.openai.client import Patience
from llm_audit.writers.openai.probe import Probe, probe

__all__ = ["OpenAIAsker", "Patience", "Probe", "probe"]
