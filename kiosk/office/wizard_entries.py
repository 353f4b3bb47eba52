"""Steps that are lists: sessions, gate groups, manual lanes; and the notice, text by text."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

from kiosk.config.placeholders import MARKS
from kiosk.config.toml_text import Values
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Column, ListPage, Mark, Row, Told, Weight
from kiosk.office.wizard_form import StepPages, fault_told
from kiosk.office.wizard_port import Looked, WizardPort
from kiosk.office.wizard_steps import Setting, Step
from kiosk.office.wizard_values import found, shown


class _Listed(Subject):
    """Looks at the event each time it is shown, for a form that was left may have changed it."""

    def __init__(self, room: Room, port: WizardPort, step: Step) -> None:
        self._room, self._port, self._step = room, port, step
        self._looked: Looked | None = None

    def open(self, told: Told | None = None) -> None:
        self._room.ask(self._port.look, lambda looked: self._look(looked, told), self._room.leave)

    def act(self, name: str, row: str) -> None:
        if name == "edit" and row:
            self.opened(row)

    def _look(self, looked: Looked, told: Told | None) -> None:
        self._looked = looked
        self._show(looked, told)

    def _show(self, looked: Looked, told: Told | None) -> None:
        raise NotImplementedError

    def _list(
        self, columns: tuple[Column, ...], rows: tuple[Row, ...], acts: tuple[Act, ...], told: Told | None
    ) -> None:
        texts, name = self._room.texts, self._step.name
        edit = Act("edit", texts("office.wizard.act.edit"), Weight.PRIMARY, on_row=True)
        title, lead = texts(f"office.wizard.step.{name}"), texts(f"office.wizard.why.{name}")
        self._room.show(ListPage(title, columns, rows, lead, told, acts=(edit, *acts), opens=True))


class EntryPages(_Listed):
    """One line an entry; each is a form of the step's settings."""

    def opened(self, row: str) -> None:
        looked = self._looked
        if looked is not None:
            self._room.enter(lambda room: _entry_form(room, self._port, self._step, looked, int(row)))

    def act(self, name: str, row: str) -> None:
        looked = self._looked
        if looked is None:
            return
        if name == "add":
            entries = [*looked.values[self._step.entries], _another(looked.values[self._step.entries])]
            grown = {**looked.values, self._step.entries: entries}
            self._room.enter(lambda room: _entry_form(room, self._port, self._step, looked, len(entries) - 1, grown))
        elif name == "remove" and row and len(looked.values[self._step.entries]) > 1:
            entries = [each for place, each in enumerate(looked.values[self._step.entries]) if place != int(row)]
            shrunk = {**looked.values, self._step.entries: entries}
            done = Told(Mark.GOOD, self._room.texts("office.wizard.saved"))
            self._room.work.do(
                lambda: self._port.change(looked.values, shrunk, self._room.texts("office.wizard.removed")),
                lambda _: self.open(done),
                lambda error: self.open(fault_told(error, (), self._room.texts)),
            )
        else:
            super().act(name, row)

    def _show(self, looked: Looked, told: Told | None) -> None:
        texts, step = self._room.texts, self._step
        settings = step.settings if step.grows else (Setting("id"), *step.settings)
        columns = tuple(Column(texts(f"office.wizard.setting.{each.words}")) for each in settings)
        language = _language(looked, texts.language)
        rows = tuple(
            Row(str(place), tuple(shown(each, entry, language) for each in settings))
            for place, entry in enumerate(looked.values[step.entries])
        )
        grow = (("add", False), ("remove", True)) if step.grows else ()
        acts = tuple(Act(name, texts(f"office.wizard.act.{name}"), on_row=on_row) for name, on_row in grow)
        self._list(columns, rows, acts, told)


class PartPages(_Listed):
    """One line a text; each is a page of its own, in every language of the event."""

    def opened(self, row: str) -> None:
        looked, setting = self._looked, next(each for each in self._step.parts if each.words == row)
        if looked is not None:
            title = self._room.texts(f"office.wizard.setting.{setting.words}")
            self._room.enter(lambda room: StepPages(room, self._port, self._step, looked, (setting,), title=title))

    def _show(self, looked: Looked, told: Told | None) -> None:
        texts = self._room.texts
        language = _language(looked, texts.language)
        columns = (Column(texts("office.wizard.column.text"), 1.0), Column(texts("office.wizard.column.words"), 3.0))
        rows = tuple(
            Row(
                each.words,
                (texts(f"office.wizard.setting.{each.words}"), _short(shown(each, looked.values, language))),
                _mark(found(looked.values, each.path, {})),
            )
            for each in self._step.parts
        )
        self._list(columns, rows, (), told)


_MOST_SHOWN = 60


def _mark(texts: Any) -> Mark:
    return Mark.BAD if any(str(text).startswith(MARKS) for text in texts.values()) else Mark.GOOD


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]} …"


def _language(looked: Looked, wanted: str) -> str:
    languages = [language.value for language in looked.event.languages]
    return wanted if wanted in languages else languages[0]


def _entry_form(
    room: Room, port: WizardPort, step: Step, looked: Looked, place: int, values: Values | None = None
) -> StepPages:
    """The form of one entry of ``values``, which may have one more than the event has yet."""
    values = looked.values if values is None else values
    here = Looked(values, looked.event, looked.state, looked.missing, looked.settled, looked.locked)
    at, back = _at(step.entries, place), _into(step.entries, place)
    return StepPages(room, port, step, here, place=at, back=back, seen=looked.values)


def _at(entries: str, place: int) -> Callable[[Values], Values]:
    return lambda values: values[entries][place]


def _into(entries: str, place: int) -> Callable[[Values, Values], Values]:
    def put(values: Values, changed: Values) -> Values:
        copy = deepcopy(dict(values))
        entry = dict(changed)
        if "doors" in entry:  # tickets and ages are decided for the local day of the doors
            entry["date"] = entry["doors"].date()
        copy[entries][place] = entry
        return copy

    return put


def _another(entries: Any) -> dict[str, Any]:
    """One more like the last: a day later, without officers, under an id that is free."""
    entry: dict[str, Any] = deepcopy(entries[-1])
    entry.pop("manual", None)
    names, stem = {each["id"] for each in entries}, entry["id"].rstrip("0123456789") or entry["id"]
    entry["id"] = next(name for name in (f"{stem}{number}" for number in range(2, 100)) if name not in names)
    for moment in ("doors", "ends"):
        if moment in entry:
            entry[moment] += timedelta(days=1)
    return entry
