"""One place in the desk's window for pages of tasks, and who hears what is tapped on them. Window's thread."""

from __future__ import annotations

from typing import Protocol

from kiosk.station.desk_page import DeskPage
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.login_view import LoginStep, LoginView

RESTING = frozenset({DeskState.WAITING})


class PageWindow(Protocol):
    def show_page(self, page: DeskPage | None) -> None:
        """In place of the desk; None gives the desk back."""


class Task(Protocol):
    """Whoever a page belongs to."""

    def on_act(self, name: str) -> None:
        """A tile or a button of its page was tapped."""

    def on_back(self) -> None:
        """The way back was tapped, on a page that has one; what comes next is the task's to show."""


class PageShell:
    """Shows one task's page at a time. A document put down, a log-out or a lock takes it away."""

    def __init__(self, window: PageWindow) -> None:
        self._window = window
        self._task: Task | None = None
        self._stays: frozenset[DeskState] = RESTING

    @property
    def is_open(self) -> bool:
        return self._task is not None

    def shows(self, task: Task) -> bool:
        """Whether ``task``'s page is the one on the screen: an answer that comes late changes no other's."""
        return self._task is task

    def show(self, task: Task, page: DeskPage, stays: frozenset[DeskState] = RESTING) -> None:
        """``stays``: states of the desk that leave the page up."""
        self._task, self._stays = task, stays
        self._window.show_page(page)

    def close(self) -> None:
        if self._task is not None:
            self._task = None
            self._window.show_page(None)

    def on_act(self, name: str) -> None:
        if self._task is not None:
            self._task.on_act(name)

    def on_back(self) -> None:
        if self._task is not None:
            self._task.on_back()

    def on_desk(self, view: DeskView) -> None:
        if view.state not in self._stays:
            self.close()

    def on_login(self, view: LoginView) -> None:
        if view.step is not LoginStep.OPEN:
            self.close()
