"""Object stores that are opened by a class of a library for several of them, and classes that open none."""

from __future__ import annotations

import pytest

from llm_audit.collect.data.objects import COLLECTORS
from llm_audit.model import Fact, SourceFile

_AWS = 'import { S3Client } from "@aws-sdk/client-s3";\n'
_BUN = 'import { S3Client } from "bun";\n'


def _stores(path: str, text: str) -> list[str]:
    file = SourceFile(path, text)
    found = [one for collector in COLLECTORS if collector.wants(file) for one in collector.collect(file)]
    return [str(one.value) for one in found if isinstance(one, Fact)]


@pytest.mark.parametrize(
    ("text", "stores"),
    [
        (_AWS + "new S3Client({ endpoint: process.env.R2_ENDPOINT })", ["r2"]),
        (
            _AWS
            + "new S3Client({\n  region: 'auto',\n  endpoint: `https://${process.env.CLOUDFLARE_ACCOUNT_ID}.example.org`,\n})",
            ["r2"],
        ),
        (_AWS + "new S3Client({ endpoint: process.env.MINIO_URL })", ["minio"]),
        (_AWS + "new S3Client({ endpoint: process.env.S3_ENDPOINT })", []),
        (_AWS + "new S3Client({ region: process.env.R2_REGION })", []),
        (_BUN + "new S3Client({ bucket: process.env.BUCKET })", ["s3"]),
        (_BUN + "new S3Client({ endpoint: env.R2_ENDPOINT })", ["r2"]),
        ('import { S3Client } from "./own";\nnew S3Client({ endpoint: env.R2_ENDPOINT })', []),
        (_AWS + "// new S3Client({ endpoint: process.env.R2_ENDPOINT })", []),
    ],
)
def test_the_address_of_a_client_says_whose_store_it_is(text: str, stores: list[str]) -> None:
    assert _stores("src/store.ts", text) == stores


@pytest.mark.parametrize(
    ("text", "stores"),
    [
        ("use object_store::aws::AmazonS3Builder;\nlet s = AmazonS3Builder::from_env().build();", ["s3"]),
        ("use object_store::local::LocalFileSystem;\nLocalFileSystem::new_with_prefix(root)?;", ["local"]),
        ("let b = opendal::services::Fs::default().root(path);", ["local"]),
        ("let mut c = opendal::services::S3Config::from_uri(&uri)?;", ["s3"]),
        ("use object_store::aws::AmazonS3Builder;\n// AmazonS3Builder::new()", []),
        (
            "use object_store::path::Path;\nfn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() { LocalFileSystem::new(); }\n}",
            [],
        ),
        ("use crate::services::S3;\nlet s = services::S3::new();", []),
    ],
)
def test_a_builder_says_which_store_a_crate_opens(text: str, stores: list[str]) -> None:
    assert _stores("src/store.rs", text) == stores
