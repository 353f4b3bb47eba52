"""Killing processes that hold and commit tickets, and looking whether the ledger kept its promises.

``worker`` runs in a process of its own and reports each answer on standard output *after* the ledger gave it. The
parent kills it at a random moment, any number of times, and ``verify`` compares the store with what was reported.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome
from kiosk.ledger.port import Admission, Place
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ledger.tickets import sealed_row
from kiosk.vault.file_keys import FileEventKeys
from tests.helpers.ledger import EVENT, card, ticket

LEASE_S = 2.0
STATIONS = ("gate-1", "desk-1")


@dataclass
class Report:
    """What was seen over all runs; ``faults`` is empty when every promise was kept."""

    kills: int = 0
    committed: int = 0
    reported: int = 0
    faults: list[str] = field(default_factory=list)


def prepare(folder: Path, tickets: int) -> None:
    """A store with ``tickets`` tickets and its key in ``folder``."""
    keys = FileEventKeys.create(folder / f"{EVENT}.key", EVENT)
    ledger = SqliteLedger(folder / "ledger.sqlite", keys)
    ledger.add_rows(sealed_row(ticket(keys, person), keys) for person in range(tickets))
    ledger.close()


def run(folder: Path, tickets: int, kills: int, seed: int, longest_life_s: float = 0.6) -> Report:
    """Start a gate and a desk on one store, kill one of them ``kills`` times at random moments, then verify."""
    chance = random.Random(seed)
    report = Report()
    logs: list[Path] = []

    def start(station: str) -> subprocess.Popen[bytes]:
        log = folder / f"log-{len(logs)}.jsonl"
        logs.append(log)
        with log.open("wb") as out:
            arguments = [sys.executable, "-m", __name__, str(folder), station, str(tickets), str(chance.random())]
            return subprocess.Popen(arguments, stdout=out)

    running = {station: start(station) for station in STATIONS}
    try:
        for _ in range(kills):
            victim = chance.choice(STATIONS)
            _wait_until_working(running[victim], logs)
            time.sleep(chance.uniform(0.0, longest_life_s))  # the random moment is what is tested
            running[victim].kill()
            running[victim].wait()
            report.kills += 1
            running[victim] = start(victim)
    finally:
        for process in running.values():
            process.kill()
            process.wait()
    verify(folder, logs, report)
    return report


def _wait_until_working(process: subprocess.Popen[bytes], logs: list[Path]) -> None:
    deadline_s = time.monotonic() + 20
    marker = f'"pid": {process.pid}'
    while not any(marker in log.read_text() for log in logs if log.exists()):
        if time.monotonic() > deadline_s or process.poll() is not None:
            raise AssertionError("the worker did not start")
        time.sleep(0.01)


def verify(folder: Path, logs: list[Path], report: Report) -> None:
    """Compare the store with the workers' reports."""
    keys = FileEventKeys.load(folder / f"{EVENT}.key", EVENT)
    ledger = SqliteLedger(folder / "ledger.sqlite", keys)
    stored = {admission.admission_id: admission for station in STATIONS for admission in ledger.unconfirmed(station)}
    report.committed = len(stored)
    references = [admission.ticket_reference for admission in stored.values()]
    if len(set(references)) != len(references):
        report.faults.append("a ticket admitted twice")
    lines = [json.loads(line) for log in logs for line in log.read_text().splitlines() if line.endswith("}")]
    shown = [line for line in lines if "admission" in line]
    report.reported = len(shown)
    for line in shown:
        if line["admission"] not in stored:
            report.faults.append("an admission that was shown is not in the ledger")
    after_all_leases = time.time() + LEASE_S
    for person in {line["held"] for line in lines if "held" in line}:
        check = ledger.check(card(keys, person), Place("inspector", "A", "night-1"), after_all_leases)
        if check.outcome not in {CheckOutcome.VALID, CheckOutcome.ALREADY_USED}:
            report.faults.append(f"a lease outlived its time: {check.outcome}")
    ledger.close()


def worker(folder: Path, station: str, tickets: int, seed: str) -> None:
    """Hold and commit (or release) random tickets until killed."""
    chance = random.Random(f"{station}{seed}")
    keys = FileEventKeys.load(folder / f"{EVENT}.key", EVENT)
    ledger = SqliteLedger(folder / "ledger.sqlite", keys, busy_timeout_s=10)
    place = Place(station, "A", "night-1")
    _say({"pid": os.getpid()})
    while True:
        person, nonce = chance.randrange(tickets), f"{station}{seed}{chance.random()}"
        answer = ledger.hold(card(keys, person), place, nonce, LEASE_S, time.time())
        if answer.hold is None:
            continue
        _say({"held": person})
        if chance.random() < 0.3:
            ledger.release(answer.hold.hold_id, nonce, time.time())
            continue
        admission = ledger.commit(answer.hold.hold_id, nonce, Lane.FACE, time.time())
        if isinstance(admission, Admission):
            _say({"admission": admission.admission_id})


def _say(value: dict[str, object]) -> None:
    os.write(1, (json.dumps(value) + "\n").encode())


if __name__ == "__main__":
    worker(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
