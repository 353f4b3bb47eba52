"""The visit's dealings with what is held: sealed bytes on their way from the visit's process to the disk.

What comes when nobody waits for it any more is not kept: a person who was not told the code could neither use nor
withdraw it.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.station.ports import Holds
from kiosk.visit import events as ev
from kiosk.visit.states import Visit


class VisitHold:
    """``post`` takes the visit's events; ``visit`` says where it stands when an answer arrives."""

    def __init__(self, holds: Holds, post: Callable[[ev.Event], None], visit: Callable[[], Visit]) -> None:
        self._holds, self._post, self._visit = holds, post, visit
        self._visit_number = 0
        self._sealed: bytes | None = None

    def next_visit(self) -> None:
        self._visit_number += 1
        self._sealed = None

    def sealed(self, sealed: bytes | None) -> None:
        """What the visit's process has sealed; the machine says whether it is stored."""
        self._sealed = sealed
        self._post(ev.CapturesSealed(sealed is not None))
        self._sealed = None

    def store(self) -> None:
        sealed, visit_number = self._sealed, self._visit_number
        if sealed is None:
            return

        def awaited() -> bool:
            return visit_number == self._visit_number and self._visit().sealing

        def kept(code: str) -> None:
            if awaited():
                self._post(ev.CapturesKept(code))
                self._holds.confirm(code)
            else:
                self._holds.drop(code)

        def failed(code: str) -> None:
            if awaited():
                self._post(ev.CapturesNotKept())

        self._holds.keep(sealed, kept, failed)
