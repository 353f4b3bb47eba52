"""The base's functions as calls of Python, over one connection that several threads may ask through.

A call either answers within its deadline or raises BaseAway. When the connection breaks within a call, it is opened
again and the call repeated in the time that is left; the nonce in it makes that harmless. When the base is late, the
connection is given up, and calls fail at once until ``reconnect``, which another thread calls, has found it again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from drivers.deadline import Deadline
from kiosk.base.answers import Answer, Change, Position, Row, answer_of, change_of
from kiosk.base.errors import BaseAway, BaseRefused
from kiosk.base.lane_calls import LaneCalls
from kiosk.base.link import BaseWay, Link

__all__ = ["Answer", "BaseClient", "Change", "Position", "epoch_began_s"]


def epoch_began_s(epoch: str) -> int:
    """When a state of the base began, UTC seconds; 0 where the epoch does not say so."""
    digits = epoch.partition("-")[0]
    return int(digits) if digits.isdigit() else 0


class BaseClient(LaneCalls):
    """For one event. Begins without a connection: ``reconnect`` makes it.

    ``known_epoch``: of the base as it was last heard of; an earlier state of it, such as a base that was started again
    after a standby had taken its place, counts as away.
    """

    known_epoch = ""

    def __init__(self, way: BaseWay, event: str) -> None:
        self._way, self._event, self._turn = way, event, 0
        self._link: Link | None = None
        self._lock = threading.Lock()

    @property
    def connected(self) -> bool:
        """Whether the last thing heard was good; another thread may know better by now."""
        return self._link is not None

    def reconnect(self) -> bool:
        """Open the connection where there is none; whether there is one now. Waits at most ``connect_s``."""
        if self.connected:
            return True
        try:
            link = self._opened(Deadline.after(self._way.connect_s))
        except BaseAway:
            return False
        with self._lock:
            if self._link is None:
                self._link = link
            else:
                link.close()
        return True

    def woken(self) -> bool:
        """Whether the base told of something; never waits for more than a call that is under way."""
        try:
            with self._mine(Deadline.after(self._way.statement_s)) as link:
                return link.woken()
        except BaseAway:
            return False

    def close(self) -> None:
        with self._lock:
            self._give_up()

    # --- admissions -----------------------------------------------------------------------------------

    def hold(
        self, nonce: str, station: str, gate_group: str, session: str, reference: str, hold: str, lease_s: float
    ) -> Answer:
        """held, already_used, in_use, revoked, no_ticket."""
        return self._change("hold", nonce, station, gate_group, session, reference, hold, str(round(lease_s)))

    def commit(self, nonce: str, hold: str, admission: str, lane: str, scanned_at: float) -> Answer:
        """admitted, already_used, lease_lost, revoked."""
        return self._change("commit", nonce, hold, admission, lane, repr(scanned_at))

    def release(self, nonce: str, hold: str) -> Answer:
        """released, nothing."""
        return self._change("release", nonce, hold)

    def undo(self, nonce: str, admission: str) -> Answer:
        """undone, nothing."""
        return self._change("undo", nonce, admission)

    def exit(self, nonce: str, station: str, gate_group: str, session: str, reference: str) -> Answer:
        """exited, not_inside."""
        return self._change("exit", nonce, station, gate_group, session, reference)

    def upload(
        self,
        nonce: str,
        station: str,
        gate_group: str,
        session: str,
        reference: str,
        admission: str,
        lane: str,
        scanned_at: float,
    ) -> Answer:
        """An admission decided without the base: admitted, conflict."""
        return self._change("upload", nonce, station, gate_group, session, reference, admission, lane, repr(scanned_at))

    def note_gate(self, nonce: str, admission: str, state: str) -> Answer:
        """noted, nothing."""
        return self._change("note_gate", nonce, admission, state)

    def look(self, station: str, session: str, reference: str) -> Answer:
        """free, already_used, in_use, revoked, no_ticket; changes nothing."""
        return self._change("look", station, session, reference)

    # --- keeping up -----------------------------------------------------------------------------------

    def beat(self, station: str, gate_group: str, state: str, pending: int, version: str) -> Answer:
        """noted, or closing when this device is to close the event: ``id`` is the base's epoch, ``at`` its time."""
        return self._change("beat", station, gate_group, state, str(pending), version)

    def expect(self, nonce: str, device: str) -> Answer:
        """expected. A device that has the event's tickets, or will."""
        return self._change("expect", nonce, device)

    def closed(self, nonce: str, verdict: str, digest: str, closed_at: float) -> Answer:
        """told. ``verdict``: pass, failed, unknown; ``digest``: SHA-256 of this device's certificate."""
        return self._change("closed", nonce, verdict, digest, repr(closed_at))

    def changes_since(self, position: Position) -> list[Change]:
        """At most 200, oldest first; ask again from the last one's position until none come."""
        rows = self._rows("changes_since", str(position.xact), str(position.seq))
        return [change_of(row) for row in rows]

    def seen(self, function: str, *arguments: str) -> list[Row]:
        """The rows of a function that looks and changes nothing; kiosk.base.seen makes values of them."""
        return self._rows(function, *arguments)

    # --- asking ---------------------------------------------------------------------------------------

    def _change(self, function: str, *arguments: str) -> Answer:
        [row] = self._rows(function, *arguments)
        return answer_of(row)

    def _rows(self, function: str, *arguments: str) -> list[Row]:
        """Within ``statement_s``, the wait for another thread's call included. Raises BaseAway, BaseRefused."""
        deadline = Deadline.after(self._way.statement_s)
        given = (self._event, *arguments)
        places = ", ".join(f"${place}" for place in range(1, len(given) + 1))
        statement = f"SELECT * FROM venue.{function}({places})"  # noqa: S608 - names of this module
        with self._mine(deadline) as link:
            try:
                return link.ask(function, statement, given, deadline)
            except BaseAway as away:
                if away.code != "broken" or deadline.expired():
                    raise
            link.close()
            self._link = None
            self._link = self._opened(deadline)
            return self._link.ask(function, statement, given, deadline)

    def _opened(self, deadline: Deadline) -> Link:
        """At the next of the base's addresses, where the last one did not do. Raises BaseAway."""
        try:
            link = Link.open(self._way, deadline, self._turn)
            if self.known_epoch:
                self._require_current(link, deadline)
        except BaseAway:
            self._turn += 1
            raise
        return link

    def _require_current(self, link: Link, deadline: Deadline) -> None:
        try:
            [[epoch]] = link.ask("epoch", "SELECT * FROM venue.epoch()", (), deadline)
        except BaseRefused:
            return  # whoever is not enrolled is told so by the call itself
        except BaseAway:
            link.close()
            raise
        if epoch_began_s(epoch or "") < epoch_began_s(self.known_epoch):
            link.close()
            raise BaseAway("old_base")

    @contextmanager
    def _mine(self, deadline: Deadline) -> Iterator[Link]:
        """The connection for this thread alone; given up when it fails. Raises BaseAway."""
        if not self._lock.acquire(timeout=deadline.remaining_s()):
            raise BaseAway("late")
        try:
            yield self._open_link()
        except BaseAway:
            self._give_up()
            raise
        finally:
            self._lock.release()

    def _open_link(self) -> Link:
        if self._link is None:
            raise BaseAway("no_way")
        return self._link

    def _give_up(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None
