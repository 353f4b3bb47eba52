"""The station's ledger: its own file, and in a venue the base before it."""

from __future__ import annotations

from importlib.metadata import version

from kiosk.closing.journal import Because
from kiosk.config.machine import BaseConfig, Role
from kiosk.config.places import EventPlace
from kiosk.config.station import StationConfig
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.parts.closing import closes
from kiosk.vault.port import EventKeys


def make_ledger(config: StationConfig, places: EventPlace, keys: EventKeys) -> SqliteLedger:
    """Where the machine file has ``[base]``, one that asks the base. Raises LedgerUnavailable, BaseTrouble."""
    base = config.machine.base
    return SqliteLedger(places.ledger_file, keys) if base is None else _at_a_base(base, config, places, keys)


def _at_a_base(base: BaseConfig, config: StationConfig, places: EventPlace, keys: EventKeys) -> SqliteLedger:
    # A station without a base starts without loading what it takes to reach one.
    from kiosk.base.client import BaseClient
    from kiosk.base.device import way_of
    from kiosk.base.following import BaseFollower, Reported
    from kiosk.base.policy import policy_at
    from kiosk.base.venue_ledger import VenueLedger

    machine = config.machine
    client = BaseClient(way_of(machine.key_dir, base.connect_s, base.statement_s), machine.event)
    reported = Reported(machine.station, machine.gate_group, version("venue-kiosk"))
    close = closes(config, places)
    follower = BaseFollower(places.ledger_file, client, reported, close=lambda: close(Because.ASKED))
    policy = policy_at(config.event.venue.offline, desk=machine.role is Role.DESK)
    ledger = VenueLedger(places.ledger_file, keys, client, policy, machine.gate_group, on_close=follower.stop)
    client.known_epoch = ledger.known_epoch()
    client.reconnect()  # else the first person of the day would be decided alone
    follower.start()
    return ledger
