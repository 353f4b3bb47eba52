"""What the log says of packages that people bring: taken, or refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.audit.port import Audit
from kiosk.base.errors import BaseTrouble
from kiosk.base.receiving import Received

AT_A_TIME = 1 << 20


@contextmanager
def refusal_noted(log: Audit, by: str, file: Path) -> Iterator[None]:
    """What was brought here and not taken is written down: somebody may have exchanged it."""
    try:
        yield
    except BaseTrouble as trouble:
        log.write(Kind.PACKAGE_REFUSED, by, success=False, sha256=digest_of(file), reason=trouble.code or "other")
        raise


def note_package_taken(log: Audit, by: str, received: Received, file: Path, maker_code: str) -> None:
    """The records of a package that was taken."""
    event = received.place.event_id
    if received.made:
        log.write(Kind.EVENT_CREATED, by, event)
    log.write(Kind.ROSTER_IMPORTED, by, event, tickets=received.written, rows=received.tickets, bad_rows=0)
    how = "used_twice" if received.shared else "apart"
    log.write(
        Kind.PACKAGE_TAKEN,
        by,
        event,
        tickets=received.tickets,
        sha256=digest_of(file),
        fingerprint=maker_code.replace(" ", "")[:16],
        code=how,
    )


def digest_of(file: Path) -> str:
    seen = hashlib.sha256()
    with file.open("rb") as opened:
        for block in iter(lambda: opened.read(AT_A_TIME), b""):
            seen.update(block)
    return seen.hexdigest()
