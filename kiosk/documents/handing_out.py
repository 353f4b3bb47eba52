"""A file for somebody outside: written down first, then written once, never into the kiosk's own folders."""

from __future__ import annotations

from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.audit.port import Audit
from kiosk.closing.certificate_file import sha256
from kiosk.config.places import EventPlace
from kiosk.domain.exports import Export
from kiosk.vault.key_file import write_private


class NotHandedOut(Exception):
    """Nothing was written. ``code``: own_folder, file_exists."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def hand_out(place: EventPlace, to: Path, content: bytes, by: str, log: Audit, export: Export = Export.PAPERS) -> str:
    """Write ``content`` to the new file ``to`` once it is written down that it goes out; its SHA-256.

    Raises NotHandedOut, AuditUnavailable, KeyFileUnusable where it cannot be written.
    """
    inside = (place.data_dir.resolve(), place.key_dir.resolve())
    if any(folder in to.resolve().parents for folder in inside):
        raise NotHandedOut("own_folder")
    if to.exists():
        raise NotHandedOut("file_exists")
    digest = sha256(content)
    log.write(Kind.EXPORT_MADE, by, place.event_id, code=export.value, sha256=digest, recipient=by)
    write_private(to, content)
    return digest
