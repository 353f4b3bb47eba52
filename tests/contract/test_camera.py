"""What every camera promises, on a film played by its own process and on a played Video4Linux device."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from kiosk.camera.film import FilmCamera
from kiosk.camera.port import Camera, CameraUnavailable, Frame
from tests.helpers.camera_film import AT_ONCE, film_process
from tests.unit.test_camera_v4l2 import PlayedCapture, camera

SOON_S = 5.0
CLOSING_S = 0.5
ENDLESS = 1 << 30

MakeCamera = Callable[[], Camera]


@pytest.fixture(scope="module", params=["film", "v4l2"])
def make(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeCamera]:
    if request.param == "v4l2":
        yield lambda: camera(tmp_path_factory.mktemp("machine"), PlayedCapture(waiting=ENDLESS))
        return
    with film_process(tmp_path_factory.mktemp("film"), *AT_ONCE) as film:
        film.ask(scene="person", faces=[0, 1])
        yield lambda: FilmCamera(str(film.camera_socket), rehearsal=True)


@contextmanager
def opened(make: MakeCamera) -> Iterator[Camera]:
    made = make()
    made.open()
    try:
        yield made
    finally:
        made.close()


def frame_of(made: Camera) -> Frame:
    frame = made.read(SOON_S)
    assert frame is not None
    return frame


def test_nothing_is_open_before_it_is_opened(make: MakeCamera) -> None:
    made = make()
    assert (made.is_open, made.opened_count) == (False, 0)
    made.close()
    with pytest.raises(CameraUnavailable):
        made.read(0.0)
    assert made.opened_count == 0


def test_each_opening_is_counted_and_each_closing_is_quick(make: MakeCamera) -> None:
    made = make()
    for count in (1, 2):
        made.open()
        assert (made.is_open, made.opened_count) == (True, count)
        frame_of(made)
        before_s = time.monotonic()
        made.close()
        assert time.monotonic() - before_s < CLOSING_S
        assert not made.is_open
        made.close()


def test_a_handle_that_is_open_is_not_opened_twice(make: MakeCamera) -> None:
    with opened(make) as made:
        with pytest.raises(CameraUnavailable) as unavailable:
            made.open()
        assert unavailable.value.code == "busy"
        assert made.is_open
        assert frame_of(made).image.any()


def test_closing_before_any_frame_is_quick_too(make: MakeCamera) -> None:
    with opened(make) as made:
        before_s = time.monotonic()
        made.close()
        assert time.monotonic() - before_s < CLOSING_S


def test_frames_are_pictures_and_their_times_rise(make: MakeCamera) -> None:
    with opened(make) as made:
        frames = [frame_of(made) for _ in range(4)]
    for frame in frames:
        assert frame.image.dtype == np.uint8
        assert frame.image.ndim == 3
        assert frame.image.shape[2] == 3
    times = [frame.captured_at_s for frame in frames]
    assert times == sorted(times)


def test_a_frame_belongs_to_whoever_got_it(make: MakeCamera) -> None:
    with opened(make) as made:
        first = frame_of(made)
        first.image[:] = 0
        assert frame_of(made).image.any()
        assert not first.image.any()
    assert not first.image.any()


def test_a_frame_outlives_the_camera_only_in_its_owners_hands(make: MakeCamera) -> None:
    with opened(make) as made:
        frame = frame_of(made)
    assert frame.image.any()
    with pytest.raises(CameraUnavailable):
        made.read(0.0)
