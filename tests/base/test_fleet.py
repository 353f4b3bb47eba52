"""The venue's rehearsal in small: a fleet of real processes, a few of its faults, and a report that can say no."""

from __future__ import annotations

import io
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from kiosk.base import journal
from kiosk.base.errors import BaseTrouble
from kiosk.base.programs import program_folder
from kiosk.cli.main import app
from kiosk.config.places import EventPlace
from kiosk.domain.lane import Lane
from kiosk.ledger.port import Admission, GateState
from kiosk.ledger.store import open_store, writing
from kiosk.rehearsal.fleet import Fleet, Size, fleet
from kiosk.rehearsal.fleet_faults import FAULTS
from kiosk.rehearsal.fleet_machine import EVENT, SESSION
from kiosk.rehearsal.fleet_network import LOOPBACK, Network, Way
from kiosk.rehearsal.fleet_reconciling import reconciled
from kiosk.rehearsal.fleet_rehearsal import FaultResult, FleetRehearsal, Times

QUICK = Times(calm_s=0.5, fault_s=1.5, settle_s=60.0)
PATIENT_S = 20.0
"""Machines that build are busy: how long an answer may take is measured by the command, not here."""
PLAYED = ("kill_gate", "kill_base", "silent_network", "full_disk")


@pytest.fixture
def venue() -> Iterator[Fleet]:
    try:
        program_folder()
    except BaseTrouble as missing:
        pytest.skip(str(missing))
    with fleet(Size(2, 1, 8.0, 600, PATIENT_S), durable=False) as running:
        yield running


@pytest.mark.timeout(400)  # many processes: on a busy machine each of them waits for its turn
def test_whatever_goes_wrong_nothing_is_lost_and_what_would_be_is_missed(venue: Fleet) -> None:
    out = io.StringIO()
    seen: list[FaultResult] = []
    summary = FleetRehearsal(venue, QUICK, out).play([FAULTS[name] for name in PLAYED], seen.append)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["actual"] for line in lines[:-1]] == [line["expected"] for line in lines[:-1]]
    assert [line["fault"] for line in lines[:-1]] == list(PLAYED)
    assert lines[-1] == summary
    assert summary["agree"] == len(PLAYED)
    assert summary["decided_alone"] > 0
    assert summary["admitted"] > 20
    _break_the_book(venue)
    found = reconciled(venue)
    assert (found["lost"], found["pending"]) == (1, 1)


def _break_the_book(venue: Fleet) -> None:
    """An admission was said that nobody has, and something is told that the base does not take."""
    venue.said.admitted.add("0" * 32)
    machine = venue.machines["gate-1"]
    path = EventPlace(machine.data_dir, machine.key_dir, EVENT).ledger_file
    db = open_store(path)
    admission = Admission("1" * 32, "no-such-ticket", 1.0, "gate-1", Lane.FACE, GateState.PENDING)
    with writing(db):
        journal.note_admission(db, admission, SESSION, "Z Z", admission.admission_id)
    db.close()


def test_a_result_that_is_not_as_expected_is_no_agreement() -> None:
    result = FaultResult("kill_base", {"lost": 0, "decided_alone": True}, {"lost": 0, "decided_alone": True}, {})
    assert result.agrees
    assert not replace(result, actual={"lost": 1, "decided_alone": True}).agrees
    assert not replace(result, actual={"lost": 0}).agrees


def test_an_unknown_fault_is_named_with_those_there_are() -> None:
    done = CliRunner().invoke(app, ["rehearse", "--venue", "2", "--faults", "meteor"])
    assert done.exit_code == 2
    assert "meteor" in done.output
    assert "silent_network" in done.output


# --- the network by itself ------------------------------------------------------------------------------


@pytest.fixture
def echo() -> Iterator[int]:
    """A server that says everything back; its port."""
    listener = socket.create_server((LOOPBACK, 0))

    def answer(connection: socket.socket) -> None:
        with connection:
            while data := connection.recv(100):
                connection.sendall(data)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield int(listener.getsockname()[1])
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@pytest.fixture
def network(echo: int) -> Iterator[Network]:
    running = Network(echo)
    yield running
    running.close()


def _connected(port: int) -> socket.socket:
    return socket.create_connection((LOOPBACK, port), timeout=PATIENT_S)


def _is_over(line: socket.socket) -> bool:
    try:
        line.sendall(b"two")
        return line.recv(10) == b""
    except ConnectionError:
        return True


def test_a_good_way_carries_and_a_cut_one_breaks_and_refuses(network: Network) -> None:
    port = network.add("gate-1")
    with _connected(port) as line:
        line.sendall(b"one")
        assert line.recv(10) == b"one"
        network.set_way(["gate-1"], Way.CUT)
        assert _is_over(line)
    with _connected(port) as line:
        assert _is_over(line)
    network.set_way(["gate-1"], Way.GOOD)
    with _connected(port) as line:
        line.sendall(b"three")
        assert line.recv(10) == b"three"


def test_a_silent_way_keeps_what_was_said_until_it_is_good_again(network: Network) -> None:
    port, other = network.add("gate-1"), network.add("gate-2")
    with _connected(port) as line, _connected(other) as free:
        network.set_way(["gate-1"], Way.SILENT)
        line.sendall(b"one")
        free.sendall(b"two")
        assert free.recv(10) == b"two"
        line.settimeout(0.2)
        with pytest.raises(TimeoutError):
            line.recv(10)
        network.set_way(["gate-1"], Way.GOOD)
        line.settimeout(PATIENT_S)
        assert line.recv(10) == b"one"
