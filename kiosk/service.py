"""A station in service: load, assemble, run the window's loop, stop in order."""

from __future__ import annotations

import gc
import logging
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from drivers.errors import DriverError
from kiosk.app import Assembled, assemble
from kiosk.audit.catalogue import Kind
from kiosk.audit.port import Audit, AuditUnavailable
from kiosk.base.errors import BaseTrouble
from kiosk.closing.by_itself import audit_of, deadline_of, finish_before_start
from kiosk.closing.close import close_event
from kiosk.closing.deadline import Deadline
from kiosk.closing.journal import Because
from kiosk.closing.lock import ClosingElsewhere
from kiosk.closing.overdue import Overdue, overdue_events
from kiosk.closing.state import OVER, EventState, WrongState, read_state
from kiosk.config.load import load_event, load_machine
from kiosk.config.places import EventPlace
from kiosk.config.station import StationConfig, combine
from kiosk.ledger.port import LedgerUnavailable
from kiosk.ledger.words import store_words
from kiosk.memory.allocator import overwrites
from kiosk.memory.swapping import swapping
from kiosk.observer import Observer, Silent
from kiosk.parts.closing import closes
from kiosk.parts.devices import NotFitForService
from kiosk.parts.event_office import event_here
from kiosk.ui.app_setup import make_application
from kiosk.unlocking import Unlocking, needs_secret
from kiosk.vault.core_dumps import leave_no_core, refuse_attaching
from kiosk.vault.errors import TpmUnavailable
from kiosk.vault.file_keys import FileEventKeys
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import KeysDestroyed
from kiosk.vault.words import key_words
from kiosk.visit.states import Rules

log = logging.getLogger(__name__)

SWITCH_S = 0.001


class Refused(Exception):
    """The station cannot start; the message is one sentence for the person who started it."""


def load_station(machine_file: Path) -> StationConfig:
    """Machine file and the event file it names, checked against each other. Raises ConfigFaults."""
    machine = load_machine(machine_file)
    place = EventPlace(machine.data_dir, machine.key_dir, machine.event)
    config = combine(load_event(place.event_file), machine, str(machine_file))
    return replace(config, machine_file=machine_file.absolute())


def load_office(machine_file: Path) -> StationConfig:
    """As ``load_station``; before there is an event, with the template it would begin with. Raises ConfigFaults."""
    machine = load_machine(machine_file)
    if EventPlace(machine.data_dir, machine.key_dir, machine.event).event_file.is_file():
        return load_station(machine_file)
    return StationConfig(event_here(machine), machine, machine_file.absolute())


def serve(
    config: StationConfig,
    observer: Observer | None = None,
    rules: Rules | None = None,
    ready: Callable[[Assembled, float], None] = lambda app, startup_s: None,
    *,
    measured_from_outside: bool = False,
) -> int:
    """Run until the window is allowed to close; behind a locked screen first where the event's key wants a secret.

    ``ready`` is told once the first screen is painted, with the seconds since the process began.
    ``measured_from_outside``: other processes may look into this one. An event whose time is over is closed before
    anything is shown. Raises Refused.
    """
    leave_no_core()
    if not measured_from_outside:  # whatever the event's file says: it may have been changed
        refuse_attaching()
    _warn_of_memory(config)
    _close_if_due(config)
    application = make_application(sys.argv[:1], config.machine.language.value, training=config.machine.training)
    end_on_signals(application)
    unlocking = Unlocking(config) if needs_secret(config) else None
    keys = unlocking.wait() if unlocking else None
    if unlocking and keys is None:
        unlocking.close()
        return 0
    app = _assemble(config, observer or Silent(), rules, keys)
    window = config.machine.window
    if window.fullscreen:
        app.window.show_full_screen()
    else:
        app.window.show_as_window(window.width_px, window.height_px)
    if unlocking:
        unlocking.close()
    QTimer.singleShot(0, lambda: ready(app, seconds_since_start()))
    _settle_memory()
    _let_threads_take_turns()
    try:
        return application.exec()
    finally:
        app.stop()


def _warn_of_memory(config: StationConfig) -> None:
    """Going on is the organiser's choice; not knowing would not be. In the log, too, for whoever asks later (R-94)."""
    if not overwrites():
        log.warning("freed memory is not overwritten: names may stay in it until it is used again")
    found = swapping()
    if found.in_clear:
        log.warning("memory may reach a disk in clear: %s", ", ".join([*found.swaps, found.hibernates_to]).strip(", "))
    if found.in_clear or not found.seen:
        machine = config.machine
        audit = audit_of(EventPlace(machine.data_dir, machine.key_dir, machine.event))
        with suppress(AuditUnavailable):
            audit.write(Kind.MEMORY_IN_CLEAR, machine.station, machine.event, success=False, code=found.code)


def seconds_since_start() -> float:
    """Age of this process, interpreter start included."""
    # Both count from a boot time in whole seconds; their difference does not, and no set clock moves it.
    began_s = psutil.Process().create_time() - psutil.boot_time()
    return time.clock_gettime(time.CLOCK_BOOTTIME) - began_s


def _close_if_due(config: StationConfig) -> None:
    """Finish what the clock or an earlier closing asks for, of other events too.

    Raises Refused when the event is not there any more.
    """
    machine = config.machine
    place = EventPlace(machine.data_dir, machine.key_dir, machine.event)
    audit = audit_of(place)
    _close_others_if_due(place, audit)
    deadline = deadline_of(place, audit)
    try:
        report = finish_before_start(place, deadline, audit)
    except ClosingElsewhere:
        raise Refused(f"Event {machine.event} is being closed by another program.") from None
    except OSError as broken:
        raise Refused(f"Event {machine.event} has to be closed, and cannot be: {broken.strerror}.") from None
    if report is not None:
        _tell_base(config, place)
        raise Refused(
            f"The time of event {machine.event} was over: it was closed before anything was shown. Its data: "
            f"{report.verdict.value}. What was found: {place.report_file}"
        )
    _warn_of_changes(place, deadline)


def _tell_base(config: StationConfig, place: EventPlace) -> None:
    """Closed again, which does nothing, and told by a process that tries until the base has heard it."""
    if config.machine.base is not None:
        with suppress(OSError):
            closes(config, place)(Because.ASKED)


def close_what_is_over(machine_file: Path) -> None:
    """For a station that cannot start because of its settings: what is over goes nevertheless, and is said in the log.

    Raises ConfigFaults where not even the machine file can be used.
    """
    machine = load_machine(machine_file)
    place = EventPlace(machine.data_dir, machine.key_dir, machine.event)
    _close_others_if_due(replace(place, event_id=""), audit_of(place))


def _warn_of_changes(place: EventPlace, deadline: Deadline) -> None:
    """Raises Refused where a live event says that it is a rehearsal, or the other way round."""
    ended = read_state(place.state_file) in {EventState.CLOSING, *OVER}
    if not ended and deadline.changed:
        codes = ", ".join(deadline.changed)
        log.warning("event %s is not as it was bound (%s): the bound end counts", place.event_id, codes)
    if not ended and "mode" in deadline.changed:
        raise Refused(f"Event {place.event_id} was not made as what its event.toml says now: live or rehearsal.")


def _close_others_if_due(place: EventPlace, audit: Audit) -> None:
    """An event that no machine file names any more is over at its time, too. What cannot be closed stops no station."""
    try:
        for found in overdue_events(place.data_dir, place.key_dir, audit, but=place.event_id):
            _close_other(found, audit)
    except OSError as broken:
        log.warning("the other events cannot be looked at: %s", broken.strerror)
    except Exception as fault:  # whatever is wrong with another event: this one's station serves
        log.warning("the other events cannot be looked at: %s", type(fault).__name__)


def _close_other(found: Overdue, audit: Audit) -> None:
    event = found.place.event_id
    if found.judged is None:
        log.warning(
            "event %s: neither its event.toml nor its bound end can be used; when it is over nobody knows", event
        )
        return
    try:
        report = close_event(found.place, audit=audit, because=found.judged.because)
        log.warning("event %s was overdue and is closed: %s", event, report.verdict.value)
    except (ClosingElsewhere, WrongState):
        log.warning("event %s is being closed by another program", event)
    except OSError as broken:
        log.warning("event %s has to be closed, and cannot be: %s", event, broken.strerror)
    except Exception as fault:  # as above
        log.warning("event %s has to be closed, and cannot be: %s", event, type(fault).__name__)


def _assemble(config: StationConfig, observer: Observer, rules: Rules | None, keys: FileEventKeys | None) -> Assembled:
    try:
        return assemble(config, observer, rules, keys)
    except KeysDestroyed:
        raise Refused(
            f"The key of event {config.event.id} is not on this machine: it was closed, or never imported."
        ) from None
    except KeyFileUnusable as unusable:
        raise Refused(f"The key file of event {config.event.id} cannot be used: {key_words(unusable)}.") from None
    except TpmUnavailable as tpm:
        raise Refused(f"The TPM does not give the event's key out ({tpm.code}).") from None
    except BaseTrouble as not_enrolled:
        raise Refused(str(not_enrolled)) from None
    except LedgerUnavailable as unavailable:
        raise Refused(f"The ticket store cannot be used: {store_words(unavailable)}.") from None
    except NotFitForService as unfit:
        raise Refused(
            f"The gate output may not be used live without the installer's statement ({unfit.code})."
        ) from None
    except DriverError as error:
        raise Refused(f"A device is not configured right: {error}.") from None


def end_on_signals(application: QApplication) -> None:
    """SIGTERM and SIGINT end the window's loop, so that everything is stopped in order."""
    # exit(), not quit(): quit() asks every window first, and a kiosk window refuses to be closed.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: application.exit(0))
    # Python sees signals only between its own instructions: give it some.
    wake = QTimer(application)
    wake.timeout.connect(lambda: None)
    wake.start(200)


def _let_threads_take_turns() -> None:
    """Between two Python threads the turn changes every 5 ms unless told otherwise: a screen of many parts would wait
    for each of them."""
    sys.setswitchinterval(SWITCH_S)


def _settle_memory() -> None:
    """What the start made stays for good: taken out of the collector's sight, so that no collection in the middle of a
    visit walks over it and holds the window up."""
    gc.collect()
    gc.freeze()
