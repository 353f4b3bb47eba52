"""Which heading of a file is which of our columns: shown, and chosen otherwise."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.config.event import EventConfig
from kiosk.office.roster_words import column_words
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Column, ListPage, Mark, Row, Told, Weight
from kiosk.roster.columns import COLUMNS, FIXABLE, REQUIRED, column_of
from kiosk.roster.importer import Shown
from kiosk.roster.mapping import Wish
from kiosk.text import Texts

_HEADING, _FIXED = "h:", "f:"


def column_rows(
    shown: Shown | None, header: tuple[str, ...], wish: Wish, texts: Texts
) -> tuple[tuple[Row, ...], list[str]]:
    """A line for each of our columns, and headings that are left unread. ``shown`` None: the file does not fit yet."""
    if shown is None:
        places = {column: place for place, cell in enumerate(header) if (column := column_of(cell)) is not None}
        places |= {column: header.index(name) for column, name in wish.columns.items() if name in header}
        fixed, guessed, unread = dict(wish.fixed), tuple[str, ...](), list[str]()
    else:
        layout = shown.layout
        places, fixed, guessed = dict(layout.places), dict(layout.fixed), layout.guessed
        unread = [header[place] for place in layout.unread if header[place] and place not in places.values()]
    rows = []
    for column in COLUMNS:
        if column in fixed:
            told, mark, why = texts("office.roster.always", value=fixed[column]), Mark.GOOD, ""
        elif column in places:
            told = texts("office.roster.heading", place=places[column] + 1, heading=header[places[column]])
            mark = Mark.LOOK if column in guessed else Mark.GOOD
            why = texts("office.roster.was_guessed") if column in guessed else ""
        else:
            told, why = "–", texts("office.roster.needed" if column in REQUIRED else "office.roster.not_needed")
            mark = Mark.BAD if column in REQUIRED else Mark.NONE
        rows.append(Row(column, (column_words(column, texts), told, why), mark))
    return tuple(rows), unread


class ColumnChoice(Subject):
    """One of our columns: which heading of the file holds it, or what it is for every row."""

    def __init__(
        self,
        room: Room,
        column: str,
        header: tuple[str, ...],
        event: EventConfig,
        said: Callable[[str, str, str], None],
    ) -> None:
        self._room, self._column, self._header, self._event, self._said = room, column, header, event, said

    def open(self, told: Told | None = None) -> None:
        texts, column = self._room.texts, self._column
        headings = [
            Row(_HEADING + heading, (texts("office.roster.heading", place=place, heading=heading),))
            for place, heading in enumerate(self._header, start=1)
            if heading
        ]
        fixed = [Row(_FIXED + value, (texts("office.roster.always", value=value),)) for value in self._values()]
        columns = (Column(texts("office.roster.head.in_file")),)
        act = Act("take", texts("office.files.take"), Weight.PRIMARY, on_row=True)
        title = texts("office.roster.which", column=column_words(column, texts))
        self._room.show(ListPage(title, columns, (*headings, *fixed), "", told, acts=(act,), opens=True))

    def opened(self, row: str) -> None:
        heading = row.removeprefix(_HEADING) if row.startswith(_HEADING) else ""
        fixed = row.removeprefix(_FIXED) if row.startswith(_FIXED) else ""
        self._said(self._column, heading, fixed)
        self._room.leave(None)

    def act(self, name: str, row: str) -> None:
        if row:
            self.opened(row)

    def _values(self) -> list[str]:
        """What this column could be for every row, of what the event knows."""
        event = self._event
        known = {
            "session": [session.id for session in event.sessions],
            "gate_group": [group.id for group in event.gate_groups],
            "document_kind": [kind.value for kind in event.allowed.documents],
            "issuing_state": ["CHN"],
        }
        return known.get(self._column, []) if self._column in FIXABLE else []
