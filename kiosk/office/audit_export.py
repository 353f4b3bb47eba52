"""Handing the audit log out: to whom and why, then where to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from kiosk.audit.export import export_log
from kiosk.audit.fields import checked_about
from kiosk.domain.access import Action
from kiosk.office.audit_place import AuditPlace
from kiosk.office.files import FolderPages
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Field, FormPage, Mark, Told


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
