"""Whether the face lane may take visitors: open while nothing holds it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Hold(StrEnum):
    """What can keep the face lane shut while staff go on."""

    ENGINE = "engine"  # starting, or dead and starting again
    AUDIT = "audit"  # records cannot be written
    UNSTAFFED = "unstaffed"  # no officer works for this gate group
    INTEGRITY = "integrity"  # not checked yet, or not what was sealed


class FaceLane:
    """Window's thread. ``changed(ready)`` is called at ``start`` and whenever the answer changes after it."""

    def __init__(self, holds: set[Hold], changed: Callable[[bool], None]) -> None:
        self._holds, self._changed = set(holds), changed
        self._told: bool | None = None

    @property
    def holds(self) -> frozenset[Hold]:
        """What keeps it shut now."""
        return frozenset(self._holds)

    def start(self) -> None:
        self._tell()

    def hold(self, hold: Hold, *, on: bool) -> None:
        """``on``: this keeps the lane shut from now on; else no longer."""
        if on:
            self._holds.add(hold)
        else:
            self._holds.discard(hold)
        if self._told is not None:
            self._tell()

    def _tell(self) -> None:
        ready = not self._holds
        if ready != self._told:
            self._told = ready
            self._changed(ready)
