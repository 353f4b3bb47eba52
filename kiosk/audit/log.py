"""The device's log: every record chained to the one before, on disk before the call returns, signed now and then.

Gate, desk and commands append to the same file, one at a time. A line that a crash tore off is cut away (or given the
newline it lacked), and the next record says so. Time that goes back is recorded in the place where it does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kiosk.audit.catalogue import IN_DETAIL, Kind, checked_fields
from kiosk.audit.fields import Value, actor_id, checked_about
from kiosk.audit.log_file import as_unavailable, locked, probe
from kiosk.audit.medium import CopyLost, Medium
from kiosk.audit.port import AuditUnavailable
from kiosk.audit.purge import purge
from kiosk.audit.record import Entry
from kiosk.audit.renew import renew
from kiosk.audit.tail import BrokenChain, Tail, read_tail
from kiosk.audit.writer import CHECKPOINT_EVERY, SYSTEM, ChainWriter, Signer
from kiosk.config.places import DevicePlace
from kiosk.ports import Clock
from kiosk.vault.identity import DeviceIdentity
from kiosk.vault.key_file import KeyFileUnusable


class AuditLog:
    """Implements kiosk.audit.port.Audit. Any thread, any number of processes; blocks for the disk."""

    def __init__(
        self, file: Path, signer: Callable[[], Signer], clock: Clock, checkpoint_every: int = CHECKPOINT_EVERY
    ) -> None:
        self.file = file
        self._clock, self._every = clock, checkpoint_every
        self._load_signer = signer
        self._known_signer: Signer | None = None
        self._medium = Medium(file)

    @classmethod
    def at(cls, place: DevicePlace, clock: Clock) -> AuditLog:
        """The log of the machine; its folder and its signing key are made where they are not there yet."""

        def signer() -> Signer:
            place.make_folders()
            return DeviceIdentity.load_or_create(place.identity_file)

        return cls(place.audit_file, signer, clock)

    def write(self, kind: Kind, by: str, about: str = "", *, success: bool = True, **fields: Value) -> None:
        """As kiosk.audit.port.Audit has it. ValueError also for a kind that only the event's own log may hold."""
        self.append(Entry(kind, by, about, success, fields))

    def append(self, untrusted: Entry) -> None:
        """``write`` for an entry made before."""
        kind = Kind(untrusted.kind)
        if kind in IN_DETAIL:
            raise ValueError(f"{kind} is about one attendee: it belongs to the event's log")
        fields = checked_fields(kind, untrusted.fields or {})
        self._append(Entry(kind, actor_id(untrusted.by), checked_about(untrusted.about), untrusted.success, fields))

    def checkpoint(self, by: str = SYSTEM) -> None:
        """Sign what is there, unless its last record is a checkpoint already."""
        signer = self._signer()
        with as_unavailable(), locked(self.file) as descriptor:
            writer = self._writer(descriptor)
            if not writer.just_signed:
                writer.sign(actor_id(by))
            writer.flush()
            self._copy(descriptor, signer)

    def copy_to(self, folder: Path | None) -> None:
        """Copy to a second medium from now on, whichever process writes."""
        self._signer()  # makes the folder
        with as_unavailable(), locked(self.file):
            self._medium.use(folder)

    def probe(self) -> None:
        """Raises AuditUnavailable when a record could not be written now."""
        self._signer()
        probe(self.file)
        self.head()  # and the end is one that can be written on

    def head(self) -> str:
        """``number:hash`` of the last record, for an anchor. Raises AuditUnavailable."""
        with as_unavailable(), locked(self.file) as descriptor:
            return self._tail(descriptor).link.head

    def purge(self, before_s: float, by: str) -> int:
        """Remove the records written before ``before_s`` (UTC seconds); how many. Raises TooYoung, AuditUnavailable."""
        return purge(self.file, self._signer(), self._clock, before_s, by)

    def renew(self, by: str) -> Path:
        """Begin a new log beside one whose end was changed. Raises NotBroken, AuditUnavailable."""
        return renew(self.file, self._signer(), self._clock, by)

    def _append(self, entry: Entry) -> None:
        signer = self._signer()
        with as_unavailable(), locked(self.file) as descriptor:
            writer = self._writer(descriptor)
            writer.add(entry)
            writer.flush()
            self._copy(descriptor, signer)

    def _writer(self, descriptor: int) -> ChainWriter:
        writer = ChainWriter(descriptor, self._tail(descriptor), self._signer(), self._clock.now(), self._every)
        writer.settle()
        return writer

    @staticmethod
    def _tail(descriptor: int) -> Tail:
        try:
            return read_tail(descriptor)
        except BrokenChain:
            raise AuditUnavailable("broken_chain") from None

    def _copy(self, descriptor: int, signer: Signer) -> None:
        """Bring the second medium up to date; its loss and its return are recorded once each."""
        state = self._medium.state()
        if not state.to:
            return
        try:
            added, now = self._medium.follow(descriptor, signer.fingerprint, state)
        except CopyLost as lost:
            if not state.lost:
                self._record(descriptor, Entry(Kind.LOG_COPY_LOST, SYSTEM, success=False, fields={"reason": lost.code}))
                self._medium.note(replace(state, lost=True))
            return
        if state.lost:
            self._record(descriptor, Entry(Kind.LOG_COPY_BACK, SYSTEM, fields={"bytes": added}))
            self._medium.note(now)
            self._copy(descriptor, signer)
        elif state != now:
            self._medium.note(now)

    def _record(self, descriptor: int, entry: Entry) -> None:
        writer = self._writer(descriptor)
        writer.add(entry)
        writer.flush()

    def _signer(self) -> Signer:
        if self._known_signer is None:
            try:
                with as_unavailable():
                    self._known_signer = self._load_signer()
            except KeyFileUnusable:
                raise AuditUnavailable("no_key") from None
        return self._known_signer
