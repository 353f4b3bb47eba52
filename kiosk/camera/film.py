"""The camera of rehearsals: same port as a real one, its pictures come from a film process. Refused in live mode."""

from __future__ import annotations

import json
import mmap
import os
import select
import socket
import time
from contextlib import suppress

import numpy as np
import numpy.typing as npt

from kiosk.camera.film_wire import FRAME_BYTES, HEIGHT_PX, PACKET_BYTES, SLOTS, WIDTH_PX
from kiosk.camera.port import CameraUnavailable, Frame

OPEN_TIMEOUT_S = 3.0
FRESH_S = 0.5
"""Older announcements have waited in the socket: their slot holds a later picture by now."""


class FilmCamera:
    """Implements Camera over the film server's socket at ``path``. Raises CameraUnavailable("not_allowed") when not
    rehearsing."""

    def __init__(self, path: str, *, rehearsal: bool) -> None:
        if not rehearsal:
            raise CameraUnavailable("not_allowed")
        self._path = path
        self._connection: socket.socket | None = None
        self._pages: mmap.mmap | None = None
        self._started = False
        self.opened_count = 0

    @property
    def is_open(self) -> bool:
        return self._connection is not None

    def open(self) -> None:
        """As the port says; takes as long as the film server's camera does. Raises CameraUnavailable: busy (already
        open), not_found, lost."""
        if self.is_open:
            raise CameraUnavailable("busy")
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.settimeout(OPEN_TIMEOUT_S)
        self._connection = connection
        self.opened_count += 1
        try:
            connection.connect(self._path)
            self._send("open")
            packet, descriptors, _, _ = socket.recv_fds(connection, PACKET_BYTES, 1)
        except OSError:
            self.close()
            raise CameraUnavailable("not_found") from None
        if not packet or not descriptors:
            self.close()
            raise CameraUnavailable("lost")
        self._pages = mmap.mmap(descriptors[0], FRAME_BYTES * SLOTS, prot=mmap.PROT_READ)
        os.close(descriptors[0])

    def read(self, timeout_s: float) -> Frame | None:
        """The newest frame, copied out of the shared pages. Raises CameraUnavailable("lost")."""
        if self._connection is None or self._pages is None:
            raise CameraUnavailable("lost")
        if not self._started:
            self._started = True
            self._send("start")
        newest = self._newest(time.monotonic() + timeout_s)
        if newest is None:
            return None
        slot, at_s = newest
        picture = np.frombuffer(self._pages, dtype=np.uint8, count=FRAME_BYTES, offset=slot * FRAME_BYTES)
        return Frame(_copy(picture), at_s)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(OSError):
                connection.send(b'{"do": "close"}')
            connection.close()
        pages, self._pages = self._pages, None
        if pages is not None:
            pages.close()
        self._started = False

    def _send(self, command: str) -> None:
        assert self._connection is not None
        try:
            self._connection.send(json.dumps({"do": command}).encode())
        except OSError:
            raise CameraUnavailable("lost") from None

    def _newest(self, until_s: float) -> tuple[int, float] | None:
        """The last of all frames announced so far, waiting for a fresh one until ``until_s``."""
        assert self._connection is not None
        newest = None
        while True:
            wait_s = 0.0 if newest else max(0.0, until_s - time.monotonic())
            readable, _, _ = select.select([self._connection], [], [], wait_s)
            if not readable:
                return newest
            slot, at_s = self._announced(self._connection)
            if time.monotonic() - at_s < FRESH_S:
                newest = (slot, at_s)

    @staticmethod
    def _announced(connection: socket.socket) -> tuple[int, float]:
        try:
            packet = connection.recv(PACKET_BYTES)
        except OSError:
            packet = b""
        if not packet:
            raise CameraUnavailable("lost")
        message = json.loads(packet)
        return int(message["frame"]) % SLOTS, float(message["at_s"])


def _copy(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Our own copy, so that nothing keeps the pages open."""
    return picture.reshape(HEIGHT_PX, WIDTH_PX, 3).copy()
