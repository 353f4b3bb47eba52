"""The evidence pack of an event on this machine: what lies here as it is, and the papers, made in every language."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from kiosk.audit.log import AuditLog
from kiosk.closing.archived import CertificateMissing
from kiosk.closing.certificate_file import sha256
from kiosk.closing.state import OVER, WrongState, state_at
from kiosk.config.assets import asset
from kiosk.config.event import EventConfig
from kiosk.config.load import load_event
from kiosk.config.notice import notice_bytes, notice_of
from kiosk.config.places import EventPlace
from kiosk.documents import evidence
from kiosk.documents.assessment import Assessment
from kiosk.documents.assessment import as_paper as assessment_paper
from kiosk.documents.common import made_words
from kiosk.documents.evidence import About, pack_of
from kiosk.documents.gather import device_at, known_at, report_at
from kiosk.documents.paper import Part
from kiosk.documents.poster import full_form
from kiosk.documents.record import record_paper, retention_paper
from kiosk.documents.report import as_csv, as_json, as_paper
from kiosk.face.card import CARD
from kiosk.text import Texts
from kiosk.vault.identity import DeviceIdentity

Paint = Callable[[Part], bytes]
"""A sheet as PDF."""


@dataclass(frozen=True)
class Pack:
    """``files``: how many are in it, besides their list. ``public_key``: of this machine, 32 bytes."""

    content: bytes
    files: int
    public_key: bytes


def made_pack(
    place: EventPlace,
    log: AuditLog,
    by: str,
    paint: Paint,
    certificates: Mapping[str, bytes],
    told: Callable[[float], None] = lambda share: None,
) -> Pack:
    """``certificates``: of the venue's base, by their names in the pack. ``told``: how much is done, 0..1.

    Raises WrongState before the end, CertificateMissing, ConfigFaults, AuditUnavailable, KeysDestroyed,
    KeyFileUnusable, OSError, and what ``paint`` and ``told`` raise.
    """
    if (state := state_at(place)) not in OVER:
        raise WrongState(state)
    if not place.certificate_file.is_file():
        raise CertificateMissing("none")
    settings = load_event(place.event_file)
    log.checkpoint(by)
    files = {**_kept(place, settings, log), **_report(place), **certificates}
    sheets = dict(_sheets(place, settings))
    for number, (name, sheet) in enumerate(sheets.items()):
        told(number / len(sheets))
        files[name] = sheet if isinstance(sheet, bytes) else paint(sheet)
    made_at = datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="seconds")
    about = About(place.event_id, made_at, by, version("venue-kiosk"), _head(files[evidence.AUDIT]))
    device = DeviceIdentity.load(device_at(place).identity_file)
    content = pack_of(files, about, device)
    told(1.0)
    return Pack(content, len(files), device.public_key)


def _kept(place: EventPlace, event: EventConfig, log: AuditLog) -> dict[str, bytes]:
    """What lies on the machine as it is."""
    there = {
        evidence.EVENT: place.event_file,
        evidence.ASSESSMENT: place.assessment_file,
        evidence.CERTIFICATE: place.certificate_file,
        evidence.CERTIFICATE_PDF: place.certificate_paper,
        evidence.AUDIT: log.file,
        evidence.SEAL: device_at(place).manifest_file,
        evidence.CARD: asset(*CARD),
    }
    files = {name: path.read_bytes() for name, path in there.items() if path.is_file()}
    return {**files, evidence.NOTICE: notice_bytes(notice_of(event))}


def _report(place: EventPlace) -> dict[str, bytes]:
    report = report_at(place)
    return {evidence.REPORT: as_json(report), "report.csv": as_csv(report)}


def _sheets(place: EventPlace, event: EventConfig) -> Iterator[tuple[str, Part | bytes]]:
    """Papers by their names in the pack, in every language of the event."""
    report = report_at(place)
    for language in event.languages:
        texts = Texts(language.value)
        made = made_words(time.time(), version("venue-kiosk"), texts)
        known = known_at(place, event, texts, time.time())
        yield f"report-{language.value}.pdf", as_paper(report, event, texts, made)
        yield f"record-{language.value}.pdf", record_paper(event, known.counts, known.figures, texts, made)
        yield f"retention-{language.value}.pdf", retention_paper(event, texts, made)
        if known.assessment is not None:
            signed, digest = Assessment.model_validate_json(known.assessment), sha256(known.assessment)
            yield f"assessment-{language.value}.pdf", assessment_paper(signed, event, texts, digest)
        yield f"notice-{language.value}.txt", f"{full_form(event, language)}\n".encode()


def _head(log: bytes) -> str:
    last = json.loads(log.splitlines()[-1])
    return f"{last['seq']}:{last['hash']}"
