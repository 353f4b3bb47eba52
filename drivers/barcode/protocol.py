"""One protocol object per scanner family: bytes and time in, codes, answers and bytes to send out. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from drivers.barcode import answers, commands
from drivers.barcode.framing import CodeEnd, LineFraming
from drivers.barcode.outputs import Output, Send
from drivers.barcode.ssi import HOST_TRIGGER_MODE, START_SESSION, STOP_SESSION
from drivers.barcode.ssi_session import SsiSession

__all__ = [
    "FAMILIES",
    "FamilyFacts",
    "LineProtocol",
    "ScannerFamily",
    "ScannerProtocol",
    "SsiProtocol",
    "protocol_for",
]


class ScannerFamily(StrEnum):
    """Names used in settings. ``LINE``: any scanner that sends lines and is not triggered (Datalogic and
    others).
    """

    LINE = "line"
    HONEYWELL = "honeywell"
    ZEBRA_SSI = "zebra-ssi"
    NEWLAND = "newland"
    GM65 = "gm65"
    ESC = "esc"


@dataclass(frozen=True)
class FamilyFacts:
    """What a line-oriented family is told and how its answers look. ``arm`` is sent once after opening."""

    baud: int = 9600
    start: bytes = b""
    stop: bytes = b""
    arm: bytes = b""
    take_answer: answers.TakeAnswer = answers.no_answer


FAMILIES = {
    ScannerFamily.LINE: FamilyFacts(),
    ScannerFamily.HONEYWELL: FamilyFacts(
        baud=115200,
        start=commands.honeywell_trigger(True),
        stop=commands.honeywell_trigger(False),
        take_answer=answers.honeywell_answer,
    ),
    ScannerFamily.ZEBRA_SSI: FamilyFacts(),
    ScannerFamily.NEWLAND: FamilyFacts(
        start=commands.newland_trigger(True),
        stop=commands.newland_trigger(False),
        arm=commands.newland("SCNMOD0"),
        take_answer=answers.newland_answer,
    ),
    ScannerFamily.GM65: FamilyFacts(
        start=commands.gm65_trigger(True), stop=commands.gm65_trigger(False), take_answer=answers.gm65_answer
    ),
    ScannerFamily.ESC: FamilyFacts(start=commands.esc_trigger(True), stop=commands.esc_trigger(False)),
}


class ScannerProtocol(Protocol):
    """What the reader drives. All times are monotonic seconds."""

    def arm(self, at_s: float) -> list[Send]:
        """What puts the scanner under host control; volatile commands only."""

    def trigger(self, on: bool, at_s: float) -> list[Send]: ...

    def receive(self, data: bytes, at_s: float) -> list[Output]: ...

    def silence(self, at_s: float) -> list[Output]: ...


class LineProtocol:
    """Every family but SSI."""

    def __init__(self, facts: FamilyFacts, framing: LineFraming) -> None:
        self._facts = facts
        self._framing = framing

    def arm(self, at_s: float) -> list[Send]:
        return _sends(self._facts.arm)

    def trigger(self, on: bool, at_s: float) -> list[Send]:
        return _sends(self._facts.start if on else self._facts.stop)

    def receive(self, data: bytes, at_s: float) -> list[Output]:
        return self._framing.receive(data, at_s)

    def silence(self, at_s: float) -> list[Output]:
        return self._framing.silence(at_s)


class SsiProtocol:
    """Zebra with packeted data."""

    def __init__(self, session: SsiSession) -> None:
        self._session = session

    def arm(self, at_s: float) -> list[Send]:
        return self._session.command(HOST_TRIGGER_MODE, at_s)

    def trigger(self, on: bool, at_s: float) -> list[Send]:
        return self._session.command(START_SESSION if on else STOP_SESSION, at_s)

    def receive(self, data: bytes, at_s: float) -> list[Output]:
        return self._session.receive(data, at_s)

    def silence(self, at_s: float) -> list[Output]:
        return self._session.silence(at_s)


def protocol_for(
    family: ScannerFamily, *, idle_gap_s: float = 0.04, end: CodeEnd = CodeEnd.ANY, handshake: bool = True
) -> ScannerProtocol:
    """A fresh protocol object; ``end`` concerns the line families, ``handshake`` SSI."""
    if family is ScannerFamily.ZEBRA_SSI:
        return SsiProtocol(SsiSession(idle_gap_s=idle_gap_s, handshake=handshake))
    facts = FAMILIES[family]
    return LineProtocol(facts, LineFraming(facts.take_answer, idle_gap_s=idle_gap_s, end=end))


def _sends(data: bytes) -> list[Send]:
    return [Send(data)] if data else []
