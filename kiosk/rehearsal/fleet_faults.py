"""What goes wrong in a rehearsed fleet, how it is put right, and what has to come of it beside what always has to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.base.cluster import connected
from kiosk.base.following import CLOCK_WRONG
from kiosk.rehearsal import fleet_base
from kiosk.rehearsal.fleet import Fleet, wait_until
from kiosk.rehearsal.fleet_machine import EVENT
from kiosk.rehearsal.fleet_network import Way

SLOW_S = 0.4
"""Each way, of each piece: more than any station waits."""
CLOCK_OFF_S = 7200.0
NOTICED_S = 20.0

Facts = dict[str, Any]
Mend = Callable[[], Facts]
"""Puts it right; what was seen meanwhile, by names of ``Fault.expected``."""


@dataclass(frozen=True)
class Fault:
    """``begin`` breaks something. ``alone``: stations have to decide without the base meanwhile. ``silent``: how many
    of them cannot answer anybody.
    """

    name: str
    begin: Callable[[Fleet], Mend]
    alone: bool = False
    silent: int = 0
    expected: Mapping[str, Any] = field(default_factory=dict)


def _nothing(fleet: Fleet) -> Mend:
    return dict


def _kill_gate(fleet: Fleet) -> Mend:
    name = _first_gate(fleet)
    process = fleet.peers[name].process
    process.kill()
    process.wait()

    def mend() -> Facts:
        fleet.start(name)
        fleet.peers[name].wait_joined()
        return {}

    return mend


def _kill_base(fleet: Fleet) -> Mend:
    fleet_base.kill(fleet.place)
    return _mended(lambda: fleet_base.start_again(fleet.place, fleet.settings))


def _pause_base(fleet: Fleet) -> Mend:
    return _mended(fleet_base.pause(fleet.place))


def _full_disk_base(fleet: Fleet) -> Mend:
    return _mended(fleet_base.fill_disk(fleet.place, fleet.settings))


def _restore_base(fleet: Fleet) -> Mend:
    return _mended(fleet_base.restored_later(fleet.place, fleet.settings, fleet.folder / "venue.backup"))


def _slow_network(fleet: Fleet) -> Mend:
    return _ways(fleet, list(fleet.machines), Way.SLOW, SLOW_S)


def _cut_network(fleet: Fleet) -> Mend:
    return _ways(fleet, _every_other(fleet), Way.CUT)


def _silent_network(fleet: Fleet) -> Mend:
    return _ways(fleet, _every_other(fleet), Way.SILENT)


def _wrong_clock(fleet: Fleet) -> Mend:
    name = _first_gate(fleet)
    fleet.ask(name, {"clock": CLOCK_OFF_S})

    def mend() -> Facts:
        noticed = wait_until(lambda: _state_at_base(fleet, name) == CLOCK_WRONG, NOTICED_S)
        fleet.ask(name, {"clock": 0.0})
        right_again = wait_until(lambda: _state_at_base(fleet, name) != CLOCK_WRONG, NOTICED_S)
        return {"clock_noticed": noticed, "clock_right_again": right_again}

    return mend


def _full_disk(fleet: Fleet) -> Mend:
    name = _first_gate(fleet)
    free = fleet_base.limit_station(fleet.peers[name].process.pid)
    fleet.ask(name, {"tell": True})

    def mend() -> Facts:
        seen = fleet.ask(name, {"tell": True})
        free()
        return {"let_in_on_a_full_disk": seen["admitted"], "sent_to_staff": seen["to_staff"] > 0}

    return mend


FAULTS = {
    fault.name: fault
    for fault in (
        Fault("none", _nothing),
        Fault("kill_gate", _kill_gate, silent=1),
        Fault("kill_base", _kill_base, alone=True),
        Fault("pause_base", _pause_base, alone=True),
        Fault("slow_network", _slow_network, alone=True),
        Fault("cut_network", _cut_network, alone=True),
        Fault("silent_network", _silent_network, alone=True),
        Fault("wrong_clock", _wrong_clock, expected={"clock_noticed": True, "clock_right_again": True}),
        Fault("full_disk", _full_disk, silent=1, expected={"let_in_on_a_full_disk": 0, "sent_to_staff": True}),
        Fault("full_disk_base", _full_disk_base, alone=True),
        Fault("restore_base", _restore_base),
    )
}


def _ways(fleet: Fleet, names: list[str], way: Way, delay_s: float = 0.0) -> Mend:
    fleet.network.set_way(names, way, delay_s)
    return _mended(lambda: fleet.network.set_way(names, Way.GOOD))


def _mended(mend: Callable[[], None]) -> Mend:
    def and_nothing_seen() -> Facts:
        mend()
        return {}

    return and_nothing_seen


def _first_gate(fleet: Fleet) -> str:
    return next(iter(fleet.machines))


def _every_other(fleet: Fleet) -> list[str]:
    """Of each gate group some: the rest goes on with the base."""
    return [name for number, name in enumerate(fleet.machines) if number % 4 < 2]


def _state_at_base(fleet: Fleet, name: str) -> str:
    with connected(fleet.place, fleet.settings) as db:
        row = db.execute("SELECT state FROM venue.stations WHERE event = %s AND station = %s", (EVENT, name)).fetchone()
    return "" if row is None else str(row[0])
