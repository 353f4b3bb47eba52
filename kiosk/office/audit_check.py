"""Whether the audit log is whole: checked, which is recorded, and said in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import Value
from kiosk.audit.log import AuditLog
from kiosk.audit.port import AuditUnavailable
from kiosk.audit.reading import newest_first
from kiosk.audit.record import Entry, seconds
from kiosk.audit.verify import Finding, verify_log
from kiosk.office.view import Mark, Told
from kiosk.text import Texts


@dataclass
class Checked:
    """``signed_at``: when the last checkpoint the check reached was written."""

    finding: Finding
    signed_at: str = ""


def checked(
    log: AuditLog, public_key: bytes | None, by: str, told: Callable[[float], None] = lambda share: None
) -> Checked:
    """The whole log read, and that it was is recorded. ``told``: how much of it, 0..1, each whole percent once."""
    last = next((record.seq for record in newest_first(log.file) if record.kind), 0)
    said = 0

    def hear(records: int) -> None:
        nonlocal said
        percent = min(99, 100 * records // max(1, last))
        if percent > said:
            said = percent
            told(percent / 100)

    finding = verify_log(log.file, (), public_key, hear)
    signed = next((r for r in newest_first(log.file) if r.seq == finding.complete_to), None)
    told_fields: dict[str, Value] = {"ok": finding.ok, "records": finding.records}
    if finding.first_bad is not None:
        told_fields["first_bad"] = finding.first_bad
    with suppress(AuditUnavailable):  # a log that cannot be written can be read all the same
        log.append(Entry(Kind.LOG_VERIFIED, by, success=finding.ok, fields=told_fields))
    return Checked(finding, signed.at if signed is not None else "")


def state_words(found: Checked, texts: Texts) -> Told:
    finding = found.finding
    if not finding.ok:
        why = texts(f"office.audit.why.{finding.why}") if texts.has(f"office.audit.why.{finding.why}") else finding.why
        return Told(Mark.BAD, texts("office.audit.broken", number=f"{finding.first_bad:,}", why=why))
    count = f"{finding.records:,}"
    if not found.signed_at:
        return Told(Mark.UNKNOWN, texts("office.audit.unsigned", count=count))
    at = f"{datetime.fromtimestamp(seconds(found.signed_at)).astimezone():%m-%d %H:%M}"
    return Told(Mark.GOOD, texts("office.audit.whole", count=count, at=at))
