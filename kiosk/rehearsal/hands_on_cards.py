"""The cards in the hand of whoever rehearses: one invented visitor per interesting case."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.rehearsal.actor import Part
from kiosk.rehearsal.casting import cast
from kiosk.rehearsal.kinds import KINDS, MATCH
from kiosk.rehearsal.photos import PersonPhotos

GOOD_CARDS = 4
ONE_OF_EACH = (
    "hmt_residence_card",
    "foreign_resident_card",
    "non_match",
    "no_ticket",
    "already_used",
    "other_gate",
    "other_day",
    "name_differs",
    "under_14",
    "expired_document",
)
"""Kinds of visit that differ by card and ticket; what people do is up to whoever plays."""


@dataclass(frozen=True)
class Deck:
    """``cards`` by key, in the order to show them; ``rows`` is the roster that goes with them."""

    cards: dict[str, Part]
    rows: list[tuple[str, ...]]

    def used_before(self) -> list[Part]:
        """Visitors whose tickets somebody used before the rehearsal begins."""
        return [part for part in self.cards.values() if part.kind.name == "already_used"]

    def another_code(self, key: str) -> str:
        """A ticket code that is not this card's."""
        codes = [part.code for part in self.cards.values()]
        own = self.cards[key].code
        return codes[(codes.index(own) + 1) % len(codes)]


def deal(photographed: list[PersonPhotos]) -> Deck:
    """Good cards for every face first, then one of each case."""
    kinds = {kind.name: kind for kind in KINDS}
    plan = [MATCH] * GOOD_CARDS + [kinds[name] for name in ONE_OF_EACH]
    casting = cast(plan, photographed)
    cards = {f"{number:02d}-{part.kind.name}": part for number, part in enumerate(casting.parts, start=1)}
    return Deck(cards, casting.rows)
