"""Visits with passports and identity cards that carry a chip: what is swiped, laid down, lifted, and what is wrong."""

from __future__ import annotations

from drivers.port import DocumentKind
from kiosk.rehearsal.kinds import Attendee, Kind, Ticket, face_check
from kiosk.rehearsal.passports import Special

PASSPORT, CARD = DocumentKind.PASSPORT, DocumentKind.IDENTITY_CARD


def laid_before_swiped(attendee: Attendee) -> None:
    """Whoever lays the passport down first is asked to draw it through the slot, and lays it back."""
    attendee.film("person")
    attendee.choose_face()
    attendee.lay_down()
    attendee.wait_screen("key_wanted")
    attendee.swipe()


def another_zone_first(attendee: Attendee) -> None:
    """A companion's passport goes through the slot, the own one on the reader: its chip does not open."""
    attendee.film("person")
    attendee.choose_face()
    attendee.swipe("other")
    attendee.wait_screen("key_here")
    attendee.lay_down()
    attendee.wait_screen("key_wanted")
    attendee.swipe()


def lifted_and_laid_again(attendee: Attendee) -> None:
    attendee.film("person")
    attendee.fault("lift_chip")
    attendee.choose_face()
    attendee.wait_screen("present_document")
    attendee.swipe()
    attendee.wait_screen("key_here")
    attendee.lay_down()
    attendee.wait_screen("reading")
    attendee.wait_screen("present_document")
    attendee.lay_down()


def swiped_before_choice(attendee: Attendee) -> None:
    attendee.film("person")
    attendee.put_card()
    attendee.wait_screen("choice")
    attendee.choose_face()


PASSPORT_KINDS: tuple[Kind, ...] = (
    Kind("passport", "admitted:face", face_check, document=PASSPORT),
    Kind("identity_card_with_chip", "admitted:face", face_check, document=CARD),
    Kind("passport_of_another", "staff:no_match", face_check, document=PASSPORT, stranger=True),
    Kind("passport_forged", "staff:document_suspect", face_check, document=PASSPORT, special=Special.FORGED),
    Kind("passport_copied", "staff:document_suspect", face_check, document=PASSPORT, special=Special.COPIED),
    Kind("passport_of_unknown_issuer", "staff:issuer_unknown", face_check, document=PASSPORT, special=Special.FOREIGN),
    Kind("passport_lifted_early", "admitted:face", lifted_and_laid_again, document=PASSPORT),
    Kind("passport_before_swipe", "admitted:face", laid_before_swiped, document=PASSPORT),
    Kind("passport_before_choice", "admitted:face", swiped_before_choice, document=PASSPORT),
    Kind("passport_other_zone_swiped", "admitted:face", another_zone_first, document=CARD),
    Kind("passport_expired", "staff:document_not_valid", face_check, document=PASSPORT, expired=True),
    Kind("passport_without_ticket", "staff:no_ticket", face_check, document=CARD, ticket=Ticket.NONE),
)
"""The first eight come first, so that a short programme has the ones that differ most."""


def passport_programme(visits: int) -> list[Kind]:
    """``visits`` of PASSPORT_KINDS in turn; up to 24, three rounds of the first eight."""
    kinds = PASSPORT_KINDS[:8] if visits <= 24 else PASSPORT_KINDS
    return [kinds[place % len(kinds)] for place in range(visits)]
