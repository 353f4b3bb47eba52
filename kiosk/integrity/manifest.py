"""The seal: which files there were with which contents, who said so and why, signed by this kiosk (Ed25519).

File: one line of JSON with sorted keys, ``{"body", "public_key", "signature"}``. The signature is over the body's own
bytes behind ``DOMAIN``. Any other spelling of the same JSON is refused, so that no byte of the file is free.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.integrity.subjects import Part
from kiosk.vault.identity import DeviceIdentity, is_signed

FORMAT = "venue-kiosk seal 1"
DOMAIN = b"venue-kiosk seal 1\n"
MAX_FILE_BYTES = 5_000_000


class ManifestUnusable(Exception):
    """There is a seal and it proves nothing. ``code``: damaged, wrong_signature, other_device, io."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Manifest:
    """``digests``: part -> name -> 64 hexadecimal digits. ``sealed_at``: ISO 8601 with zone. ``by``: who sealed."""

    sealed_at: str
    by: str
    reason: str
    version: str
    digests: Mapping[Part, Mapping[str, str]]

    @property
    def files(self) -> int:
        return sum(map(len, self.digests.values()))

    @property
    def seal(self) -> str:
        """16 hexadecimal digits that name this seal; whoever writes them down can tell it from a later one."""
        return hashlib.sha256(DOMAIN + _body(self)).hexdigest()[:16]


def encode(manifest: Manifest, identity: DeviceIdentity) -> bytes:
    """The file's bytes."""
    body = _body(manifest)
    return _line(
        {
            "body": json.loads(body),
            "public_key": identity.public_key.hex(),
            "signature": identity.sign(DOMAIN + body).hex(),
        }
    )


def decode(data: bytes, public_key: bytes) -> Manifest:
    """The manifest in ``data``, signed by the owner of ``public_key`` and no other. Raises ManifestUnusable."""
    try:
        document = json.loads(data)
        claimed, signature = bytes.fromhex(document["public_key"]), bytes.fromhex(document["signature"])
        manifest = _from_body(document["body"])
        same = _line(document) == data
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ManifestUnusable("damaged") from None
    if not same:
        raise ManifestUnusable("damaged")
    if claimed != public_key:
        raise ManifestUnusable("other_device")
    if not is_signed(DOMAIN + _body(manifest), signature, public_key):
        raise ManifestUnusable("wrong_signature")
    return manifest


def read(path: Path, public_key: bytes) -> Manifest | None:
    """The manifest in ``path``, None when there is no file. Raises ManifestUnusable."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError:
        raise ManifestUnusable("io") from None
    return decode(data, public_key)


def _body(manifest: Manifest) -> bytes:
    return _line(
        {
            "format": FORMAT,
            "sealed_at": manifest.sealed_at,
            "by": manifest.by,
            "reason": manifest.reason,
            "version": manifest.version,
            "digests": {part.value: dict(files) for part, files in manifest.digests.items()},
        }
    )


def _from_body(body: Mapping[str, Any]) -> Manifest:
    if body["format"] != FORMAT:
        raise ValueError(FORMAT)
    texts = [str(body[key]) for key in ("sealed_at", "by", "reason", "version")]
    digests = {Part(part): {str(k): str(v) for k, v in files.items()} for part, files in body["digests"].items()}
    return Manifest(texts[0], texts[1], texts[2], texts[3], digests)


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
