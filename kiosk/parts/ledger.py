"""The station's ledger: its own file, and in a venue the base before it."""

from __future__ import annotations

from importlib.metadata import version

from kiosk.base.client import BaseClient
from kiosk.base.device import way_of
from kiosk.base.following import BaseFollower, Reported
from kiosk.base.policy import policy_at
from kiosk.base.venue_ledger import VenueLedger
from kiosk.config.machine import Role
from kiosk.config.places import EventPlace
from kiosk.config.station import StationConfig
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.vault.port import EventKeys


def make_ledger(config: StationConfig, places: EventPlace, keys: EventKeys) -> SqliteLedger:
    """Where the machine file has ``[base]``, one that asks the base. Raises LedgerUnavailable, BaseTrouble."""
    machine = config.machine
    if machine.base is None:
        return SqliteLedger(places.ledger_file, keys)
    client = BaseClient(way_of(machine.key_dir, machine.base.connect_s, machine.base.statement_s), machine.event)
    reported = Reported(machine.station, machine.gate_group, version("venue-kiosk"))
    follower = BaseFollower(places.ledger_file, client, reported)
    policy = policy_at(config.event.venue.offline, desk=machine.role is Role.DESK)
    ledger = VenueLedger(places.ledger_file, keys, client, policy, machine.gate_group, on_close=follower.stop)
    client.reconnect()  # else the first person of the day would be decided alone
    follower.start()
    return ledger
