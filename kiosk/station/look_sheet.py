"""The desk's sheet for how the machine's windows look. A document put down, a log-out or a lock takes it away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kiosk.config.look import Look, NightHours
from kiosk.domain.access import Action, Principal
from kiosk.office.look_page import look_page, with_choice
from kiosk.office.view import ListPage
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.text import Texts


class LookWindow(Protocol):
    def show_sheet(self, page: ListPage | None) -> None:
        """In place of the desk; None gives the desk back."""


class Looks(Protocol):
    """The machine's look, and where a choice is kept without waiting."""

    @property
    def look(self) -> Look: ...

    @property
    def hours(self) -> NightHours: ...

    def choose(self, look: Look, told: Callable[[bool], None]) -> None:
        """``told`` whether it could be kept; by then it is shown."""


class LookSheet:
    """Window's thread. ``texts``: of the language the desk shows now."""

    def __init__(
        self, window: LookWindow, looks: Looks, principal: Callable[[], Principal], texts: Callable[[], Texts]
    ) -> None:
        self._window, self._looks, self._principal, self._texts = window, looks, principal, texts
        self._open = False

    @property
    def is_open(self) -> bool:
        return self._open

    def on_tapped(self) -> None:
        if self._principal().may(Action.SET_LOOK):
            self._open = True
            self._show()

    def on_chosen(self, name: str, value: str) -> None:
        if self._open and self._principal().may(Action.SET_LOOK):
            self._looks.choose(with_choice(self._looks.look, name, value), self._chosen)

    def on_desk(self, view: DeskView) -> None:
        """A ticket is looked at: that goes before every sheet."""
        if view.state is not DeskState.WAITING:
            self.on_back()

    def on_login(self, view: LoginView) -> None:
        if view.step is not LoginStep.OPEN:
            self.on_back()

    def on_back(self) -> None:
        if self._open:
            self._open = False
            self._window.show_sheet(None)

    def on_covered(self) -> None:
        """Another sheet is shown over this one."""
        self._open = False

    def _chosen(self, kept: bool) -> None:
        if self._open:
            self._show(unwritten=not kept)

    def _show(self, *, unwritten: bool = False) -> None:
        self._window.show_sheet(look_page(self._looks.look, self._looks.hours, self._texts(), unwritten=unwritten))
