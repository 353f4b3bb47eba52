"""From an organiser's CSV file to sealed tickets in the ledger, all of it or nothing.

Every row is validated before anything is written, and sealed as soon as it is valid, so that plain rows exist one at a
time. The write is one transaction, during which no station can write; into an event that is open only a short roster
is taken, so that gates go on. No copy of the file is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from kiosk.config.event import EventConfig
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ledger.tickets import NewTicket, TicketConflict, TicketDetails, TicketRow, sealed_row
from kiosk.roster.columns import OPTIONAL, REQUIRED, column_of
from kiosk.roster.faults import ImportReport, RosterFault, RosterUnreadable
from kiosk.roster.row import RosterTicket, read_row
from kiosk.roster.text_file import detect, opened
from kiosk.vault.port import EventKeys

MAX_ROWS = 300_000
MAX_ROWS_WHILE_OPEN = 2_000
"""Written in about 0.2 s on a busy machine, well within the time a station waits for the store."""
PROGRESS_EVERY_ROWS = 1000

Progress = Callable[[int], None]
"""Called with the number of rows read so far."""


def import_roster(
    file: Path,
    event: EventConfig,
    keys: EventKeys,
    ledger_path: Path,
    progress: Progress | None = None,
    *,
    skip_bad: bool = False,
    most_rows: int = MAX_ROWS,
) -> ImportReport:
    """Import ``file`` into the ledger at ``ledger_path``.

    With a bad row nothing is imported, unless ``skip_bad``: then the good rows are. The report names every bad row
    (up to a limit) either way. Raises LedgerUnavailable; what is wrong with the file is in the report.
    """
    report = ImportReport()
    ledger = SqliteLedger(ledger_path, keys)
    try:
        form = detect(file)
        report.encoding, report.delimiter = form.encoding, form.delimiter
        reading = _Reading(event, keys, report, most_rows, *ledger.taken())
        with opened(file, form) as rows:
            sealed = list(reading.tickets(rows, progress or (lambda count: None)))
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
        self._documents = dict.fromkeys(tokens, 0)  # value: the row it was seen in, 0 for the store
        self._codes = dict.fromkeys(codes, 0)

    def tickets(self, rows: Iterator[list[str]], progress: Progress) -> Iterator[TicketRow]:
        """The good rows, sealed; the bad ones go to the report."""
        columns = columns_in(next(rows, []))
        for number, row in enumerate(rows, start=2):
            if not any(cell.strip() for cell in row):
                continue
            if self._report.rows >= self._most_rows:
                sentence = f"is more than the {self._most_rows} rows that can be imported now"
                if self._most_rows < MAX_ROWS:
                    sentence += ": the event is open and its gates use the store; split the file"
                raise RosterUnreadable.because("too_many_rows", sentence, number)
            self._report.rows += 1
            sealed, faults = self._one(row, number, columns)
            if sealed is None:
                self._report.add(faults)
            else:
                yield sealed
            if self._report.rows % PROGRESS_EVERY_ROWS == 0:
                progress(self._report.rows)
        if self._report.rows == 0:
            raise RosterUnreadable.because("no_rows", "has a header and no rows")
        progress(self._report.rows)

    def _one(self, row: list[str], number: int, columns: list[str]) -> tuple[TicketRow | None, list[RosterFault]]:
        if len(row) != len(columns):
            sentence = f"has {len(row)} cells where the header has {len(columns)}"
            return None, [RosterFault(number, "", "wrong_cell_count", sentence)]
        ticket, faults = read_row(dict(zip(columns, row, strict=True)), number, self._event)
        if ticket is None:
            return None, faults
        sealed = sealed_row(as_new(ticket, self._keys), self._keys)
        faults = self._duplicates(sealed, number)
        return (None, faults) if faults else (sealed, [])

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


def as_new(ticket: RosterTicket, keys: EventKeys) -> NewTicket:
    """With its document as a token."""
    return NewTicket(
        token=keys.token(ticket.kind, ticket.issuing_state, ticket.number),
        session=ticket.session,
        gate_group=ticket.gate_group,
        details=TicketDetails(ticket.code, ticket.name, ticket.seat_area),
        revoked=ticket.revoked,
    )


def _seen(row: int) -> str:
    return f"row {row}" if row else "imported earlier"


def columns_in(header: list[str]) -> list[str]:
    """The header as column names. Raises RosterUnreadable naming everything unknown, missing or doubled."""
    named = [column_of(cell) for cell in header]
    unknown = [str(place) for place, column in enumerate(named, start=1) if column is None]
    known = [column for column in named if column is not None]
    missing = [column for column in REQUIRED if column not in known]
    doubled = [column for column in (*REQUIRED, *OPTIONAL) if known.count(column) > 1]
    problems = [
        f"{what}: {', '.join(which)}"
        for what, which in (("missing", missing), ("given twice", doubled), ("unknown, column number", unknown))
        if which
    ]
    if problems:
        raise RosterUnreadable.because("header", f"the header does not fit ({'; '.join(problems)})", row=1)
    return known
