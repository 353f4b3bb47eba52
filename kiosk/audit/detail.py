"""The event's own log: what happened to one attendee at one moment, and who of the staff did it.

Each line is sealed under the event's key, so closing the event ends it. It names no person and no ticket either: it is
for whoever has to find out, while the event lasts, what a lane or an officer did.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Iterator
from pathlib import Path

from kiosk.audit.catalogue import IN_DETAIL, Kind, checked_fields
from kiosk.audit.fields import actor_id, checked_about
from kiosk.audit.log_file import append, as_unavailable, locked
from kiosk.audit.record import Entry
from kiosk.audit.slots import Fact
from kiosk.vault.port import EventKeys, SealBroken

CONTEXT = "detail"
MAX_LINE_BYTES = 8192


class DetailLog:
    """Any thread, any number of processes. Raises KeysDestroyed once the event's key is gone or forgotten."""

    def __init__(self, file: Path, keys: EventKeys) -> None:
        self._file, self._keys = file, keys

    def write(self, fact: Fact) -> None:
        """Append one fact; on disk when this returns. Raises AuditUnavailable, ValueError, KeysDestroyed."""
        line = self._sealed(fact)
        if not self._file.parent.is_dir():
            raise ValueError("the event's folder is gone")
        with as_unavailable(), locked(self._file) as descriptor:
            end = os.fstat(descriptor).st_size
            torn = end > 0 and os.pread(descriptor, 1, end - 1) != b"\n"
            append(descriptor, end, b"\n" + line if torn else line)

    def read(self) -> Iterator[Fact]:
        """What can be read, in the order it was written; torn and changed lines are left out. Raises OSError."""
        try:
            with self._file.open("rb") as lines:
                for line in lines:
                    fact = self._opened(line[:MAX_LINE_BYTES])
                    if fact is not None:
                        yield fact
        except FileNotFoundError:
            return

    def _sealed(self, fact: Fact) -> bytes:
        entry = fact.entry
        if entry.kind not in IN_DETAIL:
            raise ValueError(f"{entry.kind} belongs to the device's log")
        values = {
            "at": round(fact.at_s, 3),
            "kind": str(entry.kind),
            "by": actor_id(entry.by),
            "about": checked_about(entry.about),
            "success": entry.success,
            "fields": checked_fields(Kind(entry.kind), entry.fields or {}),
        }
        return base64.b64encode(self._keys.seal(json.dumps(values).encode("ascii"), CONTEXT)) + b"\n"

    def _opened(self, line: bytes) -> Fact | None:
        try:
            values = json.loads(self._keys.open(base64.b64decode(line.strip(), validate=True), CONTEXT))
            kind = Kind(values["kind"])
            entry = Entry(kind, values["by"], values["about"], values["success"], values["fields"])
            return Fact(float(values["at"]), entry)
        except (SealBroken, binascii.Error, ValueError, KeyError, TypeError):
            return None
