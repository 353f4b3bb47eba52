"""Whether a log is what was written: read by code that shares nothing with the writer.

Looked at, record by record: spelling, number, hash, the hash of the record before, time (it goes back only where a
record says so), and the signatures of checkpoints, of which one comes after MOST_UNSIGNED records at the latest. A log
begins with ``log.begun``, which names the key, or where a purge says that a later checkpoint covers.
What this cannot see: records cut off the end, and a whole log
replaced by an older one. That takes an anchor (``number:hash`` noted elsewhere) or a copy; without one, ``complete_to``
is the last signed checkpoint: up to there nothing is missing, of what followed nothing is known.

Record: JSON with sorted keys and no blanks; ``hash`` = base64url(SHA-256(record without ``hash``)). A checkpoint's
``signature`` is Ed25519 (RFC 8032) over ``venue-kiosk audit checkpoint 1``, a newline and ``number:hash`` of the record
before it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FIRST_PREV = "A" * 43
MAX_LINE_BYTES = 4096
MOST_UNSIGNED = 100
PUBLIC_KEY_BYTES = 32
_KEYS = {"about", "at", "by", "fields", "hash", "kind", "prev", "seq", "success"}
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}")
_NUMBER = re.compile(r"[0-9]{1,16}")
_FORMS = {
    "about": re.compile(rf"(?:{_ID.pattern})?"),
    "at": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"),
    "by": _ID,
    "hash": _DIGEST,
    "kind": re.compile(r"[a-z_]+\.[a-z_]+"),
    "prev": _DIGEST,
}
_MAX_SEQ = 1 << 53


@dataclass(frozen=True)
class Anchor:
    """That record ``seq`` had this hash, known from elsewhere."""

    seq: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> Anchor:
        """From ``number:hash``. Raises ValueError."""
        number, _, digest = text.strip().partition(":")
        if not _NUMBER.fullmatch(number) or not _DIGEST.fullmatch(digest):
            raise ValueError("an anchor is number:hash")
        return cls(int(number), digest)


@dataclass
class Finding:
    """``first_bad``: number of the first record that is not as it was written, or that is missing. ``why``: a stable
    code. ``complete_to``: up to this record nothing is wrong or missing. ``torn_bytes``: after the last newline.
    ``anchors_below``: how many of ``anchors`` name a purged record, and so could not be compared with anything."""

    records: int = 0
    first_bad: int | None = None
    why: str = ""
    complete_to: int | None = None
    head: str = ""
    torn_bytes: int = 0
    repairs: int = 0
    purged_to: int = 0
    anchors: int = 0
    anchors_below: int = 0
    key_from_log: bool = True

    @property
    def ok(self) -> bool:
        return self.first_bad is None

    def as_dict(self) -> dict[str, Any]:
        names = ("ok", "records", "first_bad", "complete_to", "why", "head", "torn_bytes", "repairs", "purged_to")
        return {name: getattr(self, name) for name in (*names, "anchors", "anchors_below", "key_from_log")}


@dataclass(frozen=True)
class _Seen:
    """A line: its place in the file from 0, its values if it can be read, and what is wrong with it by itself."""

    place: int
    values: Mapping[str, Any]
    fault: str = ""


@dataclass
class _Chain:
    path: Path
    finding: Finding
    public_key: bytes | None
    first_seq: int = 1
    purge_seq: int | None = None  # the record that says what was purged, until a checkpoint covers it
    seq: int = 0
    prev: str = FIRST_PREV
    before_first: str = FIRST_PREV
    at: str = ""
    places: dict[str, int] = field(default_factory=dict)  # hash -> number of the record, for telling insertions
    checkpoints: list[int] = field(default_factory=list)


def anchors_of(copy: Path) -> list[Anchor]:
    """Every readable record of a copy of the log, as an anchor. Raises OSError."""
    return [Anchor(line.values["seq"], line.values["hash"]) for line in _lines(copy, Finding()) if not line.fault]


def verify_log(
    path: Path,
    anchors: Sequence[Anchor] = (),
    public_key: bytes | None = None,
    told: Callable[[int], None] = lambda records: None,
) -> Finding:
    """Read the whole log. ``public_key``: 32 bytes; without it the key the log itself names is taken at its word.

    ``told`` hears after each record how many were read.

    Raises OSError.
    """
    chain = _Chain(path, Finding(key_from_log=public_key is None), public_key)
    finding = chain.finding
    lines = _lines(path, finding)
    ahead = next(lines, None)
    while ahead is not None:
        line, ahead = ahead, next(lines, None)
        finding.records += 1
        told(finding.records)
        if finding.first_bad is None:
            _look(chain, line, ahead)
    if finding.first_bad is None and finding.torn_bytes:
        _bad(finding, chain.seq + 1, "torn")
    if finding.first_bad is None and chain.first_seq > 1 and not finding.purged_to:
        _bad(finding, 1, "cut_off")
    _compare(chain, anchors)
    known = [each for each in chain.checkpoints if finding.first_bad is None or each < finding.first_bad]
    finding.complete_to = max(known, default=None)
    if finding.ok:
        finding.head = f"{chain.seq}:{chain.prev}"
        reached = [anchor.seq for anchor in anchors if anchor.seq >= chain.first_seq - 1]
        finding.complete_to = max([*known, *reached], default=None)
    return finding


def _look(chain: _Chain, line: _Seen, ahead: _Seen | None) -> None:
    values, finding = line.values, chain.finding
    if line.place == 0 and not line.fault and values["seq"] > 1:
        _begin_later(chain, values)
    number = chain.seq + 1
    if line.fault:
        _bad(finding, number, line.fault)
    elif number == 1 and values["seq"] == 1 and values["kind"] != "log.begun":
        _bad(finding, 1, "no_beginning")
    elif values["seq"] != number or values["prev"] != chain.prev:
        _bad(finding, *_blamed(chain, values, ahead))
    elif values["at"] < chain.at and values["kind"] != "clock.went_back":
        _bad(finding, number, "time")
    else:
        _note(chain, values)
    if finding.first_bad is None:
        chain.seq, chain.prev, chain.at = number, values["hash"], values["at"]
        chain.places[chain.prev] = number
        signed = chain.checkpoints[-1] if chain.checkpoints else chain.first_seq - 1
        if chain.public_key is not None and number - signed > MOST_UNSIGNED:
            _bad(finding, number, "unsigned")


def _blamed(chain: _Chain, values: Mapping[str, Any], ahead: _Seen | None) -> tuple[int, str]:
    """Which record is wrong where two do not fit together, each whole in itself."""
    number = chain.seq + 1
    if values["hash"] in chain.places:
        return number, "order"  # the same record once more
    followed = ahead is None or (not ahead.fault and ahead.values["prev"] == values["hash"])
    stands_on = chain.places.get(values["prev"])
    if followed and stands_on is not None and values["seq"] == stands_on + 1:
        return stands_on + 1, "inserted"  # this one follows an earlier record: what lies between came in later
    if followed and values["seq"] == number and chain.seq >= chain.first_seq:
        return chain.seq, "changed"  # this one and its successors name another predecessor
    return number, "order" if values["seq"] != number else "link"


def _note(chain: _Chain, values: Mapping[str, Any]) -> None:
    """What some kinds of records say about the log itself."""
    finding, fields = chain.finding, values["fields"]
    match values["kind"]:
        case "log.begun":
            named = _decoded(fields.get("public_key"))
            if named is None or len(named) != PUBLIC_KEY_BYTES:
                _bad(finding, values["seq"], "no_key")
            elif chain.public_key is None:
                chain.public_key = named
            elif named != chain.public_key:
                _bad(finding, values["seq"], "other_key")
        case "log.checkpoint":
            words = f"venue-kiosk audit checkpoint 1\n{chain.seq}:{chain.prev}".encode("ascii")
            if _is_signed(words, _decoded(fields.get("signature")), chain.public_key):
                chain.checkpoints.append(values["seq"])
                if chain.purge_seq is not None:
                    finding.purged_to = chain.first_seq - 1
            else:
                _bad(finding, values["seq"], "signature")
        case "log.purged" if _names_the_beginning(chain, fields):
            chain.purge_seq = values["seq"]
        case "log.repaired":
            finding.repairs += 1


def _begin_later(chain: _Chain, values: Mapping[str, Any]) -> None:
    """A log that does not begin with record 1 must say itself what was purged, further on and under a signature."""
    chain.first_seq, chain.seq, chain.prev = values["seq"], values["seq"] - 1, values["prev"]
    chain.before_first = chain.prev
    for line in _lines(chain.path, Finding()):
        if not line.fault and line.values["kind"] == "log.purged":
            fields = line.values["fields"]
            if _names_the_beginning(chain, fields):
                chain.public_key = chain.public_key or _decoded(fields.get("public_key"))
                if chain.public_key is None:
                    _bad(chain.finding, 1, "no_key")
                return
    _bad(chain.finding, 1, "cut_off")


def _names_the_beginning(chain: _Chain, fields: Mapping[str, Any]) -> bool:
    last_gone = (chain.first_seq - 1, chain.before_first)
    return chain.first_seq > 1 and (fields.get("to_seq"), fields.get("hash")) == last_gone


def _compare(chain: _Chain, anchors: Sequence[Anchor]) -> None:
    """The earliest anchor that does not fit says from where on the log is another one, or is missing."""
    finding = chain.finding
    by_number = {number: digest for digest, number in chain.places.items()}
    if chain.first_seq > 1:
        by_number[chain.first_seq - 1] = chain.before_first  # gone, but its successor names it
    for anchor in sorted(anchors, key=lambda each: each.seq):
        finding.anchors += 1
        if anchor.seq < min(by_number, default=1):
            finding.anchors_below += 1
            continue
        found = by_number.get(anchor.seq)
        if found is not None and found != anchor.hash:
            _bad(finding, anchor.seq, "rolled_back")
        elif found is None and finding.first_bad is None:
            _bad(finding, chain.seq + 1, "truncated")


def _bad(finding: Finding, number: int, why: str) -> None:
    if finding.first_bad is None or number < finding.first_bad:
        finding.first_bad, finding.why = number, why


def _lines(path: Path, finding: Finding) -> Iterator[_Seen]:
    with path.open("rb") as file:
        place = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            if not line.endswith(b"\n"):
                finding.torn_bytes += len(line)
                rest = file.read(1)
                if not rest:
                    return
                while rest and rest != b"\n":  # longer than any record
                    finding.torn_bytes += 1
                    rest = file.read(1)
                finding.torn_bytes = 0
                yield _Seen(place, {}, "spelling")
            else:
                yield _read(place, line[:-1])
            place += 1


def _read(place: int, line: bytes) -> _Seen:
    try:
        values = json.loads(line)
        if not isinstance(values, dict) or values.keys() != _KEYS:
            return _Seen(place, {}, "spelling")
        if not _is_shaped(values) or _spelt(values) != line:
            return _Seen(place, {}, "spelling")
    except (ValueError, TypeError, RecursionError):
        return _Seen(place, {}, "spelling")
    body = _spelt({key: value for key, value in values.items() if key != "hash"})
    digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode("ascii")
    return _Seen(place, values, "" if digest == values["hash"] else "hash")


def _is_shaped(values: Mapping[str, Any]) -> bool:
    """Whether each value is of the type it has in a record; times, kinds and digests have their form, too."""
    texts = all(isinstance(values[name], str) and form.fullmatch(values[name]) for name, form in _FORMS.items())
    seq = values["seq"]
    counted = isinstance(seq, int) and not isinstance(seq, bool) and 1 <= seq <= _MAX_SEQ
    if not (texts and counted and isinstance(values["success"], bool) and isinstance(values["fields"], dict)):
        return False
    datetime.strptime(values["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)  # a moment that exists
    return all(isinstance(value, str | int | float) for value in values["fields"].values())


def _spelt(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode("ascii")


def _decoded(text: object) -> bytes | None:
    if not isinstance(text, str):
        return None
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None


def _is_signed(words: bytes, signature: bytes | None, public_key: bytes | None) -> bool:
    if signature is None or public_key is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, words)
    except (InvalidSignature, ValueError):
        return False
    return True
