"""Ticket codes by camera: read from poor screens, frames overwritten, one process, and only this event's codes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from drivers.port import CodeScanned
from kiosk.camera.port import BgrImage, CameraUnavailable, Frame
from kiosk.codes.looking import look_for_code
from kiosk.codes.start import FOUND, NO_CAMERA, NOTHING
from kiosk.codes.symbol import symbol_bytes
from kiosk.rehearsal.film_scene import Painter
from kiosk.rehearsal.film_server import FilmServer
from kiosk.station.code_camera import CodeLook
from kiosk.workers.code_camera import CodeCamera
from tests.helpers.phone_codes import CONDITIONS, phone

CODE = "TK-000007"


@pytest.mark.parametrize("condition", sorted(set(CONDITIONS) - {"cracked", "glare"}))
def test_a_poor_screen_is_read(condition: str) -> None:
    assert all(symbol_bytes(phone(CODE, condition, seed)) == CODE.encode() for seed in range(2))


def test_a_cracked_screen_is_read_rightly_or_not_at_all() -> None:
    seen = [symbol_bytes(phone(CODE, "cracked", seed)) for seed in (0, 7, 10)]
    assert set(seen) == {b"", CODE.encode()}


def test_two_codes_at_once_are_none() -> None:
    one, other = phone(CODE, "as-is", 1), phone("TK-000008", "as-is", 2)
    assert symbol_bytes(np.vstack([one, other])) == b""


class FakeCamera:
    """Gives ``frames`` one by one; each look costs a second of the clock."""

    def __init__(self, frames: int, *, fault: bool = False) -> None:
        self.frames = [np.full((4, 4, 3), 9, dtype=np.uint8) for _ in range(frames)]
        self.opened_count, self.is_open, self.now_s, self._fault = 0, False, 0.0, fault
        self._left = list(self.frames)

    def open(self) -> None:
        self.is_open, self.opened_count = True, self.opened_count + 1
        if self._fault:
            raise CameraUnavailable("busy")

    def read(self, timeout_s: float) -> Frame | None:
        self.now_s += 1.0
        return Frame(self._left.pop(0), self.now_s) if self._left else None

    def close(self) -> None:
        self.is_open = False


@pytest.mark.requirement("R-45")
@pytest.mark.parametrize(("found_at", "looks"), [(3, 3), (99, 20)])
def test_frames_are_overwritten_and_the_camera_is_closed(found_at: int, looks: int) -> None:
    camera, seen = FakeCamera(30), list[int]()

    def symbol(image: BgrImage) -> bytes:
        assert camera.is_open
        assert image.all()
        seen.append(1)
        return b"code" if len(seen) == found_at else b""

    found = look_for_code(camera, 20.0, lambda: camera.now_s, symbol)
    assert found == (b"code" if found_at == 3 else b"")
    assert len(seen) == looks
    assert not any(frame.any() for frame in camera.frames[:looks])
    assert not camera.is_open


def test_a_camera_that_fails_to_open_is_closed() -> None:
    camera = FakeCamera(0, fault=True)
    with pytest.raises(CameraUnavailable):
        look_for_code(camera, 20.0, lambda: camera.now_s, lambda image: b"")
    assert not camera.is_open


class Heard:
    def __init__(
        self,
        script: str,
        *,
        begin: Callable[[Callable[[], None]], None] = lambda work: work(),
        limit_s: float = 30.0,
    ) -> None:
        self.looks, self.codes = list[CodeLook](), list[str]()
        self.camera = CodeCamera(
            [sys.executable, "-S", "-c", script],
            lambda code: code.startswith("TK-"),
            lambda call: call(),
            self.looks.append,
            self._scanned,
            begin,
            limit_s,
        )

    def _scanned(self, event: CodeScanned) -> None:
        self.codes.append(event.untrusted_code)


def saying(data: bytes, status: int = FOUND) -> str:
    return f"import os; os.write(1, {data!r}); os._exit({status})"


@pytest.mark.parametrize(
    ("script", "ending", "codes"),
    [
        (saying(b"TK-1\r\n"), CodeLook.OFF, ["TK-1"]),
        (saying(b"BOARDING"), CodeLook.OTHER, []),
        (saying(b"TK-\x00"), CodeLook.OTHER, []),
        (saying(b"TK-" + b"1" * 5000), CodeLook.OTHER, []),
        (saying(b"TK-1", NOTHING), CodeLook.NOTHING, []),
        (saying(b"", NO_CAMERA), CodeLook.NO_CAMERA, []),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", CodeLook.NO_CAMERA, []),
        ("raise SystemExit(1)", CodeLook.NO_CAMERA, []),
    ],
)
def test_only_a_clean_code_of_this_event_comes_through(script: str, ending: CodeLook, codes: list[str]) -> None:
    heard = Heard(script)
    assert heard.camera.look()
    assert heard.looks == [CodeLook.LOOKING, ending]
    assert heard.codes == codes
    assert not heard.camera.looking


def test_one_look_at_a_time_and_none_after_it_was_cancelled() -> None:
    begun = list[Callable[[], None]]()
    heard = Heard(saying(b"TK-1"), begin=begun.append)
    assert heard.camera.look()
    assert not heard.camera.look()
    heard.camera.cancel()
    assert heard.looks == [CodeLook.LOOKING]  # the sign stays until the process is gone
    begun[0]()
    assert heard.looks == [CodeLook.LOOKING, CodeLook.OFF]
    assert heard.codes == []


def test_a_process_that_hangs_is_killed_and_the_next_one_reads() -> None:
    heard = Heard("import time; time.sleep(600)", limit_s=0.0)
    heard.camera.look()
    assert heard.looks == [CodeLook.LOOKING, CodeLook.NO_CAMERA]
    heard.camera._command = (*heard.camera._command[:-1], saying(b"TK-1"))
    heard.camera._limit_s = 30.0
    heard.camera.look()
    assert heard.looks[-1] is CodeLook.OFF
    assert heard.codes == ["TK-1"]


def real(socket: Path, *told: str) -> Heard:
    """The process as a desk starts it, in front of a film."""
    heard = Heard("")
    parent = ("--parent-pid", str(os.getpid()), "--kind", "film", "--device", str(socket))
    heard.camera._command = (sys.executable, "-s", "-P", "-m", "kiosk.codes.start", *parent, *told)
    return heard


class Shows:
    """A film of one picture; says whether the sign was lit whenever a frame was painted."""

    def __init__(self, picture: BgrImage) -> None:
        self.picture, self.lit, self.heard = picture, list[bool](), Heard("")

    def paint(self, out: BgrImage, *_: object) -> None:
        self.lit.append(self.heard.looks == [CodeLook.LOOKING])
        out[:] = self.picture


@pytest.mark.requirement("R-05", "R-22")
def test_the_real_process_reads_a_phone_and_the_sign_is_lit_while_it_does(tmp_path: Path) -> None:
    shows = Shows(phone(CODE, "dark-mode", 1))
    server = FilmServer(tmp_path / "camera", cast("Painter", shows), open_s=0.0, first_frame_s=0.0)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    shows.heard = heard = real(tmp_path / "camera", "--rehearsal")
    heard.camera.look()
    server.close()
    serving.join()
    assert heard.codes == [CODE]
    assert heard.looks == [CodeLook.LOOKING, CodeLook.OFF]
    assert server.opened_count == 1
    assert shows.lit
    assert all(shows.lit)


@pytest.mark.requirement("R-22")
@pytest.mark.parametrize("told", [(), ("--rehearsal",)], ids=["a film, though nobody rehearses", "unplugged"])
def test_the_real_process_says_when_there_is_no_camera(tmp_path: Path, told: tuple[str, ...]) -> None:
    heard = real(tmp_path / "none", *told)
    heard.camera.look()
    assert heard.looks == [CodeLook.LOOKING, CodeLook.NO_CAMERA]


@pytest.mark.requirement("R-45")
def test_the_process_can_write_no_file(tmp_path: Path) -> None:
    script = (
        "import os, sys; from kiosk.codes.start import write_no_file; write_no_file(); "
        "os.write(os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY), b'x')"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path / "frame"], capture_output=True, check=False)
    assert done.returncode != 0
    assert b"File too large" in done.stderr
    assert (tmp_path / "frame").stat().st_size == 0
