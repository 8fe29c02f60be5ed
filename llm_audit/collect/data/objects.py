"""Object stores that code opens by a class of a library for several of them: S3 clients with another's address, OpenDAL, object_store."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end, env_names, imported, in_comment
from llm_audit.model import Kind, SourceFile

_CLIENT = expression(r"\bnew S3(?:Client)?\(")
_ADDRESS = expression(r"\b(?:endpoint|baseURL)\s{0,3}:\s{0,3}(?P<value>[^\n]{1,160})")
_VENDORS = {
    "R2": "r2", "CLOUDFLARE": "r2", "CF": "r2", "MINIO": "minio", "SPACES": "spaces", "DO": "spaces", "B2": "backblaze", "WASABI": "wasabi",
}  # fmt: skip
"""The first words of variables with the address of a store that speaks Amazon's protocol."""
_JS_SUFFIXES = frozenset((".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", ".tsx", ".jsx"))


def _clients(file: SourceFile) -> Finds:
    """Clients of Amazon's protocol: those that are built with the address of another vendor, and Bun's own."""
    modules = imported(file)
    built_in = "bun" in modules
    for match in _CLIENT.finditer(file.text) if built_in or "@aws-sdk/client-s3" in modules else ():
        block = file.text[match.start() : block_end(file.text, match.end() - 1, 2000)]
        address = _ADDRESS.search(block)
        words = [
            _VENDORS.get(part)
            for name in (env_names(address["value"]) if address else ())
            for part in name.split("_")[:3]
        ]
        store = next(filter(None, words), "s3" if built_in else "")
        if store and not in_comment(file.text, match.start()):
            tool = "bun" if built_in else "@aws-sdk/client-s3"
            yield at(
                file, match.start(), Kind.SETTING, "storage.driver", store, tool=tool, env=",".join(env_names(block, 6))
            )
            return


_CRATES = expression(
    r"\b(?P<store>AmazonS3|GoogleCloudStorage|MicrosoftAzure)Builder::(?:new|from_env|default)\b"
    r"|\bservices::(?P<service>S3|Gcs|Azblob|Oss|B2|Fs|Webdav|Sftp)(?:Config)?::(?:default|from_\w{2,10}|new)\b|\b(?P<local>LocalFileSystem)::new"
)
_STORES = {
    "AmazonS3": "s3", "S3": "s3", "GoogleCloudStorage": "gcs", "Gcs": "gcs", "MicrosoftAzure": "azure", "Azblob": "azure", "Oss": "oss",
    "B2": "backblaze", "Fs": "local", "Webdav": "webdav", "Sftp": "sftp", "LocalFileSystem": "local",
}  # fmt: skip


def _crates(file: SourceFile) -> Finds:
    """Stores that Rust opens by the builder or the service of a crate."""
    if "opendal" not in file.text and "object_store" not in file.text:
        return
    tests = _TESTS.search(file.text)
    known: set[str] = set()
    for match in _CRATES.finditer(file.text, 0, tests.start() if tests else len(file.text)):
        store = _STORES[match["store"] or match["service"] or match["local"]]
        if store not in known and not in_comment(file.text, match.start()):
            known.add(store)
            tool = "opendal" if match["service"] else "object_store"
            yield at(file, match.start(), Kind.SETTING, "storage.driver", store, tool=tool)


_TESTS = expression(r"^\s{0,4}#\[cfg\(test\)\]\s{1,4}mod\b", re.MULTILINE)

COLLECTORS = (
    Collector("data-object-clients", _clients, suffixes=_JS_SUFFIXES, needs=("new S3(", "new S3Client(")),
    Collector(
        "data-object-crates",
        _crates,
        suffixes=frozenset((".rs",)),
        needs=(
            "AmazonS3Builder",
            "GoogleCloudStorageBuilder",
            "MicrosoftAzureBuilder",
            "services::",
            "LocalFileSystem::",
        ),
    ),
)
