"""The chip of a simulated document: APDUs in, answers out. No port, no time, no thread.

It holds the reader to the rules: nothing readable without access control, a protected session ends at the first command
that is not protected, and files a venue may not read (DG3, 4, 7, 11, 12, 13) are noted when asked for.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from drivers.emrtd.curve_table import BY_PARAMETER_ID
from drivers.emrtd.simulated_access import BacCard, PaceCard, active_answer, chip_session
from drivers.emrtd.simulated_der import oid, tagged
from drivers.emrtd.simulated_document import MadeDocument
from drivers.emrtd.simulated_messaging import BadCommand, CardMessaging

__all__ = ["SimulatedDocumentChip"]

_APPLICATION = bytes.fromhex("A0000002471001")
_FORBIDDEN = frozenset({0x0103, 0x0104, 0x0107, 0x010B, 0x010C, 0x010D})
_SHORT = {0x1C: 0x011C, 0x1D: 0x011D, 0x1E: 0x011E, 0x01: 0x0101, 0x02: 0x0102, 0x0E: 0x010E, 0x0F: 0x010F}
_OK, _END, _WRONG_LENGTH, _NOT_ALLOWED = 0x9000, 0x6282, 0x6700, 0x6982
_CONDITIONS, _BAD_OBJECTS, _NOT_FOUND, _WRONG_OFFSET, _NO_SUCH_INS = 0x6985, 0x6988, 0x6A82, 0x6B00, 0x6D00
_WRONG_PASSWORD, _BAD_DATA = 0x6300, 0x6A80


@dataclass(frozen=True)
class _Command:
    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes
    le: int | None

    @property
    def header(self) -> bytes:
        return bytes([self.cla, self.ins, self.p1, self.p2])


Answer = tuple[bytes, int]


class SimulatedDocumentChip:
    """An ``RfCard``. ``asked_forbidden`` counts selections of files that are no business of a venue."""

    def __init__(
        self,
        document: MadeDocument,
        *,
        randomness: Callable[[int], bytes] = secrets.token_bytes,
        scalar: Callable[[], int] | None = None,
        pace_think_s: float = 0.0,
    ) -> None:
        self.document = document
        self.kind: str = document.design.rf_kind
        self.rf_rates = document.design.rf_rates
        self.historical = b""
        self.asked_forbidden = 0
        self.log: list[str] = []
        self._randomness, self._scalar = randomness, scalar
        self._pace_think_s = pace_think_s
        self._thought_s = 0.0
        self._apdus = self._reads = 0
        self.power_off()

    def power_off(self) -> None:
        self._messaging: CardMessaging | None = None
        self._application = self._opened = False
        self._selected: bytes | None = None
        self._bac = BacCard(self.document.information, self._randomness)
        self._pace: PaceCard | None = None
        self._chip_step = False
        self._successor: CardMessaging | None = None

    def thinking_s(self) -> float:
        return self._thought_s

    def answer(self, apdu: bytes) -> bytes | None:
        self._apdus += 1
        self._thought_s = 0.0
        mute_after = self.document.design.faults.mute_after
        if mute_after is not None and self._apdus > mute_after:
            return None
        command = _parsed(apdu)
        if command is None:
            return _bare(_WRONG_LENGTH)
        if self._messaging is not None:
            return self._protected(command, self._messaging)
        if command.cla & 0x0C:
            return _bare(_BAD_OBJECTS)
        data, status_word = self._handle(command)
        return data + status_word.to_bytes(2)

    def _protected(self, command: _Command, messaging: CardMessaging) -> bytes:
        if not command.cla & 0x0C:
            self._end()
            data, status_word = self._handle(command)
            return data + status_word.to_bytes(2)
        try:
            clear = messaging.unwrap(command.header, command.data)
        except BadCommand as bad:
            self._end()
            return _bare(bad.status_word)
        inner = _Command(clear.header[0], command.ins, command.p1, command.p2, clear.data, clear.le)
        data, status_word = self._handle(inner)
        broken = self._session_fault()
        if broken is not None:
            self._end()
            return _bare(broken)
        answer = messaging.wrap(data, status_word, odd=bool(command.ins & 1))
        if self._successor is not None:
            self._messaging, self._successor = self._successor, None
        return answer

    def _session_fault(self) -> int | None:
        faults = self.document.design.faults
        if faults.refuse_reads_after is not None and self._reads == faults.refuse_reads_after:
            self._reads += 1
            return _NOT_ALLOWED
        if faults.break_session_after is not None and self._reads == faults.break_session_after:
            self._reads += 1
            return _BAD_OBJECTS
        return None

    def _end(self) -> None:
        self._messaging, self._opened, self._pace = None, False, None
        self._application, self._selected = False, None

    def _handle(self, command: _Command) -> Answer:
        self.log.append(f"{command.ins:02X}{command.p1:02X}{command.p2:02X}")
        match command.ins:
            case 0xA4:
                return self._select(command)
            case 0xB0 | 0xB1:
                return self._read(command)
            case 0x84:
                return self._challenge(command)
            case 0x82:
                return self._external(command)
            case 0x22:
                return self._manage(command)
            case 0x86:
                return self._general(command)
            case 0x88:
                return self._internal(command)
            case _:
                return b"", _NO_SUCH_INS

    def _select(self, command: _Command) -> Answer:
        self._selected = None
        if command.p1 == 0x04:
            if command.data != _APPLICATION:
                return b"", _NOT_FOUND
            if not self.document.design.bac and not self._opened:
                return b"", _NOT_ALLOWED
            self._application = True
            return b"", _OK
        if command.p1 == 0x00 and command.data in (b"", b"\x3f\x00"):
            self._application = False
            return b"", _OK
        return self._open_file(int.from_bytes(command.data)) if len(command.data) == 2 else (b"", _BAD_DATA)

    def _open_file(self, identifier: int) -> Answer:
        if identifier in _FORBIDDEN:
            self.asked_forbidden += 1
            return b"", _NOT_ALLOWED
        files = self.document.files if self._application else self.document.master_files
        if self._application and not self._opened:
            return b"", _NOT_ALLOWED
        self._selected = files.get(identifier)
        return b"", _OK if self._selected is not None else _NOT_FOUND

    def _read(self, command: _Command) -> Answer:
        offset = command.p1 << 8 | command.p2
        if command.ins == 0xB1:
            offset = int.from_bytes(command.data[2:]) if command.data[:1] == b"\x54" else -1
        elif command.p1 & 0x80:
            _, status_word = self._open_file(_SHORT.get(command.p1 & 0x1F, 0))
            if status_word != _OK:
                return b"", status_word
            offset = command.p2
        if self._selected is None:
            return b"", _NOT_ALLOWED if self._application and not self._opened else _CONDITIONS
        le = command.le or 0
        longest = self.document.design.faults.longest_read
        if (longest is not None and le > longest) or (le > 256 and not self.document.design.extended):
            return b"", _WRONG_LENGTH
        if not 0 <= offset < len(self._selected):
            return b"", _WRONG_OFFSET
        self._reads += self._messaging is not None
        room = le if command.ins == 0xB0 else max(0, le - _around(le))
        data = self._selected[offset : offset + room]
        status_word = _OK if len(data) == room else _END
        return (tagged(0x53, data) if command.ins == 0xB1 else data), status_word

    def _challenge(self, command: _Command) -> Answer:
        if not self.document.design.bac or not self._application:
            return b"", _CONDITIONS
        return self._bac.challenge()[: command.le or 8], _OK

    def _external(self, command: _Command) -> Answer:
        if not self.document.design.bac or not self._application:
            return b"", _CONDITIONS
        agreed = self._bac.authenticate(command.data)
        if agreed is None:
            return b"", _WRONG_PASSWORD
        answer, self._messaging = agreed
        self._opened = True
        return answer, _OK

    def _manage(self, command: _Command) -> Answer:
        objects = _objects(command.data)
        self._chip_step = False
        if (command.p1, command.p2) == (0xC1, 0xA4):
            return b"", self._choose_pace(objects)
        offer = self.document.design.chip_proof
        if not self._opened or offer is None or self.document.chip_key is None:
            return b"", _CONDITIONS
        if (command.p1, command.p2) == (0x41, 0xA4):
            self._chip_step = objects.get(0x80) == oid(f"0.4.0.127.0.7.2.2.3.2.{offer.value}")[2:]
            return b"", _OK if self._chip_step else _BAD_DATA
        if (command.p1, command.p2) == (0x41, 0xA6):
            self._successor = chip_session(self.document.chip_key, offer, objects.get(0x91, b""))
            return b"", _OK if self._successor is not None else _BAD_DATA
        return b"", _BAD_DATA

    def _choose_pace(self, objects: dict[int, bytes]) -> int:
        offer = self.document.design.pace
        if offer is None:
            return _NOT_FOUND
        if objects.get(0x80) != oid(offer.dotted)[2:]:
            return _BAD_DATA
        curve = BY_PARAMETER_ID[self.document.design.pace_parameter]
        self._pace = PaceCard(offer, curve, self.document.secrets, scalar=self._scalar, randomness=self._randomness)
        return _OK if self._pace.choose(int.from_bytes(objects.get(0x83, b""))) else 0x6A88

    def _general(self, command: _Command) -> Answer:
        inside = _objects(command.data).get(0x7C)
        if inside is None:
            return b"", _BAD_DATA
        if self._chip_step and self.document.chip_key is not None and self.document.design.chip_proof is not None:
            self._chip_step = False
            point = _objects(inside).get(0x80, b"")
            self._successor = chip_session(self.document.chip_key, self.document.design.chip_proof, point)
            return (tagged(0x7C, b""), _OK) if self._successor is not None else (b"", _BAD_DATA)
        if self._pace is None:
            return b"", _CONDITIONS
        self._thought_s = self._pace_think_s
        proceeded = self._pace.proceed(inside)
        if proceeded is None:
            self._pace = None
            return b"", _WRONG_PASSWORD
        data, messaging = proceeded
        if messaging is not None:
            self._messaging, self._opened, self._pace = messaging, True, None
        return tagged(0x7C, data), _OK

    def _internal(self, command: _Command) -> Answer:
        if not self._opened or self.document.active_key is None:
            return b"", _CONDITIONS
        if len(command.data) != 8:
            return b"", _WRONG_LENGTH
        return active_answer(self.document.active_key, command.data, self._randomness), _OK


def _around(le: int) -> int:
    """What tag and length of the object 53 take of an answer of ``le`` bytes."""
    return 2 if le < 130 else 3 if le < 259 else 4


def _bare(status_word: int) -> bytes:
    return status_word.to_bytes(2)


def _parsed(apdu: bytes) -> _Command | None:
    """Short and extended forms of ISO/IEC 7816-4; None for none of them."""
    if len(apdu) < 4:
        return None
    header, rest = apdu[:4], apdu[4:]
    data, le = b"", None
    if rest[:1] == b"\x00" and len(rest) >= 3:
        size, rest = int.from_bytes(rest[1:3]), rest[3:]
        if rest or not size:
            data, rest = rest[:size], rest[size:]
            if len(rest) not in (0, 2) or len(data) != size:
                return None
            le = (int.from_bytes(rest) or 65536) if rest else (65536 if not size else None)
        else:
            le = size
    elif len(rest) == 1:
        le = rest[0] or 256
    elif rest:
        size = rest[0]
        data, rest = rest[1 : 1 + size], rest[1 + size :]
        if len(data) != size or len(rest) > 1:
            return None
        le = (rest[0] or 256) if rest else None
    return _Command(header[0], header[1], header[2], header[3], data, le)


def _objects(data: bytes) -> dict[int, bytes]:
    """Objects with one-byte tags, in whatever order; what cannot be read ends the list."""
    found: dict[int, bytes] = {}
    at = 0
    while at + 2 <= len(data):
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            size, at = int.from_bytes(data[at : at + count]), at + count
        if at + size > len(data):
            break
        found[tag] = data[at : at + size]
        at += size
    return found
