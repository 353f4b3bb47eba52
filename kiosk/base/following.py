"""Keeping a station and the base at one: tells what was decided alone, hears what others did, says that it lives.

On a thread of its own, which opens the station's store for itself; the connection to the base is the ledger's.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.base import journal
from kiosk.base.client import Answer, BaseClient, Change, Position
from kiosk.base.errors import BaseAway, BaseRefused
from kiosk.ledger.port import LedgerUnavailable
from kiosk.ledger.store import StoreFile, open_store, reading, writing

log = logging.getLogger(__name__)

TICK_S = 0.2
"""How soon a notice of the base is heard, and how long after the base is back it is noticed."""
FOLLOW_S = 1.0
"""Admissions elsewhere make no notice; they are asked for this often."""
BEAT_S = 2.0
CLOSING = "event_closing"
"""The change that says so at once; the next beat would say it, too."""
CLOCK_MOST_S = 60.0
"""A machine's clock that is further from the base's than this is wrong (R-95)."""
CLOCK_WRONG = "clock_wrong"
"""What a station says of itself then, in place of its state."""


@dataclass(frozen=True)
class Reported:
    """What the station says of itself. ``state``: a word, such as serving. ``now``: its clock, UTC seconds."""

    station: str
    gate_group: str
    version: str
    state: Callable[[], str] = lambda: "serving"
    now: Callable[[], float] = time.time


class Duty(Protocol):
    """What else is done with the base, on this thread."""

    def heard(self, change: Change, base_now_s: float) -> None: ...

    def do(self, db: StoreFile, base_now_s: float) -> None:
        """All that is due, five times a second while the base answers. Raises BaseAway, BaseRefused."""

    def away(self, db: StoreFile) -> None:
        """The base does not answer now."""


class BaseFollower:
    """``heard`` is called on this thread with everything new; with what was there before, too, after a restart.

    ``close`` is called once, when the base says that the event closes and everything that can be told is told.
    """

    def __init__(
        self,
        path: Path,
        client: BaseClient,
        reported: Reported,
        heard: Callable[[Change], None] = lambda change: None,
        monotonic: Callable[[], float] = time.monotonic,
        duty: Duty | None = None,
        close: Callable[[], object] = lambda: None,
    ) -> None:
        self._path, self._client, self._reported, self._heard = path, client, reported, heard
        self._monotonic, self._duty = monotonic, duty
        self._close, self._to_close, self._closing = close, False, False
        self._next_beat = self._next_look = 0.0
        self._told_state = ""
        self._offset_s = 0.0
        self._over, self._poked = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="base", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """End after the call that is under way, and close the connection."""
        self._over.set()
        self._poked.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        self._client.close()

    def poke(self) -> None:
        """There is something to tell: do not wait for the next tick. Any thread."""
        self._poked.set()

    def step(self, db: StoreFile) -> None:
        """Everything that is due, once. Raises LedgerUnavailable; a base that is away ends the step."""
        if not self._client.connected:
            self._client.known_epoch = known_epoch(db) or ""
        if not self._client.reconnect():
            self._away(db)
            return
        now = self._monotonic()
        try:
            if now >= self._next_beat or self._state() != self._told_state:
                self._next_beat = now + BEAT_S
                self._beat(db)
            self._tell(db)
            if self._client.woken() or now >= self._next_look:
                self._next_look = now + FOLLOW_S
                self._hear(db)
            if self._duty is not None:
                self._duty.do(db, self._base_now_s())
            if self._to_close and not self._closing:
                self._begin_to_close()
        except BaseAway:
            self._next_beat = self._next_look = 0.0
            self._away(db)
        except BaseRefused as refused:
            log.warning("base: %s", refused.code)

    def _begin_to_close(self) -> None:
        try:
            self._close()
            self._closing = True
        except OSError as broken:  # tried again with the next step
            log.warning("base: the event is to be closed, and cannot be: %s", broken.strerror)

    def _run(self) -> None:
        db: StoreFile | None = None
        while not self._over.is_set():
            try:
                db = db or open_store(self._path)
                self.step(db)
            except LedgerUnavailable as unavailable:
                log.warning("base: %s", unavailable.code)
            self._poked.wait(TICK_S)
            self._poked.clear()
        if db is not None:
            self._tell_last(db)
            db.close()

    def _state(self) -> str:
        """What is said of the station: a wrong clock before anything else."""
        return CLOCK_WRONG if abs(self._offset_s) > CLOCK_MOST_S else self._reported.state()

    def _base_now_s(self) -> float:
        return self._reported.now() + self._offset_s

    def _away(self, db: StoreFile) -> None:
        if self._duty is not None:
            self._duty.away(db)

    # --- telling --------------------------------------------------------------------------------------

    def _tell(self, db: StoreFile) -> None:
        """All that is pending, in order. One the base refuses is passed over and stays pending."""
        last = 0
        while not self._over.is_set():
            with reading(db):
                entries = list(journal.to_send(db, last))
            if not entries:
                return
            last = entries[-1].sequence
            self._tell_some(db, entries)

    def _tell_last(self, db: StoreFile) -> None:
        """What was decided since the last step, for a station that ends; the rest is told when it begins again."""
        with suppress(BaseAway, LedgerUnavailable):
            with reading(db):
                entries = list(journal.to_send(db, 0))
            self._tell_some(db, entries)

    def _tell_some(self, db: StoreFile, entries: list[journal.Entry]) -> None:
        """What was told is noted in one transaction: after a crash it is told again, under the same nonces."""
        told: list[tuple[journal.Entry, Answer | BaseRefused]] = []
        try:
            for entry in entries:
                if self._over.is_set() and told:
                    break
                try:
                    told.append((entry, self._send(entry)))
                except BaseRefused as refused:
                    told.append((entry, refused))
        finally:
            if told:
                with writing(db):
                    for entry, answer in told:
                        _note_told(db, entry, answer)

    def _send(self, entry: journal.Entry) -> Answer:
        match entry.kind:
            case journal.ADMITTED:
                return self._client.upload(
                    entry.nonce,
                    entry.station,
                    entry.gate_group,
                    entry.session,
                    entry.reference,
                    entry.admission_id,
                    entry.lane,
                    entry.at,
                )
            case journal.UNDONE:
                return self._client.undo(entry.nonce, entry.admission_id)
            case journal.EXITED:
                return self._client.exit(entry.nonce, entry.station, entry.gate_group, entry.session, entry.reference)
            case _:
                return self._client.note_gate(entry.nonce, entry.admission_id, entry.gate_state)

    def _beat(self, db: StoreFile) -> None:
        known = known_epoch(db)
        with reading(db):
            waiting = journal.pending(db)
        said = self._reported
        state = self._state()
        answer = self._client.beat(said.station, said.gate_group, state, waiting, said.version)
        self._told_state = state
        own_at = said.now()
        self._offset_s = (answer.at or own_at) - own_at
        if (self._state() == CLOCK_WRONG) != (state == CLOCK_WRONG):
            log.warning("base: this machine's clock is %s", "right again" if state == CLOCK_WRONG else "wrong")
        self._to_close = answer.outcome == "closing"
        if answer.id == known:
            return
        there = journal.AtBase() if known is None else self._still_there()
        with writing(db):  # a new base, or one that was restored from its backup
            if known is not None:
                journal.tell_all_again(db, str(answer.id), there)
            db.execute("DELETE FROM venue_uses")
            db.execute("UPDATE venue_position SET xact = 0, seq = 0, epoch = ?", (answer.id,))

    def _still_there(self) -> journal.AtBase:
        """What a base that was set back still knows, so that a whole evening is not told again. Raises BaseAway."""
        there, position = journal.AtBase(), Position(0, 0)
        while changes := self._client.changes_since(position):
            for change in changes:
                if change.kind in {"admitted", "conflict"} and change.id:
                    there.admissions.add(change.id)
                elif change.kind == "undone" and change.id:
                    there.undone.add(change.id)
                elif change.kind == "exited" and change.id:
                    there.exited.add(change.id)
            position = changes[-1].position
        return there

    # --- hearing --------------------------------------------------------------------------------------

    def _hear(self, db: StoreFile) -> None:
        while not self._over.is_set():
            with reading(db):
                xact, seq = db.execute("SELECT xact, seq FROM venue_position").fetchone()
            changes = self._client.changes_since(Position(xact, seq))
            if not changes:
                return
            with writing(db):
                for change in changes:
                    apply(db, change)
                last = changes[-1].position
                db.execute("UPDATE venue_position SET xact = ?, seq = ?", (last.xact, last.seq))
            for change in changes:
                self._to_close |= change.kind == CLOSING
                self._heard(change)
                if self._duty is not None:
                    self._duty.heard(change, self._base_now_s())


def _note_told(db: StoreFile, entry: journal.Entry, answer: Answer | BaseRefused) -> None:
    if isinstance(answer, BaseRefused):
        journal.mark_refused(db, entry.sequence, answer.code)
        return
    other = (answer.at, answer.station, answer.gate_group) if answer.outcome == "conflict" else (None, None, None)
    journal.mark_sent(db, entry.sequence, answer.outcome, other)


def known_epoch(db: StoreFile) -> str | None:
    """Of the base as it was last heard of. Raises LedgerUnavailable."""
    with reading(db):
        [epoch] = db.execute("SELECT epoch FROM venue_position").fetchone()
    return None if epoch is None else str(epoch)


def apply(db: StoreFile, change: Change) -> None:
    """What a change means for the station's own store. Within a transaction; the same one twice is harmless."""
    match change.kind:
        case "admitted":
            db.execute(
                "INSERT OR REPLACE INTO venue_uses (admission_id, reference, at, station, gate_group, lane) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (change.id, change.reference, change.at, change.station, change.gate_group, change.word),
            )
        case "exited":
            for table in ("venue_uses", "admissions"):
                db.execute(
                    f"UPDATE {table} SET exited_at = ? WHERE admission_id = ?",  # noqa: S608 - names of this line
                    (change.at, change.id),
                )
        case "undone":
            db.execute("DELETE FROM venue_uses WHERE admission_id = ?", (change.id,))
            db.execute("UPDATE admissions SET undone = 1 WHERE admission_id = ?", (change.id,))
        case "gate_noted":
            db.execute("UPDATE admissions SET gate_state = ? WHERE admission_id = ?", (change.word, change.id))
        case "revoked" | "restored":
            db.execute(
                "UPDATE tickets SET revoked = ? WHERE reference = ?", (int(change.kind == "revoked"), change.reference)
            )
        case _:
            pass
