"""What simulated devices on a pseudo-terminal have in common: a thread of their own that takes turns.

Of the stage: no run-time module imports it.
"""

from __future__ import annotations

import threading
from typing import Self

from drivers.transport.paced_pty import PacedPty

__all__ = ["DeviceOnLine"]

_END_S = 2.0


class DeviceOnLine:
    """Serves a device on ``line`` between ``start`` and ``close``; devices say what one ``_turn`` is."""

    def __init__(self, line: PacedPty, name: str) -> None:
        self.line = line
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def path(self) -> str:
        """The port name to open."""
        return self.line.path

    def start(self) -> Self:
        self._thread.start()
        return self

    def unplug(self) -> None:
        """Pull the data plug; what has its own power keeps its state."""
        self.line.hang_up()

    def plug_in(self) -> None:
        self.line.plug_in()

    def close(self) -> None:
        """Stop and pull the plug. Twice is fine."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_END_S)
        self.line.close()

    def _turn(self) -> None:
        """Read what has come, for a moment, and answer."""
        raise NotImplementedError

    def _run(self) -> None:
        while not self._stop.is_set():
            self._turn()
