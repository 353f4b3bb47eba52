"""The machine: its seal, what the doctor says of it, signs of an attack of the last day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.audit.alerts import Alert
from kiosk.domain.access import Action
from kiosk.integrity.check import IntegrityReport, State
from kiosk.office.alerts import alert_words
from kiosk.office.audit_words import time_words
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Group, Mark, SheetPage, Told
from kiosk.text import Texts

MOST_DIFFERENCES = 20
_SEAL = {State.SOUND: Mark.GOOD, State.BROKEN: Mark.BAD, State.NOT_SEALED: Mark.UNKNOWN}
_ORDER = [Mark.BAD, Mark.LOOK, Mark.UNKNOWN, Mark.GOOD, Mark.NONE]


@dataclass(frozen=True)
class DoctorLine:
    """``level``: ok, warning or bad. The doctor speaks English, as its commands do."""

    what: str
    level: str
    sentence: str
    mend: str = ""


@dataclass(frozen=True)
class DevicePort:
    """Looks that wait; each asks the role table first. What a person may not see is not asked for."""

    seal: Callable[[], IntegrityReport]
    doctor: Callable[[], list[DoctorLine]]
    alerts: Callable[[], list[Alert]]


@dataclass(frozen=True)
class DeviceFacts:
    """None: not for this person."""

    seal: IntegrityReport | None
    doctor: list[DoctorLine] | None
    alerts: list[Alert] | None


class DevicePages(Subject):
    def __init__(self, room: Room, port: DevicePort) -> None:
        self._room, self._port = room, port

    def open(self, told: Told | None = None) -> None:
        texts, who, port = self._room.texts, self._room.who, self._port
        self._room.show(
            SheetPage(texts("office.device.title"), (), told=Told(Mark.NONE, texts("office.device.looking")))
        )

        def look() -> DeviceFacts:
            return DeviceFacts(
                port.seal() if who.may(Action.CHECK_INTEGRITY) else None,
                port.doctor() if who.may(Action.READ_CONFIGURATION) else None,
                port.alerts() if who.may(Action.READ_ALERTS) else None,
            )

        self._room.ask(look, lambda facts: self._room.show(device_page(facts, texts)), self._say)

    def act(self, name: str, row: str) -> None:
        self.open()

    def _say(self, told: Told) -> None:
        self._room.show(SheetPage(self._room.texts("office.device.title"), (), told=told))


def device_page(facts: DeviceFacts, texts: Texts) -> SheetPage:
    """The worst of what was found stands above."""
    groups, verdicts = [], []
    if facts.seal is not None:
        report = facts.seal
        words = texts(f"office.device.seal.{report.state}")
        verdicts.append(Told(_SEAL[report.state], words))
        lines = [(texts("office.device.seal.state"), words)]
        if report.seal:
            lines.append((texts("office.device.seal.number"), report.seal))
        lines += [(texts("office.device.seal.differs"), str(each)) for each in report.differences[:MOST_DIFFERENCES]]
        groups.append(Group(texts("office.device.seal.heading"), tuple(lines)))
    if facts.alerts is not None:
        told = [(time_words(alert.at), alert_words(alert, texts)) for alert in facts.alerts]
        if told:
            verdicts.append(Told(Mark.LOOK, texts("office.device.alerts_some", count=len(told))))
        none = [("", texts("office.device.alerts_none"))]
        groups.append(Group(texts("office.device.alerts"), tuple(told or none)))
    if facts.doctor is not None:
        bad = [line for line in facts.doctor if line.level == "bad"]
        if bad:
            verdicts.append(Told(Mark.BAD, texts("office.device.doctor_bad", count=len(bad))))
        groups.append(Group(texts("office.device.doctor"), tuple(_doctor(line, texts) for line in facts.doctor)))
    worst = min(verdicts, key=lambda told: _ORDER.index(told.mark), default=None)
    again = (Act("again", texts("office.again")),)
    return SheetPage(texts("office.device.title"), tuple(groups), "", worst, acts=again)


def _doctor(line: DoctorLine, texts: Texts) -> tuple[str, str]:
    mend = f"\n{texts('office.device.mend')} {line.mend}" if line.mend else ""
    return f"{texts(f'office.device.level.{line.level}')} {line.what}", f"{line.sentence}{mend}"
