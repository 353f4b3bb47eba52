"""Training staff from the office: what keeps it from beginning, and the windows it opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kiosk.domain.access import Action
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Group, Mark, SheetPage, Told, Weight

_LOOK_AGAIN_S = 1.0
_SHARES = ("folder", "people", "devices", "banner", "end")


class Running(Protocol):
    """A training in windows of its own. ``over`` waits for nothing: None while it runs, else whether all went well."""

    def over(self) -> bool | None: ...


@dataclass(frozen=True)
class TrainingPort:
    """Both ask the role table. ``look``: ids of the events that keep a training from beginning."""

    look: Callable[[], tuple[str, ...]]
    begin: Callable[[str], Running]


class TrainingPages(Subject):
    def __init__(self, room: Room, port: TrainingPort) -> None:
        self._room, self._port = room, port
        self._running: Running | None = None

    def open(self, told: Told | None = None) -> None:
        self._room.ask(self._port.look, lambda events: self._show(events, told), lambda why: self._show((), why))

    def act(self, name: str, row: str) -> None:
        if name == "begin" and self._running is None and self._room.who.may(Action.TRAIN):
            language = self._room.texts.language
            self._room.ask(lambda: self._port.begin(language), self._began, self.open)

    def _began(self, running: Running) -> None:
        self._running = running
        self._show((), Told(Mark.LOOK, self._room.texts("office.training.runs")))
        self._room.later(_LOOK_AGAIN_S, self._look_again)

    def _look_again(self) -> None:
        went_well = self._running.over() if self._running is not None else True
        if went_well is None:
            self._room.later(_LOOK_AGAIN_S, self._look_again)
            return
        self._running = None
        key = "over" if went_well else "failed"
        self.open(Told(Mark.GOOD if went_well else Mark.BAD, self._room.texts(f"office.training.{key}")))

    def _show(self, events: tuple[str, ...], told: Told | None) -> None:
        texts = self._room.texts
        if events and told is None:
            told = Told(Mark.BAD, texts("office.training.busy", events=", ".join(events)))
        lines = tuple((texts(f"office.training.{each}"), texts(f"office.training.{each}_line")) for each in _SHARES)
        may = not events and self._running is None
        acts = (Act("begin", texts("office.training.begin"), Weight.PRIMARY),) if may else ()
        lead = texts("office.training.lead")
        self._room.show(SheetPage(texts("office.training.title"), (Group("", lines),), lead, told, acts=acts))
