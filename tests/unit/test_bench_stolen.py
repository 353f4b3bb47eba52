"""The part of the processor time that a host gave to others, from Linux's counters."""

from __future__ import annotations

from typing import NamedTuple

from kiosk.rehearsal.bench import stolen_share


class Times(NamedTuple):
    """As ``psutil.cpu_times()`` on Linux: seconds since boot, guest times counted in user and nice, too."""

    user: float = 0.0
    nice: float = 0.0
    system: float = 0.0
    idle: float = 0.0
    iowait: float = 0.0
    irq: float = 0.0
    softirq: float = 0.0
    steal: float = 0.0
    guest: float = 0.0
    guest_nice: float = 0.0


def test_idle_time_is_wanted_by_nobody() -> None:
    before = Times(user=5, idle=100, steal=1)
    after = Times(user=8, nice=1, system=2, idle=150, iowait=3, irq=1, softirq=1, steal=3)
    assert stolen_share(before, after) == 0.2, "2 of 10 s"


def test_a_guests_time_is_not_counted_twice() -> None:
    assert stolen_share(Times(), Times(user=6, guest=6, nice=2, guest_nice=1, steal=2)) == 0.2


def test_a_machine_that_did_nothing_was_robbed_of_nothing() -> None:
    assert stolen_share(Times(), Times(idle=10)) == 0.0
