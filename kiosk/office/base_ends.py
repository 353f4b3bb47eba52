"""Events that are being closed over a venue: who has not told yet, and for how long (R-52)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Column, ListPage, Mark, Row, Told
from kiosk.text import Texts

_COLUMNS = {"event": 1.4, "device": 1.2, "told": 1.4, "seen": 1.2, "since": 1.0}


@dataclass(frozen=True)
class Waited:
    """A device whose certificate is not in. ``verdict``: what it told, "" where it told nothing. Seconds since."""

    event: str
    device: str
    verdict: str
    seen_s: float | None
    closed_s: float


class EndsPages(Subject):
    def __init__(self, room: Room, look: Callable[[], list[Waited]]) -> None:
        self._room, self._look = room, look

    def open(self, told: Told | None = None) -> None:
        room = self._room
        title = room.texts("office.base.ends.title")
        room.ask(
            self._look,
            lambda waited: room.show(ends_page(waited, room.texts)),
            lambda why: room.show(ListPage(title, (), (), told=why, acts=_again(room.texts))),
        )

    def act(self, name: str, row: str) -> None:
        if name == "again":
            self.open()


def ends_page(waited: list[Waited], texts: Texts) -> ListPage:
    columns = tuple(Column(texts(f"office.base.ends.{name}"), share) for name, share in _COLUMNS.items())
    rows = tuple(Row(f"{each.event} {each.device}", _cells(each, texts), Mark.BAD) for each in waited)
    empty = texts("office.base.ends.nobody")
    lead = texts("office.base.ends.lead") if waited else ""
    return ListPage(texts("office.base.ends.title"), columns, rows, lead, acts=_again(texts), empty=empty)


def span(seconds: float, texts: Texts) -> str:
    """In minutes, hours or days, whichever is read most easily."""
    minutes = int(seconds // 60)
    if minutes < 120:
        return texts("office.base.ends.span.min", count=minutes)
    unit, length = ("h", 60) if minutes < 48 * 60 else ("d", 24 * 60)
    return texts(f"office.base.ends.span.{unit}", count=minutes // length)


def _cells(each: Waited, texts: Texts) -> tuple[str, ...]:
    told = texts("office.base.ends.nothing") if not each.verdict else each.verdict.upper()
    seen = texts("office.base.ends.never") if each.seen_s is None else span(each.seen_s, texts)
    return each.event, each.device, told, seen, span(each.closed_s, texts)


def _again(texts: Texts) -> tuple[Act, ...]:
    return (Act("again", texts("office.again")),)
