"""Plays a programme of visits against the real product and compares what came of each with what had to.

The conductor, the stage and the film are the world; the gate and the desk are the product, started as it is started
at a venue. Every visit goes through touches, bytes and pictures; nothing is called behind the product's back.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from kiosk.rehearsal.actor import Actor, Part, World
from kiosk.rehearsal.kinds import Kind
from kiosk.rehearsal.peers import PeerLost
from kiosk.rehearsal.report import Report, VisitResult

VISIT_S = 60.0
READY_SCREENS = frozenset({"choice"})


@dataclass(frozen=True)
class Pauses:
    """Seconds the world waits around a visit."""

    before_s: float = 0.05


class Conductor:
    """Plays parts one after the other on one gate."""

    def __init__(self, world: World, report: Report, pauses: Pauses | None = None) -> None:
        self._world, self._report = world, report
        self._pauses = pauses or Pauses()

    def play(self, part: Part) -> VisitResult:
        """One visit, from an empty kiosk to an empty kiosk."""
        self._world.gate.forget()
        actor = Actor(self._world, part)
        try:
            actual, facts = self._perform(actor, part.kind)
        except (PeerLost, TimeoutError) as lost:
            actual, facts = f"lost:{lost}", {}
        finally:
            actor.mend()
        result = VisitResult(part.kind.name, part.kind.expected, actual, facts.get("score"), facts.get("stages", {}))
        self._report.add(result)
        self.wait_ready()
        return result

    def _perform(self, actor: Actor, kind: Kind) -> tuple[str, dict[str, Any]]:
        gate = self._world.gate
        at_desk = kind.play(actor)
        message = gate.wait(lambda m: "visit" in m, VISIT_S, "end of the visit")
        facts: dict[str, Any] = message["visit"]
        if facts["ending"] == "admitted":
            actor.walk_through()
        return at_desk or f"{facts['ending']}:{facts['cause']}", facts

    def wait_ready(self) -> None:
        """Wait until the kiosk offers the choice again."""
        gate = self._world.gate
        deadline_s = time.monotonic() + VISIT_S
        while time.monotonic() < deadline_s:
            gate.send({"state": "send"})
            answer = gate.wait(lambda m: "state" in m, 5.0, "state")
            if answer["state"] in READY_SCREENS:
                break
            time.sleep(self._pauses.before_s)
