"""One connection to the base, every step of it with a deadline: a base that hangs must not make a gate hang.

Over libpq's calls that never wait (PostgreSQL documentation, "Asynchronous Command Processing"), because a limit kept
by the server alone says nothing when the server, or the network, stands still. Used by one thread at a time.
"""

from __future__ import annotations

import select
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from psycopg import OperationalError, pq
from psycopg.conninfo import make_conninfo

from drivers.deadline import Deadline
from kiosk.base.answers import Row
from kiosk.base.errors import BaseAway, BaseRefused
from kiosk.base.settings_files import DATABASE

MOST_BYTES = 1024
"""Of one message, in either direction (R-42)."""
CHANNEL = "venue"


class MessageTooLarge(ValueError):
    """A bug of ours: nothing that has to be said to the base, or by it, is so long."""


@dataclass(frozen=True)
class BaseWay:
    """The way to the base. ``hosts``: names or addresses, several with commas; the first that answers is taken.
    ``device``: who we are there.

    ``folder`` holds the authority's certificate, the device's own, and its key. Times in seconds.
    """

    hosts: str
    port: int
    device: str
    folder: Path
    connect_s: float = 0.3
    statement_s: float = 0.3

    @property
    def ca_file(self) -> Path:
        return self.folder / "device.base.ca.crt"

    @property
    def certificate_file(self) -> Path:
        return self.folder / "device.base.crt"

    @property
    def key_file(self) -> Path:
        return self.folder / "device.base.key"


class Link:
    """An open connection. Raises BaseAway when it ends or is late; it is of no use after that."""

    def __init__(self, connection: pq.abc.PGconn) -> None:
        self._connection, self._prepared = connection, set[str]()
        self._wakes = 0

    @classmethod
    def open(cls, way: BaseWay, deadline: Deadline) -> Link:
        """Connect, see that the base is the right one, be seen by it. Raises BaseAway."""
        connection = pq.PGconn.connect_start(conninfo(way))
        link = cls(connection)
        try:
            link._finish_connecting(deadline)
            connection.nonblocking = 1
            link.ask("LISTEN", f"LISTEN {CHANNEL}", (), deadline)
        except BaseException:
            link.close()
            raise
        return link

    def ask(self, name: str, statement: str, arguments: tuple[str, ...], deadline: Deadline) -> list[Row]:
        """The rows of a statement, prepared under ``name`` at its first use. Raises BaseAway, BaseRefused."""
        if sum(len(argument.encode()) for argument in (name, *arguments)) > MOST_BYTES:
            raise MessageTooLarge(name)
        if name not in self._prepared:
            self._sent(lambda: self._connection.send_prepare(name.encode(), statement.encode()), deadline)
            self._prepared.add(name)
        values = [argument.encode() for argument in arguments]
        result = self._sent(lambda: self._connection.send_query_prepared(name.encode(), values), deadline)
        return [] if result is None else _rows(result)

    def woken(self) -> bool:
        """Whether the base told of something since the last look. Never waits. Raises BaseAway."""
        self._take_in()
        wakes, self._wakes = self._wakes, 0
        return wakes > 0

    @property
    def descriptor(self) -> int:
        return self._connection.socket

    def close(self) -> None:
        self._connection.finish()

    # --- steps ----------------------------------------------------------------------------------------

    def _finish_connecting(self, deadline: Deadline) -> None:
        step = pq.PollingStatus.WRITING
        while True:
            if step == pq.PollingStatus.OK:
                return
            if step == pq.PollingStatus.FAILED:
                raise BaseAway("no_way")
            self._wait(select.POLLIN if step == pq.PollingStatus.READING else select.POLLOUT, deadline)
            step = pq.PollingStatus(self._connection.connect_poll())

    def _sent(self, send: Callable[[], None], deadline: Deadline) -> pq.abc.PGresult | None:
        """Send, and take in the one result there is."""
        try:
            send()
            while self._connection.flush():
                self._wait(select.POLLIN | select.POLLOUT, deadline)
                self._take_in()
            result = self._next_result(deadline)
            while self._next_result(deadline) is not None:
                pass
        except OperationalError:
            raise BaseAway("broken") from None
        if result is not None and result.status == pq.ExecStatus.FATAL_ERROR:
            raise self._why(result)
        return result

    def _next_result(self, deadline: Deadline) -> pq.abc.PGresult | None:
        while self._connection.is_busy():
            self._wait(select.POLLIN, deadline)
            self._take_in()
        return self._connection.get_result()

    def _take_in(self) -> None:
        try:
            self._connection.consume_input()
            while self._connection.notifies() is not None:
                self._wakes += 1
        except OperationalError:
            raise BaseAway("broken") from None
        if self._connection.status == pq.ConnStatus.BAD:
            raise BaseAway("broken")

    def _wait(self, events: int, deadline: Deadline) -> None:
        descriptor = self._connection.socket
        if descriptor < 0:
            raise BaseAway("no_way")
        poll = select.poll()
        poll.register(descriptor, events)
        if not poll.poll(deadline.remaining_s() * 1000):
            raise BaseAway("late")

    def _why(self, result: pq.abc.PGresult) -> BaseAway | BaseRefused:
        state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
        if self._connection.status == pq.ConnStatus.BAD or state[:2] in _NOT_THERE or not state:
            return BaseAway("late" if state == _CANCELLED else "broken")
        return BaseRefused(state)


_CANCELLED = "57014"
_NOT_THERE = frozenset({"08", "53", "57", "58", "25", "40", "55"})
"""SQLSTATE classes: connection, resources, operator's or administrator's doing, system, read only (a standby), rolled
back, lock not had: all to be asked again later."""


def _rows(result: pq.abc.PGresult) -> list[Row]:
    rows = []
    for row in range(result.ntuples):
        values = [result.get_value(row, column) for column in range(result.nfields)]
        if sum(len(value) for value in values if value is not None) > MOST_BYTES:
            raise MessageTooLarge("answer")
        rows.append(tuple(None if value is None else value.decode() for value in values))
    return rows


def conninfo(way: BaseWay) -> bytes:
    """For libpq: this device, this base, nothing weaker than TLS 1.3 with both certificates checked."""
    return make_conninfo(
        host=way.hosts,
        port=str(way.port),
        dbname=DATABASE,
        user=way.device,
        sslmode="verify-full",
        sslrootcert=str(way.ca_file),
        sslcert=str(way.certificate_file),
        sslkey=str(way.key_file),
        sslcertmode="require",
        ssl_min_protocol_version="TLSv1.3",
        gssencmode="disable",
        passfile=str(way.folder / "device.base.none"),
        tcp_user_timeout=str(int(1000 * (way.statement_s + way.connect_s))),
        options=f"-c statement_timeout={int(1000 * way.statement_s)}",
        application_name="venue-kiosk",
    ).encode()
