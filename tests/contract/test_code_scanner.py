"""What every CodeScanner does: the driver over each simulated family, and the fake that stands in for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path

import pytest

from drivers.barcode.protocol import ScannerFamily
from drivers.port import CodeScanner, DeviceLost, DeviceReady
from tests.helpers.barcode_fakes import Stage, codes, fake, poll_until, simulated

Open = Callable[[Path], AbstractContextManager[tuple[CodeScanner, Stage]]]

SCANNERS: dict[str, Open] = {
    "fake": lambda _folder: fake(),
    "line ended by silence": partial(simulated, ScannerFamily.LINE, suffix=b""),
    **{family.value: partial(simulated, family) for family in ScannerFamily},
}


@pytest.fixture(params=SCANNERS)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[CodeScanner, Stage]]:
    with ExitStack() as stack:
        yield stack.enter_context(SCANNERS[request.param](tmp_path))


Pair = tuple[CodeScanner, Stage]


def test_first_it_is_ready(pair: Pair) -> None:
    scanner, _stage = pair
    assert isinstance(poll_until(scanner, bool)[0], DeviceReady)


def test_each_code_comes_once(pair: Pair) -> None:
    scanner, stage = pair
    poll_until(scanner, bool)
    wanted = ["TICKET-1", "门票二", "TICKET-3"]
    for code in wanted:
        stage.present(code.encode())
    assert codes(poll_until(scanner, lambda events: wanted[-1] in codes(events))) == wanted


def test_repeats_are_one_presentation(pair: Pair) -> None:
    scanner, stage = pair
    poll_until(scanner, bool)
    for code in (b"TICKET-1", b"TICKET-1", b"LAST"):
        stage.present(code)
    assert codes(poll_until(scanner, lambda events: "LAST" in codes(events))) == ["TICKET-1", "LAST"]


def test_unplugging_and_plugging_in_is_said_and_survived(pair: Pair) -> None:
    scanner, stage = pair
    poll_until(scanner, bool)
    stage.unplug()
    lost = poll_until(scanner, bool)
    assert lost == [DeviceLost("transport_lost")]
    stage.plug_in()
    assert poll_until(scanner, bool) == [DeviceReady()]
    stage.present(b"TICKET-1")
    assert codes(poll_until(scanner, bool)) == ["TICKET-1"]


def test_trigger_is_harmless_everywhere(pair: Pair) -> None:
    scanner, stage = pair
    poll_until(scanner, bool)
    for on in (True, True, False, False):
        scanner.trigger(on)
    stage.present(b"TICKET-1")
    assert codes(poll_until(scanner, bool)) == ["TICKET-1"]


def test_after_close_nothing_comes_and_closing_twice_is_fine(pair: Pair) -> None:
    scanner, stage = pair
    poll_until(scanner, bool)
    scanner.close()
    scanner.close()
    stage.present(b"TICKET-1")
    assert scanner.poll() == []


TRIGGERED = [family for family in ScannerFamily if family is not ScannerFamily.LINE]


@pytest.mark.parametrize("family", TRIGGERED)
def test_host_trigger_starts_and_stops_reading(family: ScannerFamily, tmp_path: Path) -> None:
    with simulated(family, tmp_path, host_trigger=True) as (scanner, stage):
        poll_until(scanner, bool)
        stage.present(b"TICKET-1")
        for _ in range(3):
            assert scanner.poll() == []
        scanner.trigger(True)
        assert codes(poll_until(scanner, bool)) == ["TICKET-1"]
        scanner.trigger(True)
        poll_until(scanner, lambda _events: stage.reading())
        scanner.trigger(False)
        poll_until(scanner, lambda _events: not stage.reading())


@pytest.mark.parametrize("family", TRIGGERED)
def test_a_started_read_goes_on_after_replugging(family: ScannerFamily, tmp_path: Path) -> None:
    with simulated(family, tmp_path, host_trigger=True) as (scanner, stage):
        poll_until(scanner, bool)
        scanner.trigger(True)
        stage.unplug()
        poll_until(scanner, bool)
        stage.plug_in()
        poll_until(scanner, bool)
        stage.present(b"TICKET-1")
        assert codes(poll_until(scanner, bool)) == ["TICKET-1"]
