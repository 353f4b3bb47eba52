"""What is wrong with a row or a file, in words: by its stable code, never by what a cell held."""

from __future__ import annotations

from kiosk.office.view import Mark, Row
from kiosk.roster.faults import ImportReport, RosterFault
from kiosk.text import Texts

MOST_SHOWN = 200


def fault_words(fault: RosterFault, texts: Texts) -> str:
    key = f"office.roster.fault.{fault.code}"
    return texts(key) if texts.has(key) else texts("office.roster.fault.other", code=fault.code)


def column_words(column: str, texts: Texts) -> str:
    return texts(f"office.roster.column.{column}") if column else ""


def report_rows(report: ImportReport, texts: Texts) -> tuple[Row, ...]:
    """Faults first, then what good rows should be looked at for; a report's file has all of them."""
    both = [(fault, Mark.BAD) for fault in report.faults] + [(note, Mark.LOOK) for note in report.notes]
    return tuple(
        Row(
            str(place),
            (str(each.row or "–"), column_words(each.column, texts), fault_words(each, texts)),
            mark,
        )
        for place, (each, mark) in enumerate(both[:MOST_SHOWN])
    )
