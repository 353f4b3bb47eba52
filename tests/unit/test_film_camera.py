"""The film camera over a real film process: its timing, its loss, and that no frame flows before it is asked for."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from kiosk.camera.film import FilmCamera
from kiosk.camera.port import CameraUnavailable, Frame
from kiosk.rehearsal.film_server import FIRST_FRAME_S, FRAME_S, OPEN_S
from tests.helpers.camera_film import AT_ONCE, FilmProcess, film_process

SOON_S = 5.0

pytestmark = pytest.mark.photos


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilmProcess]:
    with film_process(tmp_path_factory.mktemp("film"), *AT_ONCE) as process:
        yield process


@pytest.fixture
def camera(film: FilmProcess) -> Iterator[FilmCamera]:
    film.ask(scene="person", faces=[0, 1])
    made = FilmCamera(str(film.camera_socket), rehearsal=True)
    yield made
    made.close()


def frame_of(camera: FilmCamera) -> Frame:
    frame = camera.read(SOON_S)
    assert frame is not None
    return frame


def settled(camera: FilmCamera) -> Frame:
    """A frame after the exposure has settled."""
    for _ in range(12):
        frame = frame_of(camera)
    return frame


def test_live_mode_has_no_film_camera() -> None:
    with pytest.raises(CameraUnavailable) as unavailable:
        FilmCamera("/nowhere", rehearsal=False)
    assert unavailable.value.code == "not_allowed"


def test_no_film_process_is_no_camera(tmp_path: Path) -> None:
    camera = FilmCamera(str(tmp_path / "camera"), rehearsal=True)
    with pytest.raises(CameraUnavailable) as unavailable:
        camera.open()
    assert unavailable.value.code == "not_found"
    assert not camera.is_open


def test_opening_and_the_first_frame_take_their_time(tmp_path: Path) -> None:
    with film_process(tmp_path) as film:
        camera = FilmCamera(str(film.camera_socket), rehearsal=True)
        film.ask(scene="person", faces=[0, 1])
        before_s = time.monotonic()
        camera.open()
        opened_s = time.monotonic()
        assert opened_s - before_s >= OPEN_S
        assert camera.read(0.0) is None
        frame = frame_of(camera)
        camera.close()
    assert frame.image.shape == (720, 1280, 3)
    assert frame.captured_at_s - opened_s >= FIRST_FRAME_S * 0.9
    assert opened_s < frame.captured_at_s <= time.monotonic()


def test_no_frame_is_made_before_the_first_read(camera: FilmCamera, film: FilmProcess) -> None:
    camera.open()
    assert not any(any(row) for row in open_memory(film))
    frame_of(camera)
    assert any(any(row) for row in open_memory(film))


def open_memory(film: FilmProcess) -> list[bytes]:
    """The first row of each anonymous film memory the process holds."""
    held = Path(f"/proc/{film.process.pid}/fd").iterdir()
    rows = []
    for link in held:
        if "memfd:film" in str(link.readlink()):
            with link.open("rb") as memory:
                rows.append(memory.read(1280 * 3))
    return rows


def test_frames_come_at_their_rate_and_a_slow_reader_gets_the_newest(camera: FilmCamera) -> None:
    camera.open()
    first = settled(camera)
    counted = [frame_of(camera).captured_at_s for _ in range(15)]
    assert counted[-1] - first.captured_at_s >= 13 * FRAME_S
    while time.monotonic() - counted[-1] < 6 * FRAME_S:
        os.sched_yield()
    assert frame_of(camera).captured_at_s - counted[-1] >= 4 * FRAME_S


def test_a_reader_that_stayed_away_gets_no_old_frame(camera: FilmCamera, film: FilmProcess) -> None:
    """The process is stopped rather than waited for: what it announced before is old when it goes on."""
    camera.open()
    before = settled(camera)
    psutil.Process(film.process.pid).suspend()
    try:
        while time.monotonic() - before.captured_at_s < 0.7:
            os.sched_yield()
        assert camera.read(0.0) is None
    finally:
        psutil.Process(film.process.pid).resume()
    assert frame_of(camera).captured_at_s - before.captured_at_s >= 0.7


def test_a_lost_device_is_lost_until_it_is_opened_again(camera: FilmCamera, film: FilmProcess) -> None:
    camera.open()
    frame_of(camera)
    film.ask(lose=True)
    with pytest.raises(CameraUnavailable) as unavailable:
        read_on(camera)
    assert unavailable.value.code == "lost"
    camera.close()
    camera.open()
    assert frame_of(camera).image.any()


def read_on(camera: FilmCamera) -> None:
    """Frames announced before the loss may still come."""
    for _ in range(30):
        frame_of(camera)


def test_the_film_follows_its_directions(camera: FilmCamera, film: FilmProcess) -> None:
    camera.open()
    person = settled(camera).image
    film.ask(scene="nobody", faces=[])
    nobody = settled(camera).image
    film.ask(scene="dark", faces=[0])
    dark = settled(camera).image
    assert np.abs(person.astype(int) - nobody).mean() > 5
    assert dark.mean() < 0.4 * person.mean()


def test_the_picture_has_no_name_on_any_disk(camera: FilmCamera, film: FilmProcess) -> None:
    camera.open()
    frame_of(camera)
    maps = Path(f"/proc/{film.process.pid}/maps").read_text().splitlines()
    names = {line.split(maxsplit=5)[-1] for line in maps if " rw-s " in line}
    assert names == {"/memfd:film (deleted)"}
