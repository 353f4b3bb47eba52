"""The roster pages' acts on this machine: the functions that ``kiosk event import`` and ``ticket`` call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.audit.log import AuditLog
from kiosk.closing import life
from kiosk.closing.approval import reason_in_words
from kiosk.closing.keys import without_unlocking
from kiosk.closing.state import state_at
from kiosk.closing.tickets import add_ticket, find_tickets, revoke_ticket, transfer_ticket
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace
from kiosk.domain.access import Action, Principal
from kiosk.ledger.port import Found, LedgerUnavailable
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.office.roster_port import RosterLook, RosterPort
from kiosk.parts.event_office import takes_secret, unlocker_of
from kiosk.ports import Clock
from kiosk.roster.faults import ImportReport, RosterFault
from kiosk.roster.importer import Progress, header_of
from kiosk.roster.mapping import Wish
from kiosk.roster.report_file import report_csv
from kiosk.roster.table_file import is_text
from kiosk.vault.key_file import KeyFileUnusable, write_private
from kiosk.vault.port import KeysDestroyed

_AT_A_TIME = 1 << 20


@dataclass(frozen=True)
class RosterOffice:
    """One person's acts. ``require`` asks the role table for them and raises NotAllowed."""

    place: EventPlace
    log: AuditLog
    clock: Clock
    who: Principal
    require: Callable[[Action], None]
    folders: tuple[Path, ...]

    def port(self) -> RosterPort:
        return RosterPort(
            self.look,
            self.header,
            lambda file, wish: life.columns_shown(self.place, file, wish),
            lines_in,
            self.take,
            self.add,
            self.transfer,
            self.revoke,
            self.find,
            self.keep_report,
            self.folders,
        )

    def look(self) -> RosterLook:
        self.require(Action.READ_COUNTS)
        place = self.place
        return RosterLook(load_event(place.event_file), state_at(place).value, _tickets(place), takes_secret(place))

    def header(self, file: Path) -> tuple[str, ...]:
        self.require(Action.IMPORT_ROSTER)
        return header_of(file)

    def take(self, file: Path, wish: Wish, skip_bad: bool, secret: str, progress: Progress) -> ImportReport:
        self.require(Action.IMPORT_ROSTER)
        self.log.probe()
        by, event = self.who.name, self.place.event_id
        unlock = unlocker_of(secret, by, self.log)
        report = life.import_tickets(self.place, file, progress, skip_bad=skip_bad, unlock=unlock, wish=wish)
        rows, bad_rows = report.rows, report.bad_rows
        if report.imported:
            self.log.write(Kind.ROSTER_IMPORTED, by, event, tickets=report.imported, rows=rows, bad_rows=bad_rows)
        else:
            self.log.write(Kind.ROSTER_REFUSED, by, event, success=False, rows=rows, bad_rows=bad_rows)
        return report

    def add(self, cells: Mapping[str, str], reason: str, secret: str) -> list[RosterFault]:
        why = self._may_change(reason)
        notes = add_ticket(self.place, cells, unlocker_of(secret, self.who.name, self.log))
        self.log.write(Kind.TICKET_ADDED, self.who.name, self.place.event_id, reason=why)
        return notes

    def transfer(self, cells: Mapping[str, str], reason: str, secret: str) -> list[RosterFault]:
        why = self._may_change(reason)
        notes = transfer_ticket(self.place, cells, unlocker_of(secret, self.who.name, self.log))
        self.log.write(Kind.TICKET_TRANSFERRED, self.who.name, self.place.event_id, reason=why)
        return notes

    def revoke(self, code: str, session: str, reason: str, secret: str) -> None:
        why = self._may_change(reason)
        revoke_ticket(self.place, code, session, unlocker_of(secret, self.who.name, self.log))
        self.log.write(Kind.TICKET_REVOKED, self.who.name, self.place.event_id, reason=why)

    def find(self, untrusted_text: str, session: str, secret: str) -> Found:
        """Written down before it is answered; what was asked, is nowhere kept."""
        self.require(Action.IMPORT_ROSTER)
        self.log.probe()
        found = find_tickets(self.place, untrusted_text, session, unlocker_of(secret, self.who.name, self.log))
        self.log.write(Kind.TICKET_SEARCHED, self.who.name, self.place.event_id, count=len(found.hits))
        return found

    def keep_report(self, report: ImportReport, folder: Path) -> str:
        """A new file in ``folder``; its name. Raises KeyFileUnusable where nothing can be written."""
        stamp = f"{datetime.fromtimestamp(self.clock.now()).astimezone():%Y%m%d-%H%M%S}"
        file = folder / f"roster-report-{self.place.event_id}-{stamp}.csv"
        write_private(file, report_csv(report))
        return file.name

    def _may_change(self, reason: str) -> str:
        self.require(Action.IMPORT_ROSTER)
        why = reason_in_words(reason)
        self.log.probe()
        return why


def lines_in(file: Path) -> int:
    """How many lines a text file has, counted quickly; of a workbook that is not known before it is read."""
    try:
        if not is_text(file):
            return 0
        with file.open("rb") as opened:
            return sum(block.count(b"\n") for block in iter(lambda: opened.read(_AT_A_TIME), b""))
    except OSError:
        return 0


def _tickets(place: EventPlace) -> Mapping[tuple[str, str], int] | None:
    try:
        ledger = SqliteLedger(place.ledger_file, without_unlocking(place))
        try:
            return ledger.tickets_by_place()
        finally:
            ledger.close()
    except (LedgerUnavailable, KeysDestroyed, KeyFileUnusable):
        return None
