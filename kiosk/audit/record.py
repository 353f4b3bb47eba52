"""One record of the chain, and its one spelling in bytes. Pure.

A line is JSON with sorted keys, no blanks, ASCII only::

    {"about": id, "at": time, "by": id, "fields": {...}, "hash": digest, "kind": area.what, "prev": digest,
     "seq": number from 1, "success": bool}

``hash`` is the SHA-256 of the same line without ``hash``; ``prev`` is the hash of the line before. Digests are
base64url without padding: hexadecimal ones now and then look like an ID number to whoever scans the disk for such.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kiosk.audit.fields import MAX_COUNT, Value

BEFORE_THE_FIRST = base64.urlsafe_b64encode(bytes(32)).rstrip(b"=").decode("ascii")
MAX_LINE_BYTES = 4096
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}")
_FORMS = {
    "about": re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9_.-]{0,63})?"),
    "at": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"),
    "by": re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"),
    "hash": _DIGEST,
    "kind": re.compile(r"[a-z_]+\.[a-z_]+"),
    "prev": _DIGEST,
}
CHECKPOINT_WORDS = b"venue-kiosk audit checkpoint 1\n"


class NotARecord(Exception):
    """Bytes that no writer of ours makes. ``code``: spelling, hash."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Link:
    """Where the chain stands: the last record's number, hash and time."""

    seq: int = 0
    hash: str = BEFORE_THE_FIRST
    at: str = ""

    @property
    def head(self) -> str:
        """``number:hash``, what an anchor is made of."""
        return f"{self.seq}:{self.hash}"


@dataclass(frozen=True)
class Entry:
    """What is to be recorded: everything but its place in the chain."""

    kind: str
    by: str
    about: str = ""
    success: bool = True
    fields: Mapping[str, Value] | None = None


def line_after(link: Link, entry: Entry, at: str) -> tuple[bytes, Link]:
    """The record that follows ``link``, newline included, and where the chain stands then.

    Raises ValueError when it would be longer than MAX_LINE_BYTES.
    """
    values = {
        "about": entry.about,
        "at": at,
        "by": entry.by,
        "fields": dict(entry.fields or {}),
        "kind": str(entry.kind),
        "prev": link.hash,
        "seq": link.seq + 1,
        "success": entry.success,
    }
    digest = _digest(values)
    line = _canonical({**values, "hash": digest}) + b"\n"
    if len(line) > MAX_LINE_BYTES:
        raise ValueError("a record that long is not one")
    return line, Link(link.seq + 1, digest, at)


def read_line(line: bytes) -> dict[str, Any]:
    """A line's values, its newline left out; form and hash fit, the place in the chain is not looked at.

    Kinds and fields of later versions pass: only their form is looked at. Raises NotARecord.
    """
    try:
        values = json.loads(line)
        whole = _has_form(values) and _canonical(values) == line
    except (ValueError, RecursionError):
        raise NotARecord("spelling") from None
    if not whole:
        raise NotARecord("spelling")
    if _digest({key: value for key, value in values.items() if key != "hash"}) != values["hash"]:
        raise NotARecord("hash")
    found: dict[str, Any] = values
    return found


def link_of(values: Mapping[str, Any]) -> Link:
    """Where the chain stands after a record that ``read_line`` gave."""
    return Link(values["seq"], values["hash"], values["at"])


def checkpoint_bytes(link: Link) -> bytes:
    """What a checkpoint signs: the number and hash of the record before it, and with them all before."""
    return CHECKPOINT_WORDS + link.head.encode("ascii")


def utc(at_s: float) -> str:
    """Seconds since the epoch as UTC, to the second."""
    return f"{datetime.fromtimestamp(at_s, UTC):%Y-%m-%dT%H:%M:%SZ}"


def seconds(at: str) -> float:
    """The other way. Raises ValueError."""
    return datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()


def base64_of(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _has_form(values: object) -> bool:
    """Whether each value is of the type and shape the module's docstring names."""
    if not isinstance(values, dict) or values.keys() != _FORMS.keys() | {"seq", "success", "fields"}:
        return False
    texts = all(isinstance(values[name], str) and form.fullmatch(values[name]) for name, form in _FORMS.items())
    seq, fields = values["seq"], values["fields"]
    counted = isinstance(seq, int) and not isinstance(seq, bool) and 1 <= seq <= MAX_COUNT
    if not (texts and counted and isinstance(values["success"], bool) and isinstance(fields, dict)):
        return False
    seconds(values["at"])  # a moment that exists
    return all(isinstance(value, str | int | float) for value in fields.values())


def _canonical(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _digest(values: Mapping[str, Any]) -> str:
    return base64_of(hashlib.sha256(_canonical(values)).digest())
