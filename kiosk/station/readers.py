"""Several document readers at one station, heard as one: resident cards on one, passports on another.

The station is told that its reader is there while all of them are: nobody may wait before one that is dead, and with
either gone staff serve everybody. What was laid down last counts, unless a chip is in the middle of being read; what
else still comes is somebody's document that was left behind, and is wiped unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from drivers.port import (
    DeviceLost,
    DeviceReady,
    DocumentEvent,
    DocumentJudged,
    DocumentPresented,
    DocumentRemoved,
    IdentityRead,
    KeyTaken,
    KeyUnreadable,
    PortraitRead,
    ReadFailed,
    ReadProgress,
)


class ReaderGroup:
    """``names``: of the readers. Window's thread."""

    def __init__(self, names: Iterable[str], deliver: Callable[[DocumentEvent], None]) -> None:
        self._deliver = deliver
        self._answering = dict.fromkeys(names, False)
        self._in_use = ""
        self._busy = False

    def from_reader(self, name: str) -> Callable[[DocumentEvent], None]:
        """What to give that reader's events to."""
        return lambda event: self._heard(name, event)

    def _heard(self, name: str, event: DocumentEvent) -> None:
        match event:
            case DeviceReady():
                self._came(name, event)
            case DeviceLost():
                self._went(name, event)
            case KeyTaken() | KeyUnreadable():
                self._deliver(event)  # a zone is swiped before anything lies on a reader
            case DocumentPresented() if name == self._in_use or not self._busy:
                self._in_use, self._busy = name, False
                self._deliver(event)
            case _ if name == self._in_use:
                self._busy = self._still_busy(event)
                self._deliver(event)
            case _:
                _wipe(event)

    def _still_busy(self, event: DocumentEvent) -> bool:
        """Whether a chip is in the middle of being read: another document then waits for its turn."""
        match event:
            case ReadProgress():
                return True
            case IdentityRead(to_be_proved=to_be_proved):
                return to_be_proved
            case DocumentJudged() | ReadFailed() | DocumentRemoved():
                return False
            case _:
                return self._busy

    def _came(self, name: str, event: DeviceReady) -> None:
        self._answering[name] = True
        if all(self._answering.values()):
            self._deliver(event)

    def _went(self, name: str, event: DeviceLost) -> None:
        were_all_there = all(self._answering.values())
        self._answering[name] = False
        if were_all_there:
            self._deliver(event)
        if name == self._in_use:
            self._in_use, self._busy = "", False


def _wipe(event: DocumentEvent) -> None:
    if isinstance(event, IdentityRead):
        event.name.wipe()
    elif isinstance(event, PortraitRead):
        event.data.wipe()
