"""Plays the faults one after the other on a fleet under load, and compares what came of each with what had to.

For each: everybody serves, the fault begins, lasts, is put right; nobody serves until all is told; then everybody
serves again. What has to hold is looked for in the base, in every station's store and in what the stations said.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TextIO

import numpy as np

from kiosk.base.cluster import connected
from kiosk.config.machine import BaseConfig
from kiosk.rehearsal.fleet import Fleet
from kiosk.rehearsal.fleet_faults import Facts, Fault
from kiosk.rehearsal.fleet_machine import EVENT
from kiosk.rehearsal.fleet_reconciling import reconciled, stores
from kiosk.rehearsal.wire import Message

ALWAYS: Mapping[str, Any] = {
    "lost": 0,
    "in_a_store_alone": 0,
    "admitted_twice": 0,
    "doubled_with_the_base": 0,
    "not_in_the_report": 0,
    "undone_but_standing": 0,
    "pending": 0,
    "late_answers": 0,
    "silent_meanwhile": 0,
    "silent_afterwards": 0,
}
"""Numbers, of admissions but for the last three: answers later than allowed, and stations that answered nobody."""


WRITES_A_CALL = 2
"""That are forced to the disk by one call of the ledger: its answer, and the journal's turn before it."""


@dataclass(frozen=True)
class Times:
    """Seconds: calm before and after, the fault itself, and until everything has to be told."""

    calm_s: float = 2.0
    fault_s: float = 5.0
    settle_s: float = 30.0


@dataclass(frozen=True)
class FaultResult:
    """One fault. ``figures``: what was seen beside it, judged by nobody."""

    fault: str
    expected: Mapping[str, Any]
    actual: Mapping[str, Any]
    figures: Mapping[str, Any]

    @property
    def agrees(self) -> bool:
        return all(self.actual.get(name) == value for name, value in self.expected.items())

    def as_json(self) -> dict[str, Any]:
        return {
            "fault": self.fault,
            "agrees": self.agrees,
            "expected": dict(self.expected),
            "actual": dict(self.actual),
            "figures": dict(self.figures),
        }


class FleetRehearsal:
    """``out`` gets a JSON line per fault when it is known, and one at the end."""

    def __init__(self, fleet: Fleet, times: Times, out: TextIO | None) -> None:
        self._fleet, self._times, self._out = fleet, times, out
        self.results: list[FaultResult] = []

    def play(self, faults: Iterable[Fault], said: Callable[[FaultResult], None]) -> dict[str, Any]:
        """Raises PeerLost, BaseTrouble."""
        for fault in faults:
            result = self._play_one(fault)
            self.results.append(result)
            self._write(result.as_json())
            said(result)
        summary = self._summary()
        self._write(summary)
        return summary

    def _play_one(self, fault: Fault) -> FaultResult:
        fleet, times = self._fleet, self._times
        alone_before, doubles_before = self._alone(), self._doubles()
        fleet.ask_all({"tell": True})
        fleet.serve()
        time.sleep(times.calm_s)
        mend = fault.begin(fleet)
        try:
            time.sleep(times.fault_s)
        finally:
            facts = mend()
        fleet.rest()
        told_s = fleet.settled_s(times.settle_s)
        meanwhile = fleet.ask_all({"tell": True})
        fleet.serve()
        time.sleep(times.calm_s)
        fleet.rest()
        settled_s = fleet.settled_s(times.settle_s)
        afterwards = fleet.ask_all({"tell": True})
        alone, doubles = self._alone() - alone_before, self._doubles() - doubles_before
        expected = {**ALWAYS, **fault.expected, **({"decided_alone": True} if fault.alone else {})}
        actual = {
            **reconciled(fleet),
            **facts,
            "late_answers": self._late(meanwhile, afterwards),
            "silent_meanwhile": max(0, _silent(meanwhile) - fault.silent),
            "silent_afterwards": _silent(afterwards),
            **({"decided_alone": alone > 0} if fault.alone else {}),
        }
        figures = {
            **_answers(meanwhile),
            "decided_alone": alone,
            "double_uses": doubles,
            "answer_s_max_afterwards": _answers(afterwards)["answer_s_max"],
            "all_told_s": None if told_s is None or settled_s is None else round(told_s, 2),
        }
        return FaultResult(fault.name, expected, actual, figures)

    def _late(self, *seen: Mapping[str, Message]) -> int:
        """Answers that took longer than waiting for the base may and this machine's disk did (all share one here)."""
        disk_s = max(told["disk_s"] for one in seen for told in one.values())
        most_s = BaseConfig().statement_s + self._fleet.size.local_s + WRITES_A_CALL * disk_s
        return sum(each > most_s for one in seen for told in one.values() for each in told["answers_s"])

    def _alone(self) -> int:
        return len(stores(self._fleet).alone)

    def _doubles(self) -> int:
        with connected(self._fleet.place, self._fleet.settings) as db:
            row = db.execute(
                "SELECT count(*) FROM venue.conflicts WHERE event = %s AND kind = 'double_use'", (EVENT,)
            ).fetchone()
        return int(row[0]) if row else 0

    def _summary(self) -> dict[str, Any]:
        size = self._fleet.size
        return {
            "summary": True,
            "gates": size.gates,
            "desks": size.desks,
            "faults": len(self.results),
            "agree": sum(result.agrees for result in self.results),
            "attempts": sum(result.figures["attempts"] for result in self.results),
            "admitted": len(self._fleet.said.admitted),
            "decided_alone": sum(result.figures["decided_alone"] for result in self.results),
            "double_uses": sum(result.figures["double_uses"] for result in self.results),
        }

    def _write(self, value: dict[str, Any]) -> None:
        if self._out is not None:
            self._out.write(json.dumps(value) + "\n")
            self._out.flush()


def _silent(seen: Mapping[str, Message]) -> int:
    """Stations that answered nobody, or sent everybody to staff."""
    return sum(told["attempts"] == told["to_staff"] for told in seen.values())


def _answers(seen: Mapping[str, Message]) -> Facts:
    answers = [each for told in seen.values() for each in told["answers_s"]]
    return {
        "attempts": sum(told["attempts"] for told in seen.values()),
        "to_staff": sum(told["to_staff"] for told in seen.values()),
        "answer_s_p50": round(float(np.percentile(answers, 50)), 4) if answers else None,
        "answer_s_p99": round(float(np.percentile(answers, 99)), 4) if answers else None,
        "answer_s_max": round(max(answers), 4) if answers else None,
        "disk_s_max": max(told["disk_s"] for told in seen.values()),
    }
