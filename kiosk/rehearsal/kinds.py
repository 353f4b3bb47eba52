"""The kinds of visit a rehearsal plays: who comes, with which ticket, what they do, and what must come of it.

``expected`` and ``actual`` read *ending:cause*: admitted:face, staff:no_match, elsewhere:other_gate, ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from drivers.port import DocumentKind
from kiosk.rehearsal.passports import Special


class Ticket(StrEnum):
    """Which ticket the roster holds for this visitor."""

    GOOD = "good"
    NONE = "none"
    OTHER_GATE = "other_gate"
    OTHER_DAY = "other_day"
    OTHER_NAME = "other_name"
    USED = "used"


class Prior(StrEnum):
    """Which lane was chosen when the ticket was bought."""

    NONE = ""
    FACE = "face"
    FORGED = "forged"  # a face check, with a consent signed by somebody else
    STAFF = "staff"


class Attendee(Protocol):
    """What a visitor can do; each call waits until it has happened."""

    def choose_face(self) -> None: ...

    def choose_staff(self) -> None: ...

    def stop(self) -> None: ...

    def other_way(self, button: str) -> None:
        """The one button beside a reminder of the lane chosen with the ticket."""

    def put_card(self, reader: str = "gate") -> None: ...

    def swipe(self, whose: str = "own") -> None:
        """Draw a passport's zone through the slot."""

    def lay_down(self) -> None:
        """Put a passport on its reader without drawing it through the slot."""

    def lift_card(self, reader: str = "gate") -> None: ...

    def scan_code(self, whose: str = "own") -> None: ...

    def film(self, scene: str) -> None: ...

    def dispute(self) -> None:
        """Disagree with the result, and agree to captures of a repeated check being held."""

    def wait_keeping(self) -> str:
        """What became of those captures."""

    def wait_screen(self, screen: str, timeout_s: float = 10.0) -> None: ...

    def wait_camera(self) -> None: ...

    def fault(self, name: str) -> None: ...

    def desk_admit(self) -> str: ...

    def desk_supervisor(self) -> str: ...

    def passed_before(self) -> None: ...


Play = Callable[[Attendee], str | None]
"""Plays the visit; returns the desk's outcome where the visit ends there, else None (the gate's counts)."""


@dataclass(frozen=True)
class Kind:
    name: str
    expected: str
    play: Play
    ticket: Ticket = Ticket.GOOD
    document: DocumentKind = DocumentKind.RESIDENT
    stranger: bool = False  # somebody else's card
    child: bool = False
    expired: bool = False
    fault: bool = False
    special: Special = Special.NOTHING
    prior: Prior = Prior.NONE


def face_check(attendee: Attendee) -> None:
    attendee.film("person")
    attendee.choose_face()
    attendee.put_card()


def face_check_with(scene: str) -> Play:
    def play(attendee: Attendee) -> None:
        attendee.film(scene)
        attendee.choose_face()
        attendee.put_card()

    return play


def card_first(attendee: Attendee) -> None:
    attendee.film("person")
    attendee.put_card()
    attendee.wait_screen("choice")
    attendee.choose_face()


def card_and_no_choice(attendee: Attendee) -> None:
    attendee.film("person")
    attendee.put_card()


def nothing_presented(attendee: Attendee) -> None:
    attendee.film("person")
    attendee.choose_face()


def staff_at_once(attendee: Attendee) -> None:
    attendee.film("person")
    attendee.choose_staff()


def staff_and_desk(attendee: Attendee) -> str:
    attendee.choose_staff()
    return attendee.desk_admit()


def disputes(attendee: Attendee) -> str:
    face_check(attendee)
    attendee.dispute()
    attendee.lift_card()
    attendee.choose_face()
    attendee.put_card()
    return f"dispute:{attendee.wait_keeping()}"


def withdraws(attendee: Attendee) -> None:
    attendee.film("nobody")
    attendee.choose_face()
    attendee.put_card()
    attendee.wait_screen("look_here")
    attendee.stop()


def used_before(attendee: Attendee) -> None:
    attendee.passed_before()
    face_check(attendee)


def used_before_at_desk(attendee: Attendee) -> str:
    attendee.passed_before()
    attendee.choose_staff()
    return attendee.desk_supervisor()


def code_and_card(attendee: Attendee) -> None:
    attendee.film("person")
    attendee.choose_face()
    attendee.scan_code()
    attendee.put_card()


def strangers_code(attendee: Attendee) -> None:
    attendee.film("person")
    attendee.choose_face()
    attendee.scan_code("other")
    attendee.put_card()


def lifts_early(attendee: Attendee) -> None:
    attendee.film("person")
    attendee.choose_face()
    attendee.fault("lift_during_read")
    attendee.put_card()


def with_fault(name: str) -> Play:
    """The fault is armed before the card goes down."""

    def play(attendee: Attendee) -> None:
        attendee.film("person")
        attendee.fault(name)
        attendee.choose_face()
        attendee.put_card()

    return play


def fault_while_looking(name: str) -> Play:
    def play(attendee: Attendee) -> None:
        attendee.film("nobody")
        attendee.choose_face()
        attendee.put_card()
        attendee.wait_screen("look_here")
        attendee.fault(name)

    return play


def disk_full(attendee: Attendee) -> None:
    attendee.film("person")
    attendee.choose_face()
    attendee.wait_camera()
    attendee.fault("disk_full")
    attendee.put_card()


MATCH = Kind("match", "admitted:face", face_check)

KINDS: tuple[Kind, ...] = (
    MATCH,
    Kind("card_first", "admitted:face", card_first),
    Kind("code_and_card", "admitted:face", code_and_card),
    Kind("hmt_residence_card", "admitted:face", face_check, document=DocumentKind.HMT_RESIDENCE),
    Kind("foreign_resident_card", "admitted:face", face_check, document=DocumentKind.FOREIGN_PERMANENT_RESIDENT),
    Kind("bystander_outside_zone", "admitted:face", face_check_with("bystander")),
    Kind("small_face_behind", "admitted:face", face_check_with("background")),
    Kind("non_match", "staff:no_match", face_check, stranger=True),
    Kind("non_match_disputed", "dispute:kept", disputes, stranger=True),
    Kind("two_faces", "staff:not_acquired", face_check_with("two_people")),
    Kind("nobody_there", "staff:not_acquired", face_check_with("nobody")),
    Kind("persons_swapped", "staff:no_match", face_check_with("swap"), stranger=True),
    Kind("picture_frozen", "staff:attack_sign", face_check_with("frozen")),
    Kind("no_ticket", "staff:no_ticket", face_check, ticket=Ticket.NONE),
    Kind("already_used", "staff:already_used", used_before),
    Kind("other_gate", "elsewhere:other_gate", face_check, ticket=Ticket.OTHER_GATE),
    Kind("other_day", "elsewhere:other_day", face_check, ticket=Ticket.OTHER_DAY),
    Kind("name_differs", "staff:name_differs", face_check, ticket=Ticket.OTHER_NAME),
    Kind("code_of_another", "staff:code_and_card_disagree", strangers_code),
    Kind("chose_staff", "staff:chose_staff", staff_at_once),
    Kind("chose_staff_and_desk", "desk:admitted", staff_and_desk),
    Kind("used_before_at_desk", "desk:to_supervisor", used_before_at_desk),
    Kind("withdrew", "staff:withdrew", withdraws),
    Kind("no_choice", "staff:no_choice", card_and_no_choice),
    Kind("abandoned", "abandoned:abandoned", nothing_presented),
    Kind("under_14", "staff:under_age", face_check, child=True),
    Kind("expired_document", "staff:document_not_valid", face_check, expired=True),
    Kind("card_lifted_early", "admitted:face", lifts_early, fault=True),
    Kind("corrupted_frame", "admitted:face", with_fault("corrupt_frame"), fault=True),
    Kind("reader_unplugged", "staff:reader_lost", with_fault("unplug_during_read"), fault=True),
    Kind("camera_lost", "staff:camera_fault", fault_while_looking("camera_lost"), fault=True),
    Kind("engine_killed", "staff:engine_fault", fault_while_looking("kill_engine"), fault=True),
    Kind("disk_full", "staff:store_fault", disk_full, fault=True),
    Kind("passport", "admitted:face", face_check, document=DocumentKind.PASSPORT),
    Kind("identity_card_with_chip", "admitted:face", face_check, document=DocumentKind.IDENTITY_CARD),
)

CHALLENGE_KINDS: tuple[Kind, ...] = (
    MATCH,
    Kind("sheet_held", "staff:challenge_not_met", face_check_with("sheet_still")),
    Kind("sheet_turned_as_asked", "staff:challenge_not_met", face_check_with("sheet_turned")),
    Kind("other_person_does_as_asked", "staff:no_match", face_check, stranger=True),
    Kind("picture_frozen_in_challenge", "staff:attack_sign", face_check_with("frozen")),
)
"""Played where the event asks for a challenge; the film does what the screen asks for. The sheets are simulated."""


def reminded_and_changes_to_staff(attendee: Attendee) -> None:
    attendee.film("person")
    attendee.put_card()
    attendee.wait_screen("prior_choice")
    attendee.other_way("prior_staff")


def reminded_and_changes_to_face(attendee: Attendee) -> None:
    attendee.film("person")
    attendee.put_card()
    attendee.wait_screen("prior_choice")
    attendee.other_way("prior_again")
    attendee.wait_screen("choice")
    attendee.choose_face()


PRIOR_KINDS: tuple[Kind, ...] = (
    MATCH,
    Kind("prior_face", "admitted:face", card_and_no_choice, prior=Prior.FACE),
    Kind("prior_staff", "staff:chose_staff", card_and_no_choice, prior=Prior.STAFF),
    Kind("prior_face_other_button", "staff:chose_staff", reminded_and_changes_to_staff, prior=Prior.FACE),
    Kind("prior_staff_other_button", "admitted:face", reminded_and_changes_to_face, prior=Prior.STAFF),
    Kind("prior_face_non_match", "staff:no_match", card_and_no_choice, prior=Prior.FACE, stranger=True),
    Kind("prior_face_forged", "staff:no_choice", card_and_no_choice, prior=Prior.FORGED),
    Kind("prior_face_under_14", "staff:no_choice", card_and_no_choice, prior=Prior.FACE, child=True),
)
"""Visitors who chose a lane with the ticket. Whoever's consent does not count and who chooses nothing goes to staff."""


def prior_programme(visits: int) -> list[Kind]:
    """``visits`` of PRIOR_KINDS in turn."""
    return [PRIOR_KINDS[place % len(PRIOR_KINDS)] for place in range(visits)]


def challenge_programme(visits: int) -> list[Kind]:
    """``visits`` of CHALLENGE_KINDS in turn."""
    return [CHALLENGE_KINDS[place % len(CHALLENGE_KINDS)] for place in range(visits)]


def programme(visits: int, faults: list[str] | None) -> list[Kind]:
    """``visits`` kinds in a fixed order: one of each first, then matches between repeats of the others.

    ``faults``: None plays all, an empty list none, else only the named ones. Raises KeyError for unknown names.
    """
    known = {kind.name for kind in KINDS if kind.fault}
    if faults is not None and (unknown := set(faults) - known):
        raise KeyError(", ".join(sorted(unknown)))
    chosen = [kind for kind in KINDS if not kind.fault or faults is None or kind.name in faults]
    more = [kind for pair in zip([MATCH] * len(chosen), chosen[1:], strict=False) for kind in pair]
    plan = list(chosen)
    while len(plan) < visits:
        plan.extend(more)
    return plan[:visits]
