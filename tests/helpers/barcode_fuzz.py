"""Random and damaged byte streams for the scanner protocols; the same functions serve small and long runs.

Each stream is rubbish, then a watched silence, then one good code. A run fails on any exception, on a
code that breaks the limits, on a good code that is not found, and on a stream that takes longer than a
second.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from drivers.barcode import commands
from drivers.barcode.cleaning import AimPrefix, clean
from drivers.barcode.outputs import MAX_CODE_BYTES, Output, RawCode
from drivers.barcode.protocol import ScannerFamily, ScannerProtocol, protocol_for
from drivers.barcode.reader import BarcodeScanner, ScannerSettings
from drivers.barcode.ssi import MORE_FOLLOWS, SCANNER, Opcode, Packet, encode
from drivers.port import CodeScanned
from drivers.transport.paced_pty import PacedPty
from drivers.transport.serial_port import SerialPort

__all__ = ["FuzzFigures", "fuzz_core", "fuzz_over_pty"]

GAP_S = 0.01
SLOWEST_ALLOWED_S = 1.0
"""Processor time in the core; how busy the machine is is no finding."""
HUNG_S = 10.0
"""Over a line time passes anyway."""
_ANSWERS = [
    bytes.fromhex("02000001003331"),
    b"\x02\x010000#SCNTRG1\x06;\x03",
    b"ocrena1\x06!",
    encode(Packet(Opcode.ACK, SCANNER)),
    encode(Packet(Opcode.NAK, SCANNER, data=b"\x01")),
    commands.newland_trigger(True),
]


@dataclass
class FuzzFigures:
    """What a run saw. ``passed_codes`` counts codes found in the rubbish that passed cleaning. ``slowest_s`` is
    processor time in the core, wall time over a line."""

    streams: int = 0
    bytes_fed: int = 0
    passed_codes: int = 0
    slowest_s: float = 0.0


def fuzz_core(seed: int, count: int) -> FuzzFigures:
    """``count`` streams through fresh and used protocol objects of all families, without I/O."""
    chance = random.Random(seed)
    figures = FuzzFigures()
    protocols = {family: protocol_for(family, idle_gap_s=GAP_S) for family in ScannerFamily}
    now_s = 0.0
    for number in range(count):
        family = chance.choice(list(ScannerFamily))
        rubbish, good = _rubbish(chance), f"GOOD-{number}".encode()
        begun_s = time.thread_time()
        now_s = _play(protocols[family], rubbish, good_frame(family, good), now_s, chance, figures, good)
        _account(figures, len(rubbish), time.thread_time() - begun_s)
    return figures


def fuzz_over_pty(seed: int, count: int) -> FuzzFigures:
    """The same over a real pseudo-terminal, through pyserial and the re-opening reader."""
    chance = random.Random(seed)
    figures = FuzzFigures()
    for family in ScannerFamily:
        line = PacedPty(None)
        port = _WatchedPort(line.path)
        scanner = BarcodeScanner(lambda port=port: port, ScannerSettings(family, idle_gap_s=GAP_S))  # type: ignore[misc]
        try:
            scanner.poll()
            for number in range(count // len(ScannerFamily)):
                _play_over_pty(scanner, port, line, family, f"GOOD-{number}", chance, figures)
        finally:
            scanner.close()
            line.close()
    return figures


def good_frame(family: ScannerFamily, code: bytes) -> bytes:
    """``code`` as a scanner of ``family`` sends it."""
    if family is ScannerFamily.ZEBRA_SSI:
        return encode(Packet(Opcode.DECODE_DATA, SCANNER, data=b"\xf0" + code))
    return code + b"\r"


class _WatchedPort(SerialPort):
    """Counts the driver's reads in a row that waited and got nothing: a silence the driver itself has seen."""

    silent_reads = 0

    def read(self, timeout_s: float) -> bytes:
        data = super().read(timeout_s)
        self.silent_reads = 0 if data else self.silent_reads + (timeout_s > 0)
        return data


def _play(
    protocol: ScannerProtocol,
    rubbish: bytes,
    frame: bytes,
    now_s: float,
    chance: random.Random,
    figures: FuzzFigures,
    good: bytes,
) -> float:
    found: list[Output] = []
    for piece in _cut(chance, rubbish):
        found += protocol.receive(piece, now_s)
        if chance.random() < 0.1:
            now_s += 2 * GAP_S
            found += protocol.silence(now_s)
    now_s += 2 * GAP_S
    found += protocol.silence(now_s)
    _check_limits(found, figures)
    # A code of several packets that never ended would be continued by the good one; end it first.
    protocol.receive(good_frame(ScannerFamily.ZEBRA_SSI, b"END"), now_s)
    now_s += 2 * GAP_S
    protocol.silence(now_s)
    codes = [out.untrusted_bytes for out in protocol.receive(frame, now_s) if isinstance(out, RawCode)]
    assert codes == [good], "the good code after rubbish was not found"
    return now_s + 2 * GAP_S


def _play_over_pty(
    scanner: BarcodeScanner,
    port: _WatchedPort,
    line: PacedPty,
    family: ScannerFamily,
    good: str,
    chance: random.Random,
    figures: FuzzFigures,
) -> None:
    rubbish = _rubbish(chance)
    begun_s = time.perf_counter()
    for piece in (rubbish, good_frame(ScannerFamily.ZEBRA_SSI, b"END")):
        line.write(piece, chunk=1024)
        _poll_through_silence(scanner, port)
    line.discard_input()
    line.write(good_frame(family, good.encode()))
    codes: list[str] = []
    while good not in codes:
        assert time.perf_counter() - begun_s < HUNG_S, "the good code after rubbish was not found"
        codes += [event.untrusted_code for event in scanner.poll() if isinstance(event, CodeScanned)]
    _account(figures, len(rubbish), time.perf_counter() - begun_s, HUNG_S)


def _poll_through_silence(scanner: BarcodeScanner, port: _WatchedPort) -> None:
    """Twice, because on a busy machine the kernel may hand bytes over later than they were written."""
    port.silent_reads = 0
    while port.silent_reads < 2:
        scanner.poll()


def _check_limits(found: list[Output], figures: FuzzFigures) -> None:
    for output in found:
        if not isinstance(output, RawCode):
            continue
        code = clean(output, AimPrefix.WHEN_PRESENT)
        if isinstance(code, CodeScanned):
            figures.passed_codes += 1
            assert 0 < len(code.untrusted_code) <= MAX_CODE_BYTES
            assert code.untrusted_code.isprintable() or not code.untrusted_code.isascii()


def _account(figures: FuzzFigures, size: int, took_s: float, allowed_s: float = SLOWEST_ALLOWED_S) -> None:
    assert took_s < allowed_s, "a stream held the protocol up"
    figures.streams += 1
    figures.bytes_fed += size
    figures.slowest_s = max(figures.slowest_s, took_s)


def _rubbish(chance: random.Random) -> bytes:
    kind = chance.randrange(5)
    if kind == 0:
        return chance.randbytes(chance.randrange(120))
    if kind == 1:
        return _mutated(chance, b"".join(chance.choices(_ANSWERS, k=chance.randrange(1, 5))))
    if kind == 2:
        status = chance.choice((0, MORE_FOLLOWS))
        data = chance.randbytes(chance.randrange(200))
        return _mutated(chance, encode(Packet(Opcode.DECODE_DATA, SCANNER, status, data)))
    if kind == 3 and chance.random() < 0.02:
        return chance.choice((b"7", b"\x02", b"\xff", chance.randbytes(1))) * chance.randrange(4000, 12000)
    return _mutated(chance, b"]Q1TICKET-1\r\nTICKET-2\r" + chance.choice(_ANSWERS) + b"TICKET-3")


def _mutated(chance: random.Random, data: bytes) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.randrange(4)):
        place = chance.randrange(len(damaged) + 1)
        match chance.randrange(4):
            case 0:
                damaged[place : place + 1] = chance.randbytes(1)
            case 1:
                del damaged[place : place + chance.randrange(8)]
            case 2:
                damaged[place:place] = chance.randbytes(chance.randrange(8))
            case 3:
                damaged[place:place] = damaged[: chance.randrange(20)]
    return bytes(damaged)


def _cut(chance: random.Random, data: bytes) -> list[bytes]:
    if chance.random() < 0.2 and len(data) < 500:
        return [data[at : at + 1] for at in range(len(data))]
    middle = chance.randrange(len(data) + 1)
    return [data[:middle], data[middle:]]
