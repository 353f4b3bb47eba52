"""Visits that end with a person: however they begin, the camera is never opened (R-05).

Played against the real product with somebody standing in front of it. Openings are counted at the film, which is the
world's side of the camera, and in what the product reports of its own handle.
"""

from __future__ import annotations

from random import Random

from kiosk.rehearsal.casting import cast
from kiosk.rehearsal.conductor import Conductor
from kiosk.rehearsal.kinds import MATCH, Attendee, Kind, staff_and_desk, staff_at_once
from kiosk.rehearsal.performance import Performance, Setting, curtain
from kiosk.rehearsal.photos import people
from kiosk.rehearsal.report import Report
from kiosk.rehearsal.venue import Sizes
from tests.soak.figures import Figures

RULES = {"welcome_s": 0.1, "direction_s": 0.05, "idle_s": 5.0, "idle_warning_s": 5.0}


def card_then_staff(attendee: Attendee) -> None:
    attendee.film("person")
    attendee.put_card()
    attendee.wait_screen("choice")
    attendee.choose_staff()


def code_then_staff(attendee: Attendee) -> None:
    attendee.film("person")
    attendee.scan_code()
    attendee.wait_screen("choice")
    attendee.choose_staff()


KINDS = {
    Kind("staff at once", "staff:chose_staff", staff_at_once): 60,
    Kind("card, then staff", "staff:chose_staff", card_then_staff): 20,
    Kind("code, then staff", "staff:chose_staff", code_then_staff): 15,
    Kind("staff, admitted at the desk", "desk:admitted", staff_and_desk): 5,
}
"""How often each is played, in hundredths."""


def manual_lane(count: int, seed: int) -> Figures:
    """``count`` visits, then one face check, which shows that an opened camera would have been counted."""
    plan = Random(seed).choices(list(KINDS), list(KINDS.values()), k=count)
    casting = cast([*plan, MATCH], people())
    figures = Figures("manual lane", {"visits": 0})
    setting = Setting(casting.rows, pace="fast", rules=RULES, sizes=Sizes(gate=(1280, 800)))
    with curtain(setting) as performance:
        reported = _count_reports(performance)
        conductor = Conductor(performance.world, Report(None))
        for number, part in enumerate(casting.parts[:count]):
            result = conductor.play(part)
            figures.count("visits")
            figures.count(part.kind.name)
            figures.require(result.agrees, f"visit {number} ({result.kind}) ended as {result.actual}")
        opened = _opened(performance)
        figures.counts["camera openings counted by the film"] = opened
        figures.counts["camera openings reported by the product"] = len(reported)
        figures.require(opened == 0, f"the film counted {opened} camera openings in manual-lane visits")
        figures.require(not reported, f"the product reported {len(reported)} camera openings in manual-lane visits")
        # A counter that cannot count proves nothing.
        conductor.play(casting.parts[count])
        counted = _opened(performance) - opened
        figures.counts["openings counted in one face check afterwards"] = counted
        figures.require(counted == 1 and bool(reported), "the face check afterwards was not counted")
    return figures


def _count_reports(performance: Performance) -> list[bool]:
    """Grows by one whenever the product says that its camera handle is open."""
    reported: list[bool] = []
    performance.gate.on_message = lambda message: reported.append(True) if message.get("camera") is True else None
    return reported


def _opened(performance: Performance) -> int:
    return int(performance.film.ask({"tell": True})["opened"])
