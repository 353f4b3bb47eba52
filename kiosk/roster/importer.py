"""From an organiser's file (CSV, XLSX, pretix' order export) to sealed tickets in the ledger, all of it or nothing.

Every row is validated before anything is written, and sealed as soon as it is valid, so that plain rows exist one at a
time. The write is one transaction, during which no station can write; into an event that is open only a short roster
is taken, so that gates go on. No copy of the file is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.config.event import EventConfig
from kiosk.ledger.prior import PriorChoices
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ledger.tickets import NewTicket, TicketConflict, TicketDetails, TicketRow, sealed_row
from kiosk.roster.faults import ImportReport, RosterFault, RosterUnreadable
from kiosk.roster.mapping import Layout, Wish, layout_of, require_confirmed
from kiosk.roster.notes import first_doors, notes_on
from kiosk.roster.row import RosterTicket, read_row
from kiosk.roster.table_file import opened_table
from kiosk.vault.port import EventKeys

MAX_ROWS = 300_000
MAX_ROWS_WHILE_OPEN = 2_000
"""Written in about 0.2 s on a busy machine, well within the time a station waits for the store."""
PROGRESS_EVERY_ROWS = 1000

Progress = Callable[[int], None]
"""Called with the number of rows read so far; may raise ImportCancelled, and then nothing is imported."""


@dataclass(frozen=True)
class Shown:
    """A file's headings and how they would be read: for whoever has to confirm it."""

    header: tuple[str, ...]
    layout: Layout
    sheet: str


def look_at_columns(file: Path, event: EventConfig, wish: Wish | None = None) -> Shown:
    """How ``file`` would be read; its rows are not looked at. Raises RosterUnreadable."""
    with opened_table(file, wish.sheet if wish else "") as table:
        header = next(table.rows, [])
        return Shown(tuple(cell.strip() for cell in header), layout_of(header, event, wish), table.sheet)


def header_of(file: Path, sheet: str = "") -> tuple[str, ...]:
    """The headings of ``file``. Raises RosterUnreadable."""
    with opened_table(file, sheet) as table:
        return tuple(cell.strip() for cell in next(table.rows, []))


def import_roster(
    file: Path,
    event: EventConfig,
    keys: EventKeys,
    ledger_path: Path,
    progress: Progress | None = None,
    *,
    skip_bad: bool = False,
    most_rows: int = MAX_ROWS,
    wish: Wish | None = None,
) -> ImportReport:
    """Import ``file`` into the ledger at ``ledger_path``.

    With a bad row nothing is imported, unless ``skip_bad``: then the good rows are. The report names every bad row
    (up to a limit) either way. ``wish``: what was said about its columns. Raises LedgerUnavailable, ImportCancelled;
    what is wrong with the file is in the report.
    """
    report = ImportReport()
    ledger = SqliteLedger(ledger_path, keys)
    try:
        reading = _Reading(event, keys, report, most_rows, *ledger.taken())
        with opened_table(file, wish.sheet if wish else "") as table:
            report.encoding, report.delimiter, report.sheet = table.encoding, table.delimiter, table.sheet
            header = next(table.rows, [])
            layout = layout_of(header, event, wish)
            require_confirmed(layout)
            report.system = layout.system
            sealed = list(reading.tickets(table.rows, len(header), layout, progress or (lambda count: None)))
        if report.fault_count == 0 or skip_bad:
            ledger.add_rows(sealed)
            report.imported = len(sealed)
    except RosterUnreadable as unreadable:
        report.add([unreadable.fault])
    except TicketConflict:
        report.add([RosterFault(0, "", "changed_meanwhile", "tickets were added by someone else; import it again")])
    finally:
        ledger.close()
    return report


class _Reading:
    """One pass over a file: remembers which documents and codes have been seen, by token."""

    def __init__(
        self,
        event: EventConfig,
        keys: EventKeys,
        report: ImportReport,
        most_rows: int,
        tokens: set[tuple[str, bytes]],
        codes: set[tuple[str, bytes]],
    ) -> None:
        self._event, self._keys, self._report, self._most_rows = event, keys, report, most_rows
        self._doors, self._choices = first_doors(event), PriorChoices(event)
        self._documents = dict.fromkeys(tokens, 0)  # value: the row it was seen in, 0 for the store
        self._codes = dict.fromkeys(codes, 0)

    def tickets(self, rows: Iterator[list[str]], width: int, layout: Layout, progress: Progress) -> Iterator[TicketRow]:
        """The good rows, sealed; the bad ones go to the report. ``width``: of the header."""
        for number, row in enumerate(rows, start=2):
            if not any(cell.strip() for cell in row):
                continue
            if self._report.rows >= self._most_rows:
                sentence = f"is more than the {self._most_rows} rows that can be imported now"
                if self._most_rows < MAX_ROWS:
                    sentence += ": the event is open and its gates use the store; split the file"
                raise RosterUnreadable.because("too_many_rows", sentence, number)
            self._report.rows += 1
            sealed, faults = self._one(row, number, width, layout)
            if sealed is None:
                self._report.add(faults)
            else:
                yield sealed
            if self._report.rows % PROGRESS_EVERY_ROWS == 0:
                progress(self._report.rows)
        if self._report.rows == 0:
            raise RosterUnreadable.because("no_rows", "has a header and no rows")
        progress(self._report.rows)

    def _one(
        self, row: list[str], number: int, width: int, layout: Layout
    ) -> tuple[TicketRow | None, list[RosterFault]]:
        ticket, faults = _read(row, number, width, layout, self._event, padded=not self._report.delimiter)
        if ticket is None:
            return None, faults
        sealed = sealed_row(as_new(ticket, self._keys), self._keys)
        faults = self._duplicates(sealed, number)
        if faults:
            return None, faults
        self._report.note(list(notes_on(ticket, number, self._doors, self._choices)))
        return sealed, []

    def _duplicates(self, sealed: TicketRow, number: int) -> list[RosterFault]:
        session = sealed[3]
        faults = [
            RosterFault(number, column, "duplicate", f"has a ticket for this session already ({_seen(before)})")
            for column, seen, key in (
                ("document_number", self._documents, (session, sealed[1])),
                ("ticket", self._codes, (session, sealed[2])),
            )
            if (before := seen.get(key)) is not None
        ]
        if not faults:
            self._documents[session, sealed[1]] = self._codes[session, sealed[2]] = number
        return faults


def tickets_in(
    file: Path, event: EventConfig, wish: Wish
) -> Iterator[tuple[int, RosterTicket | None, list[RosterFault]]]:
    """Each row's number with its ticket or what is wrong with it; nothing is imported. Raises RosterUnreadable."""
    with opened_table(file, wish.sheet) as table:
        header = next(table.rows, [])
        layout = layout_of(header, event, wish)
        require_confirmed(layout)
        for number, row in enumerate(table.rows, start=2):
            if any(cell.strip() for cell in row):
                yield number, *_read(row, number, len(header), layout, event, padded=not table.delimiter)


def _read(
    row: list[str], number: int, width: int, layout: Layout, event: EventConfig, *, padded: bool
) -> tuple[RosterTicket | None, list[RosterFault]]:
    row = _fitted(row, width, padded=padded)
    if len(row) != width:
        sentence = f"has {len(row)} cells where the header has {width}"
        return None, [RosterFault(number, "", "wrong_cell_count", sentence)]
    return read_row(layout.cells(row), number, event)


def as_new(ticket: RosterTicket, keys: EventKeys) -> NewTicket:
    """As the ledger takes it: its document only as a token."""
    return NewTicket(
        token=keys.token(ticket.kind, ticket.issuing_state, ticket.number),
        session=ticket.session,
        gate_group=ticket.gate_group,
        details=TicketDetails(ticket.code, ticket.name, ticket.seat_area, ticket.order, ticket.prior),
        revoked=ticket.revoked,
    )


def _seen(row: int) -> str:
    return f"row {row}" if row else "imported earlier"


def _fitted(row: list[str], width: int, *, padded: bool) -> list[str]:
    """Rows of a workbook end with their last cell, and may have empty ones behind the header's last."""
    if not padded or len(row) == width:
        return row
    return row + [""] * (width - len(row)) if len(row) < width else row[:width] + [c for c in row[width:] if c.strip()]
