"""Going on after somebody changed the log's end: it is kept beside a new one, which says what it follows.

Without this a machine whose log was tampered with could never use its face lane again. Nothing is deleted or mended.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import Value, actor_id
from kiosk.audit.log_file import as_unavailable, locked
from kiosk.audit.medium import Medium
from kiosk.audit.record import Entry, base64_of
from kiosk.audit.tail import BrokenChain, read_tail
from kiosk.audit.writer import ChainWriter, Signer
from kiosk.ports import Clock
from kiosk.vault.key_file import sync_folder


class NotBroken(Exception):
    """The log can be written on; there is nothing to renew."""


def renew(file: Path, signer: Signer, clock: Clock, by: str) -> Path:
    """Set the broken log aside and begin a new one; where the broken one lies now.

    Raises NotBroken, AuditUnavailable.
    """
    with as_unavailable(), locked(file) as descriptor:
        if not _is_broken(descriptor):
            raise NotBroken
        content = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
        records, digest = content.count(b"\n"), base64_of(hashlib.sha256(content).digest())
        Medium(file).set_aside(signer.fingerprint, records)
        aside = _free_name(file)
        file.rename(aside)
        sync_folder(file.parent)
    with as_unavailable(), locked(file) as descriptor:
        writer = ChainWriter(descriptor, read_tail(descriptor), signer, clock.now(), every=1 << 62)
        writer.settle()
        told: dict[str, Value] = {"records": records, "hash": digest}
        writer.add(Entry(Kind.LOG_RENEWED, actor_id(by), success=False, fields=told))
        writer.sign(actor_id(by))
        writer.flush()
    return aside


def _is_broken(descriptor: int) -> bool:
    try:
        read_tail(descriptor)
    except BrokenChain:
        return True
    return False


def _free_name(file: Path) -> Path:
    number = 1
    while (aside := file.with_name(f"{file.stem}-broken-{number}{file.suffix}")).exists():
        number += 1
    return aside
