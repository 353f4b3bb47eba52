"""The list of conflicts on paper: as many pages as it takes, no ticket torn from its heading, what cannot be read."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import asdict

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.base.seen import Use
from kiosk.papers import conflict_paper
from kiosk.papers.conflict_paper import conflict_pdf
from kiosk.text import Texts, languages

WHEN = "2026-05-01 12:00:00"


def uses(tickets: int) -> list[Use]:
    return [
        Use(
            f"{n:032x}",
            "night-1",
            f"gate-{m}",
            "A",
            "face",
            1000.0 + m,
            m > 0,
            False,
            "double_use" if m else "admitted",
        )
        for n in range(tickets)
        for m in range(2)
    ]


@pytest.mark.parametrize("language", languages())
def test_every_use_is_on_paper_on_as_many_pages_as_it_takes(qapp: QApplication, language: str) -> None:
    few, many = (conflict_pdf("night", WHEN, uses(count), Texts(language)) for count in (1, 60))
    assert few.startswith(b"%PDF-")
    assert few.count(b"/Type /Page\n") == 1
    assert many.count(b"/Type /Page\n") > 4


def test_a_heading_stays_with_its_first_use(qapp: QApplication) -> None:
    lines = conflict_paper._lines("night", WHEN, uses(60), Texts("en"))
    pages = list(conflict_paper._pages(lines))
    assert all(not page[-1].keep for page in pages)
    assert sum(len(page) for page in pages) == 2 + 60 * 4
    bottom = conflict_paper._BOTTOM - conflict_paper._MARGIN
    assert all(sum(line.height for line in page) <= bottom for page in pages)


@pytest.mark.parametrize("given", [b"", b"{}", b'{"language": "xx", "event": "e", "printed_at": "", "uses": []}'])
def test_what_cannot_be_read_is_refused(
    given: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    assert conflict_paper.main() == 1
    assert capsys.readouterr().err == "unreadable\n"


def test_its_process_gives_the_paper_on_its_output() -> None:
    told = {"language": "zh", "event": "night", "printed_at": WHEN, "uses": [asdict(use) for use in uses(2)]}
    command = [sys.executable, "-m", "kiosk.papers.conflict_paper"]
    done = subprocess.run(command, input=json.dumps(told).encode(), capture_output=True, timeout=60, check=True)
    assert done.stdout.startswith(b"%PDF-")
