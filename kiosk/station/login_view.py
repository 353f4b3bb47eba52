"""What the log-in that covers a desk shows: plain values, no widgets, no sentences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.station.desk_view import WaitingCall

BADGE_DIGITS, PIN_DIGITS = 17, 12


class LoginStep(StrEnum):
    """What the screen asks for."""

    BADGE = "badge"
    PIN = "pin"
    NEW_PIN = "new_pin"
    REPEAT_PIN = "repeat_pin"
    UNLOCK = "unlock"
    CHECKING = "checking"
    OPEN = "open"  # nothing: the desk works


@dataclass(frozen=True)
class LoginView:
    """``name``: who is logged in. ``refused``: a key below ``login.refused``. ``wait_s``: until a lock ends."""

    step: LoginStep = LoginStep.BADGE
    name: str = ""
    refused: str = ""
    wait_s: int = 0
    calls: tuple[WaitingCall, ...] = ()

    @property
    def hidden(self) -> bool:
        """Whether the PIN is typed: dots instead of digits."""
        return self.step is not LoginStep.BADGE

    @property
    def most_digits(self) -> int:
        return PIN_DIGITS if self.hidden else BADGE_DIGITS
