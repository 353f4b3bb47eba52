"""The list of conflicts on A4: ``python -m kiosk.papers.conflict_paper``, JSON on standard input, PDF on its output.

The JSON: ``language``, ``event``, ``printed_at`` and ``uses`` (fields of kiosk.base.seen.Use). Exit 1, with a code on
standard error, for JSON that is not so or where there is no Chinese font.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QPainter, QPdfWriter

from kiosk.base.seen import Use
from kiosk.office.conflicts import use_cells
from kiosk.papers.canvas import A4, MM, Canvas, Style, height_of, set_up, width_of
from kiosk.papers.printing import NoPaper, serve
from kiosk.text import Texts, languages
from kiosk.ui.tokens import DAY

MOST_BYTES = 64 * 1024 * 1024
_MARGIN = 15 * MM
_WIDE = A4[0] - 2 * _MARGIN
_BOTTOM = A4[1] - 20 * MM
_PAD = 1.2 * MM
_TITLE, _HEADING = Style(15, DAY.ink, bold=True), Style(8.8, DAY.accent, bold=True)
_CELL, _SMALL = Style(7.8, DAY.ink), Style(6.6, DAY.ink_soft)
_COLUMNS = {"order": 0.5, "at": 1.6, "station": 1.5, "group": 0.8, "lane": 0.9, "what": 2.2, "how": 1.5}


@dataclass(frozen=True)
class _Line:
    """Cells with their shares of the width; ``keep``: whether the next line stays on its page."""

    cells: Sequence[tuple[str, float]]
    style: Style
    keep: bool = False

    @property
    def height(self) -> float:
        return max(height_of(text, self.style, wide) for text, _, wide in self._placed()) + 2 * _PAD

    def paint(self, canvas: Canvas, y: float) -> None:
        for text, left, wide in self._placed():
            canvas.text(text, self.style, left, y + _PAD, wide)
        canvas.rule(_MARGIN, y + self.height, _WIDE, DAY.line, 0.3)

    def _placed(self) -> Iterator[tuple[str, float, float]]:
        whole, left = sum(share for _, share in self.cells), _MARGIN
        for text, share in self.cells:
            wide = _WIDE * share / whole
            yield text, left, wide - 2 * MM
            left += wide


def conflict_pdf(event: str, printed_at: str, uses: Sequence[Use], texts: Texts) -> bytes:
    """Needs a QGuiApplication. ``printed_at``: as it is to be read."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    set_up(writer, texts("office.conflicts.title"))
    painter = QPainter(writer)
    canvas = Canvas(painter)
    pages = list(_pages(_lines(event, printed_at, uses, texts)))
    for number, lines in enumerate(pages, start=1):
        if number > 1:
            writer.newPage()
        y = _MARGIN
        for line in lines:
            line.paint(canvas, y)
            y += line.height
        foot = f"{event}  ·  {texts('certificate.page', page=number, pages=len(pages))}"
        canvas.text(foot, _SMALL, A4[0] - _MARGIN - width_of(foot, _SMALL), _BOTTOM + 4 * MM, _WIDE)
    painter.end()
    buffer.close()
    return bytes(data.data())


def _lines(event: str, printed_at: str, uses: Sequence[Use], texts: Texts) -> Iterator[_Line]:
    tickets = [(ticket, list(group)) for ticket, group in groupby(uses, lambda use: (use.session, use.reference))]
    yield _Line([(texts("office.conflicts.title"), 1)], _TITLE, keep=True)
    lead = texts("office.conflicts.lead", count=len(tickets))
    yield _Line([(f"{event}  ·  {printed_at}  ·  {lead}", 1)], _CELL)
    for (session, reference), of_ticket in tickets:
        heading = texts("office.conflicts.ticket", ticket=reference[-6:], session=session, count=len(of_ticket))
        yield _Line([(heading, 1)], _HEADING, keep=True)
        names = [(texts(f"office.conflicts.column.{name}"), share) for name, share in _COLUMNS.items()]
        yield _Line(names, _SMALL, keep=True)
        for order, use in enumerate(of_ticket, start=1):
            yield _Line(list(zip(use_cells(use, order, texts)[1:], _COLUMNS.values(), strict=True)), _CELL)


def _pages(lines: Iterator[_Line]) -> Iterator[list[_Line]]:
    """A line that is kept with the next goes to the next page with it."""
    page: list[_Line] = []
    kept: list[_Line] = []
    for line in lines:
        kept.append(line)
        if line.keep:
            continue
        if page and _MARGIN + sum(each.height for each in (*page, *kept)) > _BOTTOM:
            yield page
            page = []
        page += kept
        kept = []
    yield page + kept


def _read(data: bytes) -> tuple[str, str, list[Use], Texts]:
    """Raises ValueError, KeyError, TypeError."""
    value: dict[str, Any] = json.loads(data)
    language = str(value["language"])
    if language not in languages():
        raise ValueError(language)
    return str(value["event"]), str(value["printed_at"]), [Use(**use) for use in value["uses"]], Texts(language)


def main() -> int:
    return serve(MOST_BYTES, _asked, lambda asked: conflict_pdf(*asked))


def _asked(untrusted_json: bytes) -> tuple[str, str, list[Use], Texts]:
    try:
        return _read(untrusted_json)
    except (ValueError, KeyError, TypeError) as not_so:
        raise NoPaper("unreadable") from not_so


if __name__ == "__main__":
    sys.exit(main())
