"""What the log-in that covers a desk or the office shows: plain values, no widgets, no sentences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.station.desk_view import WaitingCall

BADGE_DIGITS, PIN_DIGITS, CODE_DIGITS = 17, 12, 6
ACCOUNT_LETTERS, PASSWORD_LETTERS = 32, 128


class LoginStep(StrEnum):
    """What the screen asks for."""

    BADGE = "badge"
    PIN = "pin"
    NEW_PIN = "new_pin"
    REPEAT_PIN = "repeat_pin"
    UNLOCK = "unlock"
    ACCOUNT = "account"
    PASSWORD = "password"  # noqa: S105 - a step
    CODE = "code"
    NEW_PASSWORD = "new_password"  # noqa: S105 - a step
    REPEAT_PASSWORD = "repeat_password"  # noqa: S105 - a step
    CHECKING = "checking"
    OPEN = "open"  # nothing: the desk works


_TEXT = {
    LoginStep.ACCOUNT: ACCOUNT_LETTERS,
    LoginStep.PASSWORD: PASSWORD_LETTERS,
    LoginStep.NEW_PASSWORD: PASSWORD_LETTERS,
    LoginStep.REPEAT_PASSWORD: PASSWORD_LETTERS,
}
"""Steps that take letters and signs, and how many."""

BY_PASSWORD = frozenset({*_TEXT, LoginStep.CODE})
"""Steps of a log-in with password and one-time code; the others are badge's and PIN's."""


@dataclass(frozen=True)
class LoginView:
    """``name``: who is logged in. ``refused``: a key below ``login.refused``. ``wait_s``: until a lock ends.

    ``two_ways``: badge and PIN, or password and one-time code, whichever whoever stands there has.
    """

    step: LoginStep = LoginStep.BADGE
    name: str = ""
    refused: str = ""
    wait_s: int = 0
    calls: tuple[WaitingCall, ...] = ()
    two_ways: bool = False

    @property
    def hidden(self) -> bool:
        """Whether a secret is typed: dots instead of what was struck. A one-time code is over in half a minute."""
        return self.step not in {LoginStep.BADGE, LoginStep.ACCOUNT, LoginStep.CODE}

    @property
    def takes_letters(self) -> bool:
        return self.step in _TEXT

    @property
    def most_letters(self) -> int:
        """Digits, where the step takes no letters."""
        if self.step in _TEXT:
            return _TEXT[self.step]
        if self.step is LoginStep.CODE:
            return CODE_DIGITS
        return PIN_DIGITS if self.hidden else BADGE_DIGITS
