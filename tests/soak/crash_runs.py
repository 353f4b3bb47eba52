"""Runs of visits at the real product, which is killed at random moments and started again on the same store.

Twice in each run the product's process gets kill -9: somewhere in the middle, after which it goes on, and at the end.
People whose visit was cut off mostly try again, as people do; so every ticket is tried about twice.
"""

from __future__ import annotations

import math
import time
from functools import partial
from random import Random

from kiosk.rehearsal.actor import Actor, Part
from kiosk.rehearsal.casting import cast
from kiosk.rehearsal.conductor import Conductor
from kiosk.rehearsal.kinds import MATCH
from kiosk.rehearsal.peers import PeerLost
from kiosk.rehearsal.photos import people
from kiosk.rehearsal.report import Report
from tests.soak.crash_ledger import Inspection
from tests.soak.crash_world import CrashWorld, Life, crash_world
from tests.soak.figures import Figures
from tests.soak.shares import shared

VISITS, PEOPLE = 20, 10
PIECE, WORKERS = 20, 2
BUDGET_S = 7_200.0
KILLED_WITHIN_S = 1.6
"""A little longer than a visit: the kill falls anywhere in it, or between two."""
DECIDED_WITHIN_S, PAINTED_WITHIN_S = 1.0, 0.05
COMES_BACK = 0.7
DOCUMENT_READ = frozenset({"look_here", "welcome", "see_staff", "where_to_go"})
STEP_S = 20.0


def crash_runs(count: int, seed: int) -> Figures:
    """``count`` runs of VISITS visits; runs that do not begin in time are a violation."""
    share = partial(_share, until=time.time() + BUDGET_S)
    figures = shared("crash", share, count, seed, PIECE, WORKERS)
    played = figures.counts.get("runs", 0)
    figures.require(played == count, f"{played:.0f} of {count} runs played in {BUDGET_S / 60:.0f} min")
    return figures


def _share(count: int, seed: int, until: float) -> Figures:
    figures = Figures("crash")
    with crash_world() as world:
        for number in range(count):
            if time.time() < until:
                _Run(world, Random(f"{seed}/{number}"), figures).play(VISITS)
    return figures


class _Run:
    """One fresh store, VISITS visits, two deaths."""

    def __init__(self, world: CrashWorld, chance: Random, figures: Figures) -> None:
        self._world, self._chance, self._figures = world, chance, figures
        self._shown: list[int] = []

    def play(self, visits: int) -> None:
        casting = cast([MATCH] * PEOPLE, people())
        openings_before = self._world.openings()
        deaths = {self._chance.randrange(visits - 1), visits - 1}
        with self._world.venue(casting.rows) as venue:
            inspection = Inspection(venue, [part.visitor for part in casting.parts], self._figures)
            life, person = self._world.start(venue), 0
            for number in range(visits):
                if life.dying:
                    self._bury(life, inspection)
                    life = self._world.start(venue)
                    again = self._chance.random() < COMES_BACK
                    person = person if again else self._chance.randrange(PEOPLE)
                else:
                    person = self._chance.randrange(PEOPLE)
                if number in deaths:
                    self._doom(life)
                self._visit(life, person, casting.parts[person])
            self._bury(life, inspection)
            inspection.at_the_end(self._shown, self._world.openings() - openings_before)
        self._figures.count("runs")

    def _visit(self, life: Life, person: int, part: Part) -> None:
        """One face check, as quick as a person can be; a product that dies in the middle ends it."""
        life.person = person
        self._figures.count("visits")
        world = self._world.around(life)
        actor = Actor(world, part)
        try:
            life.peer.forget()
            ending = _face_check(actor, life)
            Conductor(world, Report(None)).wait_ready()
            self._figures.count(f"ended as {ending}")
        except (PeerLost, TimeoutError) as lost:
            self._figures.count("visits cut off by a kill")
            self._figures.require(life.doomed, f"a visit nobody disturbed hung: {lost}")
        finally:
            actor.mend()

    def _doom(self, life: Life) -> None:
        """Anywhere in a visit or between two; and every other time where the ledger is at work."""
        seconds = self._chance.uniform
        match self._chance.randrange(6):
            case 0:
                life.kill_after("view", "look_here", seconds(0.0, DECIDED_WITHIN_S))
            case 1:  # asked for together with the commit
                life.kill_after("camera", False, seconds(0.0, PAINTED_WITHIN_S))
            case 2:
                life.kill_after("view", "welcome", seconds(0.0, PAINTED_WITHIN_S))
            case _:
                life.kill_in(seconds(0.0, KILLED_WITHIN_S))

    def _bury(self, life: Life, inspection: Inspection) -> None:
        gone_s = life.await_death()
        figures = self._figures
        figures.count("kills")
        figures.count(f"killed at {life.last_view or 'start'}")
        figures.require(math.isfinite(gone_s), "processes of the killed product were still there after 3 s")
        figures.highest("until its processes were gone, s, max", gone_s if math.isfinite(gone_s) else 0.0)
        self._shown += life.shown
        inspection.after_death(self._shown)


def _face_check(actor: Actor, life: Life) -> str:
    """The document is taken away as soon as it is read. Raises PeerLost when the product dies."""
    actor.film("standing")
    actor.choose_face()
    actor.put_card()
    life.peer.wait(lambda message: message.get("view") in DOCUMENT_READ, STEP_S, "read document")
    actor.lift_card()
    facts = life.peer.wait(lambda message: "visit" in message, STEP_S, "end of the visit")["visit"]
    return f"{facts['ending']}:{facts['cause']}"
