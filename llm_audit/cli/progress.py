"""What a terminal shows while a model writes: a line for each section, rewritten as answers come; lines of trouble elsewhere."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from llm_audit.wording.asking import Note
    from llm_audit.wording.stage import Prepared


@dataclass
class _Section:
    """How far a section is."""

    name: str
    calls: int = 0
    done: int = 0
    sent: int = 0
    received: int = 0
    retries: int = 0
    last: str = ""

    def line(self, width: int) -> str:
        retries = f"  {self.retries} retries" if self.retries else ""
        counts = f"{self.done} of {self.calls} calls {self.sent:>7,} in {self.received:>6,} out"
        return f"{self.name:<29} {counts}{retries}  {self.last}".rstrip()[: max(width - 1, 20)]


class Board:
    """The display of one run.

    Args:
        live: whether the stream is a terminal that may be rewritten.
        quiet: whether nothing is told at all.
        stream: where it is shown; standard error when None.
    """

    def __init__(self, *, live: bool, quiet: bool = False, stream: TextIO | None = None) -> None:
        self._live, self._quiet, self._stream = live and not quiet, quiet, stream
        self._sections: dict[str, _Section] = {}
        self._of: dict[str, _Section] = {}
        self._drawn = 0
        self._told: set[str] = set()

    def plan(self, prepared: Prepared) -> None:
        """Takes the calls to come."""
        for brief in prepared.asked:
            section = self._sections.setdefault(brief.section, _Section(brief.section))
            section.calls += 1
            self._of[brief.key] = section

    def tell(self, key: str, note: Note) -> None:
        """Shows what happened to a call."""
        if self._quiet:
            return
        section = self._of.get(key)
        if self._live and section is not None:
            self._take(section, note)
            self._draw()
        elif note.trouble and not (note.last and note.text in self._told):
            # what ends one call often ends them all: a wrong key, a wrong model
            self._told.update([note.text] if note.last else [])
            self._say(f"{key}: {note.text}")

    def _take(self, section: _Section, note: Note) -> None:
        section.sent += note.sent
        section.received += note.received
        section.retries += note.retries
        section.done += note.last
        section.last = "" if note.last and not note.trouble else note.text

    def _draw(self) -> None:
        """Writes the lines over those of last time; once all calls are through, the table takes their place."""
        width = shutil.get_terminal_size().columns
        up = f"\x1b[{self._drawn}F" if self._drawn else ""
        finished = all(one.done >= one.calls for one in self._sections.values())
        failed = [one for one in self._sections.values() if one.last]
        shown = failed if finished else list(self._sections.values())
        text = "".join(f"\x1b[K{one.line(width)}\n" for one in shown)
        self._drawn = 0 if finished else len(shown)
        self._say(f"{up}\x1b[J{text}", end="")

    def _say(self, text: str, end: str = "\n") -> None:
        print(text, end=end, file=self._stream or sys.stderr, flush=True)
