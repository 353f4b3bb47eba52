"""One visit's capture over a played camera and a scripted engine: when frames flow, what is seen, what is left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from drivers.port import PortraitRead
from drivers.sensitive_memory import sensitive_count
from kiosk.camera.port import BgrImage, Zone
from kiosk.camera.zone import mask_outside, zone_box_px
from kiosk.face.fake import FakeFaceEngine
from kiosk.face.port import Advice, Compared, EngineEvent, EngineLost, FaceObserved, ReferenceReady
from kiosk.holding.permission import HoldNotAllowed
from kiosk.holding.sealing import new_pair, open_with
from kiosk.station.ports import CameraGone, CameraReady, CameraState, CaptureEnded, CaptureEvent, SealingDone
from kiosk.workers.capture import CaptureSession, CaptureSettings
from kiosk.workers.capturing import Capturing
from tests.helpers.station import compared, portrait
from tests.helpers.station_workers import PlayedCamera, Posts

SETTINGS = CaptureSettings(Zone())
CLOSING_S = 0.5
INSIDE = 200
SEEN = FaceObserved(0, 0.0, 1, Advice.NONE, usable=True, near_enough=True)


class Looking(FakeFaceEngine):
    """A scripted engine that also keeps what it was shown."""

    def __init__(self, *script: EngineEvent) -> None:
        super().__init__([script], rehearsal=True)
        self.smallest: list[int] = []
        self.restarted = threading.Event()

    def begin(self, zone_width_px: int, zone_height_px: int):  # type: ignore[no-untyped-def]
        visit = super().begin(zone_width_px, zone_height_px)
        offer, restart = visit.offer_frame, visit.restart_capture

        def offer_frame(frame: memoryview, captured_at_s: float) -> bool:
            self.smallest.append(int(np.frombuffer(frame, np.uint8).min()))
            return offer(frame, captured_at_s)

        def restart_capture() -> None:
            restart()
            self.restarted.set()

        visit.offer_frame, visit.restart_capture = offer_frame, restart_capture  # type: ignore[method-assign,assignment]
        return visit


class Session:
    """A session with everything it told."""

    def __init__(self, camera: PlayedCamera, engine: FakeFaceEngine) -> None:
        self.camera, self.engine, self.posts = camera, engine, Posts()
        self.told: list[CaptureEvent] = []
        self.previews: list[BgrImage] = []
        self.session = CaptureSession(camera, engine, SETTINGS, self.posts, self.told.append, self.previews.append)

    def wait(self, event: type | CaptureEvent) -> None:
        def came() -> bool:
            return any(one == event or (isinstance(event, type) and isinstance(one, event)) for one in self.told)

        self.posts.run_until(came)

    def close(self) -> float:
        began_s = time.monotonic()
        self.session.close()
        self.wait(CaptureEnded)
        took_s = time.monotonic() - began_s
        self.session.join(2.0)
        return took_s


@pytest.fixture
def camera() -> PlayedCamera:
    return PlayedCamera(INSIDE)


@pytest.fixture
def make(camera: PlayedCamera) -> Iterator[Callable[..., Session]]:
    made: list[Session] = []

    def make(*script: EngineEvent) -> Session:
        made.append(Session(camera, Looking(*script)))
        return made[-1]

    yield make
    for one in made:
        camera.stuck.clear()
        one.session.close()
        one.session.join(2.0)


def test_the_handle_opens_at_once_and_no_frame_is_pulled_before_it_is_asked_for(
    make: Callable[..., Session], camera: PlayedCamera
) -> None:
    one = make()
    one.wait(CameraReady())
    one.posts.run_until(lambda: len(one.engine.visits) == 1)
    assert (camera.opened_count, camera.reads) == (1, 0)
    one.session.start_frames()
    one.posts.run_until(lambda: camera.reads > 0)


def test_the_sign_is_lit_while_the_camera_is_still_opening() -> None:
    """A USB camera takes most of a second to open, and its handle is open all that time."""
    opening, go_on = threading.Event(), threading.Event()

    class Slow(PlayedCamera):
        def open(self) -> None:
            super().open()
            opening.set()
            go_on.wait(5.0)

    one = Session(Slow(INSIDE), Looking())
    assert opening.wait(5.0)
    one.wait(CameraState(is_open=True))
    assert CameraReady() not in one.told
    go_on.set()
    one.wait(CameraReady())
    one.close()
    assert one.told[-2:] == [CameraState(is_open=False), CaptureEnded()]


def test_a_visit_stopped_before_its_ticket_never_sees_a_frame(
    make: Callable[..., Session], camera: PlayedCamera
) -> None:
    one = make()
    one.wait(CameraReady())
    assert one.close() < CLOSING_S
    assert camera.reads == 0
    assert one.told[-2:] == [CameraState(is_open=False), CaptureEnded()]


def test_nothing_outside_the_zone_leaves_the_camera_thread(make: Callable[..., Session], camera: PlayedCamera) -> None:
    """The camera's picture is bright everywhere; engine and screen get exactly the zone of it, and no frame stays."""
    left, top, right, bottom = zone_box_px(1280, 720, Zone())
    one = make()
    one.session.start_frames()
    one.posts.run_until(lambda: len(one.previews) > 6)
    shapes = {picture.shape for picture in one.previews}
    one.close()
    assert shapes == {(bottom - top, right - left, 3)}
    engine = one.engine
    assert isinstance(engine, Looking)
    assert set(engine.smallest) == {INSIDE}
    assert not any(frame.image.any() for frame in camera.frames)


def test_masking_comes_before_cutting_out(make: Callable[..., Session], monkeypatch: pytest.MonkeyPatch) -> None:
    outside: list[int] = []

    def spy(frame: BgrImage, zone: Zone) -> None:
        mask_outside(frame, zone)
        left, top, right, bottom = zone_box_px(frame.shape[1], frame.shape[0], zone)
        rest = frame.copy()
        rest[top:bottom, left:right] = 0
        outside.append(int(rest.max()))

    monkeypatch.setattr("kiosk.workers.capture.mask_outside", spy)
    one = make()
    one.session.start_frames()
    one.posts.run_until(lambda: len(outside) > 2)
    one.close()
    assert set(outside) == {0}


def test_closing_is_quick_and_leaves_no_pixel(make: Callable[..., Session], camera: PlayedCamera) -> None:
    one = make(SEEN)
    one.session.start_frames()
    one.posts.run_until(lambda: len(one.previews) > 4)
    assert one.close() < CLOSING_S
    assert not camera.is_open
    assert not any(buffer.array.any() for buffer in one.session._zone_buffers)
    assert "zone picture" not in sensitive_count().living
    assert not any(picture.any() for picture in one.previews)
    assert not one.engine.visits[0].alive


class MeteredCamera(PlayedCamera):
    """Keeps what it was told of the face's light."""

    def __init__(self) -> None:
        super().__init__(value=90)
        self.levels: list[float] = []

    def meter(self, level: float, at_s: float) -> None:
        self.levels.append(level)


def test_a_camera_that_wants_to_know_hears_how_light_the_face_is() -> None:
    camera = MeteredCamera()
    seen = FaceObserved(0, 0.0, 1, Advice.NONE, usable=True, near_enough=True, box=(0.3, 0.3, 0.4, 0.4))
    one = Session(camera, Looking(seen))
    one.session.start_frames()
    one.posts.run_until(lambda: bool(camera.levels))
    one.close()
    assert camera.levels[0] == pytest.approx(90.0)


def test_a_camera_that_goes_away_is_told_and_the_sign_goes_with_the_handle(
    make: Callable[..., Session], camera: PlayedCamera
) -> None:
    one = make()
    one.session.start_frames()
    one.posts.run_until(lambda: bool(one.previews))
    camera.lost.set()
    one.wait(CameraGone("lost"))
    one.wait(CameraState(is_open=False))
    assert CaptureEnded() not in one.told
    one.close()


def test_a_camera_that_cannot_be_opened_is_told_with_its_reason(
    make: Callable[..., Session], camera: PlayedCamera
) -> None:
    camera.refuses = "busy"
    one = make()
    one.wait(CameraGone("busy"))
    one.wait(CameraState(is_open=False))
    assert CameraReady() not in one.told
    one.close()


def test_a_frame_of_another_size_than_agreed_is_wiped_and_a_fault(make: Callable[..., Session]) -> None:
    odd = PlayedCamera(INSIDE, height_px=480, width_px=640)
    one = Session(odd, Looking())
    one.session.start_frames()
    one.wait(CameraGone("lost"))
    one.close()
    assert not any(frame.image.any() for frame in odd.frames)


def test_the_sign_stays_on_and_closing_goes_on_while_the_driver_holds_the_handle(
    make: Callable[..., Session], camera: PlayedCamera
) -> None:
    one = make()
    one.wait(CameraReady())
    camera.stuck.set()
    one.session.close()
    one.posts.run_until(lambda: not one.engine.visits or not one.engine.visits[0].alive)
    one.posts.run_waiting()
    assert CameraState(is_open=False) not in one.told
    assert CaptureEnded() not in one.told
    camera.stuck.clear()
    one.wait(CaptureEnded)
    assert one.told[-2:] == [CameraState(is_open=False), CaptureEnded()]


@pytest.mark.parametrize("death", ["refused", "dies"])
def test_a_lost_engine_is_told_and_the_portrait_wiped(camera: PlayedCamera, death: str) -> None:
    engine = Looking()
    if death == "refused":
        engine.refuse("models_missing")
    one = Session(camera, engine)
    if death == "dies":
        one.posts.run_until(lambda: bool(engine.visits))
        engine.visits[0].lose("crashed")
    one.wait(EngineLost)
    late = portrait()
    one.session.give_reference(late)
    one.close()
    assert late.data.wiped


def test_a_portrait_that_comes_after_closing_is_wiped(make: Callable[..., Session]) -> None:
    one = make()
    before, after = portrait(), portrait()
    one.session.close()
    one.session.give_reference(before)
    one.wait(CaptureEnded)
    one.session.give_reference(after)
    assert before.data.wiped
    assert after.data.wiped


def test_the_reference_reaches_the_engine_and_its_copy_is_wiped(make: Callable[..., Session]) -> None:
    one = make(ReferenceReady("wlt", 0.1, 0.1))
    given: PortraitRead = portrait()
    one.session.give_reference(given)
    one.wait(ReferenceReady)
    assert given.data.wiped


def test_scores_of_the_first_attempt_do_not_reach_the_second(make: Callable[..., Session]) -> None:
    """Also those that were under way to the window when the second attempt began."""
    one = make(SEEN, compared(0.1, 10), SEEN, compared(0.2, 11), ReferenceReady("wlt", 0.1, 0.1))
    engine = one.engine
    assert isinstance(engine, Looking)
    one.session.start_frames()
    fence = time.monotonic() + 5.0
    while not engine.visits or engine.visits[0].offered < 4:
        assert time.monotonic() < fence
        threading.Event().wait(0.005)
    one.session.give_reference(portrait())
    one.session.restart()
    assert engine.restarted.wait(5.0)
    one.wait(ReferenceReady)
    assert not [event for event in one.told if isinstance(event, Compared | FaceObserved)]


# --- the visits' captures one after the other -------------------------------------------------------


class Captures:
    def __init__(self, camera: PlayedCamera) -> None:
        self.posts, self.told, self.shown = Posts(), list[CaptureEvent](), list[bool]()
        self.engine = Looking(SEEN)
        self.capturing = Capturing(
            camera, self.engine, SETTINGS, self.posts, lambda picture: self.shown.append(picture is not None)
        )
        self.capturing.deliver = self.told.append


@pytest.fixture
def captures(camera: PlayedCamera) -> Iterator[Captures]:
    made = Captures(camera)
    yield made
    made.capturing.stop()


def test_each_visit_opens_the_camera_and_forks_an_engine_once(captures: Captures, camera: PlayedCamera) -> None:
    for visit in (1, 2):
        captures.capturing.prepare()
        captures.capturing.start_frames()
        captures.posts.run_until(lambda: captures.shown[-1:] == [True])
        captures.capturing.close()
        captures.posts.run_until(lambda visit=visit: captures.told.count(CaptureEnded()) == visit)  # type: ignore[misc]
        assert (camera.opened_count, len(captures.engine.visits)) == (visit, visit)
        captures.shown.clear()


def test_no_picture_is_shown_after_closing_was_asked_for(captures: Captures) -> None:
    captures.capturing.prepare()
    captures.capturing.start_frames()
    captures.posts.run_until(lambda: captures.shown[-1:] == [True])
    captures.capturing.close()
    captures.shown.clear()
    captures.posts.run_until(lambda: CaptureEnded() in captures.told)
    assert True not in captures.shown


def test_a_station_without_a_camera_says_so_and_wipes_what_it_is_given() -> None:
    posts, told = Posts(), list[CaptureEvent]()
    without = Capturing.without_camera(posts)
    without.deliver = told.append
    without.prepare()
    given = portrait()
    without.give_reference(given)
    without.close()
    posts.run_until(lambda: len(told) == 2)
    assert told == [CameraGone("not_found"), CaptureEnded()]
    assert given.data.wiped
    without.stop()


# --- captures of a disputed check -------------------------------------------------------------------


def sealed_at_the_end(session: Session, hold_key: bytes | None, *, seal: bool) -> list[SealingDone]:
    session.session.start_frames(hold_key)
    session.wait(FaceObserved)
    session.session.close(seal=seal)
    session.wait(CaptureEnded)
    session.session.join(2.0)
    return [event for event in session.told if isinstance(event, SealingDone)]


def test_what_was_kept_ready_is_sealed_before_the_capture_ends(make: Callable[..., Session]) -> None:
    public, private = new_pair()
    session = make(SEEN)
    (done,) = sealed_at_the_end(session, public, seal=True)
    assert done.sealed is not None
    with open_with(private, done.sealed) as opened:
        assert bytes(opened.view()) == b"captures"
    assert session.told.index(done) < session.told.index(CaptureEnded())


def test_without_a_key_nothing_is_sealed_and_without_being_asked_nothing_is_told(make: Callable[..., Session]) -> None:
    assert sealed_at_the_end(make(SEEN), None, seal=True) == [SealingDone(None)]
    assert sealed_at_the_end(make(SEEN), new_pair()[0], seal=False) == []


def test_an_event_that_holds_nothing_raises() -> None:
    capturing = Capturing(None, None, SETTINGS, Posts(), lambda picture: None)
    with pytest.raises(HoldNotAllowed):
        capturing.start_frames(keep=True)
    with pytest.raises(HoldNotAllowed):
        capturing.close(seal=True)
