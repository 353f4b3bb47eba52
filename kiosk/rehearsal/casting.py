"""From kinds of visit to parts: who comes, with which card, ticket and face."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.rehearsal.actor import Part
from kiosk.rehearsal.kinds import KINDS, Kind, Ticket
from kiosk.rehearsal.passports import CHIP_KINDS
from kiosk.rehearsal.people import visitor
from kiosk.rehearsal.photos import PersonPhotos
from kiosk.rehearsal.portraits import passport_pictures, portrait_block
from kiosk.rehearsal.venue import roster_row, ticket_code, today

CROWD_FROM, CROWD = 500_000, 200


@dataclass(frozen=True)
class Cast:
    parts: list[Part]
    rows: list[tuple[str, ...]]


def cast(plan: list[Kind], photographed: list[PersonPhotos]) -> Cast:
    """One invented visitor per visit; faces are dealt out in turn. A stranger carries the next face's card."""
    blocks = [portrait_block(person.portrait) for person in photographed]
    chips = any(kind.document in CHIP_KINDS for kind in plan)
    pictures = [passport_pictures(person.portrait) for person in photographed] if chips else []
    parts, rows = [], []
    for index, kind in enumerate(plan):
        live = index % len(photographed)
        on_card = (live + 1) % len(photographed) if kind.stranger else live
        person = visitor(index, on_card, today(), kind.document, child=kind.child, expired=kind.expired)
        parts.append(
            Part(
                kind=kind,
                visitor=person,
                portrait_block=blocks[on_card],
                paper=person.paper(pictures[on_card][person.kind], kind.special) if person.kind in CHIP_KINDS else None,
                live_face=live,
                code=ticket_code(index),
                other_code=ticket_code((index + 1) % len(plan) if kind.name == "code_of_another" else index),
            )
        )
        row = roster_row(kind, person)
        if row is not None:
            rows.append(row)
    return Cast(parts, rows + crowd())


def crowd() -> list[tuple[str, ...]]:
    """Ticket holders who never come to this gate: every gate and session of the event has its own."""
    kinds = [kind for kind in KINDS if kind.ticket in {Ticket.GOOD, Ticket.OTHER_GATE, Ticket.OTHER_DAY}]
    holders = ((kinds[index % len(kinds)], visitor(CROWD_FROM + index, 0, today())) for index in range(CROWD))
    return [row for kind, person in holders if (row := roster_row(kind, person)) is not None]
