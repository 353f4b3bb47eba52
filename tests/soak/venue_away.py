"""The base away for long while gates work: standing still where it was, then gone; and back.

Every gate has to answer within the limit for the base and its own time, whatever the base does, and to tell everything
soon after it is back.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kiosk.base.answers import Row
from kiosk.base.client import BaseClient
from kiosk.rehearsal.fleet_base import kill, pause, start_again
from tests.helpers.base import new_base
from tests.soak.figures import Figures
from tests.soak.venue import one_visit
from tests.soak.venue_world import World, everything_told, gate_of, reconcile, said, say

GATES = 20
VISITS_PER_S = 1.0
"""Of each gate."""
TICKETS_A_VISIT = 1.5
"""So that gates often meet new tickets, and sometimes each other's."""
AROUND = 0.1
"""Of the time that the base is away, it is there before and after."""
LIMIT_S = 0.3
SLACK_S = 0.1
"""What a busy machine may add before a thread that waited goes on."""
TOLD_WITHIN_S = 30.0
PATIENCE_S = 120.0
STOP_FILE = "over"
ASKED_IN_A_VISIT = frozenset({"hold", "commit", "look", "release", "undo"})


def base_away(count: int, seed: int) -> Figures:
    """``count`` seconds without the base, half of them standing still, half of them gone."""
    figures = Figures("venue-away")
    gates, around_s = min(GATES, max(3, count // 5)), 1.0 + count * AROUND
    tickets = round(gates * VISITS_PER_S * (count + 2 * around_s) * TICKETS_A_VISIT)
    with new_base() as base, tempfile.TemporaryDirectory(prefix="kiosk-soak-") as name:
        world = World.made(base, Path(name), gates, tickets)
        running = [_started(world, gate, seed) for gate in world.names]
        try:
            time.sleep(around_s)
            pause(base.place)
            time.sleep(count / 2)
            kill(base.place)
            time.sleep(count / 2)
            start_again(base.place, base.settings)
            back_at = time.time()
            time.sleep(around_s)
            (world.folder / STOP_FILE).touch()
            for each in running:
                figures.require(each.wait(PATIENCE_S * 2) == 0, "a gate did not come to its end")
        finally:
            for each in running:
                each.kill()
        figures.count("gates", gates)
        figures.count("seconds without the base", count)
        _judge(world, back_at, figures)
        reconcile(world, figures)
    return figures


def _judge(world: World, back_at: float, figures: Figures) -> None:
    """What the gates said of their waits and of what was pending."""
    for name in world.names:
        for line in said(world.folder / f"{name}.log"):
            if "visit_s" in line:
                waited_s, own_s = float(line["waited_s"]), float(line["visit_s"]) - float(line["waited_in_all_s"])
                figures.highest("wait for the base in one call, s, max", waited_s)
                figures.highest("a gate's own time for a visit, s, max", own_s)
                figures.highest("a whole visit, s, max", float(line["visit_s"]))
                figures.require(waited_s <= LIMIT_S + SLACK_S, f"{name} waited {waited_s:.3f} s for the base")
            if "pending" in line:
                pending, after_s = float(line["pending"]), float(line["at"]) - back_at
                figures.highest("pending at one gate, max", pending)
                figures.highest("still pending after the base was back, s, max", after_s if pending else 0.0)
    late_s = figures.counts.get("still pending after the base was back, s, max", PATIENCE_S)
    figures.require(late_s <= TOLD_WITHIN_S, f"decisions were pending for {late_s:.1f} s after the base was back")


def _started(world: World, name: str, seed: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", __name__, str(seed), *world.words(name)]
    with (world.folder / f"{name}.log").open("ab") as out:
        return subprocess.Popen(command, stdout=out)


class TimedClient(BaseClient):
    """The product's, with a watch: how long visits waited for it."""

    longest_s = in_all_s = 0.0

    def begin(self) -> None:
        self.longest_s = self.in_all_s = 0.0

    def _rows(self, function: str, *arguments: str) -> list[Row]:
        began_s = time.monotonic()
        try:
            return super()._rows(function, *arguments)
        finally:
            if function in ASKED_IN_A_VISIT:
                took_s = time.monotonic() - began_s
                self.in_all_s += took_s
                self.longest_s = max(self.longest_s, took_s)


def gate(seed: int, words: list[str]) -> None:
    """One gate: a visit now and then until it is over, then waits until everything is told."""
    stop, chance = Path(words[0]) / STOP_FILE, random.Random(f"{seed} {words[1]}")
    with gate_of(words, TimedClient) as here:
        client, number = here.client, 0
        assert isinstance(client, TimedClient)
        due_s = time.monotonic() + chance.random()
        while not stop.exists():
            time.sleep(max(0.0, due_s - time.monotonic()))
            due_s = max(due_s, time.monotonic() - 1.0) + chance.expovariate(VISITS_PER_S)
            number, began_s = number + 1, time.monotonic()
            client.begin()
            one_visit(here, number, chance.randrange(here.tickets))
            took_s = time.monotonic() - began_s
            say({"tried": number, "visit_s": took_s, "waited_s": client.longest_s, "waited_in_all_s": client.in_all_s})
            say({"pending": here.ledger.pending(), "at": time.time()})
        everything_told(here.ledger, PATIENCE_S)
        say({"pending": here.ledger.pending(), "at": time.time()})


if __name__ == "__main__":
    gate(int(sys.argv[1]), sys.argv[2:])
