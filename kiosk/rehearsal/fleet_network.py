"""The venue's network of a rehearsed fleet: one loopback port per machine, through which its way to the base goes.

A way can be slow, cut (connections break, new ones are refused) or silent (nothing arrives, nobody says so: a pulled
cable). What a silent way holds back arrives when it is good again, as TCP would have it. TLS goes through untouched.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterable
from concurrent.futures import TimeoutError as NotDone
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

T = TypeVar("T")

LOOPBACK = "127.0.0.1"
_CHUNK = 65_536
_LOOP_S = 10.0


class Way(StrEnum):
    """What becomes of a machine's bytes."""

    GOOD = "good"
    SLOW = "slow"
    CUT = "cut"
    SILENT = "silent"


@dataclass
class _Door:
    """One machine's port; used on the loop's thread alone. ``open``: its connections, both ends of each."""

    way: Way = Way.GOOD
    delay_s: float = 0.0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    open: set[asyncio.StreamWriter] = field(default_factory=set)


class Network:
    """Runs on a thread of its own from its making to ``close``. ``port``: the base's."""

    def __init__(self, port: int) -> None:
        self._base_port = port
        self._doors: dict[str, _Door] = {}
        self._servers: list[asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="network", daemon=True)
        self._thread.start()

    def add(self, machine: str) -> int:
        """A new way to the base; its port. Raises OSError."""
        return self._done(self._add(machine))

    def set_way(self, machines: Iterable[str], way: Way, delay_s: float = 0.0) -> None:
        """From now on, for connections there are and for new ones. ``delay_s``: of each piece, in each direction."""
        self._done(self._set(list(machines), way, delay_s))

    def close(self) -> None:
        """Every connection breaks; calling twice is fine."""
        if self._loop.is_closed():
            return
        with suppress(NotDone):
            self._done(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_LOOP_S)
        self._loop.close()

    # --- on the loop's thread -------------------------------------------------------------------------

    async def _add(self, machine: str) -> int:
        door = self._doors[machine] = _Door()
        server = await asyncio.start_server(lambda reader, writer: self._carry(door, reader, writer), LOOPBACK, 0)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _set(self, machines: list[str], way: Way, delay_s: float) -> None:
        for machine in machines:
            door = self._doors[machine]
            door.way, door.delay_s = way, delay_s
            door.changed.set()
            door.changed = asyncio.Event()
            if way is Way.CUT:
                _break(door)

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for door in self._doors.values():
            door.way = Way.CUT
            door.changed.set()
            _break(door)
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _carry(self, door: _Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a machine, until either end or the way ends it."""
        door.open.add(writer)
        ends = [writer]
        try:
            if door.way is Way.CUT:
                return
            there_reader, there = await asyncio.open_connection(LOOPBACK, self._base_port)
            ends.append(there)
            door.open.add(there)
            both = [asyncio.ensure_future(_pump(door, *ends_)) for ends_ in ((reader, there), (there_reader, writer))]
            _, rest = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for task in rest:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)
        except OSError:  # the base is not there: neither is this connection
            pass
        finally:
            for end in ends:
                door.open.discard(end)
                end.transport.abort()

    def _done(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_LOOP_S)


async def _pump(door: _Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One direction, in order."""
    with suppress(OSError):
        while data := await reader.read(_CHUNK):
            while door.way is Way.SILENT:
                await door.changed.wait()
            if door.way is Way.SLOW:
                await asyncio.sleep(door.delay_s)
            writer.write(data)
            await writer.drain()


def _break(door: _Door) -> None:
    for end in door.open:
        end.transport.abort()
