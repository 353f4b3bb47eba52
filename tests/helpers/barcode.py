"""Feeding scanner protocols in tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from drivers.barcode.outputs import Output, RawCode, Refusal, Refused
from drivers.barcode.protocol import ScannerProtocol

Cut = Callable[[bytes], Iterable[bytes]]

BYTE_PACE_S = 10 / 9600
LONG_SILENCE_S = 5.0


def whole(data: bytes) -> list[bytes]:
    return [data]


def byte_by_byte(data: bytes) -> list[bytes]:
    return [data[i : i + 1] for i in range(len(data))]


class Feeder:
    """Feeds pieces at the pace of a 9600 baud line and keeps everything that came out."""

    def __init__(self, protocol: ScannerProtocol) -> None:
        self.protocol = protocol
        self.now_s = 100.0
        self.outputs: list[Output] = []

    def feed(self, data: bytes, cut: Cut = whole) -> Feeder:
        for piece in cut(data):
            self.now_s += len(piece) * BYTE_PACE_S
            self.outputs += self.protocol.receive(piece, self.now_s)
        return self

    def wait(self, seconds: float) -> Feeder:
        self.now_s += seconds
        self.outputs += self.protocol.silence(self.now_s)
        return self

    @property
    def codes(self) -> list[bytes]:
        return [output.untrusted_bytes for output in self.outputs if isinstance(output, RawCode)]

    @property
    def refusals(self) -> list[Refusal]:
        return [output.reason for output in self.outputs if isinstance(output, Refused)]
