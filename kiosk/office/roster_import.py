"""A roster's file: chosen, its columns shown and put right, taken in as a whole or not at all, what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

from kiosk.office.files import FolderPages
from kiosk.office.roster_columns import ColumnChoice, column_rows
from kiosk.office.roster_port import RosterLook, RosterPort
from kiosk.office.roster_words import fault_words, report_rows
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Column, Field, FormPage, ListPage, Mark, Told, Weight
from kiosk.office.wizard_secret import SECRET
from kiosk.roster.faults import ImportCancelled, ImportReport, RosterUnreadable
from kiosk.roster.importer import Shown
from kiosk.roster.mapping import Wish

SUFFIXES = (".xlsx", ".xlsm", ".csv", ".tsv", ".txt")


class ImportRosterPages(Subject):
    """``_page``: files, columns, secret, reading or report. Back goes one before; while rows are read it cancels."""

    def __init__(self, room: Room, port: RosterPort, look: RosterLook) -> None:
        self._room, self._port, self._look = room, port, look
        self._files = FolderPages(room, port.folders, SUFFIXES, room.texts("office.roster.choose"), self._chose)
        self._page = "files"
        self._file, self._header, self._wish = Path(), tuple[str, ...](), Wish()
        self._skip_bad = False
        self._cancel = Event()
        self._report: ImportReport | None = None

    def open(self, told: Told | None = None) -> None:
        """Also when the choice of a column, or of a folder for the report, is left."""
        match self._page:
            case "files":
                self._files.open(told)
            case "columns":
                self._ask_columns(told)
            case "report" if self._report is not None:
                self._show_report(self._report, told)

    def opened(self, row: str) -> None:
        if self._page == "files":
            self._files.opened(row)
        elif self._page == "columns":
            self._room.enter(lambda room: ColumnChoice(room, row, self._header, self._look.event, self._said))

    def act(self, name: str, row: str) -> None:
        if self._page == "files":
            self._files.act(name, row)
            return
        match name:
            case "column" if row:
                self.opened(row)
            case "take":
                self._begin(skip_bad=False)
            case "skip":
                self._begin(skip_bad=True)
            case "cancel":
                self._cancel.set()
            case "save":
                self._room.enter(self._saving)
            case "again":
                self._page = "files"
                self.open()

    def submitted(self, values: object) -> None:
        if self._page == "secret" and isinstance(values, dict):
            self._take(values[SECRET])

    def back(self) -> bool:
        match self._page:
            case "files":
                return self._files.back()
            case "reading":
                self._cancel.set()
                return True
            case "report":
                return False
        self._page = "files" if self._page == "columns" else "columns"
        self.open()
        return True

    # --- columns -----------------------------------------------------------------------------------

    def _chose(self, file: Path) -> None:
        self._file, self._wish = file, Wish()

        def known(header: tuple[str, ...]) -> None:
            self._header, self._page = header, "columns"
            self.open()

        self._room.ask(lambda: self._port.header(file), known, self._unreadable)

    def _unreadable(self, told: Told) -> None:
        self._page = "files"
        self._files.open(told)

    def _said(self, column: str, heading: str, fixed: str) -> None:
        """What whoever imports says of one of our columns."""
        columns = {name: kept for name, kept in self._wish.columns.items() if name != column}
        values = {name: kept for name, kept in self._wish.fixed.items() if name != column}
        if heading:
            columns[column] = heading
        if fixed:
            values[column] = fixed
        self._wish = replace(self._wish, columns=columns, fixed=values)

    def _ask_columns(self, told: Told | None) -> None:
        texts = self._room.texts

        def unfit(error: Exception) -> None:
            if isinstance(error, RosterUnreadable):
                why = Told(Mark.BAD, texts("office.roster.unfit", why=fault_words(error.fault, texts)))
                self._show_columns(None, why)
            else:
                self._unreadable(Told(Mark.BAD, texts("office.file.unreadable")))

        self._room.work.do(
            lambda: self._port.columns(self._file, self._wish), lambda shown: self._show_columns(shown, told), unfit
        )

    def _show_columns(self, shown: Shown | None, told: Told | None) -> None:
        texts = self._room.texts
        rows, unread = column_rows(shown, self._header, self._wish, texts)
        columns = tuple(Column(texts(f"office.roster.head.{name}")) for name in ("column", "in_file", "why"))
        acts = [Act("column", texts("office.roster.act.column"), on_row=True)]
        if shown is not None:
            acts.append(Act("take", texts("office.roster.act.take"), Weight.PRIMARY))
            if shown.layout.guessed:
                told = told or Told(Mark.LOOK, texts("office.roster.guessed"))
        lead = texts("office.roster.columns_lead", file=self._file.name)
        if unread:
            lead += "\n" + texts("office.roster.unread", headings=texts("office.wizard.and").join(unread))
        title = texts("office.roster.columns")
        self._room.show(ListPage(title, columns, rows, lead, told, acts=tuple(acts), opens=True))

    # --- taking it in ------------------------------------------------------------------------------

    def _begin(self, *, skip_bad: bool) -> None:
        self._skip_bad = skip_bad
        if not self._look.locked:
            self._take("")
            return
        self._page = "secret"
        self._ask_secret(None)

    def _ask_secret(self, told: Told | None) -> None:
        texts = self._room.texts
        field = Field(SECRET, texts("office.wizard.setting.secret"), longest=200, hidden=True)
        title, lead = texts("office.wizard.secret"), texts("office.wizard.why.secret")
        self._room.show(FormPage(title, (field,), texts("office.wizard.go_on"), lead, told))

    def _take(self, secret: str) -> None:
        """Nothing of the file is in the store before its last row was looked at."""
        self._page, file = "reading", self._file
        cancel = self._cancel = Event()
        wish, skip_bad, room = replace(self._wish, confirmed=True), self._skip_bad, self._room

        def take() -> ImportReport:
            lines = self._port.rows_in(file)

            def progress(rows: int) -> None:
                if cancel.is_set():
                    raise ImportCancelled
                room.post(lambda: self._show_reading(rows, lines))

            return self._port.take(file, wish, skip_bad, secret, progress)

        self._show_reading(0, 0)
        room.work.do(take, self._taken, self._not_taken)

    def _not_taken(self, error: Exception) -> None:
        if isinstance(error, ImportCancelled):
            self._page = "columns"
            self.open(Told(Mark.LOOK, self._room.texts("office.roster.cancelled")))
            return
        say: Callable[[Told], None] = self._unreadable
        if self._look.locked:
            self._page, say = "secret", self._ask_secret
        self._room.ask(lambda: _again(error), lambda _: None, say)

    def _show_reading(self, rows: int, lines: int) -> None:
        if self._page != "reading":
            return
        texts = self._room.texts
        share = min(1.0, rows / lines) if lines else None
        told = Told(Mark.NONE, texts("office.roster.reading", rows=f"{rows:,}"), share)
        cancel = Act("cancel", texts("office.roster.act.cancel"))
        self._room.show(ListPage(texts("office.roster.reading_title"), (), (), self._file.name, told, acts=(cancel,)))

    def _taken(self, report: ImportReport) -> None:
        self._page, self._report = "report", report
        self._show_report(report, None)

    def _show_report(self, report: ImportReport, told: Told | None) -> None:
        texts = self._room.texts
        which = "taken" if report.ok else "skipped" if report.imported else "refused"
        words = texts(
            f"office.roster.{which}", count=f"{report.imported:,}", rows=f"{report.rows:,}", bad=report.bad_rows
        )
        told = told or Told(Mark.GOOD if report.ok else Mark.LOOK if report.imported else Mark.BAD, words)
        rows = report_rows(report, texts)
        columns = tuple(
            Column(texts(f"office.roster.head.{name}"), share)
            for name, share in (("row", 0.5), ("column", 1.2), ("why", 4.0))
        )
        good = report.rows - report.bad_rows
        acts = []
        if report.faults and not report.imported and good > 0:
            acts.append(Act("skip", texts("office.roster.act.skip")))
        if not report.imported:
            acts.append(Act("again", texts("office.roster.act.again"), Weight.PRIMARY))
        if rows:
            acts.append(Act("save", texts("office.roster.act.save")))
        title, lead = texts("office.roster.report"), self._file.name
        empty = texts("office.import.nothing_bad")
        self._room.show(ListPage(title, columns, rows, lead, told, acts=tuple(acts), empty=empty))

    def _saving(self, room: Room) -> FolderPages:
        report = self._report
        assert report is not None

        def save(folder: Path) -> None:
            def saved(name: str) -> None:
                room.leave(Told(Mark.GOOD, room.texts("office.roster.saved", name=name)))

            room.ask(lambda: self._port.keep_report(report, folder), saved, pages.open)

        pages = FolderPages(room, self._port.folders, (), room.texts("office.roster.save_where"), save)
        return pages


def _again(error: Exception) -> None:
    raise error
