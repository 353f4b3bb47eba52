"""A model of the people at a gate: how long a visit takes when reaction times are human (R-31).

The real program, started as at a venue, at the readers' real pace. Attendees tap, find their card, look up; an officer
at the desk looks at document and person for about three seconds, then taps once. Reaction times are drawn from
log-normal distributions, which is what measured ones look like; ``seed`` decides them. Times of the manual lane are the
world's; those of the face check are the product's own marks, from the consent to the painted verdict.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from kiosk.rehearsal.actor import Actor
from kiosk.rehearsal.casting import cast
from kiosk.rehearsal.conductor import Conductor
from kiosk.rehearsal.kinds import Attendee, Kind
from kiosk.rehearsal.performance import Setting, curtain
from kiosk.rehearsal.photos import people
from kiosk.rehearsal.report import Report
from kiosk.rehearsal.venue import Sizes
from tests.soak.figures import Figures

SHARE_BY_STAFF = 0.4
FIND_CARD_S, LOOK_UP_S, OFFICER_S = (1.2, 0.4), (0.5, 0.4), (3.0, 0.12)
"""Median and sigma: from the tap to the card on the reader, from there to a face before the camera, and an officer's
look from the facts to the tap."""
FACE_MEDIAN_S, FACE_P95_S = 5.0, 10.0
STAFF_MEDIAN_S, STAFF_P95_S = 8.0, 15.0
OFFICERS_TAPS = 2


@dataclass
class Timed:
    """Seconds of every visit, by lane."""

    face: list[float] = field(default_factory=list)
    staff: list[float] = field(default_factory=list)
    taps_max: int = 0


def drawn(rng: Random, times: tuple[float, float]) -> float:
    """A reaction time in seconds."""
    median, sigma = times
    return rng.lognormvariate(math.log(median), sigma)


def p95(values: list[float]) -> float:
    """The value that 95 in 100 do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(0.95 * len(ordered)) - 1]


def face_check(find_card_s: float, look_up_s: float) -> Callable[[Attendee], None]:
    def play(attendee: Attendee) -> None:
        attendee.film("nobody")
        attendee.choose_face()
        time.sleep(find_card_s)
        attendee.put_card()
        time.sleep(look_up_s)
        attendee.film("person")

    return play


def at_the_desk(look_s: float, timed: Timed) -> Callable[[Attendee], str]:
    def play(attendee: Attendee) -> str:
        assert isinstance(attendee, Actor)
        attendee.choose_staff()
        ended, document_to_gate_s, taps = attendee.desk_check(look_s)
        timed.staff.append(document_to_gate_s)
        timed.taps_max = max(timed.taps_max, taps)
        return ended

    return play


def plan(count: int, seed: int, timed: Timed) -> list[Kind]:
    """``count`` visits with the reaction times of each."""
    rng = Random(seed)
    kinds = []
    for _ in range(count):
        if rng.random() < SHARE_BY_STAFF:
            kinds.append(Kind("by staff", "desk:admitted", at_the_desk(drawn(rng, OFFICER_S), timed)))
        else:
            play = face_check(drawn(rng, FIND_CARD_S), drawn(rng, LOOK_UP_S))
            kinds.append(Kind("face check", "admitted:face", play))
    return kinds


def judge(timed: Timed, figures: Figures) -> None:
    """The promises about both lanes."""
    for name, values, median_s, p95_s in (
        ("face check, tap to verdict", timed.face, FACE_MEDIAN_S, FACE_P95_S),
        ("by staff, document to gate", timed.staff, STAFF_MEDIAN_S, STAFF_P95_S),
    ):
        if not values:
            continue
        figures.counts[f"{name}: visits"] = len(values)
        for what, seen, most in (("median", statistics.median(values), median_s), ("p95", p95(values), p95_s)):
            figures.counts[f"{name}: {what}, s"] = seen
            figures.require(seen <= most, f"{name}: {what} {seen:.1f} s, more than {most:g} s")
    figures.counts["taps of an officer, max"] = timed.taps_max
    figures.require(timed.taps_max <= OFFICERS_TAPS, f"an officer tapped {timed.taps_max} times")


def user_model(count: int, seed: int) -> Figures:
    """``count`` visits, each by somebody else."""
    timed, figures = Timed(), Figures("user model", {"visits": 0})
    casting = cast(plan(count, seed, timed), people())
    with curtain(Setting(casting.rows, sizes=Sizes(gate=(1280, 800)))) as performance:
        conductor = Conductor(performance.world, Report(None))
        for number, part in enumerate(casting.parts):
            result = conductor.play(part)
            figures.count("visits")
            figures.require(result.agrees, f"visit {number} ({result.kind}) ended as {result.actual}")
            if result.agrees and "choice_to_verdict_s" in result.stages:
                timed.face.append(result.stages["choice_to_verdict_s"])
    judge(timed, figures)
    return figures
