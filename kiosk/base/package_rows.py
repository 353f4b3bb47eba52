"""Tickets as they travel in a package: rows of ten to twelve fields, some hundred to a block. Pure.

A row: document kind, issuing State, number, name, ticket code, seat area, session, gate group, reference, revoked,
and where there are any the order's number and the lane chosen with the ticket.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from drivers.port import DocumentKind
from kiosk.config.event import EventConfig
from kiosk.roster.row import RosterTicket

ROWS_A_BLOCK = 200
_REFERENCE = re.compile(r"[0-9a-f]{32}")
_TEXTS, _MORE = 9, 2


class RowsUnusable(Exception):
    """A block that holds no rows of this event; nothing of it is said."""


@dataclass(frozen=True)
class SharedTicket:
    """A ticket and the reference it has on every machine of the venue."""

    ticket: RosterTicket
    reference: str


def blocks_of(event_text: str, tickets: Iterable[SharedTicket]) -> Iterator[bytes]:
    """What a package holds: the event file, then the rows."""
    yield json.dumps({"event_file": event_text}, ensure_ascii=False).encode("utf-8")
    rows: list[list[object]] = []
    for shared in tickets:
        rows.append(_row(shared))
        if len(rows) == ROWS_A_BLOCK:
            yield _encoded(rows)
            rows = []
    if rows:
        yield _encoded(rows)


def event_text_in(block: bytes) -> str:
    """Raises RowsUnusable."""
    try:
        text = json.loads(block)["event_file"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise RowsUnusable from None
    if not isinstance(text, str):
        raise RowsUnusable
    return text


def tickets_in(block: bytes, event: EventConfig) -> Iterator[SharedTicket]:
    """Raises RowsUnusable for what is no ticket of ``event``."""
    try:
        rows = json.loads(block)
    except (ValueError, RecursionError):
        raise RowsUnusable from None
    if not isinstance(rows, list):
        raise RowsUnusable
    for row in rows:
        yield _shared(row, event)


def _row(shared: SharedTicket) -> list[object]:
    one = shared.ticket
    texts = [one.kind.value, one.issuing_state, one.number, one.name, one.code, one.seat_area, one.session]
    more = [one.order, one.prior] if one.prior else [one.order] if one.order else []
    return [*texts, one.gate_group, shared.reference, int(one.revoked), *more]


def _encoded(rows: list[list[object]]) -> bytes:
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _shared(row: object, event: EventConfig) -> SharedTicket:
    if not isinstance(row, list) or not _TEXTS + 1 <= len(row) <= _TEXTS + 1 + _MORE:
        raise RowsUnusable
    if not all(isinstance(text, str) for text in (*row[:_TEXTS], *row[_TEXTS + 1 :])):
        raise RowsUnusable
    kind, state, number, name, code, area, session, gate_group, reference, revoked, *more = row
    known = event.session(session) is not None and event.gate_group(gate_group) is not None
    if not known or not _REFERENCE.fullmatch(reference) or revoked not in {0, 1}:
        raise RowsUnusable
    try:
        of = DocumentKind(kind)
    except ValueError:
        raise RowsUnusable from None
    order, prior = (*more, "", "")[:_MORE]
    ticket = RosterTicket(
        code, of, state, number, name, gate_group, session, area, bool(revoked), order=order, prior=prior
    )
    return SharedTicket(ticket, reference)
