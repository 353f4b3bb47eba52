"""Taking old records off the beginning of the log: only what is old enough, and the log says what went.

Security acts are kept for at least six months, records of processing for at least three years (R-64). Records go from
the beginning only, so the first one that is too young ends it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from kiosk.audit.catalogue import Kind, is_processing
from kiosk.audit.fields import Value, actor_id
from kiosk.audit.log_file import as_unavailable, locked
from kiosk.audit.medium import Medium
from kiosk.audit.port import AuditUnavailable
from kiosk.audit.record import Entry, NotARecord, base64_of, read_line, seconds
from kiosk.audit.tail import BrokenChain, read_tail
from kiosk.audit.writer import CHECKPOINT_EVERY, ChainWriter, Signer
from kiosk.ports import Clock
from kiosk.vault.key_file import sync_folder

DAY_S = 86_400
SECURITY_DAYS = 184
PROCESSING_DAYS = 3 * 366


class TooYoung(Exception):
    """Records that must still be kept would go. ``seq`` is the first of them, ``days`` how long its kind is kept."""

    def __init__(self, seq: int, days: int) -> None:
        super().__init__(f"record {seq} must be kept for {days} days")
        self.seq, self.days = seq, days


@dataclass(frozen=True)
class _Cut:
    records: int
    last_seq: int
    last_hash: str
    rest_at: int  # bytes


def purge(file: Path, signer: Signer, clock: Clock, before_s: float, by: str) -> int:
    """Remove the records written before ``before_s`` (UTC seconds); how many went.

    Raises TooYoung, and then nothing is removed; AuditUnavailable.
    """
    with as_unavailable(), locked(file) as descriptor:
        cut = _cut(file, before_s, clock.now())
        if cut.records == 0:
            return 0
        try:
            writer = ChainWriter(descriptor, read_tail(descriptor), signer, clock.now(), CHECKPOINT_EVERY)
        except BrokenChain:
            raise AuditUnavailable("broken_chain") from None
        writer.settle()
        fields: dict[str, Value] = {"records": cut.records, "to_seq": cut.last_seq, "hash": cut.last_hash}
        public_key = base64_of(signer.public_key)
        writer.add(Entry(Kind.LOG_PURGED, actor_id(by), fields={**fields, "public_key": public_key}))
        if not writer.just_signed:
            writer.sign(actor_id(by))
        writer.flush()
        _replace(file, descriptor, cut.rest_at)
        Medium(file).set_aside(signer.fingerprint, cut.last_seq)
        return cut.records


def _cut(file: Path, before_s: float, now_s: float) -> _Cut:
    cut = _Cut(0, 0, "", 0)
    with file.open("rb") as lines:
        for line in lines:
            try:
                values = read_line(line.rstrip(b"\n"))
            except NotARecord:
                raise AuditUnavailable("broken_chain") from None
            at_s = seconds(values["at"])
            if at_s >= before_s:
                break
            days = PROCESSING_DAYS if is_processing(values["kind"]) else SECURITY_DAYS
            if at_s > now_s - days * DAY_S:
                raise TooYoung(values["seq"], days)
            cut = _Cut(cut.records + 1, values["seq"], values["hash"], cut.rest_at + len(line))
    return cut


def _replace(file: Path, descriptor: int, rest_at: int) -> None:
    """The log without its first ``rest_at`` bytes takes the name over; whoever waits for the lock opens it anew."""
    beside = file.with_name(file.name + ".new")
    target = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(target, "wb") as rest:
        at = rest_at
        while chunk := os.pread(descriptor, 1 << 20, at):
            rest.write(chunk)
            at += len(chunk)
        rest.flush()
        os.fsync(rest.fileno())
    beside.replace(file)
    sync_folder(file.parent)
