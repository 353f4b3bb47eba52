"""What follows the end of the log, made in memory and written in one go. The caller holds the file's lock."""

from __future__ import annotations

import os
from importlib.metadata import version
from typing import Protocol

from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import Value
from kiosk.audit.log_file import append
from kiosk.audit.record import Entry, base64_of, checkpoint_bytes, line_after, seconds, utc
from kiosk.audit.tail import Tail

CHECKPOINT_EVERY = 100
"""Records at most without a signature; kiosk.audit.verify takes no more for whole."""
CLOCKS_DIFFER_S = 2.0
"""Two processes read the clock one after the other and write in the other order: no step back."""
SYSTEM = "system"


class Signer(Protocol):
    """kiosk.vault.identity.DeviceIdentity, or one of a test."""

    @property
    def public_key(self) -> bytes: ...

    @property
    def fingerprint(self) -> str: ...

    def sign(self, data: bytes) -> bytes: ...


class ChainWriter:
    """Records one after the other behind a tail, written in one go."""

    def __init__(self, descriptor: int, tail: Tail, signer: Signer, now_s: float, every: int) -> None:
        self._descriptor, self._tail, self._signer = descriptor, tail, signer
        self._now_s, self._every = now_s, every
        self._link, self._end = tail.link, tail.end
        self._lines: list[bytes] = []
        self._last_kind = tail.last_kind

    @property
    def just_signed(self) -> bool:
        return self._last_kind == Kind.LOG_CHECKPOINT

    def settle(self) -> None:
        """Begin the log, mend what a crash tore, note a clock that went back."""
        torn, whole = self._tail.torn, self._tail.completes
        if torn:
            if whole is None:
                os.ftruncate(self._descriptor, self._tail.end)
            else:
                append(self._descriptor, self._end + len(torn), b"\n")
                self._link, self._end = whole, self._end + len(torn) + 1
        if self._link.seq == 0:
            self._begin()
        if torn:
            fields: dict[str, Value] = {"cut_bytes": 0 if whole else len(torn), "completed": whole is not None}
            self.add(Entry(Kind.LOG_REPAIRED, SYSTEM, fields=fields))

    def _begin(self) -> None:
        signer = self._signer
        self.add(
            Entry(
                Kind.LOG_BEGUN,
                SYSTEM,
                fields={
                    "version": version("venue-kiosk"),
                    "public_key": base64_of(signer.public_key),
                    "key": signer.fingerprint,
                },
            )
        )

    def add(self, entry: Entry) -> None:
        self._note_clock()
        self._sign_when_due()  # also where a crash came between a record and its signature
        self._line(entry)
        self._sign_when_due()

    def _sign_when_due(self) -> None:
        seq = self._link.seq
        if seq and seq % self._every == 0 and not self.just_signed:
            self.sign(SYSTEM)

    def sign(self, by: str) -> None:
        signature = base64_of(self._signer.sign(checkpoint_bytes(self._link)))
        fields: dict[str, Value] = {
            "records": self._link.seq,
            "key": self._signer.fingerprint,
            "signature": signature,
        }
        self._line(Entry(Kind.LOG_CHECKPOINT, by, fields=fields))

    def flush(self) -> None:
        append(self._descriptor, self._end, b"".join(self._lines))
        self._end += sum(map(len, self._lines))
        self._lines.clear()

    def _note_clock(self) -> None:
        if not self._link.at:
            return
        back_s = seconds(self._link.at) - self._now_s
        if back_s > CLOCKS_DIFFER_S:
            self._line(Entry(Kind.CLOCK_WENT_BACK, SYSTEM, "log", success=False, fields={"by_s": round(back_s)}))

    def _line(self, entry: Entry) -> None:
        at = utc(self._now_s)
        if entry.kind != Kind.CLOCK_WENT_BACK and self._link.at > at:
            at = self._link.at  # within CLOCKS_DIFFER_S, or a step back was noted just before
        line, self._link = line_after(self._link, entry, at)
        self._lines.append(line)
        self._last_kind = entry.kind
