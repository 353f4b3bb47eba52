"""A station's records, written on a thread of their own: the window's thread only says what happened.

What concerns one attendee goes to the event's log and is counted; all else goes to the device's chain. Nothing is
dropped while the disk refuses: records wait in memory, in order, and the face lane rests until they are written.

Slots that are over are written to the chain. A station that stops writes what it counted so far; one that was killed
counts again from the event's log when it starts (a kill between a batch and its mark counts that slot twice).
"""

from __future__ import annotations

import logging
import secrets
from collections import deque
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from PySide6.QtCore import QTimer

from kiosk.audit.catalogue import IN_DETAIL, Kind
from kiosk.audit.detail import DetailLog
from kiosk.audit.fields import Value
from kiosk.audit.log import AuditLog
from kiosk.audit.record import Entry
from kiosk.audit.slots import Fact, Slots, slot_name, uncounted
from kiosk.ports import Clock
from kiosk.vault.port import KeysDestroyed
from kiosk.workers.bugs import note_bug
from kiosk.workers.queue import Post, WorkQueue

log = logging.getLogger(__name__)
LOOK_EVERY_MS = 1000
SILENT_AFTER_S = 3.0
"""A writer that has not answered for so long counts as dead: with LOOK_EVERY_MS the lane rests within 5 s (R-64)."""
MOST_WAITING = 10_000


class Scribe:
    """Everything that touches the disk. One thread."""

    def __init__(
        self, station: str, chain: AuditLog, detail: DetailLog, clock: Clock, copy_to: Path | None = None
    ) -> None:
        self._station, self._chain, self._detail, self._clock = station, chain, detail, clock
        self._copy_to, self._copy_is_set = copy_to, False
        self._slots = Slots(station, secrets.SystemRandom().shuffle)
        self._waiting: deque[Fact] = deque()
        self._lost = 0

    def recover(self) -> None:
        """Count what was written before a crash and never counted."""
        try:
            for fact in uncounted(self._station, self._detail.read()):
                self._slots.add(fact)
        except (OSError, KeysDestroyed):
            return

    def take(self, fact: Fact) -> None:
        """Keep the fact until it is written, and try. Raises AuditUnavailable."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(fact)
        else:
            self._lost += 1
        self.flush()

    def look(self) -> None:
        """Write what waits and the slots that are over; raises AuditUnavailable when a record could not be written."""
        if not self._copy_is_set:
            self._chain.copy_to(self._copy_to)
            self._copy_is_set = True
        self.flush()
        self._count(self._clock.now())
        self._chain.probe()

    def finish(self) -> None:
        """The last records, the slots as far as they came, and a signature. Raises AuditUnavailable."""
        self.flush()
        self._count(None)
        self._chain.checkpoint(self._station)

    def flush(self) -> None:
        """Raises AuditUnavailable; what was not written then stays first in line."""
        while self._waiting:
            self._put(self._waiting[0])
            self._waiting.popleft()
        if self._lost:
            self._chain.write(Kind.LOG_GAP, self._station, success=False, lost=self._lost)
            self._lost = 0

    def _put(self, fact: Fact) -> None:
        entry = fact.entry
        try:
            if entry.kind in IN_DETAIL:
                self._detail.write(fact)
                self._slots.add(fact)
            else:
                self._chain.append(entry)
        except KeysDestroyed:
            self._slots.add(fact)  # the event has been closed meanwhile: it is counted all the same
        except ValueError as bug:
            note_bug(log, bug)

    def _count(self, before_s: float | None) -> None:
        for slot, batch in self._slots.take(before_s):
            marker = Entry(Kind.VISIT_SLOT_COUNTED, self._station, fields=self._place(slot))
            self._waiting.extend(Fact(self._clock.now(), entry) for entry in (*batch, marker))
        self.flush()

    def _place(self, slot: int) -> dict[str, Value]:
        return {"station": self._station, "slot": slot_name(slot)}


class StationAudit:
    """The window's side: ``note`` returns at once. ``hindered(bool)`` says whether records cannot be written."""

    def __init__(
        self,
        station: str,
        event: str,
        scribe: Scribe,
        clock: Clock,
        post: Post,
        hindered: Callable[[bool], None] = lambda on: None,
    ) -> None:
        self._station, self._event, self._scribe, self._clock = station, event, scribe, clock
        self.hindered = hindered
        self._queue = WorkQueue("audit", post)
        self._asked_at_s: float | None = None
        self._timer = QTimer()
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self, role: str) -> None:
        self._queue.do(self._scribe.recover)
        self.look()
        self.note(Kind.STATION_STARTED, version=version("venue-kiosk"), role=role)
        self._timer.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """The last records; not waited for longer than ``timeout_s``, a full disk does not keep a station running."""
        self._timer.stop()
        self.note(Kind.STATION_STOPPED)
        self._queue.do(self._scribe.finish)
        self._queue.stop(timeout_s)

    def count_now(self) -> None:
        """The event is being closed: what is counted so far goes to the chain while somebody still writes."""
        self._queue.do(self._scribe.finish, failed=lambda error: self._answered(False))

    def note(self, kind: Kind, by: str = "", about: str = "", *, success: bool = True, **fields: Value) -> None:
        """By the station itself about its event, unless said otherwise. Kinds of the event's log name the station."""
        if kind in IN_DETAIL:
            fields["station"] = self._station
        entry = Entry(kind, by or self._station, about or self._event, success, fields)
        fact = Fact(self._clock.now(), entry)
        self._queue.do(lambda: self._scribe.take(fact), failed=lambda error: self._answered(False))

    def look(self) -> None:
        """Ask the writer whether it can write; one that does not answer cannot."""
        now_s = self._clock.monotonic()
        if self._asked_at_s is None:
            self._asked_at_s = now_s
            self._queue.do(
                self._scribe.look,
                lambda _: self._answered(True, asked=True),
                lambda _: self._answered(False, asked=True),
            )
        elif now_s - self._asked_at_s >= SILENT_AFTER_S:
            self.hindered(True)

    def _answered(self, can_write: bool, *, asked: bool = False) -> None:
        if asked:
            self._asked_at_s = None
        self.hindered(not can_write)
