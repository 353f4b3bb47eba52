"""The processes around a conductor: each connects back to one Unix socket and says who it is."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kiosk.rehearsal.wire import Message, Wire

HELLO_S = 60.0


class PeerLost(Exception):
    """A process of the rehearsal ended or stayed silent. The message names it."""


class Peer:
    """One connected process. Messages are kept in order until somebody waits for them."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name, self.process, self.log = name, process, log
        self.hello: Message = {}
        self._wire: Wire | None = None
        self._changed = threading.Condition()
        self._inbox: list[Message] = []
        self._number = 0
        self.on_message: Callable[[Message], None] = lambda message: None

    def joined(self, wire: Wire, hello: Message) -> None:
        with self._changed:
            self._wire, self.hello = wire, hello
            self._changed.notify_all()

    def received(self, message: Message) -> None:
        self.on_message(message)
        with self._changed:
            self._inbox.append(message)
            self._changed.notify_all()

    def send(self, message: Message) -> None:
        if self._wire is None:
            raise PeerLost(self.name)
        try:
            self._wire.send(message)
        except OSError:
            raise PeerLost(self.name) from None

    def forget(self) -> None:
        """Drop what came so far: what is waited for next has not happened yet."""
        with self._changed:
            self._inbox.clear()

    def wait(self, fits: Callable[[Message], bool], timeout_s: float, what: str) -> Message:
        """Take the first message that fits out of what arrived; others stay.

        Raises PeerLost when the process ends or time is up.
        """
        deadline_s = time.monotonic() + timeout_s
        with self._changed:
            while True:
                for place, message in enumerate(self._inbox):
                    if fits(message):
                        del self._inbox[place]
                        return message
                left_s = deadline_s - time.monotonic()
                if left_s <= 0 or (self.process.poll() is not None and self._wire is not None):
                    raise PeerLost(f"{self.name}: no {what} in {timeout_s:g} s{self.last_words()}")
                self._changed.wait(min(left_s, 0.5))

    def wait_joined(self, timeout_s: float = HELLO_S) -> None:
        deadline_s = time.monotonic() + timeout_s
        with self._changed:
            while self._wire is None:
                if self.process.poll() is not None or time.monotonic() > deadline_s:
                    raise PeerLost(f"{self.name} did not start{self.last_words()}")
                self._changed.wait(0.2)

    def ask(self, message: Message, timeout_s: float = 10.0) -> Message:
        """Send with a number and wait for the answer that repeats it."""
        self._number += 1
        number = self._number
        self.send({**message, "n": number})
        return self.wait(lambda m: m.get("done") == number, timeout_s, f"answer to {sorted(message)}")

    def last_words(self) -> str:
        """The last line of its log, which goes with the rehearsal's folder; empty when it said nothing."""
        with suppress(OSError):
            lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
            said = [line.strip() for line in lines if line.strip()]
            return f" ({said[-1]})" if said else ""
        return ""

    def close(self, grace_s: float = 5.0) -> None:
        """The end of the wire is the sign to leave; who has none yet is told by signal, who does not go is killed."""
        if self._wire is not None:
            self._wire.close()
        else:
            self.process.terminate()
        try:
            self.process.wait(grace_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Company:
    """Starts the processes and brings their wires together. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.socket_path = folder / "conductor"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.socket_path))
        self._listener.listen()
        self._peers: dict[str, Peer] = {}
        threading.Thread(target=self._accept, name="company", daemon=True).start()

    def start(self, name: str, module: str, *arguments: str, env: dict[str, str] | None = None) -> Peer:
        """Run ``python -m module``; it says {"hello": name}. Its output goes to a log file."""
        log = self._folder / f"{name}.log"
        command = [sys.executable, "-m", module, *arguments]
        with log.open("ab") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, env=env)
        peer = Peer(name, process, log)
        self._peers[name] = peer
        return peer

    def stop(self) -> None:
        for peer in reversed(list(self._peers.values())):
            peer.close()
        self._listener.shutdown(socket.SHUT_RDWR)  # closing alone would leave the accepting thread waiting
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._greet(connection)

    def _greet(self, connection: socket.socket) -> None:
        peer: list[Peer] = []

        def received(message: Message) -> None:
            if peer:
                peer[0].received(message)
            elif (named := self._peers.get(str(message.get("hello")))) is not None:
                peer.append(named)
                named.joined(wire, message)

        wire = Wire(connection, received)
        wire.start()
