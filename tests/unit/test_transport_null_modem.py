"""The in-memory pair behaves like a cable."""

from __future__ import annotations

import threading

import pytest

from drivers.errors import TransportLost
from drivers.transport.base import Transport
from drivers.transport.null_modem import null_modem


def test_what_is_written_here_is_read_there() -> None:
    here, there = null_modem()
    here.write(b"ab")
    here.write(b"c")
    assert there.read(0.0) == b"abc"
    assert there.read(0.0) == b""
    there.write(b"back")
    assert here.read(1.0) == b"back"


def test_it_is_a_transport() -> None:
    transport: Transport = null_modem()[0]
    assert transport.read(0.0) == b""


def test_flush_forgets_only_what_came_in() -> None:
    here, there = null_modem()
    there.write(b"in")
    here.write(b"out")
    here.flush_input()
    assert here.read(0.0) == b""
    assert there.read(0.0) == b"out"


def test_a_waiting_reader_is_woken_by_bytes() -> None:
    here, there = null_modem()
    writer = threading.Timer(0.02, there.write, (b"late",))
    writer.start()
    assert here.read(5.0) == b"late"
    writer.join()


def test_a_pulled_cable_is_noticed_at_both_ends_after_the_last_bytes() -> None:
    here, there = null_modem()
    here.write(b"last")
    here.close()
    here.close()
    assert there.read(1.0) == b"last"
    for use in (lambda: there.read(1.0), lambda: there.write(b"x"), there.flush_input, lambda: here.read(0.0)):
        with pytest.raises(TransportLost):
            use()
