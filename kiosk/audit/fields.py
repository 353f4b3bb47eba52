"""What a value in the log may look like. Words of people have no type here, so none can be written (R-53, R-63).

A reason somebody typed is recorded as ``in_words``: that one was given, not what it says; the words stay with whoever
asked for them. A value that looks like an ID number, a telephone number or a ticket reference is refused whatever its
type.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from enum import StrEnum

Value = str | int | float | bool
IN_WORDS = "in_words"
MAX_COUNT = 1 << 53


class Type(StrEnum):
    COUNT = "count"  # whole number, 0 to 2**53
    SECONDS = "seconds"  # finite number
    FLAG = "flag"
    CODE = "code"  # stable, lower case
    ID = "id"  # of a station, an event, an account
    IDS = "ids"  # several, joined by commas
    DIGEST = "digest"  # SHA-256 or a public key: 32 bytes as base64url without padding
    HEX = "hex"  # SHA-256, 64 hexadecimal digits
    FINGERPRINT = "fingerprint"  # 16 hexadecimal digits
    SIGNATURE = "signature"  # Ed25519: 64 bytes as base64url without padding
    SLOT = "slot"  # beginning of a quarter of an hour, UTC
    TIME = "time"  # UTC, to the second
    VERSION = "version"
    REASON = "reason"  # a code, or IN_WORDS for anything else
    FILE = "file"  # a path of the product, relative


_PATTERNS = {
    Type.CODE: r"[a-z][a-z0-9_.-]{0,47}",
    Type.ID: r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}",
    Type.IDS: r"[A-Za-z0-9][A-Za-z0-9_.,-]{0,199}",
    Type.DIGEST: r"[A-Za-z0-9_-]{43}",
    Type.HEX: r"[0-9a-f]{64}",
    Type.FINGERPRINT: r"[0-9a-f]{16}",
    Type.SIGNATURE: r"[A-Za-z0-9_-]{86}",
    Type.SLOT: r"\d{4}-\d\d-\d\dT\d\d:(?:00|15|30|45)Z",
    Type.TIME: r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    Type.VERSION: r"[0-9][0-9A-Za-z.+-]{0,31}",
    Type.FILE: r"[A-Za-z0-9_][A-Za-z0-9_./+-]{0,199}",
}
_COMPILED = {kind: re.compile(pattern) for kind, pattern in _PATTERNS.items()}
_MEANINGLESS = frozenset({Type.DIGEST, Type.HEX, Type.FINGERPRINT, Type.SIGNATURE, Type.SLOT, Type.TIME})
"""Random or fixed in shape: a run of digits in them says nothing about anybody."""

_OF_A_PERSON = re.compile(
    r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])"  # citizen's number (GB 11643)
    r"|(?<![0-9])[0-9]{15}(?![0-9])"  # its older form
    r"|(?<![0-9])1[3-9][0-9]{9}(?![0-9])"  # mobile number
    r"|(?<![0-9A-Fa-f])[0-9A-Fa-f]{32}(?![0-9A-Fa-f])"  # ticket reference
)


def points_to_a_person(text: str) -> bool:
    """Whether ``text`` holds an ID number, a mobile number or a ticket reference."""
    return _OF_A_PERSON.search(text) is not None


def checked(name: str, value: Value, of: Type) -> Value:
    """``value`` as it is written. Raises ValueError, which names the field and never the value."""
    match of:
        case Type.FLAG:
            fits = isinstance(value, bool)
        case Type.COUNT:
            fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COUNT
        case Type.SECONDS:
            fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
            value = round(value, 3) if fits and isinstance(value, float) else value
        case Type.REASON:
            fits = isinstance(value, str)
            value = value if fits and _is_text(str(value), Type.CODE) else IN_WORDS
        case _:
            fits = isinstance(value, str) and _is_text(value, of)
    if not fits:
        raise ValueError(f"field {name} is not a {of.value}")
    return value


def checked_about(about: str) -> str:
    """An id, or nothing. Raises ValueError."""
    if about and not _is_text(about, Type.ID):
        raise ValueError("what was acted on is not an id")
    return about


def actor_id(untrusted_by: str) -> str:
    """Who acted, as an id: ids as they are, a name in letters of its own; what has none of these is named by a hash.

    Raises ValueError for what looks like a number of a person's.
    """
    if points_to_a_person(untrusted_by):
        raise ValueError("who acted is not an id")
    if _COMPILED[Type.ID].fullmatch(untrusted_by):
        return untrusted_by
    plain = unicodedata.normalize("NFKD", untrusted_by).encode("ascii", "ignore").decode("ascii")
    slug = re.sub(r"[^A-Za-z0-9_.-]+", "-", plain).strip("-_.")[:48].lower()
    return slug or "u-" + hashlib.sha256(untrusted_by.encode("utf-8", "replace")).hexdigest()[:12]


def _is_text(value: str, of: Type) -> bool:
    if _COMPILED[of].fullmatch(value) is None:
        return False
    return of in _MEANINGLESS or not points_to_a_person(value)
