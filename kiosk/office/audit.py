"""The audit log for people: newest first, filtered; one record whole; whether the log is; handing it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from kiosk.audit.catalogue import IN_DETAIL, Kind
from kiosk.audit.export import export_log
from kiosk.audit.fields import Value, checked_about
from kiosk.audit.log import AuditLog
from kiosk.audit.port import AuditUnavailable
from kiosk.audit.reading import Listed, Part, at_place, newest_first, part
from kiosk.audit.record import Entry, seconds
from kiosk.audit.verify import Finding, verify_log
from kiosk.domain.access import Action
from kiosk.office.audit_words import area_words, kind_words, record_groups, record_row
from kiosk.office.files import FolderPages
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Column, Field, FormPage, ListPage, Mark, Options, Pager, Row, SheetPage, Told
from kiosk.text import Texts

PER_PAGE = 50
DAYS_SHOWN = 400
_SHARES = {"number": 1.0, "at": 1.5, "kind": 2.3, "who": 2.2, "result": 0.9}


@dataclass(frozen=True)
class AuditPlace:
    """The log, the key its checkpoints are signed with (None: the one it names itself), folders to write to.

    ``require``: asks the role table and writes a refusal down.
    """

    log: AuditLog
    public_key: Callable[[], bytes | None]
    folders: tuple[Path, ...]
    require: Callable[[Action], None]


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


@dataclass
class Checked:
    """``signed_at``: when the last checkpoint the check reached was written."""

    finding: Finding
    signed_at: str = ""


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
            self._want(replace(self._shown.wanted, what=row.removeprefix("all")))
        elif self._on == "day":
            self._want(replace(self._shown.wanted, day=row.removeprefix("all")))

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
                options=self._options(),
                pager=pager,
                acts=acts,
                empty=texts("office.audit.none"),
                opens=True,
            )
        )

    def _options(self) -> tuple[Options, ...]:
        texts, wanted = self._room.texts, self._shown.wanted
        results = tuple((value, texts(f"office.audit.result.{value or 'all'}")) for value in ("", "ok", "failed"))
        what = kind_words(wanted.what, texts) if "." in wanted.what else area_words(wanted.what, texts)
        return (
            Options("what", texts("office.audit.what"), what if wanted.what else texts("office.audit.all_kinds")),
            Options("day", texts("office.audit.day"), wanted.day or texts("office.audit.all_days")),
            Options("result", texts("office.audit.column.result"), wanted.result, results),
        )

    def _choose_what(self) -> None:
        texts = self._room.texts
        self._on = "what"
        kinds = sorted(kind.value for kind in set(Kind) - IN_DETAIL)
        rows = [Row("all", (texts("office.audit.all_kinds"), ""))]
        for area in sorted({kind.partition(".")[0] for kind in kinds}):
            inside = [kind for kind in kinds if kind.partition(".")[0] == area]
            rows.append(Row(area, (area_words(area, texts), texts("office.audit.whole_area", count=len(inside)))))
            rows += [Row(kind, (area_words(area, texts), kind_words(kind, texts))) for kind in inside]
        self._room.show(self._chooser("what", tuple(rows), ("area", "kind")))

    def _choose_day(self) -> None:
        texts = self._room.texts
        self._on = "day"

        def read() -> list[str]:
            self._place.require(Action.READ_AUDIT)
            days = dict.fromkeys(record.day for record in newest_first(self._place.log.file) if record.day)
            return list(islice(days, DAYS_SHOWN))

        def answered(days: list[str]) -> None:
            rows = (Row("all", (texts("office.audit.all_days"),)), *(Row(day, (day,)) for day in days))
            if self._on == "day":
                self._room.show(self._chooser("day", rows, ("day",)))

        self._room.ask(read, answered, self._say)

    def _chooser(self, what: str, rows: tuple[Row, ...], columns: tuple[str, ...]) -> ListPage:
        texts = self._room.texts
        headings = tuple(Column(texts(f"office.audit.column.{name}")) for name in columns)
        lead = texts("office.audit.choose_lead")
        return ListPage(texts(f"office.audit.choose_{what}"), headings, rows, lead, opens=True)

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


def checked(
    log: AuditLog, public_key: bytes | None, by: str, told: Callable[[float], None] = lambda share: None
) -> Checked:
    """The whole log read, and that it was is recorded. ``told``: how much of it, 0..1, each whole percent once."""
    last = next((record.seq for record in newest_first(log.file) if record.kind), 0)
    said = 0

    def hear(records: int) -> None:
        nonlocal said
        percent = min(99, 100 * records // max(1, last))
        if percent > said:
            said = percent
            told(percent / 100)

    finding = verify_log(log.file, (), public_key, hear)
    signed = next((r for r in newest_first(log.file) if r.seq == finding.complete_to), None)
    told_fields: dict[str, Value] = {"ok": finding.ok, "records": finding.records}
    if finding.first_bad is not None:
        told_fields["first_bad"] = finding.first_bad
    with suppress(AuditUnavailable):  # a log that cannot be written can be read all the same
        log.append(Entry(Kind.LOG_VERIFIED, by, success=finding.ok, fields=told_fields))
    return Checked(finding, signed.at if signed is not None else "")


def state_words(found: Checked, texts: Texts) -> Told:
    finding = found.finding
    if not finding.ok:
        why = texts(f"office.audit.why.{finding.why}") if texts.has(f"office.audit.why.{finding.why}") else finding.why
        return Told(Mark.BAD, texts("office.audit.broken", number=f"{finding.first_bad:,}", why=why))
    count = f"{finding.records:,}"
    if not found.signed_at:
        return Told(Mark.UNKNOWN, texts("office.audit.unsigned", count=count))
    at = f"{datetime.fromtimestamp(seconds(found.signed_at)).astimezone():%m-%d %H:%M}"
    return Told(Mark.GOOD, texts("office.audit.whole", count=count, at=at))


class ExportPages(Subject):
    """Whom it goes to and why, then where to: the log is written there, and that it was, is in it."""

    def __init__(self, room: Room, place: AuditPlace) -> None:
        self._room, self._place = room, place
        self._for: Mapping[str, str] = {}
        self._files = FolderPages(room, place.folders, (), room.texts("office.export.choose"), self._write)

    def open(self, told: Told | None = None) -> None:
        texts = self._room.texts
        self._for = {}
        fields = (
            Field("recipient", texts("office.export.recipient"), texts("office.export.recipient_hint"), longest=64),
            Field("reason", texts("office.export.reason"), texts("office.export.reason_hint"), longest=200),
        )
        lead = texts("office.export.lead")
        self._room.show(FormPage(texts("office.export.title"), fields, texts("office.export.next"), lead, told))

    def submitted(self, values: Mapping[str, str]) -> None:
        texts = self._room.texts
        try:
            known = bool(checked_about(values["recipient"]))
        except ValueError:
            known = False
        if not known:
            self.open(Told(Mark.BAD, texts("office.export.bad_recipient")))
        elif len(values["reason"]) < 3:
            self.open(Told(Mark.BAD, texts("office.export.no_reason")))
        else:
            self._for = values
            self._files.open()

    def opened(self, row: str) -> None:
        self._files.opened(row)

    def act(self, name: str, row: str) -> None:
        self._files.act(name, row)

    def back(self) -> bool:
        if not self._for:
            return False
        if not self._files.back():
            self.open()
        return True

    def _write(self, folder: Path) -> None:
        room, place, given = self._room, self._place, self._for
        stamp = f"{datetime.fromtimestamp(room.clock.now()).astimezone():%Y%m%d-%H%M%S}"
        to = folder / f"audit-{stamp}.log"

        def write() -> int:
            place.require(Action.EXPORT_AUDIT)
            return export_log(place.log, to, room.who.name, given["recipient"], given["reason"])

        def written(records: int) -> None:
            room.leave(Told(Mark.GOOD, room.texts("office.export.done", count=f"{records:,}", file=str(to))))

        room.ask(write, written, self._files.open)
