"""Timers of a station on a clock that a test moves."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.ports import Clock


class Timers:
    """Fire when the world's clock has passed them and somebody says so."""

    def __init__(self, clock: Clock, fired: Callable[[str], None]) -> None:
        self._clock, self._fired = clock, fired
        self._due: dict[str, float] = {}

    def start(self, name: str, seconds: float) -> None:
        self._due[name] = self._clock.monotonic() + seconds

    def cancel_all(self) -> None:
        self._due.clear()

    def next_at(self) -> float | None:
        return min(self._due.values(), default=None)

    def fire_due(self) -> None:
        now_s = self._clock.monotonic()
        for name, at in sorted(self._due.items(), key=lambda item: item[1]):
            if at <= now_s and self._due.get(name) == at:
                del self._due[name]
                self._fired(name)
