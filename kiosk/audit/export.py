"""Handing the log out: that it was, to whom and why, is recorded first, with the hash of what goes out (R-65)."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.audit.log import AuditLog
from kiosk.audit.record import base64_of


def export_log(log: AuditLog, to: Path, by: str, recipient: str, reason: str) -> int:
    """Write the signed log to ``to``, which must not exist; how many records. Nothing is left there when it fails.

    Raises AuditUnavailable, OSError, ValueError for a recipient that is no id.
    """
    descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as target:
            log.checkpoint(by)
            content = log.file.read_bytes()
            digest = base64_of(hashlib.sha256(content).digest())
            records = content.count(b"\n")
            log.write(Kind.LOG_EXPORTED, by, records=records, hash=digest, recipient=recipient, reason=reason)
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
    except BaseException:
        to.unlink(missing_ok=True)
        raise
    return records
