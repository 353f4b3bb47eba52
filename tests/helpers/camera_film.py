"""A real film process to test against: started as rehearsals start it, directed over its conductor's socket."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk.rehearsal.photos import PhotosUnavailable, ensure_free_photos

START_LIMIT_S = 30.0
ANSWER_LIMIT_S = 5.0
AT_ONCE = ("--open-seconds", "0", "--first-frame-seconds", "0")


class FilmProcess:
    """``camera_socket`` is what a FilmCamera connects to; ``ask`` directs the film."""

    def __init__(self, process: subprocess.Popen[bytes], camera_socket: Path, conductor: socket.socket) -> None:
        self.camera_socket, self.process = camera_socket, process
        self._conductor = conductor
        self._lines = conductor.makefile("rb")
        self._asked = 0

    def ask(self, **direction: Any) -> None:
        """Returns when the film has taken the direction."""
        self._asked += 1
        self._conductor.sendall(json.dumps({"n": self._asked, **direction}).encode() + b"\n")
        assert json.loads(self._lines.readline()) == {"done": self._asked}

    def greeting(self) -> Any:
        return json.loads(self._lines.readline())

    def end(self) -> None:
        self._lines.close()
        self._conductor.close()
        try:
            self.process.wait(ANSWER_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


@contextmanager
def film_process(folder: Path, *timing: str) -> Iterator[FilmProcess]:
    """``timing``: further options of the film server. The process ends when its conductor hangs up.

    Skips the test where the photographs are absent.
    """
    try:
        ensure_free_photos()
    except PhotosUnavailable as unavailable:
        pytest.skip(str(unavailable))
    camera_socket, conductor_path = folder / "camera", folder / "conductor"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(conductor_path))
        listener.listen()
        listener.settimeout(START_LIMIT_S)
        command = [sys.executable, "-m", "kiosk.rehearsal.film_server", "--socket", str(camera_socket)]
        process = subprocess.Popen([*command, "--conductor", str(conductor_path), *timing])
        try:
            conductor, _ = listener.accept()
        except TimeoutError:
            process.kill()
            process.wait()
            raise
    conductor.settimeout(ANSWER_LIMIT_S)
    film = FilmProcess(process, camera_socket, conductor)
    assert film.greeting() == {"hello": "film"}
    try:
        yield film
    finally:
        film.end()
