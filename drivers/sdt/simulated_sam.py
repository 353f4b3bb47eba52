"""A security module as a state machine: request bytes in, answer frames out. No port, no time, no thread.

It reads requests with its own code, not the driver's, so that a mistake in one shows against the other. What
real modules answer to commands in the wrong order was not found out; those answers are settings (sdt-id-card
section 10).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from drivers.sdt.simulated_card import SimulatedCard

__all__ = ["Heard", "RequestReader", "SamSettings", "SimulatedSam", "Stage", "answer_frame"]

_HEAD = b"\xaa\xaa\xaa\x96\x69"
_LONGEST_REQUEST = 64
_ALLOWED = frozenset({(0x11, 0xFF), (0x12, 0xFF), (0x20, 0x01), (0x20, 0x02), (0x30, 0x01), (0x61, 0xFF)})
"""What the product may ask (R-23). All else is answered as a module would, and recorded as forbidden."""

RATE_CODES = {0: 115200, 1: 57600, 2: 38400, 3: 19200, 4: 9600}


class Stage(Enum):
    """How far the dealings with the card have come."""

    NO_CARD = "no card"
    CARD = "card"
    FOUND = "found"
    SELECTED = "selected"
    READ = "read"


@dataclass(frozen=True)
class Heard:
    """One request as the module understood it; ``good`` when checksum and length were right."""

    command: int
    parameter: int
    data: bytes
    checksum_good: bool
    length_good: bool

    @property
    def forbidden(self) -> bool:
        return (self.command, self.parameter) not in _ALLOWED


@dataclass
class SamSettings:
    """What differs between modules. ``latch``: a card that was read is not found again until it was
    lifted.
    """

    latch: bool = False
    iin: bytes = bytes(4)
    serial: bytes = bytes(8)
    card_number: bytes = bytes(16)
    sam_number: bytes = bytes.fromhex("050003009548400101000000D2029649")
    select_without_find: int = 0x81
    read_without_select: int = 0x41
    unknown_command: int = 0x21


@dataclass
class SimulatedSam:
    """One module with room for one card."""

    settings: SamSettings = field(default_factory=SamSettings)
    stage: Stage = Stage.NO_CARD
    card: SimulatedCard | None = None
    failing_reads: int = 0
    forced: list[tuple[int, int, int]] = field(default_factory=list)
    """(SW1, SW2, SW3) given instead of the next answers."""
    new_baud: int | None = None
    """Set by a *set rate* request; the port takes it over after the answer."""

    def put_card(self, card: SimulatedCard) -> None:
        self.card, self.stage = card, Stage.CARD

    def lift_card(self) -> None:
        self.card, self.stage = None, Stage.NO_CARD

    def answer(self, heard: Heard) -> bytes:
        """The answer frame to one request."""
        if not heard.length_good:
            return answer_frame(0x11)
        if not heard.checksum_good:
            return answer_frame(0x10)
        if self.forced:
            sw1, sw2, sw3 = self.forced.pop(0)
            return answer_frame(sw3, b"", sw1, sw2)
        handler, data_bytes = self._handlers().get((heard.command, heard.parameter), (None, 0))
        if handler is None:
            return self._other(heard)
        return handler() if len(heard.data) == data_bytes else answer_frame(0x11)

    def _handlers(self) -> dict[tuple[int, int], tuple[Callable[[], bytes], int]]:
        return {
            (0x10, 0xFF): (self._reset, 0),
            (0x11, 0xFF): (lambda: answer_frame(0x90), 0),
            (0x12, 0xFF): (lambda: answer_frame(0x90, self.settings.sam_number), 0),
            (0x20, 0x01): (self._find, 0),
            (0x20, 0x02): (self._select, 0),
            (0x30, 0x01): (self._read, 0),
            (0x30, 0x02): (self._added, 0),
            (0x30, 0x03): (self._added, 0),
            (0x30, 0x05): (self._management, 0),
            (0x61, 0xFF): (lambda: answer_frame(0x90), 1),
        }

    def _other(self, heard: Heard) -> bytes:
        if heard.command == 0x60 and heard.parameter in RATE_CODES:
            self.new_baud = RATE_CODES[heard.parameter]
            return answer_frame(0x90)
        return answer_frame(self.settings.unknown_command)

    def _reset(self) -> bytes:
        if self.card is not None:
            self.stage = Stage.CARD
        return answer_frame(0x90)

    def _find(self) -> bytes:
        latched = self.settings.latch and self.stage is Stage.READ
        if self.card is None or latched:
            return answer_frame(0x80)
        self.stage = Stage.FOUND
        return answer_frame(0x9F, self.settings.iin)

    def _select(self) -> bytes:
        if self.stage is not Stage.FOUND:
            return answer_frame(0x81 if self.card is None else self.settings.select_without_find)
        self.stage = Stage.SELECTED
        return answer_frame(0x90, self.settings.serial)

    def _read(self) -> bytes:
        if self.card is None:
            return answer_frame(0x41)
        if self.stage not in (Stage.SELECTED, Stage.READ):
            return answer_frame(self.settings.read_without_select)
        if self.failing_reads > 0:
            self.failing_reads -= 1
            return answer_frame(0x41)
        self.stage = Stage.READ
        return answer_frame(0x90, self.card.record())

    def _added(self) -> bytes:
        if self.card is None or self.stage not in (Stage.SELECTED, Stage.READ):
            return answer_frame(0x41)
        data = self.card.added()
        return answer_frame(0x90, data) if data else answer_frame(0x91)

    def _management(self) -> bytes:
        if self.card is None or self.stage not in (Stage.SELECTED, Stage.READ):
            return answer_frame(0x41)
        return answer_frame(0x90, self.settings.iin + self.settings.serial + self.settings.card_number)


def answer_frame(sw3: int, data: bytes = b"", sw1: int = 0, sw2: int = 0) -> bytes:
    """An answer as it goes over the wire."""
    body = (4 + len(data)).to_bytes(2, "big") + bytes([sw1, sw2, sw3]) + data
    checksum = 0
    for byte in body:
        checksum ^= byte
    return _HEAD + body + bytes([checksum])


class RequestReader:
    """Cuts what the host sends into requests."""

    def __init__(self) -> None:
        self._held = bytearray()

    @property
    def unfinished(self) -> bool:
        """Whether the beginning of a request waits for its rest."""
        return len(self._held) >= len(_HEAD)

    def feed(self, data: bytes) -> list[Heard]:
        self._held += data
        heard: list[Heard] = []
        while True:
            begin = self._held.find(_HEAD)
            if begin < 0:
                del self._held[: max(0, len(self._held) - len(_HEAD) + 1)]
                return heard
            del self._held[:begin]
            if len(self._held) < 7:
                return heard
            length = int.from_bytes(self._held[5:7], "big")
            if not 3 <= length <= _LONGEST_REQUEST:
                heard.append(Heard(0, 0, b"", checksum_good=False, length_good=False))
                del self._held[:5]
                continue
            if len(self._held) < 7 + length:
                return heard
            frame = bytes(self._held[5 : 7 + length])
            del self._held[: 7 + length]
            checksum = 0
            for byte in frame:
                checksum ^= byte
            heard.append(Heard(frame[2], frame[3], frame[4:-1], checksum == 0, length_good=True))

    def give_up(self) -> Heard:
        """The rest did not come in time."""
        self._held.clear()
        return Heard(0, 0, b"", checksum_good=False, length_good=False)
