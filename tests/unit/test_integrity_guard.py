"""The guard's duties: what is due when, what ends in the log, and that a full log loses nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from drivers.port import CodeScanned, DeviceLost, DeviceReady, ReadFailed, ReadFailure
from kiosk.audit.catalogue import Kind
from kiosk.integrity.attacks import Burst, WatchedTracer, tracer_pid
from kiosk.integrity.check import Difference, IntegrityReport, State
from kiosk.integrity.machine_signs import known_devices, own_status, usb_devices
from kiosk.workers.integrity import CHECK_EVERY_S, AttackDuty, Guard, SealDuty, loggable
from tests.helpers.integrity import ListedAudit

SOUND = IntegrityReport(State.SOUND, [], 3, "0123456789abcdef", 0.1)
BROKEN = IntegrityReport(State.BROKEN, [Difference("code", "kiosk/app.py", "changed")], 3, "0123456789abcdef", 0.1)


class Time:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def audit() -> ListedAudit:
    return ListedAudit()


class TestSeal:
    @pytest.fixture(autouse=True)
    def _build(self, tmp_path: Path, audit: ListedAudit) -> None:
        self.file, self.audit, self.time = tmp_path / "manifest.json", audit, Time()
        self.answer, self.told = SOUND, list[IntegrityReport]()
        self.duty = SealDuty(lambda: self.answer, self.file, audit, "gate-1", self.told.append, self.time)

    def test_at_the_start_and_every_hour(self) -> None:
        self.duty()
        self.time.now_s += CHECK_EVERY_S - 1
        self.duty()
        assert self.told == [SOUND]
        self.time.now_s += 1
        self.duty()
        assert (self.told, self.audit.kinds) == ([SOUND] * 2, [Kind.INTEGRITY_CHECKED] * 2)

    def test_at_once_when_somebody_sealed_again(self) -> None:
        self.answer = BROKEN
        self.duty()
        self.file.write_text("a new seal")
        self.answer = SOUND
        self.duty()
        self.duty()
        assert self.told == [BROKEN, SOUND]
        kind, by, fields = self.audit.records[0]
        assert (kind, by) == (Kind.INTEGRITY_BROKEN, "gate-1")
        assert fields == {"file": "code/kiosk/app.py", "files": 1, "fingerprint": BROKEN.seal}

    def test_the_lane_is_told_even_when_the_log_is_full(self) -> None:
        self.audit.unavailable, self.answer = "disk_full", BROKEN
        self.duty()
        assert self.told == [BROKEN]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("kiosk/app.py", "code/kiosk/app.py"),
        ("/srv/kiosk/machine.toml", "code/machine.toml"),
        ("名.py", "code"),
        ("a" * 300, "code"),
        ("/srv/13800138000.toml", "code"),
    ],
)
def test_a_file_in_a_spelling_the_log_takes(name: str, said: str) -> None:
    assert loggable(Difference("code", name, "changed")) == said


class TestAttacks:
    @pytest.fixture(autouse=True)
    def _build(self, tmp_path: Path, audit: ListedAudit) -> None:
        self.known, self.audit, self.time = tmp_path / "device" / "known.json", audit, Time()
        self.status, self.usb = "TracerPid:\t0\n", frozenset({"usb-1-1-0403-6001"})
        self.duty = self.build()

    def build(self) -> AttackDuty:
        return AttackDuty(self.audit, "gate-1", self.known, self.time, lambda: self.status, lambda: self.usb)

    def test_a_reader_with_another_number(self) -> None:
        saw = self.duty.watch("reader")
        for event in (DeviceReady("SAM-1"), DeviceLost("transport_lost"), DeviceReady("SAM-1"), DeviceReady("")):
            saw(event)
        self.duty()
        assert self.audit.records == []
        saw(DeviceReady("SAM-2"))
        self.duty()
        assert [(kind, fields["device"]) for kind, _, fields in self.audit.records] == [
            (Kind.DEVICE_REPLACED, "reader")
        ]

    def test_a_reader_swapped_while_the_kiosk_was_off(self) -> None:
        self.duty.watch("reader")(DeviceReady("SAM-1"))
        self.duty()
        assert known_devices(self.known) == {"reader": "SAM-1"}
        again = self.build()
        again.watch("reader")(DeviceReady("SAM-2"))
        again()
        assert self.audit.kinds == [Kind.DEVICE_REPLACED]

    def test_answers_that_break_the_protocol_again_and_again(self) -> None:
        saw = self.duty.watch("reader")
        for _ in range(4):
            saw(ReadFailed(ReadFailure.GARBLED))
            saw(ReadFailed(ReadFailure.LIFTED))
        self.duty()
        assert self.audit.records == []
        saw(DeviceLost("protocol_broken"))
        self.duty()
        ((kind, _, fields),) = self.audit.records
        assert (kind, fields) == (Kind.DEVICE_BAD_FRAMES, {"device": "reader", "bad_frames": 5})
        saw(CodeScanned("code"))

    def test_something_plugged_in_and_out(self) -> None:
        self.duty()
        self.usb = frozenset({"usb-1-2-0781-5567"})
        self.duty()
        assert [fields for _, _, fields in self.audit.records] == [
            {"device": "usb-1-1-0403-6001", "state": "went"},
            {"device": "usb-1-2-0781-5567", "state": "came"},
        ]

    def test_a_debugger(self) -> None:
        self.status = "Name:\tkiosk\nTracerPid:\t4711\n"
        self.duty()
        self.duty()
        assert [(kind, fields) for kind, _, fields in self.audit.records] == [(Kind.DEBUGGER_SEEN, {"pid": 4711})]

    def test_what_the_log_could_not_take_is_written_later(self) -> None:
        self.audit.unavailable = "disk_full"
        self.status = "TracerPid:\t4711\n"
        self.duty()
        self.audit.unavailable = ""
        self.duty()
        assert self.audit.kinds == [Kind.DEBUGGER_SEEN]


TRACER = """
import ctypes, os, sys
pid, libc = int(sys.argv[1]), ctypes.CDLL(None, use_errno=True)
attached = libc.ptrace(0x4206, pid, 0, 0)  # PTRACE_SEIZE: attaches without stopping
print("attached" if attached == 0 else os.strerror(ctypes.get_errno()), flush=True)
sys.stdin.read()
"""


@pytest.mark.requirement("R-94")
def test_a_real_tracer_is_seen() -> None:
    """Another process attaches to a child of ours, which reads its own status."""
    traced = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    status = Path(f"/proc/{traced.pid}/status")
    watched = WatchedTracer()
    assert watched.saw(status.read_text()) is None
    tracer = subprocess.Popen(
        [sys.executable, "-c", TRACER, str(traced.pid)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert tracer.stdout is not None
        said = tracer.stdout.readline().strip()
        if said != "attached":
            pytest.skip(f"this machine lets nobody trace: {said}")
        finding = watched.saw(status.read_text())
        assert finding is not None
        assert finding.fields == {"pid": tracer.pid}
    finally:
        tracer.communicate()
        traced.communicate()


def test_nobody_traces_us() -> None:
    assert tracer_pid(own_status()) == 0
    assert tracer_pid("") == 0


def test_the_bus_as_the_kernel_shows_it(tmp_path: Path) -> None:
    for name, vendor in (("1-1", "0403"), ("usb1", "1D6B"), ("1-1:1.0", "")):
        (tmp_path / name).mkdir()
        if vendor:
            (tmp_path / name / "idVendor").write_text(f"{vendor}\n")
            (tmp_path / name / "idProduct").write_text("6001\n")
    assert usb_devices(tmp_path) == {"usb-1-1-0403-6001", "usb-usb1-1d6b-6001"}
    assert usb_devices(tmp_path / "nothing") == frozenset()


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 9000, "\xff"])
def test_a_damaged_memory_of_devices_is_an_empty_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "known.json").write_bytes(text.encode("latin-1"))
    assert known_devices(tmp_path / "known.json") == {}


@pytest.mark.requirement("R-94")
def test_a_burst_is_told_once() -> None:
    burst = Burst(3, 10.0)
    assert [burst.happened(at) for at in (0, 1, 2, 3, 4)] == [False, False, True, False, False]
    assert [burst.happened(at) for at in (20, 21, 22)] == [False, False, True]
    assert [burst.happened(at) for at in (40, 50.5, 61)] == [False, False, False]


def test_a_duty_that_breaks_does_not_stop_the_others() -> None:
    done = threading.Event()

    def broken() -> None:
        raise RuntimeError

    guard = Guard([broken, done.set], tick_s=0.001)
    guard.start()
    try:
        assert done.wait(5)
    finally:
        guard.stop()
    Guard([]).stop()
