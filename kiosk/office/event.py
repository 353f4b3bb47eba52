"""The event of this machine: state, deadline, numbers; the ways to its closing and its certificate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from kiosk.closing.planning import Plan
from kiosk.closing.readiness import Missing
from kiosk.domain.access import Action
from kiosk.office.evidence import EvidencePages
from kiosk.office.evidence_check import CheckPackPages
from kiosk.office.evidence_port import EvidencePort
from kiosk.office.readiness import MissingPages, PlanPages
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Group, Mark, SheetPage, Told, Weight
from kiosk.text import Texts

_OVER = frozenset({"wiped", "archived"})


@dataclass(frozen=True)
class EventFacts:
    """``counts`` None where the store cannot be read; ``closes_at``: UTC seconds, None when its file says nothing."""

    name: str
    event_id: str
    state: str
    closes_at: float | None
    counts: Mapping[str, int] | None
    certified: bool


@dataclass(frozen=True)
class EventPort:
    """``look`` waits and asks the role table. ``close`` and ``certificate`` open windows of their own, and call when
    they are left. ``archive``: None where a venue's base decides about that. ``evidence``: None where none is made.
    ``package``: tickets that another machine packed; None where a venue's base brings them. ``changes``: where its
    settings are changed.
    """

    look: Callable[[], EventFacts]
    close: Callable[[EventFacts, Callable[[], None]], None]
    certificate: Callable[[Callable[[], None]], None]
    missing: Callable[[], list[Missing]]
    plan: Callable[[], tuple[Plan, float]]
    archive: Callable[[], None] | None = None
    evidence: EvidencePort | None = None
    package: Callable[[Room], Subject] | None = None
    changes: Callable[[Room], Subject] | None = None


class EventPages(Subject):
    def __init__(self, room: Room, port: EventPort) -> None:
        self._room, self._port = room, port
        self._facts: EventFacts | None = None

    def open(self, told: Told | None = None) -> None:
        self._room.ask(self._port.look, lambda facts: self._show(facts, told), self._say)

    def act(self, name: str, row: str) -> None:
        facts = self._facts
        if name == "again":
            self.open()
        elif name == "close" and facts is not None and self._room.who.may(Action.CLOSE_EVENT):
            self._port.close(facts, self.open)
        elif name == "missing" and self._room.who.may(Action.READ_COUNTS):
            self._room.enter(lambda room: MissingPages(room, self._port.missing))
        elif name == "plan" and self._room.who.may(Action.READ_COUNTS):
            self._room.enter(lambda room: PlanPages(room, self._port.plan))
        elif name == "changes" and self._port.changes is not None and self._room.who.may(Action.CREATE_EVENT):
            self._room.enter(self._port.changes)
        elif name == "archive" and self._port.archive is not None and self._room.who.may(Action.CLOSE_EVENT):
            done = Told(Mark.GOOD, self._room.texts("office.event.archived"))
            self._room.ask(self._port.archive, lambda _: self.open(done), self.open)
        elif name == "certificate" and self._room.who.may(Action.EXPORT_DOCUMENTS):
            self._port.certificate(self.open)
        elif name == "package" and self._port.package is not None and self._may_take_package(self._facts):
            self._room.enter(self._port.package)
        elif (evidence := self._port.evidence) is not None:
            self._of_evidence(name, evidence)

    def _of_evidence(self, name: str, port: EvidencePort) -> None:
        if name == "evidence" and self._may_take_evidence(self._facts):
            self._room.enter(lambda room: EvidencePages(room, port))
        elif name == "check":
            self._room.enter(lambda room: CheckPackPages(room, port))

    def _may_take_evidence(self, facts: EventFacts | None) -> bool:
        over = facts is not None and facts.certified and facts.state in _OVER
        return over and self._port.evidence is not None and self._room.who.may(Action.EXPORT_EVIDENCE)

    def _may_take_package(self, facts: EventFacts | None) -> bool:
        may = self._port.package is not None and self._room.who.may(Action.CREATE_EVENT)
        return may and facts is not None and facts.state in {"draft", "armed", "open"}

    def _may_archive(self, facts: EventFacts) -> bool:
        may = self._port.archive is not None and self._room.who.may(Action.CLOSE_EVENT)
        return may and facts.state == "wiped" and facts.certified

    def _may_change(self, facts: EventFacts) -> bool:
        may = self._port.changes is not None and self._room.who.may(Action.CREATE_EVENT)
        return may and facts.state in {"draft", "armed", "open"}

    def _say(self, told: Told) -> None:
        self._room.show(SheetPage(self._room.texts("office.event.title"), (), told=told))

    def _show(self, facts: EventFacts, told: Told | None) -> None:
        texts, who = self._room.texts, self._room.who
        self._facts = facts
        closes = "–" if facts.closes_at is None else _local(facts.closes_at)
        head = (
            (texts("office.event.name"), f"{facts.name}  ({facts.event_id})"),
            (texts("office.event.state"), texts(f"office.event.states.{facts.state}")),
            (texts("office.event.closes"), closes),
        )
        groups = [Group(texts("office.event.heading"), head)]
        if facts.counts is not None:
            numbers = tuple((_count_words(name, texts), f"{count:,}") for name, count in facts.counts.items())
            groups.append(Group(texts("office.event.numbers"), numbers))
        told = told or (Told(Mark.UNKNOWN, texts("office.event.no_numbers")) if facts.counts is None else None)
        over = facts.state in _OVER
        offered = (
            ("again", True, Weight.QUIET),
            ("missing", facts.state in {"draft", "armed"}, Weight.QUIET),
            ("plan", not over, Weight.QUIET),
            ("changes", self._may_change(facts), Weight.QUIET),
            ("certificate", facts.certified and who.may(Action.EXPORT_DOCUMENTS), Weight.QUIET),
            ("package", self._may_take_package(facts), Weight.QUIET),
            ("check", over and self._port.evidence is not None, Weight.QUIET),
            ("evidence", self._may_take_evidence(facts), Weight.QUIET),
            ("archive", self._may_archive(facts), Weight.PRIMARY),
            ("close", not over and who.may(Action.CLOSE_EVENT), Weight.PRIMARY),
        )
        acts = tuple(Act(name, texts(f"office.event.act.{name}"), weight) for name, may, weight in offered if may)
        self._room.show(SheetPage(texts("office.event.title"), tuple(groups), "", told, acts=acts))


def _count_words(name: str, texts: Texts) -> str:
    key = f"office.event.count.{name}"
    return texts(key) if texts.has(key) else name


def _local(at_s: float) -> str:
    return f"{datetime.fromtimestamp(at_s).astimezone():%Y-%m-%d %H:%M}"
