"""What a gate and a desk both stand on: event, key, store, records, clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from drivers.port import ReadingRules
from kiosk.audit.detail import DetailLog
from kiosk.audit.log import AuditLog
from kiosk.closing.by_itself import audit_of
from kiosk.closing.keys import unlock_unattended
from kiosk.config.event import Session
from kiosk.config.machine import Role
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.config.station import StationConfig
from kiosk.domain import access
from kiosk.domain.access import Principal
from kiosk.ledger.port import Place
from kiosk.ledger.prior import PriorChoices
from kiosk.login import Acting
from kiosk.parts.ledger import make_ledger
from kiosk.ports import SystemClock, SystemTokens
from kiosk.station.calls import StaffCalls
from kiosk.vault.file_keys import FileEventKeys
from kiosk.workers.auditing import Scribe, StationAudit
from kiosk.workers.mailbox import Mailbox
from kiosk.workers.queue import WorkQueue
from kiosk.workers.store import LedgerStore

if TYPE_CHECKING:
    from kiosk.base.lanes import SharedLanes

# A training's people are invented: whoever learns tries what a supervisor does, too.
ACTS_AS = {Role.GATE: access.Role.STATION, Role.DESK: access.Role.ATTENDANT}


@dataclass(frozen=True)
class Common:
    """What a gate and a desk both stand on."""

    config: StationConfig
    session: Session
    keys: FileEventKeys
    clock: SystemClock
    mailbox: Mailbox
    store: LedgerStore
    calls: StaffCalls
    acting: Acting
    audit: StationAudit
    lanes: SharedLanes | None = None

    def reading_rules(self) -> ReadingRules:
        return ReadingRules(self.session.date, self.keys.token, self.config.event.minimum_age_years)


def common_parts(config: StationConfig, keys: FileEventKeys | None) -> Common:
    """Everything both kinds of station begin with; the key is unlocked here where nobody has to be asked."""
    machine = config.machine
    places = EventPlace(machine.data_dir, machine.key_dir, machine.event)
    clock, tokens, mailbox = SystemClock(), SystemTokens(), Mailbox()
    keys = keys or unlock_unattended(places, audit_of(places), machine.station)
    session = session_of(config, datetime.now().astimezone())
    place = Place(
        machine.station, machine.gate_group, session.id, config.event.ticket_code.needed, config.event.reentry.entries
    )
    queue = WorkQueue("ledger", mailbox.post)
    ledger, lanes = make_ledger(config, places, keys, mailbox.post)
    role = access.Role.SUPERVISOR if machine.training and machine.role is Role.DESK else ACTS_AS[machine.role]
    acting = Acting(Principal(role, machine.station))
    store = LedgerStore(
        ledger,
        queue,
        place,
        clock,
        tokens,
        acting.principal,
        config.event.times.hold_lease_s,
        keys.forget,
        acting.noted,
        acting.note_refusal,
        prior=PriorChoices(config.event) if config.event.prior_choice.taken else None,
    )
    calls = StaffCalls(places.calls_folder, clock)
    calls.prepare()
    records = station_records(config, keys, clock, mailbox)
    return Common(config, session, keys, clock, mailbox, store, calls, acting, records, lanes)


def station_records(config: StationConfig, keys: FileEventKeys, clock: SystemClock, mailbox: Mailbox) -> StationAudit:
    """The station's pen: the chain that outlives the event, and the event's own log."""
    machine = config.machine
    chain, detail = AuditLog.at(device_place(config), clock), DetailLog(event_place(config).detail_file, keys)
    scribe = Scribe(machine.station, chain, detail, clock, machine.audit.copy_to)
    return StationAudit(machine.station, machine.event, scribe, clock, mailbox.post)


def session_of(config: StationConfig, now: datetime) -> Session:
    """The session this station admits to, decided once, when it starts."""
    return config.event.session_at(now)


def languages_of(config: StationConfig) -> list[str]:
    """The machine's language first, then the event's others."""
    first = config.machine.language
    return [first.value, *(language.value for language in config.event.languages if language is not first)]


def event_place(config: StationConfig) -> EventPlace:
    """Where the station's event lies."""
    return EventPlace(config.machine.data_dir, config.machine.key_dir, config.machine.event)


def device_place(config: StationConfig) -> DevicePlace:
    """Where lies what belongs to the machine."""
    return DevicePlace(config.machine.data_dir, config.machine.key_dir)


def audit_log(common: Common) -> AuditLog:
    """The machine\'s chain, for parts that write from threads of their own."""
    return AuditLog.at(device_place(common.config), common.clock)
