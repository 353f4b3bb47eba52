"""Which records of the audit log are wanted, and the pages to choose that from. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.audit.catalogue import IN_DETAIL, Kind
from kiosk.audit.reading import Listed
from kiosk.office.audit_words import area_words, kind_words
from kiosk.office.view import Column, ListPage, Options, Row
from kiosk.text import Texts

ALL = "all"
"""The key of the row that wants everything."""


@dataclass(frozen=True)
class Wanted:
    """``what``: an area or a kind. ``result``: "", "ok" or "failed". Empty values want everything."""

    what: str = ""
    day: str = ""
    result: str = ""

    def __call__(self, record: Listed) -> bool:
        what = not self.what or self.what in {record.kind, record.area}
        result = not self.result or record.success is (self.result == "ok")
        return what and result and (not self.day or record.day == self.day)


def wanted_of(row: str) -> str:
    """The value of a chooser's row."""
    return "" if row == ALL else row


def options_of(wanted: Wanted, texts: Texts) -> tuple[Options, ...]:
    results = tuple((value, texts(f"office.audit.result.{value or 'all'}")) for value in ("", "ok", "failed"))
    what = kind_words(wanted.what, texts) if "." in wanted.what else area_words(wanted.what, texts)
    return (
        Options("what", texts("office.audit.what"), what if wanted.what else texts("office.audit.all_kinds")),
        Options("day", texts("office.audit.day"), wanted.day or texts("office.audit.all_days")),
        Options("result", texts("office.audit.column.result"), wanted.result, results),
    )


def choose_what(texts: Texts) -> ListPage:
    """Every area, and the kinds in it."""
    kinds = sorted(kind.value for kind in set(Kind) - IN_DETAIL)
    rows = [Row(ALL, (texts("office.audit.all_kinds"), ""))]
    for area in sorted({kind.partition(".")[0] for kind in kinds}):
        inside = [kind for kind in kinds if kind.partition(".")[0] == area]
        rows.append(Row(area, (area_words(area, texts), texts("office.audit.whole_area", count=len(inside)))))
        rows += [Row(kind, (area_words(area, texts), kind_words(kind, texts))) for kind in inside]
    return _chooser("what", tuple(rows), ("area", "kind"), texts)


def choose_day(days: list[str], texts: Texts) -> ListPage:
    rows = (Row(ALL, (texts("office.audit.all_days"),)), *(Row(day, (day,)) for day in days))
    return _chooser("day", rows, ("day",), texts)


def _chooser(what: str, rows: tuple[Row, ...], columns: tuple[str, ...], texts: Texts) -> ListPage:
    headings = tuple(Column(texts(f"office.audit.column.{name}")) for name in columns)
    lead = texts("office.audit.choose_lead")
    return ListPage(texts(f"office.audit.choose_{what}"), headings, rows, lead, opens=True)
