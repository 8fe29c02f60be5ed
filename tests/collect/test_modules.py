"""Modules that are named after whom they call, and those that are named after what they do."""

from __future__ import annotations

import pytest

from llm_audit.collect.modules import collect
from llm_audit.model import Fact, SourceFile

SENDS = 'public class Sender { void Go() => client.Get("https://x"); }\n'


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("src/Channels/Zulip/ZulipChannel.cs", ["zulip"]),
        ("src/Channels/ArchiveChannel/ArchiveChannelEndpoint.cs", []),
        ("src/Channels/JoinChannel/Handler.cs", []),
        ("lib/post/message_inspectors/clamav.rb", ["clamav"]),
        ("lib/post/message_inspection.rb", []),
        ("shop/search/tasks.py", []),
        ("app/Import/Providers/Ledgerly.php", []),
        ("app/Important/Providers/Ledgerly.php", ["ledgerly"]),
    ],
)
def test_a_module_is_named_for_a_service_not_for_a_deed(path: str, names: list[str]) -> None:
    assert [one.value for one in collect(SourceFile(path, SENDS)) if isinstance(one, Fact)] == names


def test_an_adapter_may_speak_over_a_socket() -> None:
    for text, names in (
        ("def check\n  TCPSocket.new(@config.host, 783)\nend\n", ["spam_assassin"]),
        ("def check\n  nil\nend\n", []),
    ):
        file = SourceFile("lib/post/inspectors/spam_assassin.rb", text)
        assert [one.value for one in collect(file) if isinstance(one, Fact)] == names
