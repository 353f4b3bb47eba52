"""What every face engine promises: the real one over its processes, and the scripted fake."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from drivers.port import PortraitFormat, PortraitRead
from drivers.secret import SensitiveBytes
from kiosk.face.client import WarmEngine
from kiosk.face.fake import FakeFaceEngine, FakeInLiveMode
from kiosk.face.messages import PORTRAIT_MAX_BYTES
from kiosk.face.port import (
    Advice,
    EngineEvent,
    EngineLost,
    EngineUnavailable,
    FaceEngine,
    FaceObserved,
    FaceVisit,
    ReferenceFailed,
)
from tests.helpers.face_decoder import FACTORY
from tests.helpers.face_processes import collect_until

WIDTH, HEIGHT = 160, 192
NOBODY = FaceObserved(1, 0.0, faces=0, advice=Advice.NOBODY, usable=False)
EMPTY_ZONE = np.full((HEIGHT, WIDTH, 3), 90, dtype=np.uint8).data.cast("B")


def make_fake() -> FaceEngine:
    return FakeFaceEngine([[ReferenceFailed("malformed"), *[NOBODY] * 20]], rehearsal=True)


def make_real() -> FaceEngine:
    engine = WarmEngine({}, decoder_factory=FACTORY)
    engine.wait_ready(20)
    return engine


@pytest.fixture(scope="module", params=[make_fake, make_real], ids=["fake", "real"])
def engine(request: pytest.FixtureRequest) -> Iterator[FaceEngine]:
    engine: FaceEngine = request.param()
    yield engine
    engine.close()


@pytest.fixture
def visit(engine: FaceEngine) -> Iterator[FaceVisit]:
    visit = engine.begin(WIDTH, HEIGHT)
    yield visit
    visit.end()


def portrait(data: bytes = b"no picture at all") -> PortraitRead:
    return PortraitRead(PortraitFormat.WLT, SensitiveBytes(data), at_s=1.0)


def seen_one(kind: type) -> Callable[[list[EngineEvent]], bool]:
    return lambda events: any(isinstance(event, kind) for event in events)


def test_a_frame_is_answered_with_its_time(visit: FaceVisit) -> None:
    assert visit.offer_frame(EMPTY_ZONE, 12.5)
    events = collect_until(visit, seen_one(FaceObserved))
    (seen,) = [event for event in events if isinstance(event, FaceObserved)]
    assert (seen.captured_at_s, seen.faces, seen.usable, seen.advice) == (12.5, 0, False, Advice.NOBODY)


def test_sequence_numbers_rise(visit: FaceVisit) -> None:
    numbers = []
    for at_s in (1.0, 1.1, 1.2):
        assert visit.offer_frame(EMPTY_ZONE, at_s)
        events = collect_until(visit, seen_one(FaceObserved))
        numbers += [event.sequence for event in events if isinstance(event, FaceObserved)]
    assert numbers == sorted(set(numbers))


def test_a_frame_of_another_size_is_refused(visit: FaceVisit) -> None:
    with pytest.raises(ValueError, match="bytes"):
        visit.offer_frame(EMPTY_ZONE[:-3], 1.0)
    assert visit.alive


def test_the_portrait_handed_over_is_wiped(visit: FaceVisit) -> None:
    given = portrait()
    visit.give_reference(given)
    assert given.data.wiped
    assert seen_one(ReferenceFailed)(collect_until(visit, seen_one(ReferenceFailed)))


@pytest.mark.parametrize("length", [0, PORTRAIT_MAX_BYTES + 1])
def test_a_portrait_of_impossible_size_ends_in_staffs_hands(visit: FaceVisit, length: int) -> None:
    given = portrait(b"x" * length)
    visit.give_reference(given)
    assert given.data.wiped
    assert any(isinstance(event, EngineLost | ReferenceFailed) for event in visit.poll(0.5))


def test_restarting_keeps_the_visit(visit: FaceVisit) -> None:
    visit.restart_capture()
    assert visit.offer_frame(EMPTY_ZONE, 3.0)
    assert seen_one(FaceObserved)(collect_until(visit, seen_one(FaceObserved)))


def test_nothing_comes_after_the_end(engine: FaceEngine) -> None:
    visit = engine.begin(WIDTH, HEIGHT)
    assert visit.alive
    visit.offer_frame(EMPTY_ZONE, 1.0)
    visit.end()
    visit.end()
    assert not visit.alive
    assert visit.poll(0.0) == []
    assert not visit.offer_frame(EMPTY_ZONE, 2.0)
    visit.restart_capture()
    late = portrait()
    visit.give_reference(late)
    assert late.data.wiped
    assert visit.poll(0.0) == []


def test_visits_follow_each_other(engine: FaceEngine) -> None:
    for _ in range(3):
        visit = engine.begin(WIDTH, HEIGHT)
        assert visit.offer_frame(EMPTY_ZONE, 1.0)
        assert collect_until(visit, seen_one(FaceObserved))
        visit.end()


@pytest.mark.parametrize("make", [make_fake, make_real], ids=["fake", "real"])
def test_a_closed_engine_begins_no_visit(make: Callable[[], FaceEngine]) -> None:
    engine = make()
    engine.close()
    with pytest.raises(EngineUnavailable) as refused:
        engine.begin(WIDTH, HEIGHT)
    assert refused.value.code == "not_running"


def test_the_fake_refuses_live_mode() -> None:
    with pytest.raises(FakeInLiveMode):
        FakeFaceEngine([], rehearsal=False)


def test_the_fake_can_be_lost() -> None:
    visit = FakeFaceEngine([], rehearsal=True).begin(WIDTH, HEIGHT)
    visit.lose()
    assert visit.poll(0.0) == [EngineLost("crashed")]
    assert not visit.alive
    assert visit.poll(0.0) == []
