"""``kiosk event import`` and ``kiosk event ticket``: the roster, and single tickets after it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from kiosk.audit.catalogue import Kind
from kiosk.cli.asking import ask
from kiosk.cli.event_key import SecretFile, unlocker
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, EventId, KeyDir, place_of
from kiosk.cli.event_saying import spoken
from kiosk.cli.roster_wish import Confirmed, Fixed, Map, Sheet, Word, wish_of
from kiosk.cli.saying import BAD_USAGE, FAILED, stop
from kiosk.cli.trail import writable_log
from kiosk.closing import life
from kiosk.closing.approval import NotApproved, reason_in_words
from kiosk.closing.tickets import BadTicket, add_ticket, find_tickets, revoke_ticket, transfer_ticket
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace
from kiosk.domain.access import Action
from kiosk.ledger.corrections import NotChanged
from kiosk.ledger.port import Found
from kiosk.ledger.tickets import TicketConflict
from kiosk.roster.columns import REQUIRED
from kiosk.roster.faults import ImportReport, RosterFault, RosterUnreadable
from kiosk.roster.importer import Progress as RowsRead
from kiosk.roster.importer import Shown
from kiosk.roster.mapping import Wish
from kiosk.roster.report_file import report_csv

MOST_SAID = 100
"""Faults and notes said one by one; the report has the others."""

ticket_app = typer.Typer(
    help="Add, revoke or transfer one ticket; document and name are asked for.", no_args_is_help=True
)

_NOT_CHANGED = {
    "no_ticket": "There is no such ticket for session {session}.",
    "used": "This ticket was used: somebody was admitted with it.",
    "in_use": "This ticket is at a gate right now: try again in a minute.",
    "revoked": "This ticket was revoked before.",
}
_ASKED = {
    "ticket": "Ticket number or code",
    "document_kind": "Kind of document",
    "issuing_state": "Issuing State, three letters (may be empty for cn- kinds)",
    "document_number": "Document number",
    "name": "Name as on the document",
    "gate_group": "Gate group",
    "session": "Session",
    "seat_area": "Seat or area (may be empty)",
}

_FIND = "Order number, seat, full name or ticket code"

Reason = Annotated[str, typer.Option("--reason", help="Why, in words.")]


def import_(
    event: EventId,
    roster: Annotated[Path, typer.Argument(help="The roster: XLSX, CSV, or pretix' order export.", dir_okay=False)],
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good rows although others are bad.")] = False,
    show_columns: Annotated[
        bool, typer.Option("--show-columns", help="Only say how the file would be read; imports nothing.")
    ] = False,
    mapped: Map = None,
    fixed: Fixed = None,
    word: Word = None,
    sheet: Sheet = "",
    confirmed: Confirmed = False,
    report_file: Annotated[
        Path | None,
        typer.Option("--report", help="Write all faults and notes with their rows to this CSV file.", dir_okay=False),
    ] = None,
    secret_file: SecretFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Import a roster. With one bad row nothing is imported, unless --skip-bad is given. Ctrl-C imports nothing."""
    wish = wish_of(mapped, fixed, word, sheet, confirmed)
    place = place_of(event, data, keys)
    if report_file is not None and place.data_dir.resolve() in report_file.resolve().parents:
        stop(f"{report_file} lies in the kiosk's own folders: name a place outside.", BAD_USAGE)
    with spoken(event, Action.IMPORT_ROSTER) as who:
        wish = _agreed(place, roster, wish, only_shown=show_columns)
        if show_columns:
            return
        log = writable_log(data, keys)
        unlock = unlocker(secret_file, who.name, log)
        with _counting() as progress:
            report = life.import_tickets(place, roster, progress, skip_bad=skip_bad, unlock=unlock, wish=wish)
        by, rows, bad_rows = who.name, report.rows, report.bad_rows
        if report.imported:
            log.write(Kind.ROSTER_IMPORTED, by, event, tickets=report.imported, rows=rows, bad_rows=bad_rows)
        else:
            log.write(Kind.ROSTER_REFUSED, by, event, success=False, rows=rows, bad_rows=bad_rows)
        if report_file is not None:
            report_file.write_bytes(report_csv(report))
    _say(report, roster)
    if not report.ok:
        raise typer.Exit(FAILED)


def _agreed(place: EventPlace, roster: Path, wish: Wish, *, only_shown: bool) -> Wish:
    """How the file is read, shown where it was asked for or guessed; a guess is agreed to by whoever sits there."""
    try:
        shown = life.columns_shown(place, roster, wish)
    except RosterUnreadable as unreadable:
        if only_shown:
            stop(_file_sentence(roster, unreadable.fault))
        return wish  # the import says it, and notes that it was refused
    if only_shown or shown.layout.guessed:
        _show(shown)
    if shown.layout.guessed and not only_shown:
        if not sys.stdin.isatty():
            stop("Some columns were only guessed: if they are right, add --yes, else --map COLUMN=HEADING.", BAD_USAGE)
        if not typer.confirm("Is this right?", err=True):
            stop("Nothing was imported. Say which column is which with --map COLUMN=HEADING.")
        return Wish(wish.columns, wish.fixed, wish.words, wish.sheet, confirmed=True)
    return wish


def _show(shown: Shown) -> None:
    layout = shown.layout
    table = Table("of the roster", "in the file", "")
    for column, place in layout.places.items():
        heading = shown.header[place]
        table.add_row(column, f"{place + 1}: {heading}", "guessed" if column in layout.guessed else "")
    for column, value in layout.fixed.items():
        table.add_row(column, f"always {value}", "")
    for place in layout.unread:
        if shown.header[place] and place not in layout.places.values():
            table.add_row("", f"{place + 1}: {shown.header[place]}", "left unread")
    Console(stderr=True).print(table)


def _say(report: ImportReport, roster: Path) -> None:
    both = ((report.faults, report.fault_count, "faults"), (report.notes, report.note_count, "notes"))
    for found, count, what in both:
        for each in found[:MOST_SAID]:
            prefix = "note: " if what == "notes" else ""
            typer.echo(prefix + _file_sentence(roster, each), err=True)
        if count > MOST_SAID:
            typer.echo(f"... and {count - MOST_SAID} more {what}; --report FILE writes all of them.", err=True)
    if report.rows:
        typer.echo(f"{report.imported} of {report.rows} tickets imported, {report.bad_rows} bad rows.")
    else:
        typer.echo("Nothing was imported.")


def _file_sentence(roster: Path, fault: RosterFault) -> str:
    return f"{roster}: {fault.sentence}" if fault.row == 0 else str(fault)


@contextmanager
def _counting() -> Iterator[RowsRead]:
    """A line that counts rows, at a terminal only; it begins with the first of them, after all questions."""
    if not sys.stderr.isatty():
        yield lambda rows: None
        return
    parts = (SpinnerColumn(), TextColumn("{task.completed:,.0f} rows read"), TimeElapsedColumn())
    bar = Progress(*parts, console=Console(stderr=True), transient=True)
    task = bar.add_task("", total=None)

    def count(rows: int) -> None:
        bar.update(task, completed=rows)
        bar.start()

    try:
        yield count
    finally:
        bar.stop()


# --- single tickets -------------------------------------------------------------------------------


@ticket_app.command("add")
def add(
    event: EventId,
    reason: Reason = "",
    secret_file: SecretFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Add one ticket: everything about it is asked for, so that nothing of it stands in the list of processes."""
    place = place_of(event, data, keys)
    _require_reason(reason)
    with spoken(event, Action.IMPORT_ROSTER) as who, _ticket_said(""):
        log = writable_log(data, keys)
        cells = _asked(place)
        notes = add_ticket(place, cells, unlocker(secret_file, who.name, log))
        log.write(Kind.TICKET_ADDED, who.name, event, reason=reason)
    _say_notes(notes)
    typer.echo("One ticket added.")


@ticket_app.command("revoke")
def revoke(
    event: EventId,
    session: Annotated[str, typer.Option("--session", help="The session the ticket is for.")],
    reason: Reason = "",
    by_words: Annotated[
        bool, typer.Option("--find", help="Find it by order number, seat or name, which is asked for instead.")
    ] = False,
    secret_file: SecretFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Revoke one ticket: its number or code is asked for. A ticket that was used stays used."""
    place = place_of(event, data, keys)
    _require_reason(reason)
    with spoken(event, Action.IMPORT_ROSTER) as who, _ticket_said(session):
        log = writable_log(data, keys)
        unlock = unlocker(secret_file, who.name, log)
        if by_words:
            found = find_tickets(place, ask(_FIND), session, unlock)
            log.write(Kind.TICKET_SEARCHED, who.name, event, count=len(found.hits))
        code = _chosen(found, session) if by_words else ask(_ASKED["ticket"])
        revoke_ticket(place, code, session, unlock)
        log.write(Kind.TICKET_REVOKED, who.name, event, reason=reason)
    typer.echo("The ticket is revoked.")


@ticket_app.command("transfer")
def transfer(
    event: EventId,
    reason: Reason = "",
    secret_file: SecretFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Give one ticket to somebody else: the ticket and its new holder are asked for; of the old one nothing is kept."""
    place = place_of(event, data, keys)
    _require_reason(reason)
    with spoken(event, Action.IMPORT_ROSTER) as who, _ticket_said("its session"):
        log = writable_log(data, keys)
        cells = _asked(place)
        notes = transfer_ticket(place, cells, unlocker(secret_file, who.name, log))
        log.write(Kind.TICKET_TRANSFERRED, who.name, event, reason=reason)
    _say_notes(notes)
    typer.echo("The ticket is the new holder's.")


def _chosen(found: Found, session: str) -> str:
    """The code of the one that is meant; it is not shown."""
    if not found.hits:
        stop(f"No ticket of session {session} has just this order number, seat, name or code.")
    for number, hit in enumerate(found.hits, start=1):
        typer.echo(f"{number}: {hit.masked_name}, {hit.seat_area or '-'}, gate group {hit.gate_group}", err=True)
    if found.more:
        typer.echo("There are more, which are not shown: say something that fewer have.", err=True)
    answer = ask("Which one, by its number")
    if answer not in map(str, range(1, len(found.hits) + 1)):
        stop("That is none of them: nothing was changed.", BAD_USAGE)
    return found.hits[int(answer) - 1].code


def _asked(place: EventPlace) -> dict[str, str]:
    """Every column, with what the event allows beside it."""
    settings = load_event(place.event_file)
    choices = {
        "document_kind": [kind.value for kind in settings.allowed.documents],
        "gate_group": [group.id for group in settings.gate_groups],
        "session": [session.id for session in settings.sessions],
    }
    may_be_empty = {"issuing_state", "seat_area"}
    return {
        column: ask(
            _ASKED[column] + (f" ({', '.join(choices[column])})" if column in choices else ""),
            may_be_empty=column in may_be_empty,
        )
        for column in REQUIRED
    }


def _require_reason(reason: str) -> None:
    try:
        reason_in_words(reason)
    except NotApproved:
        stop("Say why with --reason, in 3 to 500 letters.", BAD_USAGE)


def _say_notes(notes: list[RosterFault]) -> None:
    for note in notes:
        typer.echo(f"note: {note.column} {note.sentence}", err=True)


@contextmanager
def _ticket_said(session: str) -> Iterator[None]:
    try:
        yield
    except BadTicket as bad:
        stop("\n".join(f"{fault.column} {fault.sentence}" for fault in bad.faults), BAD_USAGE)
    except NotChanged as not_changed:
        _stop_unchanged(not_changed, session)
    except TicketConflict:
        stop("This document or code has a ticket for this session already.")


def _stop_unchanged(why: NotChanged, session: str) -> NoReturn:
    stop(_NOT_CHANGED[why.code].format(session=session))
