"""The real processes: who ends when, what is left in memory, and what the window hears when one of them dies."""

from __future__ import annotations

import os
import queue
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from drivers.deadline import Deadline
from drivers.port import PortraitFormat, PortraitRead
from drivers.secret import SensitiveBytes
from kiosk.camera.port import BgrImage
from kiosk.face.client import WarmEngine
from kiosk.face.decision import Attempt
from kiosk.face.port import (
    Compared,
    EngineEvent,
    EngineLost,
    EngineUnavailable,
    FaceObserved,
    ReferenceFailed,
    ReferenceReady,
)
from kiosk.face.visit_client import STALLED_AFTER_S, ForkedVisit
from kiosk.holding.captures import decode
from kiosk.holding.sealing import new_pair, open_with
from tests.helpers.decoders import some_block
from tests.helpers.face_decoder import FACTORY
from tests.helpers.face_photos import (  # noqa: F401  the fixture is used
    ZONE_HEIGHT_PX,
    ZONE_WIDTH_PX,
    chip_block,
    free_photos,
    zone_of,
)
from tests.helpers.face_processes import collect_until, mapped_files, visit_pids, watched

CHECKOUT = Path(__file__).resolve().parents[2]
ZONE_BYTES = ZONE_WIDTH_PX * ZONE_HEIGHT_PX * 3
GREY = np.full(ZONE_BYTES, 120, dtype=np.uint8).data


class HandClock:
    """Monotonic seconds moved by hand, starting at the real ones."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead_s


@pytest.fixture(scope="module")
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="module")
def engine(clock: HandClock) -> Iterator[WarmEngine]:
    engine = WarmEngine({}, decoder_factory=FACTORY, clock=clock)
    engine.wait_ready(20)
    yield engine
    engine.close()


@pytest.fixture
def visit(engine: WarmEngine) -> Iterator[ForkedVisit]:
    visit = engine.begin(ZONE_WIDTH_PX, ZONE_HEIGHT_PX)
    yield visit
    visit.end()


def warm_pid(engine: WarmEngine) -> int:
    assert engine.pid is not None
    return engine.pid


def child_pid(engine: WarmEngine) -> int:
    (pid,) = visit_pids(warm_pid(engine))
    return pid


def test_whoever_asked_hears_when_a_visit_could_begin_and_when_not() -> None:
    heard: queue.SimpleQueue[bool] = queue.SimpleQueue()
    engine = WarmEngine({}, decoder_factory=FACTORY, told=heard.put)
    try:
        assert heard.get(timeout=20) is True
        os.kill(warm_pid(engine), signal.SIGKILL)
        assert heard.get(timeout=20) is False
        assert heard.get(timeout=20) is True
    finally:
        engine.close()


def until_imported(pid: int) -> None:
    """Until the process has mapped OpenCV: some way into its loading."""
    deadline = Deadline.after(20)
    while "cv2" not in Path(f"/proc/{pid}/maps").read_text("ascii", "replace"):
        assert not deadline.expired()


def begin_patiently(engine: WarmEngine) -> ForkedVisit:
    """A visit once the engine is back; a busy machine may take longer than a gate would wait."""
    deadline = Deadline.after(20)
    while True:
        try:
            return engine.begin(ZONE_WIDTH_PX, ZONE_HEIGHT_PX)
        except EngineUnavailable:
            assert not deadline.expired()


def answered(events: list[EngineEvent]) -> bool:
    return any(isinstance(event, FaceObserved) for event in events)


def lost(events: list[EngineEvent]) -> bool:
    return any(isinstance(event, EngineLost) for event in events)


@pytest.mark.photos
@pytest.mark.parametrize(
    ("portrait", "live", "expected"), [("person_b_1", "person_b_2", True), ("person_a_2", "person_b_1", False)]
)
def test_a_comparison_through_fork_and_shared_memory(
    engine: WarmEngine, visit: ForkedVisit, free_photos: dict[str, BgrImage], portrait: str, live: str, expected: bool  # noqa: F811
) -> None:  # fmt: skip
    visit.give_reference(PortraitRead(PortraitFormat.WLT, SensitiveBytes(chip_block(free_photos[portrait])), 0.0))
    collect_until(visit, lambda events: any(isinstance(event, ReferenceReady) for event in events))
    attempt, decision = Attempt(), None
    for frame in range(12):
        zone = zone_of(free_photos[live], 95, frame)
        assert visit.offer_frame(zone.data.cast("B"), frame / 30)
        events = collect_until(visit, lambda events: any(isinstance(event, Compared) for event in events))
        decision = attempt.judge(next(event for event in events if isinstance(event, Compared)))
        if decision is not None:
            break
    assert decision is expected


def test_the_warm_engine_holds_no_window_code(engine: WarmEngine) -> None:
    assert "Qt6" not in mapped_files(warm_pid(engine))


def test_the_visit_is_gone_within_a_second_of_its_end(engine: WarmEngine, visit: ForkedVisit) -> None:
    visit.offer_frame(GREY, 1.0)
    with watched(child_pid(engine)) as gone_within:
        assert not gone_within(0)
        visit.end()
        assert gone_within(0)  # end() has seen to it already
    assert not visit.alive


def test_a_visit_that_hangs_is_killed_at_its_end(engine: WarmEngine, visit: ForkedVisit) -> None:
    pid = child_pid(engine)
    os.kill(pid, signal.SIGSTOP)
    with watched(pid) as gone_within:
        visit.end()
        assert gone_within(0)


def test_frames_are_zero_after_the_end(visit: ForkedVisit) -> None:
    descriptor = os.open(f"/proc/self/fd/{visit._ring.descriptor}", os.O_RDONLY)
    visit.offer_frame(GREY, 1.0)
    collect_until(visit, answered)
    assert os.pread(descriptor, ZONE_BYTES, 0) == bytes(GREY)
    visit.end()
    assert not any(os.pread(descriptor, os.fstat(descriptor).st_size, 0))
    os.close(descriptor)


def test_a_killed_visit_is_said_once(engine: WarmEngine, visit: ForkedVisit) -> None:
    os.kill(child_pid(engine), signal.SIGKILL)
    assert lost(collect_until(visit, lost, timeout_s=1.0))
    assert visit.poll(0.0) == []
    assert not visit.alive
    assert not visit.offer_frame(GREY, 1.0)


def test_a_stopped_visit_is_noticed_before_staff_must_take_over(
    engine: WarmEngine, visit: ForkedVisit, clock: HandClock
) -> None:
    os.kill(child_pid(engine), signal.SIGSTOP)
    visit.offer_frame(GREY, 1.0)
    assert visit.poll(0.0) == []
    clock.ahead_s += STALLED_AFTER_S + 0.1
    assert visit.poll(0.0) == [EngineLost("stalled")]


def test_a_busy_visit_takes_no_more_frames_than_the_ring_holds(engine: WarmEngine, visit: ForkedVisit) -> None:
    os.kill(child_pid(engine), signal.SIGSTOP)
    taken = [visit.offer_frame(GREY, frame / 30) for frame in range(8)]
    assert taken == [True] * 4 + [False] * 4
    os.kill(child_pid(engine), signal.SIGCONT)
    (seen,) = [event for event in collect_until(visit, answered) if isinstance(event, FaceObserved)]
    assert seen.sequence == 4  # the newest


def test_the_visit_leaves_no_dump_and_no_file(engine: WarmEngine, visit: ForkedVisit) -> None:
    visit.offer_frame(GREY, 1.0)
    collect_until(visit, answered)
    pid = child_pid(engine)
    limits = Path(f"/proc/{pid}/limits").read_text("ascii")
    assert "Max core file size        0      " in limits
    opened = [entry for entry in Path(f"/proc/{pid}/fd").iterdir() if int(entry.name) > 2]  # the rest is the test's
    links = [str(entry.readlink()) for entry in opened]
    assert any("memfd:kiosk-frames" in link for link in Path(f"/proc/{pid}/maps").read_text("ascii").splitlines())
    assert not [link for link in links if link.startswith(("/tmp", "/dev/shm", "/var", str(Path.home())))]


def test_an_engine_that_is_still_loading_ends_when_the_window_does() -> None:
    program = f"""
import sys
from kiosk.face.client import WarmEngine
engine = WarmEngine({{}}, decoder_factory={FACTORY!r})
while engine.pid is None:
    pass
while "kiosk.face.start" not in open(f"/proc/{{engine.pid}}/cmdline").read():
    pass
print(engine.pid, flush=True)
sys.stdin.read()
"""
    window = subprocess.Popen(
        [sys.executable, "-c", program], cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with window:
        assert window.stdout is not None
        warm = int(window.stdout.readline())
        with watched(warm) as gone:
            until_imported(warm)
            window.kill()
            assert gone(1.0)


def test_the_visit_ends_when_the_window_does() -> None:
    """The window's process is killed: nobody is left to say End."""
    program = f"""
import sys, time
from kiosk.face.client import WarmEngine
from tests.helpers.face_processes import visit_pids
engine = WarmEngine({{}}, decoder_factory={FACTORY!r})
engine.wait_ready(20)
visit = engine.begin(64, 64)
print(engine.pid, *visit_pids(engine.pid), flush=True)
sys.stdin.read()
"""
    window = subprocess.Popen(
        [sys.executable, "-c", program], cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with window:
        assert window.stdout is not None
        warm, child = (int(pid) for pid in window.stdout.readline().split())
        with watched(warm) as warm_gone, watched(child) as child_gone:
            window.kill()
            assert child_gone(1.0)
            assert warm_gone(1.0)


def test_a_killed_engine_takes_its_visits_along_and_comes_back() -> None:
    engine = WarmEngine({}, decoder_factory=FACTORY)
    engine.wait_ready(20)
    visit = engine.begin(ZONE_WIDTH_PX, ZONE_HEIGHT_PX)
    before = warm_pid(engine)
    with watched(child_pid(engine)) as child_gone:
        os.kill(before, signal.SIGKILL)
        assert child_gone(1.0)
    assert lost(collect_until(visit, lost, timeout_s=1.0))
    visit.end()
    again = begin_patiently(engine)
    assert engine.pid != before
    assert again.offer_frame(GREY, 1.0)
    collect_until(again, answered)
    again.end()
    engine.close()


def test_an_engine_that_hangs_is_replaced() -> None:
    engine = WarmEngine({}, decoder_factory=FACTORY)
    engine.wait_ready(20)
    before = warm_pid(engine)
    os.kill(before, signal.SIGSTOP)
    begin_patiently(engine).end()
    assert engine.pid != before
    engine.close()


def test_changed_models_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The engine's process finds a manifest that its models do not agree with."""
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))
    altered = tmp_path / "sitecustomize.py"
    altered.write_text(
        "import kiosk.face.models as models\n"
        "real = models.read_manifest\n"
        "import dataclasses\n"
        "models.read_manifest = lambda path=None: {name: dataclasses.replace(entry, sha256='0' * 64)\n"
        "                                          for name, entry in real(path).items()}\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{CHECKOUT}")
    engine = WarmEngine({}, decoder_factory=FACTORY)
    with pytest.raises(EngineUnavailable) as refused:
        engine.wait_ready(20)
    engine.close()
    assert refused.value.code == "models_changed"


@pytest.mark.parametrize("behaviour", ["raise", ""])
def test_a_decoder_that_fails_ends_in_staffs_hands(behaviour: str) -> None:
    engine = WarmEngine({"behaviour": behaviour}, decoder_factory=FACTORY)
    engine.wait_ready(20)
    visit = engine.begin(64, 64)
    visit.give_reference(PortraitRead(PortraitFormat.WLT, SensitiveBytes(b"not a picture"), 0.0))
    events = collect_until(visit, lambda events: any(isinstance(event, ReferenceFailed) for event in events))
    assert events == [ReferenceFailed("crashed" if behaviour == "raise" else "malformed")]
    assert visit.alive
    visit.end()
    engine.close()


@pytest.mark.parametrize("how", ["visit", "engine"])
def test_what_a_makers_program_started_ends_with_the_visit(tmp_path: Path, how: str) -> None:
    told = tmp_path / "told"
    os.mkfifo(told)
    program = tmp_path / "wrapper"
    # As wrappers for other systems are written: the decoder proper is the shell's child.
    program.write_text(f"#!/bin/sh\n(echo $(exec sh -c 'echo $PPID') >{told}; exec sleep 600)\nexit 0\n")
    program.chmod(0o755)
    engine = WarmEngine({"kind": "program", "path": str(program), "time_limit_s": 5.0})
    engine.wait_ready(20)
    visit = engine.begin(ZONE_WIDTH_PX, ZONE_HEIGHT_PX)
    visit.give_reference(PortraitRead(PortraitFormat.WLT, SensitiveBytes(some_block()), 0.0))
    with watched(int(told.read_text())) as gone_within:
        assert not gone_within(0)
        visit.end() if how == "visit" else engine.close()
        assert gone_within(2.0)
    visit.end()
    engine.close()


def test_events_of_the_attempt_before_are_dropped(engine: WarmEngine, visit: ForkedVisit) -> None:
    pid = child_pid(engine)
    visit.offer_frame(GREY, 1.0)
    assert select.select([visit._link], [], [], 5)[0]  # its answer is here, unread
    os.kill(pid, signal.SIGSTOP)
    visit.restart_capture()
    assert visit.poll(0.0) == []
    os.kill(pid, signal.SIGCONT)
    visit.offer_frame(GREY, 2.0)
    (seen,) = [event for event in collect_until(visit, answered) if isinstance(event, FaceObserved)]
    assert seen.captured_at_s == 2.0


@pytest.mark.photos
def test_a_disputed_check_leaves_its_process_sealed_and_no_other_way(
    engine: WarmEngine,
    visit: ForkedVisit,
    free_photos: dict[str, BgrImage],  # noqa: F811
) -> None:
    public, private = new_pair()
    visit.keep_ready(public)
    portrait = chip_block(free_photos["person_a_2"])
    visit.give_reference(PortraitRead(PortraitFormat.WLT, SensitiveBytes(portrait), 0.0))
    collect_until(visit, lambda events: any(isinstance(event, ReferenceReady) for event in events))
    zone = zone_of(free_photos["person_b_1"], 95, 0)
    assert visit.offer_frame(zone.data.cast("B"), 0.0)
    (compared,) = [
        event
        for event in collect_until(visit, lambda events: any(isinstance(event, Compared) for event in events))
        if isinstance(event, Compared)
    ]
    sealed = visit.seal(5.0)
    assert sealed is not None
    assert zone.tobytes()[30_000:30_064] not in sealed
    with open_with(private, sealed) as opened:
        captures = decode(opened.view())
        assert captures.live.size < zone.size
        assert any(  # the face, cut out of the zone
            np.array_equal(
                captures.live, zone[top : top + captures.live.shape[0], left : left + captures.live.shape[1]]
            )
            for top in range(zone.shape[0])
            for left in range(zone.shape[1])
            if np.array_equal(captures.live[0, 0], zone[top, left])
        )
        assert captures.figures.score == compared.score


def test_a_visit_that_was_not_asked_to_keep_has_nothing_to_seal(visit: ForkedVisit) -> None:
    visit.offer_frame(GREY, 1.0)
    collect_until(visit, answered)
    assert visit.seal(5.0) is None
    assert visit.alive
