"""Issuing the certificate of a closing: for PASS, FAILED and UNKNOWN alike (R-51).

The JSON twin is written first and counts alone; the PDF is made from it in a process of its own. Where that cannot be,
closing goes on, and what is issued says so.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.audit.port import Audit
from kiosk.audit.survived import Survived
from kiosk.closing.certificate_facts import (
    Closed,
    Facts,
    audit_part,
    certificate_of,
    event_part,
    kiosk_part,
    moment,
)
from kiosk.closing.certificate_file import CertificateRefused, read, sha256, sign, sign_paper
from kiosk.closing.certificate_schema import Person, ToolPart
from kiosk.closing.paper_process import PaperUnavailable, paper_of
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.vault.identity import DeviceIdentity
from kiosk.vault.key_file import PRIVATE_MODE, KeyFileUnusable, sync_folder
from kiosk.vault.port import KeysDestroyed

PaperMaker = Callable[[bytes], bytes]
"""certificate.json -> the PDF's bytes, not signed yet. Raises PaperUnavailable."""


@dataclass(frozen=True)
class Issued:
    """``fault``: why there is no certificate (no_identity, not_written); ``paper``: made, not_asked, or why not."""

    sha256: str = ""
    signer: str = ""
    fault: str = ""
    paper: str = "not_asked"


class Issuer:
    """Issues for one closing. Closing never fails for its sake: what could not be done is said by code.

    ``make_paper``: None leaves the PDF to ``kiosk event certificate``. ``survived`` takes the faults of the log.
    """

    def __init__(
        self,
        place: EventPlace,
        audit: Audit,
        by: str,
        make_paper: PaperMaker | None = None,
        survived: Survived | None = None,
    ) -> None:
        self._place, self._audit, self._by, self._make_paper = place, audit, by, make_paper
        self._survived = survived or Survived()

    def issue(self, report: Closed, ended_s: float) -> Issued:
        """The JSON twin; recorded in the audit log."""
        try:
            identity = DeviceIdentity.load_or_create(device_of(self._place).identity_file)
            digest = issue(report, self._place, identity, ended_s, Person(account=self._by), self._audit)
        except KeyFileUnusable:
            return Issued(fault="no_identity")
        except OSError:
            return Issued(fault="not_written")
        with self._survived():
            self._audit.write(
                Kind.CERTIFICATE_ISSUED,
                self._by,
                self._place.event_id,
                verdict=report.verdict.value.lower(),
                sha256=digest,
                fingerprint=identity.fingerprint,
            )
        return Issued(digest, identity.fingerprint)

    def paint(self, issued: Issued) -> Issued:
        """The PDF twin, when it was asked for. Slow (about 1 s): the event's state is settled before."""
        if issued.fault or self._make_paper is None:
            return issued
        return replace(issued, paper=paint_again(self._place, self._make_paper) or "made")


def issue(
    report: Closed, place: EventPlace, identity: DeviceIdentity, ended_s: float, operator: Person, audit: Audit
) -> str:
    """Write ``certificate.json`` into the event's folder; its SHA-256. The paper of an earlier one goes.

    ``ended_s``: UTC seconds since the epoch. Raises OSError.
    """
    facts = Facts(
        event_part(place),
        kiosk_part(place, identity),
        ToolPart(name="Venue Kiosk", version=version("venue-kiosk")),
        operator,
        audit_part(audit),
        moment(ended_s),
        _earlier(place),
    )
    json_bytes = sign(certificate_of(report, facts), identity)
    place.certificate_paper.unlink(missing_ok=True)  # an earlier paper must not lie beside another twin
    _write_json(place, json_bytes)
    return sha256(json_bytes)


def paint_again(place: EventPlace, make_paper: PaperMaker = paper_of) -> str:
    """Make and sign ``certificate.pdf`` from the JSON twin; "" or the code of why it could not be."""
    try:
        json_bytes = place.certificate_file.read_bytes()
        identity = DeviceIdentity.load(device_of(place).identity_file)
        signed = read(json_bytes)
        if signed.signer.public_key != identity.public_key.hex():
            return "other_identity"
        _write_paper(place, sign_paper(make_paper(json_bytes), json_bytes, identity))
    except (PaperUnavailable, CertificateRefused) as refused:
        return refused.code
    except (KeyFileUnusable, KeysDestroyed):
        return "no_identity"
    except OSError:
        return "not_written"
    return ""


def device_of(place: EventPlace) -> DevicePlace:
    return DevicePlace(place.data_dir, place.key_dir)


def _earlier(place: EventPlace) -> str | None:
    """SHA-256 of the certificate of an earlier try, when that one holds."""
    try:
        earlier = place.certificate_file.read_bytes()
        read(earlier)
    except (OSError, CertificateRefused):
        return None
    return sha256(earlier)


def _write_json(place: EventPlace, data: bytes) -> None:
    """Replace the JSON twin so that after a crash it holds the old bytes or the new ones. Raises OSError."""
    beside = place.certificate_file.with_name(f"{place.certificate_file.name}.new")
    _write(beside, data)
    beside.replace(place.certificate_file)
    sync_folder(place.folder)


def _write_paper(place: EventPlace, data: bytes) -> None:
    """Straight into its place: the event may be WIPED, and no half-written name may be left. A torn paper lacks its
    signed line and is made again. Raises OSError.
    """
    try:
        _write(place.certificate_paper, data)
    except OSError:
        place.certificate_paper.unlink(missing_ok=True)
        raise
    sync_folder(place.folder)


def _write(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, PRIVATE_MODE), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
