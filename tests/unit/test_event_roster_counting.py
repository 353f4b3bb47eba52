"""The line that counts rows at a terminal: whatever is asked before the first row stands alone."""

from __future__ import annotations

import io
import sys

import pytest

from kiosk.cli.event_roster import _counting


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nothing_is_drawn_over_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with _counting() as count:
        assert terminal.getvalue() == ""
        count(2_000)
        assert "2,000 rows read" in terminal.getvalue()
