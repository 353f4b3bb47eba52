"""A card that answers every APDU in a way the test can foresee, and front-ends opened on a simulated port."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from drivers.pn532.card import Pn532Card
from drivers.pn532.field import Field
from drivers.pn532.line import Pn532Line
from drivers.pn532.startup import start
from drivers.transport.serial_port import SerialPort


@dataclass
class EchoCard:
    """Answers with as many bytes as the APDU's last two say, made from the APDU, and 9000."""

    kind: str = "A"
    rf_rates: tuple[int, ...] = (106, 212, 424)
    historical: bytes = b""
    silent: bool = False
    heard: list[bytes] = field(default_factory=list)
    powered_off: int = 0

    def power_off(self) -> None:
        self.powered_off += 1

    def answer(self, apdu: bytes) -> bytes | None:
        self.heard.append(apdu)
        return None if self.silent else echo(apdu)

    def thinking_s(self) -> float:
        return 0.0


def echo(apdu: bytes) -> bytes:
    size = int.from_bytes(apdu[-2:], "big")
    return (hashlib.sha256(apdu).digest() * (size // 32 + 1))[:size] + b"\x90\x00"


def open_line(port: str, baud: int = 115200) -> Pn532Line:
    line = Pn532Line(SerialPort(port, 115200))
    start(line, baud)
    return line


def found_card(line: Pn532Line) -> Pn532Card:
    antenna = Field(line)
    target = antenna.find()
    assert target is not None
    return antenna.activate(target)
