"""The guard: one slow thread that checks the seal, and writes down signs of an attack.

Every ``TICK_S`` it does its duties in order; a duty decides itself what is due. The check pauses after each file; the
thread keeps its priority, because one the system sets aside while it holds the interpreter holds the window up, too.
Records are on disk long before the ten seconds of R-94 are over.
"""

from __future__ import annotations

import contextlib
import logging
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import points_to_a_person
from kiosk.audit.port import Audit, AuditUnavailable
from kiosk.integrity.attacks import Finding, WatchedDevice, WatchedTracer, WatchedUsb
from kiosk.integrity.check import Difference, IntegrityReport, State
from kiosk.integrity.machine_signs import known_devices, own_status, remember_devices, usb_devices
from kiosk.workers.bugs import note_bug

log = logging.getLogger(__name__)

TICK_S = 2.0
CHECK_EVERY_S = 3600.0
MOST_UNWRITTEN = 1000
LOGGABLE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./+-]{0,150}")
Duty = Callable[[], None]
Post = Callable[[Callable[[], None]], None]


class Guard:
    """Does ``duties`` on a thread of its own from ``start`` to ``stop``."""

    def __init__(self, duties: Sequence[Duty], tick_s: float = TICK_S) -> None:
        self._duties, self._tick_s = duties, tick_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="guard", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stop.is_set():
            for duty in self._duties:
                try:
                    duty()
                except Exception as bug:
                    note_bug(log, bug)
            self._stop.wait(self._tick_s)


class SealDuty:
    """Checks at the start, every hour, and when the seal was replaced; tells the window's thread each answer."""

    def __init__(
        self,
        look: Callable[[], IntegrityReport],
        manifest_file: Path,
        audit: Audit,
        station: str,
        told: Callable[[IntegrityReport], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look, self._manifest_file = look, manifest_file
        self._audit, self._station, self._told, self._clock = audit, station, told, clock
        self._checked_at_s: float | None = None
        self._seal_seen: tuple[int, int] | None = None

    def __call__(self) -> None:
        seal, now_s = _stamp(self._manifest_file), self._clock()
        due = self._checked_at_s is None or now_s - self._checked_at_s >= CHECK_EVERY_S
        if not due and seal == self._seal_seen:
            return
        self._checked_at_s, self._seal_seen = now_s, seal
        report = self._look()
        self._told(report)  # before the record: a full disk must not keep a changed face lane open
        write_report(self._audit, report, self._station)


def write_report(audit: Audit, report: IntegrityReport, by: str) -> None:
    """The record of a check; a log that cannot be written pauses face lanes by itself."""
    seal = {"fingerprint": report.seal} if report.seal else {}
    with contextlib.suppress(AuditUnavailable):
        if report.state is State.BROKEN:
            file, count = loggable(report.differences[0]), len(report.differences)
            audit.write(Kind.INTEGRITY_BROKEN, by, "", success=False, file=file, files=count, **seal)
            return
        audit.write(
            Kind.INTEGRITY_CHECKED,
            by,
            "",
            state=report.state.value,
            files=report.files,
            success=True,
            duration_s=report.took_s,
            **seal,
        )


def loggable(difference: Difference) -> str:
    """The file in a spelling the log takes: a settings file by its last name, anything unusual by its part alone."""
    named = f"{difference.part}/{Path(difference.name).name if difference.name.startswith('/') else difference.name}"
    takes = LOGGABLE.fullmatch(named) is not None and not points_to_a_person(named)
    return named if takes else difference.part


class AttackDuty:
    """Writes what the devices' events gave away, and what the process's status and the USB bus do."""

    def __init__(
        self,
        audit: Audit,
        station: str,
        known_file: Path,
        clock: Callable[[], float] = time.monotonic,
        status: Callable[[], str] = own_status,
        usb: Callable[[], frozenset[str]] = usb_devices,
    ) -> None:
        self._audit, self._station, self._known_file = audit, station, known_file
        self._clock, self._status, self._usb = clock, status, usb
        self._tracer, self._bus = WatchedTracer(), WatchedUsb()
        self._findings: deque[Finding] = deque(maxlen=MOST_UNWRITTEN)
        self._known = known_devices(known_file)
        self._devices: dict[str, WatchedDevice] = {}

    def watch(self, name: str) -> Callable[[object], None]:
        """What is to be told each event of device ``name``; from one thread."""
        device = self._devices[name] = WatchedDevice(name, self._known.get(name, ""))

        def saw(event: object) -> None:
            finding = device.saw(event, self._clock())
            if finding is not None:
                self._findings.append(finding)

        return saw

    def __call__(self) -> None:
        traced = self._tracer.saw(self._status())
        self._findings.extend([traced] if traced is not None else [])
        self._findings.extend(self._bus.saw(self._usb()))
        with contextlib.suppress(AuditUnavailable):
            while self._findings:
                finding = self._findings[0]
                log.warning("attack sign: %s", finding.kind.value)
                try:
                    self._audit.write(finding.kind, self._station, "", success=False, **finding.fields)
                except ValueError as bug:
                    note_bug(log, bug)
                self._findings.popleft()  # only now: what the log could not take is written later
        self._remember()

    def _remember(self) -> None:
        known = self._known | {name: device.known for name, device in self._devices.items() if device.known}
        if known != self._known:
            with contextlib.suppress(OSError):
                remember_devices(self._known_file, known)
                self._known = known


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino
