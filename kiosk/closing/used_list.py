"""The organiser's list of used and unused tickets, taken before the wipe: ticket ids, sessions, used or not (R-49).

Nothing else leaves with it: no name, no document, no seat, no time, and no order from which one could be guessed.
A cell that a spreadsheet would take for a formula has an apostrophe before it.
"""

from __future__ import annotations

import csv
import hashlib
import io
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import actor_id
from kiosk.audit.port import Audit, AuditUnavailable, NoAudit
from kiosk.closing.journal import HandedOut, Journal
from kiosk.closing.state import EventState, WrongState, read_state
from kiosk.config.places import EventPlace
from kiosk.domain.exports import Export
from kiosk.ledger.numbers import uses
from kiosk.vault.key_file import write_private
from kiosk.vault.port import EventKeys

COLUMNS = ("ticket", "session", "used")
_STARTS_A_FORMULA = tuple("=+-@\t\r＝＋－＠")


class InsideTheKiosk(Exception):
    """The list would lie in the data or the key folder, where the closing would take it for a left-over."""


@dataclass(frozen=True)
class Taking:
    """Who takes it, and what for."""

    recipient: str
    reason: str


def take_used_list(
    place: EventPlace,
    keys: EventKeys,
    to: Path,
    taking: Taking,
    now_s: float,
    audit: Audit | None = None,
    by: str = "system",
) -> HandedOut:
    """Write the list to the new file ``to`` (mode 0600), and note its hash and recipient in log and report.

    Raises WrongState, InsideTheKiosk, KeyFileUnusable when ``to`` exists or cannot be written, LedgerUnavailable,
    SealBroken, KeysDestroyed.
    """
    state = read_state(place.state_file)
    if state not in {EventState.DRAFT, EventState.ARMED, EventState.OPEN}:
        raise WrongState(state)
    if any(folder.resolve() in to.resolve().parents for folder in (place.data_dir, place.key_dir)):
        with suppress(AuditUnavailable):
            told = {"code": Export.USED_LIST.value, "reason": "inside"}
            (audit or NoAudit()).write(Kind.EXPORT_REFUSED, by, place.event_id, success=False, **told)
        raise InsideTheKiosk
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow(COLUMNS)
    tickets = 0
    for code, session, used in uses(place.ledger_file, keys):
        writer.writerow((as_text(code), as_text(session), "used" if used else "unused"))
        tickets += 1
    data = text.getvalue().encode("utf-8")
    write_private(to, data)
    handed_out = HandedOut(now_s, hashlib.sha256(data).hexdigest(), tickets, taking.recipient, taking.reason)
    journal = Journal(place.journal_file)
    journal.note(handed_out=(*journal.noted.handed_out, handed_out))
    _tell(audit or NoAudit(), place, handed_out)
    return handed_out


def as_text(cell: str) -> str:
    """What no spreadsheet computes: an apostrophe is put before a sign that begins a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_STARTS_A_FORMULA) else cell


def _tell(audit: Audit, place: EventPlace, handed_out: HandedOut) -> None:
    by = actor_id(handed_out.recipient)
    with suppress(AuditUnavailable):
        audit.write(
            Kind.USED_LIST_TAKEN,
            by,
            place.event_id,
            success=True,
            rows=handed_out.tickets,
            sha256=handed_out.sha256,
            recipient=by,
            reason=handed_out.reason,
        )
