"""Rosters for tests. All people are invented: region codes 99xxxx are not assigned."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from drivers.port import DocumentKind
from drivers.sdt.id_number import check_character
from kiosk.config.event import EventConfig
from kiosk.config.rehearsal_event import rehearsal_event

HEADER = (
    "ticket",
    "document_kind",
    "issuing_state",
    "document_number",
    "name",
    "gate_group",
    "session",
    "seat_area",
)
CARDS = (DocumentKind.RESIDENT, DocumentKind.HMT_RESIDENCE, DocumentKind.FOREIGN_PERMANENT_RESIDENT)


def without_passports(event: EventConfig) -> EventConfig:
    """An event that takes Chinese cards alone, so that a roster need not say who issued them."""
    return event.model_copy(update={"allowed": event.allowed.model_copy(update={"documents": CARDS})})


EVENT: EventConfig = without_passports(rehearsal_event(date(2026, 5, 1)))


def number(person: int) -> str:
    """A valid, unassigned 18-character number; different for each ``person`` below 1,000,000."""
    first = f"99{person // 1000:04d}19900101{person % 1000:03d}"
    return first + check_character(first)


def row(person: int, **changes: str) -> list[str]:
    """Person N's row of cells, with some replaced by column."""
    cells = {
        "ticket": f"TICKET-{person:06d}",
        "document_kind": "cn-resident",
        "issuing_state": "CHN",
        "document_number": number(person),
        "name": f"测试{person}",
        "gate_group": "A" if person % 2 else "B",
        "session": "night-1",
        "seat_area": f"看台 {person % 9 + 1}",
    }
    return list((cells | changes).values())


def csv_text(rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER, delimiter: str = ",") -> str:
    """A roster file's text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
