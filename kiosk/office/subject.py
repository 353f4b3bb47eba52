"""What a subject of the office is, and what it stands on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from kiosk.domain.access import Principal
from kiosk.office.refusals import sentence_of
from kiosk.office.view import Mark, Page, Told
from kiosk.ports import Clock
from kiosk.text import Texts

T = TypeVar("T")


class Work(Protocol):
    """Calls done one after the other on a thread that may wait; answers come in the window's thread."""

    def do(
        self,
        call: Callable[[], T],
        answered: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None: ...


class Subject:
    """One tile's worth of pages, or a part of it. Window's thread; nothing here waits. ``open`` has to be there."""

    def open(self, told: Told | None = None) -> None:
        """Show the first page, also when a part that was entered is left again; ``told``: what came of that."""
        raise NotImplementedError

    def act(self, name: str, row: str) -> None:
        """A button was tapped; ``row``: the chosen row's key, "" without one."""

    def chosen(self, name: str, value: str) -> None:
        """One of a page's options."""

    def searched(self, text: str) -> None:
        """The filter holds ``text`` now."""

    def opened(self, row: str) -> None:
        """A row was opened."""

    def turned(self, later: bool) -> None:
        """To the next page of rows, or to the one before."""

    def submitted(self, values: Mapping[str, str]) -> None:
        """A form was given in."""

    def acted(self, name: str, typed: Mapping[str, str]) -> None:
        """Another button of a form; ``typed``: what stands in its lines."""

    def back(self) -> bool:
        """To the page before, where the subject has one; False leaves it."""
        return False


@dataclass(frozen=True)
class Room:
    """One person's stay in one subject. ``show`` and answers of ``work`` reach nobody once they have left it.

    ``enter``: a part of the subject, as a subject of its own. ``leave``: back to what was before, with what came of it.
    ``post``: call from any thread, runs in the window's. ``later``: the same, so many seconds from now, once.
    """

    texts: Texts
    who: Principal
    work: Work
    clock: Clock
    show: Callable[[Page], None]
    enter: Callable[[Callable[[Room], Subject]], None]
    leave: Callable[[Told | None], None]
    post: Callable[[Callable[[], None]], None]
    later: Callable[[float, Callable[[], None]], None]

    def ask(self, call: Callable[[], T], answered: Callable[[T], None], told: Callable[[Told], None]) -> None:
        """Have ``call`` done; a refusal or a fault becomes one sentence."""
        self.work.do(call, answered, lambda error: told(Told(Mark.BAD, sentence_of(error, self.texts))))
