"""Tickets as they travel in a package: rows of ten to twelve fields, some hundred to a block. Pure.

A row: document kind, issuing State, number, name, ticket code, seat area, session, gate group, reference, revoked,
and where there are any the order's number and the lane chosen with the ticket.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

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


@dataclass(frozen=True)
class PackedEvent:
    """``text``: of the event file. ``assessment``: who stands for the assessment of these settings, when, and the
    paper's SHA-256; empty where nobody does.
    """

    text: str
    assessment: Mapping[str, object] = field(default_factory=dict)


def blocks_of(
    about: PackedEvent, tickets: Iterable[SharedTicket], parts: Sequence[tuple[str, ...]] = ((),)
) -> Iterator[tuple[int, bytes]]:
    """What a package holds, by its part: the event, then the rows of the part's gate groups (none: of all)."""
    first = {"event_file": about.text, "assessment": about.assessment}
    for part in range(len(parts)):
        yield part, json.dumps(first, ensure_ascii=False).encode("utf-8")
    rows: list[list[list[object]]] = [[] for _ in parts]
    for shared in tickets:
        row = _row(shared)
        for part, groups in enumerate(parts):
            if groups and shared.ticket.gate_group not in groups:
                continue
            rows[part].append(row)
            if len(rows[part]) == ROWS_A_BLOCK:
                yield part, _encoded(rows[part])
                rows[part] = []
    for part, left in enumerate(rows):
        if left:
            yield part, _encoded(left)


def event_in(block: bytes) -> PackedEvent:
    """Raises RowsUnusable."""
    try:
        value = json.loads(block)
        text, assessment = value["event_file"], value["assessment"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise RowsUnusable from None
    if not isinstance(text, str) or not isinstance(assessment, dict):
        raise RowsUnusable
    return PackedEvent(text, assessment)


def tickets_in(block: bytes, event: EventConfig, groups: Sequence[str] = ()) -> Iterator[SharedTicket]:
    """Raises RowsUnusable for what is no ticket of ``event``, or of its gate groups ``groups`` where there are any."""
    try:
        rows = json.loads(block)
    except (ValueError, RecursionError):
        raise RowsUnusable from None
    if not isinstance(rows, list):
        raise RowsUnusable
    for row in rows:
        shared = _shared(row, event)
        if groups and shared.ticket.gate_group not in groups:
            raise RowsUnusable
        yield shared


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
