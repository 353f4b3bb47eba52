"""The slip printer byte by byte, and over a pseudo-terminal: paper, cover, silence, and slips printed anew."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import TransportLost
from drivers.printer.commands import ASK, CUT, MARK, START, Bitmap, Fault, band, bands, fault_of, is_mark, is_status
from drivers.printer.commands import without_commands as defused
from drivers.printer.printer import EscposPrinter, NotPrinted, open_printer
from drivers.printer.simulated import SimulatedPrinter
from tests.helpers.printer import printing

WIDTH = 384
PICTURE = bytes(range(17, 65)) * 130


class Ticking:
    """Seconds pass as somebody waits for bytes."""

    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        return self.s


class Wire:
    """A transport straight into a simulated printer. ``dead``: nothing answers. ``lost_after``: bytes until the plug
    is pulled.
    """

    def __init__(self, printer: SimulatedPrinter, clock: Ticking, *, dead: bool = False, lost_after: int = -1) -> None:
        self.printer, self.clock, self.dead, self.left = printer, clock, dead, lost_after
        self.waiting = b""
        self.closed = False

    def read(self, timeout_s: float) -> bytes:
        data, self.waiting = self.waiting, b""
        if not data:
            self.clock.s += timeout_s
        return data

    def write(self, data: bytes) -> None:
        if 0 <= self.left < len(data):
            raise TransportLost("write")
        self.left -= len(data) if self.left >= 0 else 0
        if not self.dead:
            self.waiting += self.printer.receive(data)

    def flush_input(self) -> None:
        self.waiting = b""

    def close(self) -> None:
        self.closed = True


def made(printer: SimulatedPrinter, *, dead: bool = False, lost_after: int = -1) -> tuple[EscposPrinter, Wire]:
    clock = Ticking()
    wire = Wire(printer, clock, dead=dead, lost_after=lost_after)
    return EscposPrinter(lambda: wire, WIDTH, clock=clock), wire


def fault(printer: EscposPrinter, picture: bytes = PICTURE) -> Fault:
    with pytest.raises(NotPrinted) as caught:
        printer.print_picture(picture)
    return caught.value.fault


def test_what_is_sent_is_what_lies_in_the_tray() -> None:
    world = SimulatedPrinter()
    printer, wire = made(world)
    printer.print_picture(PICTURE)
    [slip] = world.slips
    assert (slip.row_bytes, slip.data) == (48, PICTURE)
    assert not world.unknown
    assert wire.closed


def test_commands_are_those_of_the_reference() -> None:
    """Bytes as printed in the command reference."""
    assert (START, CUT, MARK) == (b"\x1b\x40", b"\x1d\x56\x42\x10", b"\x1d\x72\x01")
    assert ASK == {1: b"\x10\x04\x01", 2: b"\x10\x04\x02", 4: b"\x10\x04\x04"}
    pieces = list(bands(Bitmap(WIDTH, bytes(48 * 70))))
    assert [piece[:8] for piece in pieces] == [
        bytes.fromhex("1d763000 3000 4000"),
        bytes.fromhex("1d763000 3000 0600"),
    ]


def test_a_picture_is_sent_as_python_escpos_sends_it() -> None:
    """Bytes that python-escpos 3.1 made of these 16 x 5 dots (bitImageRaster, in pieces of four rows)."""
    picture = bytes.fromhex("80010ff0aa55123400ff")
    made_there = bytes.fromhex("1d76300002000400 80010ff0aa551234 1d76300002000100 00ff")
    [piece] = bands(Bitmap(16, picture))
    rows_of_four = b"".join(band(2, picture[at : at + 8]) for at in (0, 8))
    assert rows_of_four == made_there
    assert piece == made_there[:6] + b"\x05\x00" + picture


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({1: 0x12, 2: 0x12, 4: 0x12}, None),
        ({1: 0x12, 2: 0x12, 4: 0x1E}, None),  # the paper is near its end
        ({1: 0x1A, 2: 0x32, 4: 0x72}, Fault.PAPER_OUT),
        ({1: 0x1A, 2: 0x16, 4: 0x12}, Fault.COVER_OPEN),
        ({1: 0x1A, 2: 0x12, 4: 0x12}, Fault.OFFLINE),
        ({1: 0x12, 2: 0x52, 4: 0x12}, Fault.OFFLINE),
    ],
)
def test_status(answers: dict[int, int], expected: Fault | None) -> None:
    assert fault_of(answers) == expected


def test_a_status_is_never_taken_for_a_mark() -> None:
    assert not [byte for byte in range(256) if is_status(byte) and is_mark(byte)]


@given(st.binary(min_size=1, max_size=400))
def test_no_picture_spells_a_real_time_command(data: bytes) -> None:
    sent = defused(data)
    assert len(sent) == len(data)
    assert all(old & new == old for old, new in zip(data, sent, strict=True)), "no dot is lost"
    for second in (0x04, 0x05, 0x14):
        assert bytes([0x10, second]) not in sent
    assert sent[-1] != 0x10


@given(st.binary(max_size=600), st.integers(1, 50))
def test_the_simulator_takes_any_bytes_in_any_pieces(data: bytes, piece: int) -> None:
    whole, cut = SimulatedPrinter(), SimulatedPrinter()
    one = whole.receive(data)
    pieces = b"".join(cut.receive(data[at : at + piece]) for at in range(0, len(data), piece))
    assert len(one) == len(pieces)
    assert whole.slips == cut.slips


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        (SimulatedPrinter(rows_left=0), Fault.PAPER_OUT),
        (SimulatedPrinter(cover_open=True), Fault.COVER_OPEN),
        (SimulatedPrinter(offline=True), Fault.OFFLINE),
    ],
)
def test_what_stops_a_printer_is_named(world: SimulatedPrinter, expected: Fault) -> None:
    assert fault(made(world)[0]) is expected
    assert not world.slips


def test_silence_and_a_pulled_plug_are_no_answer() -> None:
    assert fault(made(SimulatedPrinter(), dead=True)[0]) is Fault.NO_ANSWER
    printer, wire = made(SimulatedPrinter(), lost_after=200)
    assert fault(printer) is Fault.NO_ANSWER
    assert wire.closed


@pytest.mark.parametrize("rows", [1, 64, 100, 129])
def test_paper_that_ends_within_a_slip_is_told_and_the_slip_printed_whole_again(rows: int) -> None:
    world = SimulatedPrinter(rows_left=rows)
    printer, _ = made(world)
    assert fault(printer) is Fault.PAPER_OUT
    assert not world.slips
    world.load_paper()
    printer.print_picture(PICTURE)
    assert [slip.data for slip in world.slips] == [PICTURE], "nothing of the first try is left on the second slip"


def test_over_a_pseudo_terminal() -> None:
    with printing() as simulator:
        printer = open_printer(simulator.path, width_dots=384)
        printer.print_picture(PICTURE)
        simulator.set_paper(0)
        assert fault(printer) is Fault.PAPER_OUT
        simulator.set_paper(None)
        noise = Random(5).randbytes(48 * 10)
        printer.print_picture(noise)
        assert [slip.data for slip in simulator.printer.slips] == [PICTURE, defused(noise)]
    assert fault(printer) is Fault.NO_ANSWER


def test_settings_are_checked() -> None:
    for settings in ({"port_url": "auto"}, {"port_url": "/dev/x", "width_dots": 400}):
        with pytest.raises(ValueError):
            open_printer(**settings)
    for data in (b"", bytes(47), bytes(48 * 4001)):
        with pytest.raises(ValueError):
            Bitmap(WIDTH, data)
