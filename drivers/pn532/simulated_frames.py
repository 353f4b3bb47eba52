"""The chip's side of the line: host bytes to commands, answers to bytes. Its own code, so that a mistake in the
driver's shows against it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["CHIP_ACK", "SYNTAX_ERROR", "Heard", "HostReader", "answer_frame"]

CHIP_ACK = b"\x00\x00\xff\x00\xff\x00"
SYNTAX_ERROR = b"\x00\x00\xff\x01\xff\x7f\x81\x00"
_NACK = b"\x00\xff\xff\x00"
_ACK = b"\x00\xff\x00\xff"


@dataclass(frozen=True)
class Heard:
    """One thing the host sent: ``kind`` is command, ack, nack or rubbish (a frame whose checksum was wrong).

    ``woken``: the edges of a wake-up stood in front of it.
    """

    kind: str
    command: int = 0
    parameters: bytes = field(default=b"", repr=False)
    woken: bool = False


class HostReader:
    """Cuts what the host sends. A frame whose rest does not come stays until ``give_up``."""

    def __init__(self) -> None:
        self._held = b""
        self._zeros = 0

    @property
    def unfinished(self) -> bool:
        return b"\x00\xff" in self._held

    def give_up(self) -> None:
        self._held, self._zeros = b"", 0

    def feed(self, data: bytes) -> list[Heard]:
        self._held += data
        heard: list[Heard] = []
        while (item := self._next()) is not None:
            heard.append(item)
        return heard

    def _next(self) -> Heard | None:
        at = self._held.find(b"\x00\xff")
        if at < 0:
            return None
        held, woken = self._held[at:], at >= 9 or b"\x55\x55" in self._held[:at]
        if len(held) < 4:
            return None
        if held.startswith(_ACK) or held.startswith(_NACK):
            self._held = held[4:]
            return Heard("ack" if held.startswith(_ACK) else "nack", woken=woken)
        if held[2:4] == b"\xff\xff":
            if len(held) < 7:
                return None
            size, head, good = int.from_bytes(held[4:6], "big"), 7, sum(held[4:7]) % 256 == 0
        else:
            size, head, good = held[2], 4, sum(held[2:4]) % 256 == 0
        if not good or size < 2:
            self._held = held[2:]
            return Heard("rubbish", woken=woken)
        if len(held) < head + size + 1:
            return None
        body, self._held = held[head : head + size + 1], held[head + size + 1 :]
        if sum(body) % 256 or body[0] != 0xD4:
            return Heard("rubbish", woken=woken)
        return Heard("command", body[1], body[2:-1], woken)


def answer_frame(command: int, data: bytes) -> bytes:
    """The chip's answer as it goes over the wire."""
    body = bytes([0xD5, command + 1]) + data
    if len(body) < 256:
        head = bytes([len(body), (256 - len(body)) % 256])
    else:
        size = len(body).to_bytes(2, "big")
        head = b"\xff\xff" + size + bytes([-sum(size) % 256])
    return b"\x00\x00\xff" + head + body + bytes([-sum(body) % 256]) + b"\x00"
