"""The way to an armed event: every step a line, green or red, and what can be done next (R-71). No step is passed over
by anybody: what is missing is said by the same list that arming asks.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.access import Action
from kiosk.office.readiness import MissingPages
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Column, ListPage, Mark, PicturePage, Row, Told, Weight
from kiosk.office.wizard_begin import BeginPages
from kiosk.office.wizard_entries import EntryPages, PartPages
from kiosk.office.wizard_form import StepPages
from kiosk.office.wizard_papers import PaperPages
from kiosk.office.wizard_port import Looked, WizardPort
from kiosk.office.wizard_secret import SecretPages
from kiosk.office.wizard_steps import BY_NAME, STEPS, Step, step_that_mends

EDITABLE = frozenset({"draft", "armed", "open"})


class WizardPages(Subject):
    def __init__(self, room: Room, port: WizardPort) -> None:
        self._room, self._port = room, port
        self._looked: Looked | None = None

    def open(self, told: Told | None = None) -> None:
        self._room.ask(self._port.look, lambda looked: self._show(looked, told), self._say)

    def opened(self, row: str) -> None:
        looked = self._looked
        if looked is not None and looked.state in EDITABLE and row in BY_NAME:
            self._room.enter(lambda room: part_of(room, self._port, BY_NAME[row], looked))

    def act(self, name: str, row: str) -> None:
        port, looked = self._port, self._looked
        if looked is None:
            return
        match name:
            case "begin":
                self._room.enter(lambda room: BeginPages(room, port, looked))
            case "package" if port.package is not None and not looked.state:
                self._room.enter(port.package)
            case "missing":
                self._room.enter(lambda room: MissingPages(room, lambda: list(port.look().missing), self._mending))
            case "screens":
                self._room.enter(lambda room: ScreenPages(room, lambda: looked, port))
            case "publish":
                self._do(port.publish, name)
            case "arm":
                self._do(port.arm, name)
            case "open" if looked.locked:
                self._room.enter(lambda room: SecretPages(room, port.open, "opened"))
            case "open":
                self._do(lambda: port.open(""), "opened")
            case "close" if self._room.who.may(Action.CLOSE_EVENT):
                port.close(self.open)

    def _mending(self, code: str, what: str) -> Callable[[Room], Subject] | None:
        """The step that mends a missing thing, seen from the list of them."""
        step = step_that_mends(code, what)
        return lambda room: _Fresh(room, self._port, step)

    def _do(self, call: Callable[[], None], done: str) -> None:
        told = Told(Mark.GOOD, self._room.texts(f"office.wizard.done.{done}"))
        self._room.ask(call, lambda _: self.open(told), self.open)

    def _say(self, told: Told) -> None:
        self._room.show(ListPage(self._room.texts("office.wizard.title"), (), (), told=told))

    def _show(self, looked: Looked, told: Told | None) -> None:
        texts = self._room.texts
        self._looked = looked
        self._port.seen(looked)
        title = texts("office.wizard.title")
        if not looked.state:
            begin = Act("begin", texts("office.wizard.act.begin"), Weight.PRIMARY)
            package = Act("package", texts("office.event.act.package"))
            first = () if self._port.package is None else (package,)
            lead = texts("office.wizard.nothing_yet", event=looked.event.id)
            self._room.show(ListPage(title, (), (), lead, told, acts=(*first, begin)))
            return
        editable = looked.state in EDITABLE
        rows = tuple(self._row(step, looked) for step in STEPS) if editable else ()
        columns = (Column(texts("office.wizard.column.step"), 1.6), Column(texts("office.wizard.column.state"), 3.0))
        state = texts(f"office.event.states.{looked.state}")
        lead = texts("office.wizard.lead", event=looked.event.id, state=state)
        empty = texts("office.wizard.over")
        acts = self._acts(looked)
        self._room.show(ListPage(title, columns, rows, lead, told, acts=acts, empty=empty, opens=True))

    def _row(self, step: Step, looked: Looked) -> Row:
        texts = self._room.texts
        things = [thing for thing in looked.missing if step_that_mends(thing.code, thing.what) is step]
        words = list(dict.fromkeys(texts(f"office.missing.code.{thing.code}") for thing in things))
        state = texts("office.wizard.missing", what=texts("office.wizard.and").join(words)) if words else ""
        cells = (texts(f"office.wizard.step.{step.name}"), state or texts("office.wizard.in_place"))
        return Row(step.name, cells, Mark.BAD if words else Mark.GOOD)

    def _acts(self, looked: Looked) -> tuple[Act, ...]:
        ready, state = not looked.missing, looked.state
        may_open, may_close = self._room.who.may(Action.OPEN_EVENT), self._room.who.may(Action.CLOSE_EVENT)
        offered = (
            ("missing", state in {"draft", "armed"}, Weight.QUIET),
            ("screens", state in EDITABLE, Weight.QUIET),
            ("publish", may_open and state == "draft" and not looked.settled, Weight.QUIET),
            ("arm", may_open and state == "draft", Weight.PRIMARY if ready else Weight.QUIET),
            ("open", may_open and state == "armed", Weight.PRIMARY),
            (
                "close",
                may_close and state not in {"wiped", "archived"},
                Weight.PRIMARY if state == "open" else Weight.QUIET,
            ),
        )
        return tuple(
            Act(name, self._room.texts(f"office.wizard.act.{name}"), weight) for name, may, weight in offered if may
        )


class _Fresh(Subject):
    """A step entered from somewhere else than the list of steps: the event is looked at first."""

    def __init__(self, room: Room, port: WizardPort, step: Step) -> None:
        self._room, self._port, self._step = room, port, step
        self._entered = False

    def open(self, told: Told | None = None) -> None:
        if self._entered:
            self._room.leave(told)
            return
        self._entered = True
        self._room.ask(
            self._port.look,
            lambda looked: self._room.enter(lambda room: part_of(room, self._port, self._step, looked)),
            self._room.leave,
        )


def part_of(room: Room, port: WizardPort, step: Step, looked: Looked) -> Subject:
    """The pages of one step."""
    match step.name:
        case "officers":
            return port.officers(room)
        case "roster":
            return port.roster(room)
        case "papers":
            return PaperPages(room, port)
    if step.entries:
        return EntryPages(room, port, step)
    if step.parts:
        return PartPages(room, port, step)
    return StepPages(room, port, step, looked)


class ScreenPages(Subject):
    """What an attendee would see with these settings, in each language of the event."""

    def __init__(self, room: Room, looked: Callable[[], Looked], port: WizardPort) -> None:
        self._room, self._looked, self._port = room, looked, port

    def open(self, told: Told | None = None) -> None:
        texts = self._room.texts
        pictures = self._port.screens(self._looked().event)
        self._room.show(
            PicturePage(texts("office.wizard.screens"), pictures, texts("office.wizard.screens_lead"), told)
        )
