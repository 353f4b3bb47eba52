"""The gate's thread: opens for an admission, watches for the passage, notes both in the ledger.

The passage belongs to this task, not to the visit: the next visit may begin while somebody still walks through.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence, Set
from typing import Protocol

from drivers.port import ButtonBoard, ButtonSide, GateEvent, GateOutput, OpeningResult, PassageSeen
from kiosk.ledger.port import GateState
from kiosk.ports import Clock
from kiosk.workers.bugs import note_bug

log = logging.getLogger(__name__)
PASSAGE_WAIT_S = 12.0
POLL_S = 0.1
PRESS_POLL_S = 0.001
"""Where there are buttons the board's own polls, every 50 ms, set the pace: a short press must not fall between two."""
TOGETHER_S = 4.0
"""So long the gate waits for one of several who come in together, before it opens for the next."""
FREE_FLOW_S = 4.0
"""How long a turnstile that nobody went through stays open before it is asked again, in free flow."""


class Buttons(Protocol):
    """Two lit buttons beside the screen, as the gate's thread sees them."""

    @property
    def lit(self) -> Set[ButtonSide]:
        """Which lamps are to be on now. Any thread."""


class GateTask:
    """Implements kiosk.station.ports.Gate. ``note`` is told (admission_id, state) from this thread, ``passed`` of each
    passage the sensor saw, and whether people went through freely then; ``heard`` of everything the board says.
    ``buttons``: those of ``output``, which then is a ButtonBoard.
    """

    def __init__(
        self,
        output: GateOutput,
        note: Callable[[str, GateState], None],
        clock: Clock,
        passed: Callable[[bool], None] = lambda free: None,
        heard: Callable[[GateEvent], None] = lambda event: None,
        buttons: tuple[ButtonBoard, Buttons] | None = None,
    ) -> None:
        self._heard, self._buttons = heard, buttons
        self._patience_s = POLL_S if buttons is None else PRESS_POLL_S
        self._output, self._note, self._clock, self._passed = output, note, clock, passed
        self._free, self._opened_freely_at = False, -FREE_FLOW_S
        self._asked: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._together: set[str] = set()
        self._next, self._opened_at_s = "", 0.0
        self._stop = threading.Event()
        self._waiting: deque[tuple[str, float]] = deque()
        self._thread = threading.Thread(target=self._run, name="gate", daemon=True)
        self._thread.start()

    def open_for(self, admission_id: str) -> None:
        self._asked.put(admission_id)

    def open_for_all(self, admission_ids: Sequence[str]) -> None:
        """A gate that is opened while it still stands open lets one in and not two."""
        self._together.update(admission_ids[1:])
        for admission_id in admission_ids:
            self._asked.put(admission_id)

    def not_opened(self, admission_id: str) -> None:
        self._note(admission_id, GateState.FAILED)

    def free_flow(self, on: bool) -> None:
        """Opens again as soon as somebody went through, and every few seconds where nothing is seen."""
        self._free = on

    def stop(self, timeout_s: float = 3.0) -> None:
        self._stop.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                try:
                    self._open_next()
                    self._open_freely()
                    self._watch()
                except Exception as bug:
                    note_bug(log, bug)  # the next admission must find this thread alive
                    self._stop.wait(POLL_S)
        finally:
            self._output.close()

    def _open_next(self) -> None:
        try:
            self._next = self._next or self._asked.get(timeout=self._patience_s)
        except queue.Empty:
            return
        if self._next in self._together and self._still_coming():
            self._stop.wait(self._patience_s)
            return
        admission_id, self._next = self._next, ""
        self._together.discard(admission_id)
        self._opened_at_s = self._clock.monotonic()
        result = OpeningResult.FAILED
        try:
            result = self._output.open_once()
        finally:
            self._note(admission_id, GateState.FAILED if result is OpeningResult.FAILED else GateState.OPENED)
        self._waiting.append((admission_id, self._clock.monotonic() + PASSAGE_WAIT_S))

    def _still_coming(self) -> bool:
        """Whether the one before is expected to be on the way through."""
        return bool(self._waiting) and self._clock.monotonic() - self._opened_at_s < TOGETHER_S

    def _open_freely(self) -> None:
        now_s = self._clock.monotonic()
        if self._free and now_s - self._opened_freely_at >= FREE_FLOW_S:
            self._opened_freely_at = now_s
            self._output.open_once()

    def _watch(self) -> None:
        """Whoever was let in first goes through first; who does not come in time is not waited for."""
        now_s = self._clock.monotonic()
        while self._waiting and self._waiting[0][1] < now_s:
            self._waiting.popleft()
        if self._buttons is not None:
            board, buttons = self._buttons
            board.light(buttons.lit)
        for event in self._output.poll():
            self._heard(event)
            if isinstance(event, PassageSeen):
                self._passed(self._free)
                self._opened_freely_at = -FREE_FLOW_S
                if self._waiting:
                    self._note(self._waiting.popleft()[0], GateState.PASSED)


class NoGate:
    """A station without a turnstile output: staff let people through, the ledger says so at once."""

    def __init__(self, note: Callable[[str, GateState], None]) -> None:
        self._note = note

    def open_for(self, admission_id: str) -> None:
        self._note(admission_id, GateState.OPENED)

    def open_for_all(self, admission_ids: Sequence[str]) -> None:
        for admission_id in admission_ids:
            self.open_for(admission_id)

    def not_opened(self, admission_id: str) -> None:
        self._note(admission_id, GateState.FAILED)

    def free_flow(self, on: bool) -> None:
        """There is nothing to keep shut."""

    def stop(self, timeout_s: float = 0.0) -> None:
        """Nothing to stop."""
