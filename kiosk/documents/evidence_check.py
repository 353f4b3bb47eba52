"""Whether an evidence pack holds, offline: every byte of it, its signatures, its log, and whether its parts agree.

Findings name the file and a stable code. Without a public key from elsewhere the pack is only known to agree with the
key it carries.
"""

from __future__ import annotations

import io
import json
import os
import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.audit.reading import Listed
from kiosk.audit.verify import Anchor, verify_log
from kiosk.closing.certificate_file import CertificateRefused, check_paper, read, sha256
from kiosk.config.event import EventConfig
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import MAX_FILE_BYTES, parse_event
from kiosk.config.notice import notice_bytes, notice_hash, notice_of
from kiosk.documents import evidence
from kiosk.documents.evidence import ALWAYS, DOMAIN, FORMAT, MANIFEST, canonical
from kiosk.documents.figures import Figures, figures_of
from kiosk.documents.report import as_values, report_of
from kiosk.documents.zip_file import zip_of
from kiosk.vault.identity import is_signed

MAX_BYTES = 500_000_000
MAX_FILES = 1000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,79})?")
"""Of a file in a pack: no way out of the folder it is unpacked in, and nothing that a terminal obeys."""
KEY = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
"""A public key as people write it down."""
_END_BYTES, _ENTRY_BYTES = 22, 46 + 161
_RECORD = ("seq", "at", "kind", "by", "about", "success", "fields")
_OUT_OF_FORM = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
"""What a file written to be read wrongly leads to where it is read."""


@dataclass(frozen=True)
class Fault:
    """``file``: "" for the container itself."""

    file: str
    code: str


@dataclass(frozen=True)
class Checked:
    """``assessed_first``: whether the assessment in it was signed before the first capture; None where no face was
    looked for. ``notice_shown``: whether every choice was made before the notice in it.
    """

    faults: tuple[Fault, ...]
    event: str = ""
    public_key: str = ""
    files: int = 0
    assessed_first: bool | None = None
    notice_shown: bool | None = None

    @property
    def ok(self) -> bool:
        return not self.faults


def check_file(file: Path, public_key: bytes | None = None) -> Checked:
    """As ``check``. Raises OSError."""
    with file.open("rb") as opened:
        return check(opened.read(MAX_BYTES + 1), public_key)


def check(untrusted: bytes, public_key: bytes | None = None) -> Checked:
    """``public_key``: 32 bytes the reader trusts. Never raises for what the file holds."""
    files, fault = _unpacked(untrusted)
    if fault is not None:
        return Checked((fault,))
    manifest = _manifest(files.get(MANIFEST, b""), public_key)
    if isinstance(manifest, Fault):
        return Checked((manifest,))
    listed: dict[str, Any] = manifest["files"]
    changed = [*_changed(files, listed)]
    if not changed and zip_of(files) != untrusted:
        changed.append(Fault("", "container"))
    key = bytes.fromhex(manifest["public_key"])
    told = {"event": manifest["event"], "public_key": manifest["public_key"], "files": len(listed)}
    if changed:
        return Checked(tuple(changed), **told)
    faults = (*_certificate(files, manifest["event"], key), *_log(files, manifest, key), *_notice(files, manifest))
    try:
        figures = figures_of(_records(files[evidence.AUDIT]), manifest["event"])
    except _OUT_OF_FORM:
        return Checked((*faults, Fault(evidence.AUDIT, "form")), **told)
    faults = (*faults, *_report(files, manifest, figures))
    return Checked(
        faults, **told, assessed_first=_assessed_first(files, figures), notice_shown=_notice_shown(files, figures)
    )


def _unpacked(untrusted: bytes) -> tuple[dict[str, bytes], Fault | None]:
    if len(untrusted) > MAX_BYTES:
        return {}, Fault("", "too_large")
    files: dict[str, bytes] = {}
    name = ""
    try:
        if not _lists_few(untrusted):
            return {}, Fault("", "container")
        with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > len(untrusted):
                return {}, Fault("", "container")
            for entry in archive.infolist():
                if not _NAME.fullmatch(entry.filename):
                    return {}, Fault("", "name")
                name = entry.filename
                if entry.compress_type != zipfile.ZIP_STORED or name in files:
                    return {}, Fault(name, "container")
                files[name] = archive.read(entry)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, RuntimeError, EOFError, struct.error):
        return {}, Fault(name, "changed" if name else "container")
    return files, None


def _lists_few(untrusted: bytes) -> bool:
    """Whether the list at the end is that of a plain zip without a comment and short: it is read whole, before any file
    is (APPNOTE 4.3.16).
    """
    end = untrusted[-_END_BYTES:]
    return (
        len(end) == _END_BYTES
        and end.startswith(b"PK\5\6")
        and int.from_bytes(end[12:16], "little") <= MAX_FILES * _ENTRY_BYTES
        and not untrusted[-_END_BYTES - 20 :].startswith(b"PK\6\7")
    )


def _manifest(data: bytes, trusted: bytes | None) -> dict[str, Any] | Fault:
    try:
        values: dict[str, Any] = json.loads(data)
        signature = bytes.fromhex(values["signature"])
        key = bytes.fromhex(values["public_key"])
        unsigned = {name: value for name, value in values.items() if name != "signature"}
        entries = [(str(one["sha256"]), int(one["bytes"])) for one in values["files"].values()]
        whole = values["format"] == FORMAT and bool(entries) and isinstance(values["event"], str)
        whole = whole and canonical(values) + b"\n" == data and isinstance(values["audit_head"], str)
        whole = whole and all(map(_NAME.fullmatch, values["files"]))
    except _OUT_OF_FORM:
        return Fault(MANIFEST, "form")
    if not whole:
        return Fault(MANIFEST, "form")
    if not is_signed(DOMAIN + canonical(unsigned), signature, key):
        return Fault(MANIFEST, "signature")
    return Fault(MANIFEST, "other_key") if trusted not in {None, key} else values


def _changed(files: Mapping[str, bytes], listed: Mapping[str, Any]) -> Iterator[Fault]:
    for name in sorted(listed.keys() | ALWAYS):
        if name not in files or name not in listed:
            yield Fault(name, "missing")
        elif sha256(files[name]) != listed[name]["sha256"]:
            yield Fault(name, "changed")
    for name in sorted(files.keys() - listed.keys() - {MANIFEST}):
        yield Fault(name, "not_listed")


def _certificate(files: Mapping[str, bytes], event: str, key: bytes) -> Iterator[Fault]:
    data, pdf = files[evidence.CERTIFICATE], files.get(evidence.CERTIFICATE_PDF)
    try:
        if read(data, key).certificate.event.id != event:
            yield Fault(evidence.CERTIFICATE, "of_another_event")
    except CertificateRefused as refused:
        yield Fault(evidence.CERTIFICATE, refused.code)
    try:
        if pdf is not None:
            check_paper(pdf, data, key)
    except CertificateRefused as refused:
        yield Fault(evidence.CERTIFICATE_PDF, refused.code)


def _log(files: Mapping[str, bytes], manifest: Mapping[str, Any], key: bytes) -> Iterator[Fault]:
    try:
        anchors = [Anchor.parse(manifest["audit_head"])]
    except ValueError:
        anchors = []
    with os.fdopen(os.memfd_create("log"), "wb") as file:  # no file of it anywhere
        file.write(files[evidence.AUDIT])
        file.flush()
        finding = verify_log(Path(f"/proc/self/fd/{file.fileno()}"), anchors, key)
    if not finding.ok:
        yield Fault(evidence.AUDIT, finding.why)


def _report(files: Mapping[str, bytes], manifest: Mapping[str, Any], figures: Figures) -> Iterator[Fault]:
    """Counted again from the log, it says the same."""
    try:
        told = json.loads(files[evidence.REPORT])
        again = report_of(manifest["event"], told["state"], told["counts"], figures, told["thresholds"])
        values = json.loads(json.dumps(as_values(again)))
        certificates = [sha256(files[evidence.CERTIFICATE])]
        agrees = {**values, "certificates": certificates} == told
    except _OUT_OF_FORM:
        agrees = False
    if not agrees:
        yield Fault(evidence.REPORT, "not_the_logs")


def _event(files: Mapping[str, bytes]) -> EventConfig | None:
    """Its settings, where they can be read."""
    data = files[evidence.EVENT]
    try:
        return parse_event(data.decode("utf-8-sig"), evidence.EVENT) if len(data) <= MAX_FILE_BYTES else None
    except (ConfigFaults, UnicodeDecodeError):
        return None


def _notice(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[Fault]:
    event = _event(files)
    if event is None:
        yield Fault(evidence.EVENT, "form")
        return
    if event.id != manifest["event"]:
        yield Fault(evidence.EVENT, "of_another_event")
    if notice_bytes(notice_of(event)) != files[evidence.NOTICE]:
        yield Fault(evidence.NOTICE, "not_the_events")


def _assessed_first(files: Mapping[str, bytes], figures: Figures) -> bool | None:
    if not figures.first_capture:
        return None
    assessment = files.get(evidence.ASSESSMENT)
    digest = sha256(assessment) if assessment is not None else ""
    stated = [at for at, paper in figures.assessed if not digest or paper == digest]
    return any(f"{at[:16]}Z" <= figures.first_capture for at in stated)


def _notice_shown(files: Mapping[str, bytes], figures: Figures) -> bool | None:
    event = _event(files)
    if not figures.notices or event is None:
        return None
    return set(figures.notices) == {notice_hash(event)}


def _records(log: bytes) -> Iterator[Listed]:
    for line in log.splitlines():
        try:
            values = json.loads(line)
            yield Listed(0, **{name: values[name] for name in _RECORD})
        except (ValueError, KeyError, TypeError, RecursionError):
            continue  # the log's own check names it
