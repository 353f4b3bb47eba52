"""A PN532 as a state machine with room for one card: commands in, answers and how long they take out. No port, no
thread.

Times over the air follow ISO/IEC 14443: type A sends 9 bits a byte, blocks carry 3 bytes of their own, and every block
but the last is answered by one of 3 bytes. The firmware asks cards for 64-byte blocks (sheet emrtd, section 12).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["NO_RF_TIME", "RfCard", "RfTiming", "SimulatedPn532"]

_FIRMWARE = b"\x32\x01\x06\x07"
_RATES = {4: 115200, 5: 230400, 6: 460800, 7: 921600}
_RF_RATES = {0: 106, 1: 212, 2: 424}
_LARGEST_PIECE = 262
_GOOD, _TIMEOUT, _FORMAT, _WRONG_CONTEXT = 0x00, 0x01, 0x13, 0x27
_MORE = 0x40
_FOREVER_S = 1e9


class RfCard(Protocol):
    """A card of ISO/IEC 14443-4. ``kind`` is A or B, ``rf_rates`` in kbit/s, ``historical`` stands in its ATS."""

    kind: str
    rf_rates: tuple[int, ...]
    historical: bytes

    def power_off(self) -> None:
        """The field is gone: nothing of a session survives."""

    def answer(self, apdu: bytes) -> bytes | None:
        """To one whole APDU; None stays silent."""

    def thinking_s(self) -> float:
        """Seconds the last answer took beyond the time every command takes."""


@dataclass(frozen=True)
class RfTiming:
    """Seconds over the air and in the card's chip. ``per_command_s``: what every APDU costs in the chip."""

    on_air: bool = True
    per_command_s: float = 0.01
    turn_s: float = 0.0001
    block_bytes: int = 64
    activation_s: float = 0.015
    search_s: float = 0.005

    def carry_s(self, size: int, kbit_s: int) -> float:
        """One APDU or answer of ``size`` bytes."""
        if not self.on_air:
            return 0.0
        net = self.block_bytes - 3
        blocks = max(1, -(-size // net))
        own = 3 * blocks + 3 * (blocks - 1)
        return (size + own) * 9 / (kbit_s * 1000) + self.turn_s * (2 * blocks - 1)


NO_RF_TIME = RfTiming(on_air=False, per_command_s=0.0, turn_s=0.0, activation_s=0.0, search_s=0.0)


@dataclass
class SimulatedPn532:
    """One chip. ``awake`` after a wake-up and SAMConfiguration; before that it answers nothing."""

    timing: RfTiming = field(default_factory=RfTiming)
    card: RfCard | None = None
    baud: int = 115200
    awake: bool = False
    rf_kbit_s: int = 106
    apdus: int = 0
    _active: bool = False
    _passive_retries: int = 0xFF
    _coming_in: bytes = b""
    _going_out: bytes = b""
    new_baud: int | None = None
    commands: list[int] = field(default_factory=list)

    def put_card(self, card: RfCard) -> None:
        card.power_off()
        self.card, self._active = card, False

    def lift_card(self) -> None:
        if self.card is not None:
            self.card.power_off()
        self.card, self._active = None, False

    def restart(self) -> None:
        """Power was lost."""
        self.awake, self.baud, self.new_baud = False, 115200, None
        self._passive_retries = 0xFF
        self._field_off()

    def handle(self, command: int, parameters: bytes, woken: bool) -> tuple[float, bytes | None]:
        """(seconds of work, the answer's data); None where a chip would answer with a syntax error.

        A sleeping chip is asked through ``hears`` first.
        """
        self.commands.append(command)
        match command:
            case 0x02:
                return 0.0, _FIRMWARE
            case 0x10:
                self.new_baud = _RATES.get(parameters[0]) if len(parameters) == 1 else None
                return 0.0, b"" if self.new_baud else None
            case 0x12 | 0x14:
                self.awake |= command == 0x14
                return 0.0, b""
            case 0x32:
                return self._configure(parameters)
            case 0x4A:
                return self._list(parameters)
            case 0x4E:
                return self._psl(parameters)
            case 0x40:
                return self._exchange(parameters)
            case 0x52:
                self._field_off()
                return 0.0, b"\x00"
            case _:
                return 0.0, None

    def hears(self, command: int, woken: bool) -> bool:
        """Whether the chip is awake enough for ``command``."""
        return self.awake or (woken and command in (0x02, 0x14))

    def finish(self, answer: bytes) -> bytes:
        """The answer as it stands once the work is done: a card lifted meanwhile has said nothing."""
        if self.card is None and answer and answer[0] & 0x3F == _GOOD:
            self._active, self._going_out = False, b""
            return bytes([_TIMEOUT])
        return answer

    def _configure(self, parameters: bytes) -> tuple[float, bytes | None]:
        if parameters[:1] == b"\x05" and len(parameters) == 4:
            self._passive_retries = parameters[3]
        elif parameters[:1] == b"\x01" and len(parameters) == 2:
            if not parameters[1] & 1:
                self._field_off()
        else:
            return 0.0, None
        return 0.0, b""

    def _list(self, parameters: bytes) -> tuple[float, bytes | None]:
        if len(parameters) < 2 or parameters[1] not in (0x00, 0x03):
            return 0.0, None
        kind = "A" if parameters[1] == 0 else "B"
        card = self.card
        if card is None or card.kind != kind or self._active:
            tries = self._passive_retries + 1
            return (_FOREVER_S if self._passive_retries == 0xFF else tries * self.timing.search_s), b"\x00"
        self._active, self.rf_kbit_s = True, 106
        self._coming_in = self._going_out = b""
        return self.timing.activation_s, _target(card)

    def _psl(self, parameters: bytes) -> tuple[float, bytes | None]:
        if len(parameters) != 3 or parameters[1] != parameters[2] or parameters[1] not in _RF_RATES:
            return 0.0, bytes([_FORMAT])
        rate = _RF_RATES[parameters[1]]
        if self.card is None or not self._active or rate not in self.card.rf_rates:
            return 0.0, bytes([_WRONG_CONTEXT])
        self.rf_kbit_s = rate
        return self.timing.turn_s, bytes([_GOOD])

    def _exchange(self, parameters: bytes) -> tuple[float, bytes | None]:
        if not parameters or len(parameters) > _LARGEST_PIECE + 1:
            return 0.0, None
        if parameters[0] & 0x3F != 1:
            return 0.0, bytes([_WRONG_CONTEXT])
        if not self._active:
            return 0.0, bytes([_WRONG_CONTEXT])
        if self.card is None:
            return 0.05, bytes([_TIMEOUT])
        piece = parameters[1:]
        if self._going_out and not piece:
            return 0.0, self._next_piece()
        self._coming_in += piece
        if parameters[0] & _MORE:
            return self.timing.carry_s(len(piece), self.rf_kbit_s), bytes([_GOOD])
        apdu, self._coming_in = self._coming_in, b""
        self.apdus += 1
        answer = self.card.answer(apdu)
        if answer is None:
            return 0.05, bytes([_TIMEOUT])
        work_s = self.timing.carry_s(len(piece), self.rf_kbit_s) + self.timing.carry_s(len(answer), self.rf_kbit_s)
        self._going_out = answer
        return work_s + self.timing.per_command_s + self.card.thinking_s(), self._next_piece()

    def _next_piece(self) -> bytes:
        piece, self._going_out = self._going_out[:_LARGEST_PIECE], self._going_out[_LARGEST_PIECE:]
        return bytes([_MORE if self._going_out else _GOOD]) + piece

    def _field_off(self) -> None:
        self._active, self.rf_kbit_s = False, 106
        self._coming_in = self._going_out = b""
        if self.card is not None:
            self.card.power_off()


def _target(card: RfCard) -> bytes:
    """Target data; the identifier is random at every activation on real documents, here a fixed random-looking one."""
    offered = sum(bit for rate, bit in ((212, 0x11), (424, 0x22)) if rate in card.rf_rates)
    if card.kind == "A":
        ats = bytes([0x78, offered, 0x70, 0x00]) + card.historical  # FSCI 8: the card takes 256-byte blocks
        return b"\x01\x01\x00\x04\x20\x04\x08\x3a\x51\x7c" + bytes([len(ats) + 1]) + ats
    atqb = b"\x50" + b"\x08\x3a\x51\x7c" + b"\x00\x00\x00\x00" + bytes([offered, 0x81, 0x70])
    return b"\x01\x01" + atqb + b"\x01\x00"
