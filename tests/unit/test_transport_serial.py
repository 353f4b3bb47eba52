"""The serial transport over real pseudo-terminals, and the pseudo-terminals themselves."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.errors import PortUnavailable, TransportLost
from drivers.transport.paced_pty import BITS_PER_BYTE, PacedPty
from drivers.transport.serial_port import SerialPort


@pytest.fixture
def pty(tmp_path: Path) -> Iterator[PacedPty]:
    pty = PacedPty(link=tmp_path / "port")
    yield pty
    pty.close()


@pytest.fixture
def port(pty: PacedPty) -> Iterator[SerialPort]:
    port = SerialPort(pty.path)
    yield port
    port.close()


def received(port: SerialPort, count: int, timeout_s: float = 3.0) -> bytes:
    data = b""
    deadline_s = time.monotonic() + timeout_s
    while len(data) < count and time.monotonic() < deadline_s:
        data += port.read(0.1)
    return data


def test_every_byte_value_passes_both_ways(pty: PacedPty, port: SerialPort) -> None:
    """Nothing is echoed, translated or taken as a control character."""
    everything = bytes(range(256))
    port.write(everything)
    heard = b""
    while len(heard) < 256:
        heard += pty.read(1.0)
    assert heard == everything
    assert pty.write(everything) == 256
    assert received(port, 256) == everything


def test_read_returns_what_there_is_or_nothing(pty: PacedPty, port: SerialPort) -> None:
    assert port.read(0.0) == b""
    begun_s = time.monotonic()
    assert port.read(0.05) == b""
    assert 0.04 < time.monotonic() - begun_s < 0.5
    pty.write(b"abc")
    assert received(port, 3) == b"abc"


def test_reading_into_a_buffer_touches_its_beginning_only(pty: PacedPty, port: SerialPort) -> None:
    buffer = bytearray(b"." * 8)
    assert port.read_into(buffer, 0.0) == 0
    pty.write(b"abc")
    assert port.read_into(buffer, 3.0) == 3
    assert buffer == b"abc....."
    pty.write(bytes(20))
    assert port.read_into(buffer, 3.0) == len(buffer)


def test_reading_into_a_buffer_tells_a_pulled_plug(pty: PacedPty, port: SerialPort) -> None:
    pty.hang_up()
    with pytest.raises(TransportLost):
        port.read_into(bytearray(8), 1.0)


def test_a_url_without_a_device_is_read_too() -> None:
    port, buffer = SerialPort("loop://", exclusive=False), bytearray(4)
    port.write(b"ab")
    assert (port.read_into(buffer, 1.0), bytes(buffer)) == (2, b"ab\0\0")
    port.close()


def test_flush_forgets_what_arrived(pty: PacedPty, port: SerialPort) -> None:
    pty.write(b"old")
    port.read(1.0)
    pty.write(b"older")
    while not port.read(1.0):
        pass
    pty.write(b"gone")
    port.flush_input()
    pty.write(b"new")
    assert received(port, 3).endswith(b"new")


def test_rate_reaches_the_line(pty: PacedPty, port: SerialPort) -> None:
    assert pty.client_baud() == port.baud == 115200
    port.set_baud(9600)
    assert pty.client_baud() == port.baud == 9600


def test_port_is_exclusive(pty: PacedPty, port: SerialPort) -> None:
    with pytest.raises(PortUnavailable, match="held by another program"):
        SerialPort(pty.path)
    port.close()
    SerialPort(pty.path).close()


def test_absent_port(tmp_path: Path) -> None:
    with pytest.raises(PortUnavailable, match="no such device"):
        SerialPort(str(tmp_path / "nothing"))


@pytest.mark.parametrize("kind", ["file", "unknown scheme"])
def test_what_is_no_serial_port(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    with pytest.raises(PortUnavailable):
        SerialPort(str(file) if kind == "file" else "nosuch://port")


@pytest.mark.parametrize("action", ["read", "write", "flush_input", "set_baud"])
def test_vanished_port(pty: PacedPty, port: SerialPort, action: str) -> None:
    pty.hang_up()
    arguments: dict[str, tuple[object, ...]] = {"read": (0.1,), "write": (b"x",), "set_baud": (9600,)}
    with pytest.raises(TransportLost) as lost:
        getattr(port, action)(*arguments.get(action, ()))
    assert lost.value.code == "transport_lost"


def test_port_vanishes_while_somebody_waits(pty: PacedPty, port: SerialPort) -> None:
    plug = threading.Timer(0.05, pty.hang_up)
    plug.start()
    begun_s = time.monotonic()
    with pytest.raises(TransportLost):
        port.read(5.0)
    assert time.monotonic() - begun_s < 2.0
    plug.join()


def test_closing_twice_is_fine_and_using_a_closed_port_is_lost(port: SerialPort) -> None:
    port.close()
    port.close()
    with pytest.raises(TransportLost):
        port.read(0.0)


def test_stable_name_follows_the_device(pty: PacedPty) -> None:
    name, before = pty.path, pty.device_path
    pty.hang_up()
    assert not Path(name).exists()
    other = PacedPty()
    pty.plug_in()
    assert pty.path == name
    assert pty.device_path != before
    port = SerialPort(name)
    port.write(b"x")
    assert pty.read(1.0) == b"x"
    port.close()
    other.close()


@pytest.mark.parametrize("baud", [9600, 115200])
def test_bytes_take_their_time(baud: int) -> None:
    count = baud // 100
    pty = PacedPty(baud)
    port = SerialPort(pty.path, baud)
    sender = threading.Thread(target=pty.write, args=(bytes(count),))
    begun_s = time.monotonic()
    sender.start()
    assert len(received(port, count)) == count
    assert time.monotonic() - begun_s >= count * BITS_PER_BYTE / baud - 0.001
    sender.join()
    port.close()
    pty.close()


def test_pulling_the_plug_stops_a_write(pty: PacedPty) -> None:
    pty.baud = 1200
    plug = threading.Timer(0.1, pty.hang_up)
    plug.start()
    assert pty.write(bytes(1000), chunk=1) < 1000
    assert pty.write(b"more") == 0
    assert pty.read(0.01) == b""
    plug.join()


def test_a_line_that_nobody_reads_drops_bytes(pty: PacedPty) -> None:
    sent = pty.write(bytes(1 << 20), chunk=4096)
    assert 0 < sent < 1 << 20
