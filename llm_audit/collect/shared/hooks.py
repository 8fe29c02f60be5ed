"""What is sent to a configured address, told by the words of its variable or file."""

from __future__ import annotations

_KIND = (
    ("slack", "Slack incoming webhook"),
    ("discord", "Discord webhook"),
    ("teams", "Microsoft Teams webhook"),
    ("callback", "callback"),
    ("postback", "postback"),
    ("notif", "notification"),
    ("alert", "alert"),
    ("messenger", "message"),
)


def kind_of(words: str) -> str:
    """`SLACK_OPS_WEBHOOK` -> `Slack incoming webhook`; `webhook` where the words tell no more."""
    lower = words.lower()
    return next((name for part, name in _KIND if part in lower), "webhook")
