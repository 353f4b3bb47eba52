"""Commands to a card and its answers (ISO/IEC 7816-4), short and extended."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.emrtd.errors import MalformedAnswer

__all__ = ["OK", "Answer", "Command", "answer_from"]

OK = 0x9000
_SHORT_DATA, _SHORT_LE = 255, 256


@dataclass(frozen=True)
class Command:
    """``le``: most answer bytes wanted, 1 to 65,536, or None. Data or Le beyond the short form make it extended."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None

    @property
    def header(self) -> bytes:
        return bytes([self.cla, self.ins, self.p1, self.p2])

    @property
    def extended(self) -> bool:
        return len(self.data) > _SHORT_DATA or (self.le or 0) > _SHORT_LE

    def to_bytes(self) -> bytes:
        if self.extended:
            return self.header + b"\0" + self._extended_body()
        lc = bytes([len(self.data)]) if self.data else b""
        le = b"" if self.le is None else bytes([self.le % 0x100])
        return self.header + lc + self.data + le

    def _extended_body(self) -> bytes:
        lc = len(self.data).to_bytes(2) if self.data else b""
        le = b"" if self.le is None else (self.le % 0x10000).to_bytes(2)
        return lc + self.data + le


@dataclass(frozen=True)
class Answer:
    """``data`` without SW1 SW2; ``status_word`` as one number."""

    data: bytes
    status_word: int

    @property
    def ok(self) -> bool:
        return self.status_word == OK


def answer_from(untrusted: bytes) -> Answer:
    """Split an answer APDU. Raises MalformedAnswer on less than SW1 SW2."""
    if len(untrusted) < 2:
        raise MalformedAnswer(f"an answer of {len(untrusted)} bytes")
    return Answer(bytes(untrusted[:-2]), int.from_bytes(untrusted[-2:]))
