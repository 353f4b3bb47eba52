"""What a good row of a roster should be looked at for: it is imported, and listed. Pure.

A ticket bound to its holder later than 24 hours before doors is flagged (R-32). A name that a card would write
otherwise may send its holder to the desk as *name differs*; the list says so before the show instead of at the gate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from drivers.port import DocumentKind
from kiosk.config.event import EventConfig
from kiosk.domain.names import utf16_units
from kiosk.domain.rare_characters import ALIASES
from kiosk.ledger.prior import PriorChoices
from kiosk.roster.faults import RosterFault
from kiosk.roster.row import RosterTicket

ANY_TIME = 0.0
"""Whether a consent is over is asked at the gate."""
BOUND_BEFORE = timedelta(hours=24)
CARD_NAME_UNITS = 15
"""Of a resident's card: what is longer is cut there (UTF-16 units)."""

_CHINESE = frozenset({DocumentKind.RESIDENT, DocumentKind.HMT_RESIDENCE})
_MIDDLE_DOTS = re.compile("[·•‧・･∙⋅᛫ᐧ●。．.˙]")
_USUAL_DOT = "·"
_WORTH_A_LOOK = re.compile(r"[^\w \u00b7]|[\ufffd\ue000-\uf8ff\u9fa6-\u9fff\U00020000-\U0010ffff]")
"""Found in nearly no name: whatever is neither a letter nor usual, and the letters that ALIASES knows."""
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_LOST = re.compile(r"[\ufffd?？*＊□〓]")
_RARE = re.compile(r"[\ue000-\uf8ff\U00020000-\U0010ffff]")


def first_doors(event: EventConfig) -> Mapping[str, datetime]:
    """When each session's doors open."""
    return {session.id: session.doors for session in event.sessions}


def notes_on(
    ticket: RosterTicket, number: int, doors: Mapping[str, datetime], choices: PriorChoices
) -> Iterator[RosterFault]:
    """What to look at in row ``number``; nothing for most rows."""
    if ticket.face_chosen and not choices.consents(ticket.code, ticket.prior, ANY_TIME):
        yield RosterFault(
            number, "face_consent", "no_consent", "is no valid consent: the choice stays open at the gate"
        )
    bound_at = ticket.bound_at
    if bound_at is not None:
        begins = doors[ticket.session]
        at = bound_at if bound_at.tzinfo else bound_at.replace(tzinfo=begins.tzinfo)
        if begins - at < BOUND_BEFORE:
            yield RosterFault(number, "bound_at", "late_binding", "was bound less than 24 hours before doors")
    for code, sentence in _name_notes(ticket.name, ticket.kind):
        yield RosterFault(number, "name", code, sentence)


def _name_notes(name: str, kind: DocumentKind) -> Iterator[tuple[str, str]]:
    if len(name) < CARD_NAME_UNITS // 2 and _WORTH_A_LOOK.search(name) is None:
        return
    units = utf16_units(name)
    if kind in _CHINESE and units == CARD_NAME_UNITS:
        yield "name_cut", "has exactly 15 characters: the ticket system may have cut it"
    elif kind in _CHINESE and units > CARD_NAME_UNITS:
        yield "name_cut", "is longer than the 15 characters a card holds: compared by those"
    if _HAN.search(name) and any(dot != _USUAL_DOT for dot in _MIDDLE_DOTS.findall(name)):
        yield "middle_dot", "has a middle dot that cards write otherwise: compared without it"
    if _LOST.search(name):
        yield "lost_character", "has a sign where a character was lost: staff will have to compare it"
    elif _RARE.search(name) or any(ord(sign) in ALIASES for sign in name):
        yield "rare_character", "has a rare character that cards may write otherwise"
