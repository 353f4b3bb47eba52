"""The station's ledger: its own file, and in a venue the base before it."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.metadata import version
from typing import TYPE_CHECKING

from kiosk.closing.journal import Because
from kiosk.config.machine import BaseConfig, Role
from kiosk.config.places import EventPlace
from kiosk.config.station import StationConfig
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.parts.closing import closes
from kiosk.vault.port import EventKeys

if TYPE_CHECKING:
    from kiosk.base.lanes import SharedLanes

Post = Callable[[Callable[[], None]], None]


def make_ledger(
    config: StationConfig, places: EventPlace, keys: EventKeys, post: Post, now: Callable[[], float] = time.time
) -> tuple[SqliteLedger, SharedLanes | None]:
    """Where the machine file has ``[base]``, one that asks the base, and the venue's lanes, whose answers are posted.

    ``now``: the machine's clock, UTC seconds. Raises LedgerUnavailable, BaseTrouble.
    """
    base = config.machine.base
    if base is None:
        return SqliteLedger(places.ledger_file, keys), None
    return _at_a_base(base, config, places, keys, post, now)


def _at_a_base(
    base: BaseConfig, config: StationConfig, places: EventPlace, keys: EventKeys, post: Post, now: Callable[[], float]
) -> tuple[SqliteLedger, SharedLanes]:
    # A station without a base starts without loading what it takes to reach one.
    from kiosk.base.client import BaseClient
    from kiosk.base.device import way_of
    from kiosk.base.following import BaseFollower, Reported
    from kiosk.base.lanes import SharedLanes
    from kiosk.base.policy import policy_at
    from kiosk.base.venue_ledger import VenueLedger

    machine = config.machine
    client = BaseClient(way_of(machine.key_dir, base.connect_s, base.statement_s), machine.event)
    desk = machine.role is Role.DESK
    serves = tuple(dict.fromkeys((machine.gate_group, *base.serves))) if desk else ()
    lanes = SharedLanes(client, machine.station, machine.gate_group, serves, post)
    reported = Reported(machine.station, machine.gate_group, version("venue-kiosk"), lambda: lanes.state_word, now)
    close = closes(config, places)
    follower = BaseFollower(places.ledger_file, client, reported, duty=lanes, close=lambda: close(Because.ASKED))
    lanes.poke = follower.poke
    policy = policy_at(config.event.venue.offline, desk=desk)
    ledger = VenueLedger(places.ledger_file, keys, client, policy, machine.gate_group, on_close=follower.stop)
    client.known_epoch = ledger.known_epoch()
    client.reconnect()  # else the first person of the day would be decided alone
    follower.start()
    return ledger, lanes
