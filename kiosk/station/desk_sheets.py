"""What a supervisor sees at the desk beside tickets: signs of an attack, and officers against each other.

Pure: accounts, log and window are ports. Whoever may not see them has no banner, no button and no sheet; a document put
down, a log-out or a lock takes a sheet away.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kiosk.accounts.overrides import Comparison
from kiosk.audit.alerts import Alert
from kiosk.domain.access import Action, Principal
from kiosk.office.alerts import SEEN, alerts_page, banner_words
from kiosk.office.overrides_page import overrides_page
from kiosk.office.view import ListPage
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.text import Texts


class SheetWindow(Protocol):
    def show_alert(self, words: str) -> None:
        """The banner; "" takes it away."""

    def show_supervising(self, on: bool) -> None:
        """The button that leads to the overrides."""

    def show_sheet(self, page: ListPage | None) -> None:
        """In place of the desk; None gives the desk back."""


class Supervised(Protocol):
    """The accounts and the log, asked without waiting; the role table is asked there again."""

    def overrides(self, who: Principal, answered: Callable[[Comparison], None]) -> None: ...

    def alerts_seen(self, who: Principal, to_seq: int, count: int, written: Callable[[], None]) -> None:
        """Write down that ``who`` saw ``count`` signs up to record ``to_seq``; ``written`` once that is on record."""


class DeskSheets:
    """Window's thread. ``texts``: of the language the desk shows now."""

    def __init__(
        self,
        window: SheetWindow,
        supervised: Supervised,
        principal: Callable[[], Principal],
        texts: Callable[[], Texts],
    ) -> None:
        self._window, self._supervised = window, supervised
        self._principal, self._texts = principal, texts
        self._alerts: tuple[Alert, ...] = ()
        self._seen_to = 0
        self._shown: tuple[Alert, ...] = ()
        self._open = False
        self._question = 0

    @property
    def is_open(self) -> bool:
        return self._open

    def on_login(self, view: LoginView) -> None:
        """Somebody came or went."""
        if view.step is not LoginStep.OPEN:
            self._close()
        self._refresh()

    def on_desk(self, view: DeskView) -> None:
        """A ticket is looked at: that goes before every sheet."""
        if view.state is not DeskState.WAITING:
            self._close()

    def on_alerts(self, alerts: tuple[Alert, ...]) -> None:
        """All that nobody saw, newest first."""
        self._alerts = alerts
        self._refresh()

    def on_language(self) -> None:
        self._close()
        self._refresh()

    def on_alert_tapped(self) -> None:
        if self._may(Action.READ_ALERTS) and self._waiting:
            self._shown = self._waiting
            self._show(alerts_page(self._shown, self._texts()))

    def on_overrides_tapped(self) -> None:
        if self._may(Action.READ_OVERRIDES):
            self._question += 1
            question = self._question
            self._supervised.overrides(self._principal(), lambda seen: self._compared(question, seen))

    def on_act(self, name: str) -> None:
        if name == SEEN and self._shown and self._may(Action.ANSWER_ALERTS):
            to_seq = self._shown[0].seq
            self._supervised.alerts_seen(self._principal(), to_seq, len(self._shown), lambda: self._answered(to_seq))
            self._close()

    def on_back(self) -> None:
        self._close()

    @property
    def _waiting(self) -> tuple[Alert, ...]:
        """Without those just answered for: their record is read back a moment later."""
        return tuple(alert for alert in self._alerts if alert.seq > self._seen_to)

    def _answered(self, to_seq: int) -> None:
        """On record: what could not be written down goes on being told."""
        self._seen_to = max(self._seen_to, to_seq)
        self._refresh()

    def _compared(self, question: int, seen: Comparison) -> None:
        if question == self._question and self._may(Action.READ_OVERRIDES):
            self._show(overrides_page(seen, self._texts()))

    def _may(self, action: Action) -> bool:
        return self._principal().may(action)

    def _show(self, page: ListPage) -> None:
        self._open = True
        self._window.show_sheet(page)

    def _close(self) -> None:
        self._question += 1
        self._shown = ()
        if self._open:
            self._open = False
            self._window.show_sheet(None)

    def _refresh(self) -> None:
        self._window.show_supervising(self._may(Action.READ_OVERRIDES))
        told = self._waiting if self._may(Action.READ_ALERTS) else ()
        self._window.show_alert(banner_words(told, self._texts()))
