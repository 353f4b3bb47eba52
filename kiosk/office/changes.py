"""What may be changed of an event that was made, and what each change takes; each leads to its step's page (R-49)."""

from __future__ import annotations

from kiosk.office.subject import Room, Subject
from kiosk.office.view import Column, ListPage, Row, Told
from kiosk.office.wizard import EDITABLE, part_of
from kiosk.office.wizard_port import Looked, WizardPort
from kiosk.office.wizard_steps import BY_NAME, STEPS, Step

_GUARDED = frozenset({"profiles", "face.enabled", "manual.officers", "retention.grace_h", "hold.allowed", "hold.max_h"})
"""What kiosk.closing.publishing lets become stricter only."""

_TO_A_LATER_END = frozenset({"ends"})


class ChangesPages(Subject):
    """Everything that ``kiosk event change`` takes, and the accounts of officers."""

    def __init__(self, room: Room, port: WizardPort) -> None:
        self._room, self._port = room, port
        self._looked: Looked | None = None

    def open(self, told: Told | None = None) -> None:
        self._room.ask(self._port.look, lambda looked: self._show(looked, told), self._room.leave)

    def opened(self, row: str) -> None:
        looked = self._looked
        if looked is not None and looked.state in EDITABLE and row in BY_NAME:
            self._room.enter(lambda room: part_of(room, self._port, BY_NAME[row], looked))

    def _show(self, looked: Looked, told: Told | None) -> None:
        texts = self._room.texts
        self._looked = looked
        self._port.seen(looked)
        columns = (Column(texts("office.changes.what"), 1.0), Column(texts("office.changes.rule"), 1.8))
        rows = tuple(
            Row(step.name, (texts(f"office.wizard.step.{step.name}"), texts(f"office.changes.{rule_of(step)}")))
            for step in STEPS
            if looked.state in EDITABLE and (step.settings or step.parts or step.name == "officers")
        )
        lead, empty = texts("office.changes.lead"), texts("office.wizard.over")
        self._room.show(ListPage(texts("office.changes.title"), columns, rows, lead, told, empty=empty, opens=True))


def rule_of(step: Step) -> str:
    """Which words say what a change of this step takes."""
    paths = {setting.path for setting in step.settings}
    if paths & _GUARDED:
        return "stricter"
    if paths & _TO_A_LATER_END:
        return "later"
    return "free" if paths or step.parts else "accounts"
