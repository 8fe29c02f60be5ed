"""Clients of .NET Aspire, which take their address from a connection string by its name. No collector itself."""

from __future__ import annotations

from llm_audit.collect.expressions import expression

CLIENTS = {
    "npgsql": ("db.engine", "postgresql"), "sqlserver": ("db.engine", "mssql"), "mysql": ("db.engine", "mysql"),
    "oracle": ("db.engine", "oracle"), "mongodb": ("db.engine", "mongodb"), "azurecosmos": ("db.engine", "cosmosdb"),
    "cosmosdb": ("db.engine", "cosmosdb"), "redis": ("cache.driver", "redis"), "valkey": ("cache.driver", "valkey"),
    "rabbitmq": ("queue.driver", "rabbitmq"), "kafka": ("queue.driver", "kafka"), "nats": ("queue.driver", "nats"),
    "azureopenai": ("ai.driver", "azure-openai"), "openai": ("ai.driver", "openai"), "ollama": ("ai.driver", "ollama"),
    "azureblob": ("storage.driver", "azure"), "elasticsearch": ("search.driver", "elasticsearch"),
    "meilisearch": ("search.driver", "meilisearch"),
}  # fmt: skip
"""What a client's method begins with, behind `Add`, and the setting that names its service."""
CLIENT = expression(
    r"\.Add(?:Keyed)?(?P<word>Npgsql|SqlServer|MySql|Oracle|MongoDB|AzureCosmos|CosmosDb|Redis|Valkey|RabbitMQ|Kafka|Nats|AzureOpenAI|OpenAI"
    r"|Ollama|AzureBlob|Elasticsearch|Meilisearch)"
    r"(?:DbContext|DataSource|Client(?:FromConfiguration)?|ApiClient|DistributedCache|OutputCache|Producer|Consumer|JetStream"
    r"|ServiceClient|ContainerClient|Sharp\w{1,20})?(?:<[^<>()\n]{1,120}(?:<[^<>\n]{1,60}>)?>)?\(\s{0,40}\"(?P<name>[\w\-]{1,60})\""
)


def connection(name: str) -> str:
    """The variable that sets a connection string."""
    return f"ConnectionStrings__{name}"
