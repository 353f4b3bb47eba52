"""Audit logs for tests: a signer without a file, logs in a folder, long chains made without a disk."""

from __future__ import annotations

import random
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.audit.catalogue import FIELDS, TYPES, Kind
from kiosk.audit.fields import Type, Value
from kiosk.audit.log import AuditLog
from kiosk.audit.record import Entry, Link, base64_of, checkpoint_bytes, line_after, utc
from kiosk.vault.identity import DeviceIdentity

BEGAN_S = 1_780_000_000.0
DAY_S = 86_400.0

SAMPLES: dict[Type, Value] = {
    Type.COUNT: 7,
    Type.SECONDS: 1.5,
    Type.FLAG: True,
    Type.CODE: "a_code",
    Type.ID: "gate-1",
    Type.IDS: "anna,bert",
    Type.DIGEST: base64_of(bytes(range(32))),
    Type.HEX: bytes(range(32)).hex(),
    Type.FINGERPRINT: "0123456789abcdef",
    Type.SIGNATURE: base64_of(bytes(64)),
    Type.SLOT: "2026-05-01T18:15Z",
    Type.TIME: "2026-05-01T18:15:01Z",
    Type.VERSION: "0.1.0",
    Type.REASON: "late_artist",
    Type.FILE: "kiosk/app.py",
}


def identity(seed: int = 1) -> DeviceIdentity:
    return DeviceIdentity(Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


class SetClock:
    """Time as the test sets it."""

    def __init__(self, s: float = BEGAN_S) -> None:
        self.s = s

    def monotonic(self) -> float:
        return self.s

    def now(self) -> float:
        return self.s


def make_log(folder: Path, clock: SetClock | None = None, checkpoint_every: int = 100, seed: int = 1) -> AuditLog:
    folder.mkdir(parents=True, exist_ok=True)
    return AuditLog(folder / "audit.log", lambda: identity(seed), clock or SetClock(), checkpoint_every)


def fields_of(kind: Kind) -> dict[str, Any]:
    """Every field of the kind, with a value that fits."""
    return {name: SAMPLES[TYPES[name]] for name in FIELDS[kind]}


def chain(records: int, checkpoint_every: int = 100, seed: int = 0) -> Iterator[bytes]:
    """Lines of a log as the writer makes them, without a disk in between."""
    signer, pick = identity(), random.Random(seed)
    kinds = [Kind.EVENT_OPENED, Kind.LOGIN_FAILED, Kind.VISITS_COUNTED, Kind.DEVICE_LOST, Kind.STAFF_ACTS_COUNTED]
    link = Link()
    begun = {"version": "0.1.0", "public_key": base64_of(signer.public_key), "key": signer.fingerprint}
    for number in range(1, records + 1):
        if number == 1:
            entry = Entry(Kind.LOG_BEGUN, "system", fields=begun)
        elif number % checkpoint_every == 0:
            signature = base64_of(signer.sign(checkpoint_bytes(link)))
            fields: dict[str, Value] = {"records": link.seq, "key": signer.fingerprint, "signature": signature}
            entry = Entry(Kind.LOG_CHECKPOINT, "system", fields=fields)
        else:
            kind = pick.choice(kinds)
            entry = Entry(kind, "gate-1", "rehearsal", fields=fields_of(kind))
        line, link = line_after(link, entry, utc(BEGAN_S + number))
        yield line


def rehashed(line: bytes, **changes: Any) -> bytes:
    """The same record with some values changed and a hash that fits again: by somebody who knows how, without the
    key."""
    from kiosk.audit.record import read_line

    values = {**read_line(line.rstrip(b"\n")), **changes}
    entry = Entry(values["kind"], values["by"], values["about"], values["success"], values["fields"])
    made, _ = line_after(Link(values["seq"] - 1, values["prev"], ""), entry, values["at"])
    return made


@contextmanager
def disk_full_at(size: int) -> Iterator[None]:
    """No file of this process grows beyond ``size`` bytes: the kernel refuses, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
