"""Gates racing for the same tickets at one base, while gates and the base are killed.

While the base is away gates decide alone, so that a ticket can be used twice: then it is in the report of conflicts, or
the part has failed.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from itertools import count as counting
from pathlib import Path

from kiosk.domain.lane import Lane
from kiosk.ledger.port import Admission, LedgerUnavailable
from kiosk.rehearsal.fleet_base import kill, start_again
from tests.helpers.base import new_base
from tests.helpers.ledger import card
from tests.soak.figures import Figures
from tests.soak.venue_world import Gate, World, everything_told, gate_of, reconcile, said, say

MOST_GATES = 50
ATTEMPTS_A_TICKET = 4
ATTEMPTS_PER_S = 160.0
"""Of all gates together: with more, two cores answer too late to be of use, and nothing is raced at the base."""
LEASE_S = 5.0
AFTERWARDS_S = 120.0
END_S = 120.0
MOST_BETWEEN_KILLS_S = 5.0


def raced_tickets(count: int, seed: int) -> Figures:
    """``count`` attempts over at most 50 gates; every few seconds a gate is killed, or the base."""
    figures = Figures("venue")
    gates = min(MOST_GATES, max(3, count // 200))
    tickets = max(20, count // ATTEMPTS_A_TICKET)
    with new_base() as base, tempfile.TemporaryDirectory(prefix="kiosk-soak-") as name:
        world = World.made(base, Path(name), gates, tickets)
        _raced(world, count, random.Random(seed), figures)
        reconcile(world, figures)
    return figures


def _raced(world: World, count: int, chance: random.Random, figures: Figures) -> None:
    """Every gate tries its share; some are killed and begin again where they were. Then all is told."""
    share = -(-count // len(world.names))
    running = {name: _started(world, name, share) for name in world.names}
    try:
        _disturbed(world, running, share, chance, figures)
        for name, process in running.items():
            figures.require(process.wait(END_S + count) == 0, f"{name} did not come to its end")
    finally:
        for process in running.values():
            process.kill()


def _disturbed(
    world: World,
    running: dict[str, subprocess.Popen[bytes]],
    share: int,
    chance: random.Random,
    figures: Figures,
) -> None:
    for number in counting():
        time.sleep(chance.uniform(0.05, MOST_BETWEEN_KILLS_S))  # the random moment is what is tested
        alive = [name for name, process in running.items() if process.poll() is None]
        if not alive:
            return
        if number % 4 == 1:
            kill(world.base.place)
            time.sleep(chance.uniform(0.0, 1.0))
            start_again(world.base.place, world.base.settings)
            figures.count("kills of the base")
        else:
            victim = chance.choice(alive)
            running[victim].kill()
            running[victim].wait()
            running[victim] = _started(world, victim, share)
            figures.count("kills of gates")


def _started(world: World, name: str, share: int) -> subprocess.Popen[bytes]:
    pause_s = len(world.names) / ATTEMPTS_PER_S
    command = [sys.executable, "-m", __name__, str(share), str(pause_s), *world.words(name)]
    with (world.folder / f"{name}.log").open("ab") as out:
        return subprocess.Popen(command, stdout=out)


def gate(share: int, pause_s: float, words: list[str]) -> None:
    """One gate: tries random tickets until its share is done, then waits until everything is told.

    ``pause_s``: from one attempt's begin to the next, on average.
    """
    log = Path(words[0]) / f"{words[1]}.log"
    with gate_of(words) as here:
        tried = max((int(line["tried"]) for line in said(log) if "tried" in line), default=0)
        due_s = time.monotonic()
        while tried < share:
            time.sleep(max(0.0, due_s - time.monotonic()))
            due_s = max(due_s, time.monotonic() - 1.0) + random.expovariate(1 / pause_s)
            tried += 1
            one_visit(here, tried, random.randrange(here.tickets))
            say({"tried": tried})
        everything_told(here.ledger, AFTERWARDS_S)


def one_visit(here: Gate, number: int, person: int) -> None:
    """The lease, and the admission where there is one; a store that is busy sends the attempt to staff."""
    nonce = f"{here.place.station}.{number}.{random.getrandbits(64):x}"
    try:
        held = here.ledger.hold(card(here.keys, person), here.place, nonce, LEASE_S, time.time())
        if held.hold is not None:
            answer = here.ledger.commit(held.hold.hold_id, nonce, Lane.FACE, time.time())
            if isinstance(answer, Admission):
                say({"admission": answer.admission_id})
    except LedgerUnavailable:
        pass


if __name__ == "__main__":
    gate(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
