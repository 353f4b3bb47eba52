"""The audit log for people: newest first, filtered; one record whole; whether the log is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice

from kiosk.audit.reading import Listed, Part, at_place, newest_first, part
from kiosk.domain.access import Action
from kiosk.office.audit_check import Checked, checked, state_words
from kiosk.office.audit_export import ExportPages
from kiosk.office.audit_filter import Wanted, choose_day, choose_what, options_of, wanted_of
from kiosk.office.audit_place import AuditPlace
from kiosk.office.audit_words import kind_words, record_groups, record_row
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Column, ListPage, Mark, Pager, SheetPage, Told

PER_PAGE = 50
DAYS_SHOWN = 400
_SHARES = {"number": 1.0, "at": 1.5, "kind": 2.3, "who": 2.2, "result": 0.9}


@dataclass
class _Shown:
    wanted: Wanted = field(default_factory=Wanted)
    befores: list[int | None] = field(default_factory=lambda: [None])
    found: Part = field(default_factory=lambda: Part((), None))


class AuditPages(Subject):
    """Every page is read by a call that asks the role table."""

    def __init__(self, room: Room, place: AuditPlace) -> None:
        self._room, self._place = room, place
        self._shown = _Shown()
        self._state: Told | None = None
        self._on = "list"

    def open(self, told: Told | None = None) -> None:
        self._on = "list"
        self._state = told or self._state
        self._load()
        if self._state is None and self._room.who.may(Action.VERIFY_AUDIT):
            self._verify()

    def act(self, name: str, row: str) -> None:
        match name:
            case "verify":
                self._verify()
            case "export":
                self._room.enter(lambda room: ExportPages(room, self._place))
            case "open":
                self.opened(row)

    def chosen(self, name: str, value: str) -> None:
        if name == "result":
            self._want(replace(self._shown.wanted, result=value))
        elif name == "what":
            self._choose_what()
        else:
            self._choose_day()

    def opened(self, row: str) -> None:
        if self._on == "list":
            self._open_record(int(row))
        elif self._on == "what":
            self._want(replace(self._shown.wanted, what=wanted_of(row)))
        elif self._on == "day":
            self._want(replace(self._shown.wanted, day=wanted_of(row)))

    def turned(self, later: bool) -> None:
        if later and self._shown.found.older is not None:
            self._shown.befores.append(self._shown.found.older)
        elif not later and len(self._shown.befores) > 1:
            self._shown.befores.pop()
        self._load()

    def back(self) -> bool:
        if self._on == "list":
            return False
        self._on = "list"
        self._show()
        return True

    # --- the list --------------------------------------------------------------------------------

    def _want(self, wanted: Wanted) -> None:
        self._on = "list"
        self._shown = _Shown(wanted)
        self._load()

    def _load(self) -> None:
        shown = self._shown

        def read() -> Part:
            self._place.require(Action.READ_AUDIT)
            return part(self._place.log.file, shown.wanted, PER_PAGE, shown.befores[-1])

        def answered(found: Part) -> None:
            shown.found = found
            if shown is self._shown and self._on == "list":
                self._show()

        self._room.ask(read, answered, self._say)

    def _say(self, told: Told) -> None:
        self._state = told
        if self._on == "list":
            self._show()

    def _show(self) -> None:
        texts, shown = self._room.texts, self._shown
        rows = tuple(record_row(record, texts) for record in shown.found.records)
        columns = tuple(Column(texts(f"office.audit.column.{name}"), share) for name, share in _SHARES.items())
        page = len(shown.befores)
        pager = Pager(texts("office.audit.page", page=page), page > 1, shown.found.older is not None)
        who = self._room.who
        offered = (
            ("open", Action.READ_AUDIT, True),
            ("verify", Action.VERIFY_AUDIT, False),
            ("export", Action.EXPORT_AUDIT, False),
        )
        acts = tuple(
            Act(name, texts(f"office.audit.act.{name}"), on_row=on_row)
            for name, action, on_row in offered
            if who.may(action)
        )
        self._room.show(
            ListPage(
                texts("office.audit.title"),
                columns,
                rows,
                "",
                self._state,
                options=options_of(shown.wanted, texts),
                pager=pager,
                acts=acts,
                empty=texts("office.audit.none"),
                opens=True,
            )
        )

    def _choose_what(self) -> None:
        self._on = "what"
        self._room.show(choose_what(self._room.texts))

    def _choose_day(self) -> None:
        texts = self._room.texts
        self._on = "day"

        def read() -> list[str]:
            self._place.require(Action.READ_AUDIT)
            days = dict.fromkeys(record.day for record in newest_first(self._place.log.file) if record.day)
            return list(islice(days, DAYS_SHOWN))

        def answered(days: list[str]) -> None:
            if self._on == "day":
                self._room.show(choose_day(days, texts))

        self._room.ask(read, answered, self._say)

    # --- one record, and the whole log -----------------------------------------------------------

    def _open_record(self, place: int) -> None:
        texts = self._room.texts
        self._on = "record"

        def read() -> Listed | None:
            self._place.require(Action.READ_AUDIT)
            return at_place(self._place.log.file, place)

        def answered(record: Listed | None) -> None:
            groups = record_groups(record, texts) if record is not None else ()
            title = kind_words(record.kind, texts) if record is not None and record.kind else ""
            told = None if groups else Told(Mark.BAD, texts("office.audit.unreadable"))
            self._room.show(SheetPage(title or texts("office.audit.record"), groups, told=told))

        self._room.ask(read, answered, self._say)

    def _verify(self) -> None:
        texts, place, who = self._room.texts, self._place, self._room.who
        self._say(Told(Mark.NONE, texts("office.audit.verifying"), 0.0))

        def told(share: float) -> None:
            self._room.post(lambda: self._say(Told(Mark.NONE, texts("office.audit.verifying"), share)))

        def verify() -> Checked:
            place.require(Action.VERIFY_AUDIT)
            return checked(place.log, place.public_key(), who.name, told)

        self._room.ask(verify, lambda found: self._say(state_words(found, texts)), self._say)
