"""How the window's thread is doing: longest event dispatch, timer lateness, preview pictures."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer

from kiosk.ports import Clock

TICK_MS = 50
PREVIEW_GAP_S = 1.0


@dataclass
class PulseFigures:
    """Worst figures since the last ``reset``. ``window_block_ms_max`` stays None unless dispatches are measured."""

    window_block_ms_max: float | None = None
    timer_late_ms_max: float = 0.0
    previews: int = 0
    preview_s: float = 0.0


class Pulse(QObject):
    """Timer lateness contains the machine's load; a dispatch is the window's own doing."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.figures = PulseFigures()
        self._clock = clock
        self._expected_at_s = clock.monotonic() + TICK_MS / 1000
        self._last_preview_at_s: float | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def reset(self) -> None:
        self.figures = PulseFigures()
        self._expected_at_s = self._clock.monotonic() + TICK_MS / 1000

    def dispatched(self, took_s: float) -> None:
        """One event was handled in ``took_s`` seconds."""
        self.figures.window_block_ms_max = max(self.figures.window_block_ms_max or 0.0, took_s * 1000)

    def preview_painted(self) -> None:
        now_s = self._clock.monotonic()
        if self._last_preview_at_s is not None and now_s - self._last_preview_at_s < PREVIEW_GAP_S:
            self.figures.previews += 1
            self.figures.preview_s += now_s - self._last_preview_at_s
        self._last_preview_at_s = now_s

    def preview_ended(self) -> None:
        self._last_preview_at_s = None

    def _tick(self) -> None:
        now_s = self._clock.monotonic()
        self.figures.timer_late_ms_max = max(self.figures.timer_late_ms_max, (now_s - self._expected_at_s) * 1000)
        self._expected_at_s = now_s + TICK_MS / 1000
