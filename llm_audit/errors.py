"""Every error a user can meet, as one tree; each leaf carries its exit code and what to do next.

AuditError
├── UsageError       2   the command line, the settings or the template are wrong
├── SafetyError      4   a secret would have been written, or a path leaves the repository
└── WriteError       2   the target could not be written (disk full, no permission)
"""

from __future__ import annotations


class AuditError(Exception):
    """Base of all errors that reach a user as one line.

    Args:
        message: what was wrong and where, without a trailing full stop.
        hint: what the user can do about it; empty when the message says it all.
    """

    exit_code = 70

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def line(self) -> str:
        """The one line that a user reads."""
        return f"{self}; {self.hint}" if self.hint else str(self)


class UsageError(AuditError):
    """The request cannot be carried out as it was made."""

    exit_code = 2


class WriteError(AuditError):
    """The document could not be written; what stood there before still stands."""

    exit_code = 2


class SafetyError(AuditError):
    """Refused: going on could leak a secret or touch something outside the repository."""

    exit_code = 4
