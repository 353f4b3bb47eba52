"""Keeping a station and the base at one: tells what was decided alone, hears what others did, says that it lives.

On a thread of its own, which opens the station's store for itself; the connection to the base is the ledger's.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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


class BaseFollower:
    """``heard`` is called on this thread with everything new; with what was there before, too, after a restart."""

    def __init__(
        self,
        path: Path,
        client: BaseClient,
        reported: Reported,
        heard: Callable[[Change], None] = lambda change: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path, self._client, self._reported, self._heard = path, client, reported, heard
        self._monotonic = monotonic
        self._next_beat = self._next_look = 0.0
        self._clock_wrong = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="base", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """End after the call that is under way, and close the connection."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        self._client.close()

    def step(self, db: StoreFile) -> None:
        """Everything that is due, once. Raises LedgerUnavailable; a base that is away ends the step."""
        if not self._client.reconnect():
            return
        now = self._monotonic()
        try:
            if now >= self._next_beat:
                self._next_beat = now + BEAT_S
                self._beat(db)
            self._tell(db)
            if self._client.woken() or now >= self._next_look:
                self._next_look = now + FOLLOW_S
                self._hear(db)
        except BaseAway:
            self._next_beat = self._next_look = 0.0
        except BaseRefused as refused:
            log.warning("base: %s", refused.code)

    def _run(self) -> None:
        db: StoreFile | None = None
        while not self._over.is_set():
            try:
                db = db or open_store(self._path)
                self.step(db)
            except LedgerUnavailable as unavailable:
                log.warning("base: %s", unavailable.code)
            self._over.wait(TICK_S)
        if db is not None:
            db.close()

    # --- telling --------------------------------------------------------------------------------------

    def _tell(self, db: StoreFile) -> None:
        """All that is pending, in order. One the base refuses is passed over and stays pending."""
        last = 0
        while not self._over.is_set():
            with reading(db):
                entries = list(journal.to_send(db, last))
            if not entries:
                return
            for entry in entries:
                last = entry.sequence
                self._tell_one(db, entry)

    def _tell_one(self, db: StoreFile, entry: journal.Entry) -> None:
        try:
            answer = self._send(entry)
        except BaseRefused as refused:
            with writing(db):
                journal.mark_refused(db, entry.sequence, refused.code)
            return
        other = (answer.at, answer.station, answer.gate_group) if answer.outcome == "conflict" else (None, None, None)
        with writing(db):
            journal.mark_sent(db, entry.sequence, answer.outcome, other)

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
            case _:
                return self._client.note_gate(entry.nonce, entry.admission_id, entry.gate_state)

    def _beat(self, db: StoreFile) -> None:
        with reading(db):
            waiting = journal.pending(db)
            [known] = db.execute("SELECT epoch FROM venue_position").fetchone()
        said = self._reported
        state = CLOCK_WRONG if self._clock_wrong else said.state()
        asked_at = said.now()
        answer = self._client.beat(said.station, said.gate_group, state, waiting, said.version)
        self._look_at_clock(answer.at or asked_at, asked_at)
        if answer.id == known:
            return
        with writing(db):  # a new base, or one that was restored from its backup
            if known is not None:
                journal.tell_all_again(db, str(answer.id))
            db.execute("DELETE FROM venue_uses")
            db.execute("UPDATE venue_position SET xact = 0, seq = 0, epoch = ?", (answer.id,))

    def _look_at_clock(self, base_at: float, own_at: float) -> None:
        wrong = abs(base_at - own_at) > CLOCK_MOST_S
        if wrong != self._clock_wrong:
            self._clock_wrong = wrong
            self._next_beat = 0.0  # the base hears of it now
            log.warning("base: this machine's clock is %s", "wrong" if wrong else "right again")

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
                self._heard(change)


def apply(db: StoreFile, change: Change) -> None:
    """What a change means for the station's own store. Within a transaction; the same one twice is harmless."""
    match change.kind:
        case "admitted":
            db.execute(
                "INSERT OR REPLACE INTO venue_uses VALUES (?, ?, ?, ?, ?, ?)",
                (change.id, change.reference, change.at, change.station, change.gate_group, change.word),
            )
        case "undone" | "exited":
            db.execute("DELETE FROM venue_uses WHERE admission_id = ?", (change.id,))
            db.execute("UPDATE admissions SET undone = 1 WHERE admission_id = ?", (change.id,))
        case "revoked" | "restored":
            db.execute(
                "UPDATE tickets SET revoked = ? WHERE reference = ?", (int(change.kind == "revoked"), change.reference)
            )
        case _:
            pass
