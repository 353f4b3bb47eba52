"""The gate's thread: opens for an admission, watches for the passage, notes both in the ledger.

The passage belongs to this task, not to the visit: the next visit may begin while somebody still walks through.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from drivers.port import GateOutput, OpeningResult, PassageSeen
from kiosk.ledger.port import GateState
from kiosk.ports import Clock

PASSAGE_WAIT_S = 12.0
POLL_S = 0.1


class GateTask:
    """Implements kiosk.station.ports.Gate. ``note`` is told (admission_id, state) from this thread."""

    def __init__(self, output: GateOutput, note: Callable[[str, GateState], None], clock: Clock) -> None:
        self._output, self._note, self._clock = output, note, clock
        self._asked: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._waiting: tuple[str, float] | None = None
        self._thread = threading.Thread(target=self._run, name="gate", daemon=True)
        self._thread.start()

    def open_for(self, admission_id: str) -> None:
        self._asked.put(admission_id)

    def stop(self, timeout_s: float = 3.0) -> None:
        self._stop.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self._open_next()
                for event in self._output.poll():
                    if isinstance(event, PassageSeen):
                        self._passed()
                if self._waiting and self._clock.monotonic() > self._waiting[1]:
                    self._waiting = None
        finally:
            self._output.close()

    def _open_next(self) -> None:
        try:
            admission_id = self._asked.get(timeout=POLL_S)
        except queue.Empty:
            return
        result = self._output.open_once()
        self._note(admission_id, GateState.FAILED if result is OpeningResult.FAILED else GateState.OPENED)
        self._waiting = (admission_id, self._clock.monotonic() + PASSAGE_WAIT_S)

    def _passed(self) -> None:
        if self._waiting is not None:
            self._note(self._waiting[0], GateState.PASSED)
            self._waiting = None


class NoGate:
    """A station without a turnstile output: staff let people through, the ledger says so at once."""

    def __init__(self, note: Callable[[str, GateState], None]) -> None:
        self._note = note

    def open_for(self, admission_id: str) -> None:
        self._note(admission_id, GateState.OPENED)

    def stop(self, timeout_s: float = 0.0) -> None:
        """Nothing to stop."""
