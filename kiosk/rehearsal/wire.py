"""JSON lines over a Unix socket between the processes of a rehearsal; one object per line."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

Message = dict[str, Any]


class Wire:
    """One end. ``received`` is called on the reading thread, ``ended`` once when the other side is gone."""

    def __init__(
        self,
        connection: socket.socket,
        received: Callable[[Message], None],
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        self._connection = connection
        self._received, self._ended = received, ended
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._read, name="wire", daemon=True)

    @classmethod
    def connect(cls, path: Path, received: Callable[[Message], None], ended: Callable[[], None]) -> Wire:
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(path))
        return cls(connection, received, ended)

    def start(self) -> None:
        self._thread.start()

    def send(self, message: Message) -> None:
        """Raises OSError when the other side is gone."""
        line = json.dumps(message, ensure_ascii=False).encode() + b"\n"
        with self._lock:
            self._connection.sendall(line)

    def close(self) -> None:
        # Closing alone would leave the line open for as long as the reading thread waits on it.
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def _read(self) -> None:
        try:
            with self._connection.makefile("rb") as lines:
                for line in lines:
                    self._received(json.loads(line))
        except OSError:
            pass
        finally:
            self._ended()
