"""The film camera's far end, in a process of its own: plays people stepping up in front of the kiosk.

``python -m kiosk.rehearsal.film_server --socket CAMERA --conductor PATH``. Frames leave through an anonymous memory
descriptor, never through a named file. Opening takes 0.8 s and the first frame another 0.3 s, like a USB camera,
unless told otherwise.
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.camera.film_wire import FRAME_BYTES, HEIGHT_PX, PACKET_BYTES, SLOTS, WIDTH_PX
from kiosk.domain.act import Act
from kiosk.face.attack.landmarks import Landmarks
from kiosk.face.detector import Detector
from kiosk.face.models import checked_models, landmark_model
from kiosk.face.process import let_the_window_go_first
from kiosk.rehearsal.film_people import Cutout, cut_out
from kiosk.rehearsal.film_scene import SCENES, STANDING_EYE_PX, Painter, Scene
from kiosk.rehearsal.film_turn import Depth, Motion, depth_of
from kiosk.rehearsal.photos import people
from kiosk.rehearsal.wire import Message, Wire

OPEN_S, FIRST_FRAME_S, FRAME_S = 0.8, 0.3, 1 / 30


class FilmServer:
    """Serves one camera client at a time; ``obey`` may be called from another thread."""

    def __init__(
        self, path: Path, painter: Painter, open_s: float = OPEN_S, first_frame_s: float = FIRST_FRAME_S
    ) -> None:
        self._painter, self._open_s, self._first_frame_s = painter, open_s, first_frame_s
        self._scene, self._motion = Scene(), Motion()
        self._lose = threading.Event()
        self.opened_count = 0
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.bind(str(path))
        self._listener.listen()

    def obey(self, message: Message) -> Message:
        """Do one thing; the answer repeats the request's number. "tell" asks how often the camera was
        opened; "act" is what whoever stands there is asked for."""
        answer: Message = {"done": message.get("n")}
        match message:
            case {"scene": str(name), "faces": faces} if name in SCENES:
                self._scene, self._motion = Scene(name, tuple(faces)), Motion()
            case {"act": str(act)}:
                self._motion.ask(Act(act), time.monotonic())
            case {"lose": _}:
                self._lose.set()
            case {"tell": _}:
                answer["opened"] = self.opened_count
        return answer

    def serve_forever(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, suppress(OSError):
                self._lose.clear()
                self._serve(client)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for a client
        self._listener.close()

    def _serve(self, client: socket.socket) -> None:
        if _command(client, None) != "open":
            return
        self.opened_count += 1
        opened_at_s = time.monotonic()
        memory = os.memfd_create("film", os.MFD_CLOEXEC)
        try:
            os.ftruncate(memory, FRAME_BYTES * SLOTS)
            if _command(client, self._open_s) == "close":
                return
            socket.send_fds(client, [json.dumps({"opened": True}).encode()], [memory])
            if _command(client, None, self._lose) == "start":
                self._stream(client, memory, opened_at_s)
        finally:
            os.close(memory)

    def _stream(self, client: socket.socket, memory: int, opened_at_s: float) -> None:
        pages = mmap.mmap(memory, FRAME_BYTES * SLOTS)
        slots = np.frombuffer(pages, dtype=np.uint8).reshape(SLOTS, HEIGHT_PX, WIDTH_PX, 3)
        try:
            self._play(client, slots, opened_at_s)
        finally:
            slots[:] = 0
            del slots
            with suppress(BufferError):  # an exception under way still looks at the frames; they go with it
                pages.close()

    def _play(self, client: socket.socket, slots: npt.NDArray[np.uint8], opened_at_s: float) -> None:
        due_s, frame = time.monotonic() + self._first_frame_s, 0
        while _command(client, due_s - time.monotonic()) != "close" and not self._lose.is_set():
            slot = frame % SLOTS
            now_s = time.monotonic()
            self._painter.paint(slots[slot], self._scene, now_s - opened_at_s, frame, self._motion.at(now_s))
            with suppress(BlockingIOError):  # nobody takes frames just now: a camera does not wait for that
                client.send(json.dumps({"frame": slot, "at_s": now_s}).encode(), socket.MSG_DONTWAIT)
            frame += 1
            due_s = max(due_s + FRAME_S, time.monotonic())


def _command(client: socket.socket, wait_s: float | None, lose: threading.Event | None = None) -> str | None:
    """The next command within ``wait_s`` (None: whenever); "close" when the client is gone or the device is lost."""
    while True:
        step_s = 0.1 if wait_s is None else max(0.0, wait_s)
        readable, _, _ = select.select([client], [], [], step_s)
        if readable:
            packet = client.recv(PACKET_BYTES)
            return str(json.loads(packet)["do"]) if packet else "close"
        if wait_s is not None:
            return None
        if lose is not None and lose.is_set():
            return "close"


def standing_depth() -> Callable[[Cutout], Depth]:
    """The depth of whoever stands in front of the camera. Raises EngineUnavailable."""
    detector, landmarks = Detector(checked_models().yunet), Landmarks(landmark_model())
    return lambda cutout: depth_of(cutout, STANDING_EYE_PX, detector, landmarks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--conductor", type=Path, required=True)
    parser.add_argument("--open-seconds", type=float, default=OPEN_S)
    parser.add_argument("--first-frame-seconds", type=float, default=FIRST_FRAME_S)
    parser.add_argument("--turns", action="store_true", help="people turn their heads when they are asked to")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    let_the_window_go_first()  # no kiosk paints its own camera's pictures
    painter = Painter([cut_out(person.live) for person in people()], standing_depth() if options.turns else None)
    server = FilmServer(options.socket, painter, options.open_seconds, options.first_frame_seconds)

    def received(message: Message) -> None:
        wire.send(server.obey(message))

    def gone() -> None:
        os._exit(0)

    wire: Any = Wire.connect(options.conductor, received, gone)
    wire.start()
    wire.send({"hello": "film"})
    server.serve_forever()


if __name__ == "__main__":
    main()
