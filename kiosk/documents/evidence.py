"""The evidence pack: everything an inspection asks for of one event, in one signed file (R-69, R-81).

A zip of plain files (``kiosk.documents.zip_file``) with ``evidence.json``: name, length and SHA-256 of every other
file, signed with the machine's Ed25519 key over ``venue-kiosk evidence 1`` | newline | canonical JSON without
``signature``.
It is made after the end, when nothing of an attendee is left that could get into it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.closing.certificate_file import sha256
from kiosk.documents.zip_file import zip_of
from kiosk.vault.identity import DeviceIdentity

FORMAT = "venue-kiosk evidence 1"
DOMAIN = b"venue-kiosk evidence 1\n"
MANIFEST = "evidence.json"
EVENT, NOTICE, ASSESSMENT, CERTIFICATE, CERTIFICATE_PDF = (
    "event.toml",
    "notice.json",
    "assessment.json",
    "certificate.json",
    "certificate.pdf",
)
REPORT, AUDIT, SEAL, CARD = "report.json", "audit.log", "seal.json", "model-card.json"
ALWAYS = frozenset({EVENT, NOTICE, CERTIFICATE, REPORT, AUDIT, CARD})
"""What no pack is without."""


@dataclass(frozen=True)
class About:
    """``made_at``: UTC, ISO 8601. ``head``: of the log in it, ``number:hash``, an anchor for its check."""

    event: str
    made_at: str
    by: str
    version: str
    head: str


def pack_of(files: Mapping[str, bytes], about: About, identity: DeviceIdentity) -> bytes:
    """The pack of ``files``; the same bytes for the same arguments. Raises ValueError where one of ALWAYS lacks."""
    missing = ALWAYS - files.keys()
    if missing or MANIFEST in files:
        raise ValueError(f"an evidence pack has no {', '.join(sorted(missing)) or 'second manifest'}")
    unsigned: dict[str, Any] = {
        "format": FORMAT,
        "event": about.event,
        "made_at": about.made_at,
        "by": about.by,
        "version": about.version,
        "audit_head": about.head,
        "files": {name: {"bytes": len(data), "sha256": sha256(data)} for name, data in files.items()},
        "public_key": identity.public_key.hex(),
    }
    signature = identity.sign(DOMAIN + canonical(unsigned)).hex()
    return zip_of({**files, MANIFEST: canonical({**unsigned, "signature": signature}) + b"\n"})


def canonical(values: Mapping[str, Any]) -> bytes:
    """RFC 8785, as far as texts and whole numbers go."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
