"""The log-in before the office: badge and PIN as at a desk, or password and one-time code.

A screen nobody touches for five minutes is covered, forgets everything, and logs its person out: to go on takes both
factors again (R-59, R-61).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from kiosk.ports import Clock
from kiosk.station.desk_login import DeskLogin, LoginWindow, Officer, Officers, Refused
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.station.ports import Timers

FORGET_S = 120.0
"""A password on the glass takes longer to type than a PIN."""


class Entrance(Officers, Protocol):
    """The accounts, asked for either way."""

    def log_in_by_password(
        self,
        account_id: str,
        password: str,
        code: str,
        new_password: str,
        answered: Callable[[Officer], None],
        refused: Refused,
    ) -> None:
        """As ``log_in``. A code counts once, also where "must_change" or a weak new password is the answer."""


class OfficeLogin(DeskLogin):
    """``entered`` is called once somebody is logged in."""

    forget_s = FORGET_S

    def __init__(
        self,
        window: LoginWindow,
        entrance: Entrance,
        timers: Timers,
        clock: Clock,
        station: str,
        covered: Callable[[], None],
        entered: Callable[[], None],
    ) -> None:
        super().__init__(window, entrance, timers, clock, station, covered)
        self._entrance, self._entered = entrance, entered
        self._account = self._password = self._new_password = ""
        self._by_password = True

    def start(self) -> None:
        self._rest()

    def on_way(self) -> None:
        """The other two factors."""
        if not self.open:
            self._by_password = not self._by_password
            self._rest()

    def on_entered(self, typed: str) -> None:
        match self._view.step:
            case LoginStep.ACCOUNT:
                self._account = typed.strip().lower()
                self._ask(LoginStep.PASSWORD)
            case LoginStep.PASSWORD:
                self._password = typed
                self._ask(LoginStep.CODE)
            case LoginStep.CODE:
                self._log_in_by_password(typed)
            case LoginStep.NEW_PASSWORD:
                self._new_password = typed
                self._ask(LoginStep.REPEAT_PASSWORD)
            case LoginStep.REPEAT_PASSWORD if typed != self._new_password:
                self._ask(LoginStep.NEW_PASSWORD, "differ")
            case LoginStep.REPEAT_PASSWORD:
                self._ask(LoginStep.CODE, "next_code")
            case _:
                super().on_entered(typed)

    def on_lock(self) -> None:
        """There is no locked office with somebody in it: leaving is logging out."""
        if self.open:
            self._log_out("")

    def _log_in_by_password(self, code: str) -> None:
        question = self._checking()
        self._entrance.log_in_by_password(
            self._account,
            self._password,
            code,
            self._new_password,
            lambda officer: self._enter(question, officer),
            lambda why, until: self._refuse(question, why, until),
        )

    def _refuse(self, question: int, code: str, until: float) -> None:
        if question != self._question or not self._account:
            super()._refuse(question, code, until)
        elif code == "must_change":
            self._ask(LoginStep.NEW_PASSWORD)
        elif code.startswith("weak_") or code == "reused":
            self._ask(LoginStep.NEW_PASSWORD, code)
        elif code == "replayed":
            self._ask(LoginStep.CODE, code)
        elif code == "locked":
            super()._refuse(question, code, until)
        else:
            self._rest(code)

    def _enter(self, question: int, officer: Officer | None = None) -> None:
        super()._enter(question, officer)
        if self.open:
            self._entered()

    def _rest(self, refused: str = "") -> None:
        super()._rest(refused)
        if self._by_password:
            self._show(replace(self._view, step=LoginStep.ACCOUNT))

    def _forget(self) -> None:
        super()._forget()
        self._account = self._password = self._new_password = ""

    def _show(self, view: LoginView) -> None:
        super()._show(replace(view, two_ways=True))
