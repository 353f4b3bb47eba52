"""The scanner driver's own decisions: settings, refusals counted, trigger repeated."""

from __future__ import annotations

import pytest

from drivers.barcode.cleaning import AimPrefix
from drivers.barcode.commands import honeywell_trigger
from drivers.barcode.outputs import Refusal
from drivers.barcode.protocol import ScannerFamily
from drivers.barcode.reader import BarcodeScanner, ScannerSettings, open_scanner
from drivers.port import CodeScanned, DeviceLost, DeviceReady
from drivers.transport.null_modem import null_modem


class Desk:
    """A line with a clock of its own."""

    def __init__(self) -> None:
        self.now_s = 10.0
        self.arriving = b""
        self.written: list[bytes] = []

    def clock(self) -> float:
        return self.now_s

    def pause(self, seconds: float) -> None:
        self.now_s += seconds

    def read(self, timeout_s: float) -> bytes:
        if not self.arriving:
            self.now_s += timeout_s
        data, self.arriving = self.arriving, b""
        return data

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def flush_input(self) -> None:
        self.arriving = b""

    def close(self) -> None: ...


def scanner_on(desk: Desk, settings: ScannerSettings) -> BarcodeScanner:
    scanner = BarcodeScanner(lambda: desk, settings, clock=desk.clock, pause=desk.pause)
    assert scanner.poll() == [DeviceReady()]
    return scanner


def test_what_lay_in_the_line_before_is_not_a_scan() -> None:
    desk = Desk()
    desk.arriving = b"OLD\r"
    scanner = scanner_on(desk, ScannerSettings())
    assert scanner.poll() == []


def test_refused_codes_make_no_event_and_are_counted() -> None:
    desk = Desk()
    scanner = scanner_on(desk, ScannerSettings(aim=AimPrefix.EXPECTED))
    desk.arriving = b"NAKED\r]Q1TI\x1bCKET\r]Q1\xff\r" + b"7" * 5000 + b"\r]Q1TICKET\r"
    assert scanner.poll() == [CodeScanned("TICKET", "]Q1")]
    assert scanner.refusals == {
        Refusal.AIM_MISSING: 1,
        Refusal.CONTROL_CHARACTERS: 1,
        Refusal.UNDECODABLE: 1,
        Refusal.TOO_LONG: 1,
    }


def test_the_start_is_repeated_until_it_is_stopped() -> None:
    desk = Desk()
    scanner = scanner_on(desk, ScannerSettings(ScannerFamily.HONEYWELL, host_trigger=True))
    scanner.trigger(True)
    until_s = desk.now_s + 7.0
    while desk.now_s < until_s:
        scanner.poll()
    assert desk.written == [honeywell_trigger(True)] * 4
    scanner.trigger(False)
    desk.written.clear()
    until_s += 10.0
    while desk.now_s < until_s:
        scanner.poll()
    assert desk.written == []


def test_closing_stops_reading() -> None:
    desk = Desk()
    scanner = scanner_on(desk, ScannerSettings(ScannerFamily.HONEYWELL, host_trigger=True))
    scanner.trigger(True)
    scanner.close()
    assert desk.written[-1] == honeywell_trigger(False)


def test_a_presented_code_is_a_second_attempt_later() -> None:
    desk = Desk()
    scanner = scanner_on(desk, ScannerSettings(repeat_s=3.0))
    seen = []
    for wait_s in (0.0, 1.0, 2.9, 3.1):
        desk.now_s += wait_s
        desk.arriving = b"TICKET\r"
        seen.append(len(scanner.poll()))
    assert seen == [1, 0, 0, 1]


def test_family_defaults() -> None:
    assert ScannerSettings(ScannerFamily.HONEYWELL).line_baud == 115200
    assert ScannerSettings(ScannerFamily.GM65).line_baud == 9600
    assert ScannerSettings(ScannerFamily.GM65, baud=57600).line_baud == 57600


@pytest.mark.parametrize(
    "bad", [{"protocol": "unknown"}, {"idle_gap_s": 0.0}, {"idle_gap_s": 2.0}, {"repeat_s": -1.0}, {"aim": "some"}]
)
def test_bad_settings_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        open_scanner("/dev/null", **bad)  # type: ignore[arg-type]


def test_the_port_must_be_named() -> None:
    with pytest.raises(ValueError, match="must be named"):
        open_scanner("auto")


def test_a_port_that_goes_while_it_is_opened_is_let_go_of() -> None:
    here, there = null_modem()
    there.close()
    closed: list[bool] = []
    here.close = lambda: closed.append(True)  # type: ignore[method-assign]  # seen, not done
    scanner = BarcodeScanner(lambda: here)
    assert scanner.poll() == [DeviceLost("transport_lost")]
    assert closed == [True]
