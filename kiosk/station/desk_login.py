"""Who works at the desk: badge, PIN, an idle lock, and the next officer. Pure: accounts, clock and window are ports.

Until somebody is logged in the desk shows nothing of anybody and takes nothing. A locked screen keeps its officer: the
desk is still staffed, only covered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from kiosk.domain.access import Principal, Role
from kiosk.ports import Clock
from kiosk.station.desk_view import WaitingCall
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.station.ports import Timers

IDLE_S = 5 * 60.0
ALIVE_EVERY_S = 30.0
FORGET_S = 30.0
"""A badge without its PIN, or half a PIN change, is forgotten after this long."""


_TAKES_BADGE = frozenset({LoginStep.OPEN, LoginStep.BADGE, LoginStep.UNLOCK})


@dataclass(frozen=True)
class Officer:
    """Who was logged in, as the desk needs them."""

    principal: Principal
    name: str

    def __repr__(self) -> str:
        return f"Officer({self.principal.name})"


Refused = Callable[[str, float], None]
"""(code, UTC second a lock ends at or 0.0)."""


class Officers(Protocol):
    """The accounts, asked without waiting: answers come in the window's thread, in the order of asking."""

    def badge_of(self, untrusted_text: str) -> str | None: ...

    def know(self, badge: str, answered: Callable[[bool], None], refused: Refused) -> None:
        """Whether ``badge`` is an officer's of this event, not revoked and not ended."""

    def log_in(self, badge: str, pin: str, new_pin: str, answered: Callable[[Officer], None], refused: Refused) -> None:
        """Replaces whoever was logged in here; "must_change" asks for a ``new_pin``."""

    def unlock(self, pin: str, answered: Callable[[], None], refused: Refused) -> None: ...

    def keep_alive(self, lost: Callable[[], None]) -> None: ...

    def went_idle(self) -> None: ...

    def end(self) -> None: ...


class LoginWindow(Protocol):
    def show_login(self, view: LoginView) -> None: ...


class DeskLogin:
    """Call only from the window's thread. ``covered`` is called whenever the desk has to forget what it shows."""

    forget_s = FORGET_S

    def __init__(
        self,
        window: LoginWindow,
        officers: Officers,
        timers: Timers,
        clock: Clock,
        station: str,
        covered: Callable[[], None],
    ) -> None:
        self._window, self._officers, self._timers, self._clock = window, officers, timers, clock
        self._covered = covered
        self._nobody = Principal(Role.UNATTENDED, station)
        self._officer: Officer | None = None
        self._badge = self._pin = self._new_pin = ""
        self._until, self._question = 0.0, 0
        self._view = LoginView()

    @property
    def view(self) -> LoginView:
        return self._view

    @property
    def open(self) -> bool:
        return self._view.step is LoginStep.OPEN

    @property
    def staffed(self) -> bool:
        """Whether an officer is logged in, at a locked screen too."""
        return self._officer is not None

    @property
    def principal(self) -> Principal:
        """Who acts at this moment; any thread may ask."""
        officer = self._officer
        return officer.principal if officer is not None and self.open else self._nobody

    def start(self) -> None:
        self._rest()

    # --- what happens at the screen --------------------------------------------------------------

    def on_badge(self, untrusted_text: str) -> None:
        """A badge scanned, also while somebody works: the next officer takes over, or the same one comes back.

        Anybody can print what looks like one, so the accounts are asked first: until they know it nothing changes at a
        working desk. While a PIN is being typed or checked no other badge counts.
        """
        badge = self._officers.badge_of(untrusted_text)
        if badge is None:
            self._no_badge("no_badge")
        elif self._view.step in _TAKES_BADGE:
            self._officers.know(
                badge,
                lambda known: self._begin(badge) if known else self._no_badge("no_badge"),
                lambda code, until: self._no_badge(code),
            )

    def on_entered(self, typed: str) -> None:
        """What was typed, at the key that ends it."""
        match self._view.step:
            case LoginStep.BADGE:
                self._on_typed_badge(typed)
            case LoginStep.PIN:
                self._pin = typed
                self._log_in()
            case LoginStep.NEW_PIN:
                self._new_pin = typed
                self._ask(LoginStep.REPEAT_PIN)
            case LoginStep.REPEAT_PIN if typed != self._new_pin:
                self._ask(LoginStep.NEW_PIN, "differ")
            case LoginStep.REPEAT_PIN:
                self._log_in()
            case LoginStep.UNLOCK:
                question = self._checking()
                self._officers.unlock(
                    typed, lambda: self._enter(question), lambda code, until: self._refuse(question, code, until)
                )

    def on_other(self) -> None:
        """Somebody else wants to log in: whoever was is logged out."""
        self._log_out("")

    def on_lock(self) -> None:
        if self.open:
            self._cover()
            self._rest()

    def on_activity(self) -> None:
        """Something was touched or presented at the working desk."""
        if self.open:
            self._timers.start("idle", IDLE_S)

    def on_calls(self, calls: tuple[WaitingCall, ...]) -> None:
        self._show(replace(self._view, calls=calls))

    def on_timer(self, name: str) -> None:
        if name == "idle" and self.open:
            self._officers.went_idle()
            self.on_lock()
        elif name == "alive" and self.staffed:
            self._officers.keep_alive(lambda: self._log_out("over"))
            self._timers.start("alive", ALIVE_EVERY_S)
        elif name == "forget" and self._view.step not in {LoginStep.OPEN, LoginStep.CHECKING}:
            self._rest()
        elif name == "wait":
            self._count_down()

    def stop(self) -> None:
        self._timers.cancel_all()
        if self.staffed:
            self._officers.end()

    # --- asking the accounts ---------------------------------------------------------------------

    def _on_typed_badge(self, typed: str) -> None:
        badge = self._officers.badge_of(typed)
        if badge is None:
            self._rest("no_badge")
            return
        question = self._checking()

        def answered(refused: str) -> None:
            if question == self._question:
                self._rest(refused)
                if not refused:
                    self._begin(badge)

        self._officers.know(
            badge, lambda known: answered("" if known else "no_badge"), lambda code, until: answered(code)
        )

    def _begin(self, badge: str) -> None:
        """A badge the accounts know: ask for its PIN, unless another one's is being asked for by now."""
        if self._view.step not in _TAKES_BADGE:
            return
        if self.open:
            self._cover()
        self._forget()
        self._badge = badge
        self._ask(LoginStep.PIN)

    def _no_badge(self, code: str) -> None:
        """Said where a badge is waited for; a desk that works or is locked goes on as it was."""
        if self._view.step is LoginStep.BADGE:
            self._rest(code)

    def _log_in(self) -> None:
        question = self._checking()
        self._officers.log_in(
            self._badge,
            self._pin,
            self._new_pin,
            lambda officer: self._enter(question, officer),
            lambda code, until: self._refuse(question, code, until),
        )

    def _checking(self) -> int:
        self._question += 1
        self._show(replace(self._view, step=LoginStep.CHECKING, refused=""))
        return self._question

    def _enter(self, question: int, officer: Officer | None = None) -> None:
        if officer is not None:
            self._officer = officer
        if question != self._question or self._officer is None:
            return
        self._forget()
        self._timers.cancel_all()
        self._show(LoginView(LoginStep.OPEN, self._officer.name, calls=self._view.calls))
        self._timers.start("idle", IDLE_S)
        self._timers.start("alive", ALIVE_EVERY_S)

    def _refuse(self, question: int, code: str, until: float) -> None:
        if question != self._question:
            return
        if code == "must_change":
            self._ask(LoginStep.NEW_PIN)
        elif code.startswith("weak_") or code == "reused":
            self._ask(LoginStep.NEW_PIN, code)
        elif code == "locked":
            self._until = until
            self._rest(code)
            self._count_down()
        elif code == "over":
            self._log_out(code)
        elif code == "wrong" and self._badge:
            self._new_pin = ""
            self._ask(LoginStep.PIN, code)
        else:
            self._rest(code)

    # --- what is shown ---------------------------------------------------------------------------

    def _ask(self, step: LoginStep, refused: str = "") -> None:
        self._show(replace(self._view, step=step, refused=refused, wait_s=0))
        self._timers.start("forget", self.forget_s)

    def _rest(self, refused: str = "") -> None:
        """Wait for a badge, or for the PIN of whoever is logged in."""
        self._forget()
        self._question += 1
        step = LoginStep.UNLOCK if self.staffed else LoginStep.BADGE
        name = self._officer.name if self._officer else ""
        self._show(LoginView(step, name, refused, calls=self._view.calls))

    def _log_out(self, refused: str) -> None:
        if self.open:
            self._cover()
        if self.staffed:
            self._officers.end()
        self._officer = None
        self._rest(refused)

    def _cover(self) -> None:
        """First the cover, then the forgetting: nothing of anybody is seen in between."""
        self._show(replace(self._view, step=LoginStep.CHECKING))
        self._covered()

    def _count_down(self) -> None:
        left_s = max(0, round(self._until - self._clock.now()))
        if self._view.refused == "locked":
            self._show(replace(self._view, wait_s=left_s, refused="locked" if left_s else ""))
            if left_s:
                self._timers.start("wait", 1.0)

    def _forget(self) -> None:
        self._badge = self._pin = self._new_pin = ""

    def _show(self, view: LoginView) -> None:
        self._view = view
        self._window.show_login(view)
