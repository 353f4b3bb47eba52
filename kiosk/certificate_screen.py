"""The certificate for the screen: read from its file, checked, put into the window's words. No Qt but the window's."""

from __future__ import annotations

from pathlib import Path

from kiosk.closing.certificate_file import CertificateRefused, Signed, check_paper, read, sha256
from kiosk.closing.certificate_words import WRITING_LINE, Group, groups_of, proof_code
from kiosk.config.places import EventPlace
from kiosk.text import Texts
from kiosk.ui.certificate_window import CertificateView, FieldGroup

HAND_GROUPS = frozenset({"persons"})
"""Groups that are filled in by hand: they are for the paper alone."""


def certificate_view(place: EventPlace, texts: Texts) -> CertificateView:
    """What lies in the event's folder, in the language of ``texts``. One that does not hold is shown as UNKNOWN."""
    try:
        json_bytes = place.certificate_file.read_bytes()
        signed = read(json_bytes)
    except OSError:
        return _nothing(texts, texts("certificate.none"))
    except CertificateRefused as refused:
        why = texts(f"certificate.fault.{refused.code}")
        return _nothing(texts, texts("certificate.unsigned", why=why))
    paper = _paper(place.certificate_paper, signed, json_bytes, texts)
    return view_of(signed, sha256(json_bytes), str(place.certificate_file), paper, texts)


def view_of(signed: Signed, json_sha256: str, json_place: str, paper: str, texts: Texts) -> CertificateView:
    """``paper``: where the PDF is, or why there is none."""
    verdict = signed.certificate.verdict.value
    files = ((texts("certificate.json"), json_place), (texts("certificate.pdf"), paper))
    shown = [group for group in groups_of(signed, json_sha256, texts) if group.code not in HAND_GROUPS]
    return CertificateView(
        verdict,
        texts(f"certificate.verdict.{verdict}"),
        lead=texts("certificate.lead"),
        groups=(FieldGroup(texts("certificate.files"), files), *map(_printed, shown)),
        code=proof_code(signed, json_sha256),
    )


def _nothing(texts: Texts, line: str) -> CertificateView:
    return CertificateView("UNKNOWN", texts("certificate.verdict.UNKNOWN"), line)


def _paper(path: Path, signed: Signed, json_bytes: bytes, texts: Texts) -> str:
    """Where the paper is, or why there is none that holds."""
    try:
        check_paper(path.read_bytes(), json_bytes, bytes.fromhex(signed.signer.public_key))
    except OSError:
        return texts("certificate.no_pdf", why=texts("certificate.fault.unreadable"))
    except CertificateRefused as refused:
        return texts("certificate.unsigned", why=texts(f"certificate.fault.{refused.code}"))
    return str(path)


def _printed(group: Group) -> FieldGroup:
    """Without the lines to write on."""
    rows = [row for row in group.rows if not any(WRITING_LINE in value for value in row.values)]
    return FieldGroup(group.heading, tuple((row.label, "\n".join(row.values)) for row in rows))
