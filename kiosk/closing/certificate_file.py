"""The two forms of a certificate, signed, and their check (R-51). Ed25519 (RFC 8032) over SHA-256 and canonical JSON.

``certificate.json`` is exactly the canonical bytes (RFC 8785) of ``{certificate, signer, signature}``; the signature
is over ``venue-kiosk certificate 1`` | newline | canonical bytes of ``{certificate, signer}``. Writing again what was
read gives the same bytes, so that not even a space can change unseen.

``certificate.pdf`` is a PDF with one more line after its ``%%EOF``, a comment to every reader of PDF (ISO 32000-1
7.2.4; readers look for the marker in the last 1,024 bytes)::

    %VKCERT1 json=<SHA-256 of certificate.json> signature=<Ed25519, 128 digits>

over ``venue-kiosk certificate paper 1`` | newline | that SHA-256 | SHA-256 of all bytes before the line. So the paper
needs no second file beside it, and belongs to one JSON twin.
"""

from __future__ import annotations

import hashlib
import re
from typing import Literal

from pydantic import ValidationError

from kiosk.closing.certificate_schema import Certificate, Hex16, Hex64, Hex128, Part, canonical
from kiosk.vault.identity import DeviceIdentity, fingerprint_of, is_signed

MAX_JSON_BYTES = 1_000_000
MAX_PDF_BYTES = 20_000_000

_JSON_PURPOSE = b"venue-kiosk certificate 1\n"
_PAPER_PURPOSE = b"venue-kiosk certificate paper 1\n"
_TRAILER = re.compile(rb"%VKCERT1 json=([0-9a-f]{64}) signature=([0-9a-f]{128})\n\Z")
_TRAILER_BYTES = len(b"%VKCERT1 json= signature=\n") + 64 + 128


class Signer(Part):
    algorithm: Literal["Ed25519"] = "Ed25519"
    public_key: Hex64
    fingerprint: Hex16


class Unsigned(Part):
    certificate: Certificate
    signer: Signer


class Signed(Unsigned):
    signature: Hex128


class CertificateRefused(Exception):
    """A certificate that does not hold. ``code``: too_large, form, signature, other_key for the JSON twin;
    paper_too_large, paper_form, paper_signature, paper_of_another for the PDF.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def sign(certificate: Certificate, identity: DeviceIdentity) -> bytes:
    """The bytes of ``certificate.json``."""
    public_key = identity.public_key
    unsigned = Unsigned(
        certificate=certificate,
        signer=Signer(public_key=public_key.hex(), fingerprint=fingerprint_of(public_key)),
    )
    signature = identity.sign(_JSON_PURPOSE + canonical(unsigned)).hex()
    return canonical(Signed(certificate=certificate, signer=unsigned.signer, signature=signature))


def read(untrusted_json: bytes, public_key: bytes | None = None) -> Signed:
    """The certificate in ``untrusted_json``, when every byte holds.

    ``public_key``: 32 bytes the reader trusts; without one the certificate is only known to agree with the key it
    carries. Raises CertificateRefused.
    """
    if len(untrusted_json) > MAX_JSON_BYTES:
        raise CertificateRefused("too_large")
    try:
        signed = Signed.model_validate_json(untrusted_json)
    except ValidationError:
        raise CertificateRefused("form") from None
    key = bytes.fromhex(signed.signer.public_key)
    if canonical(signed) != untrusted_json:
        raise CertificateRefused("form")
    unsigned = Unsigned(certificate=signed.certificate, signer=signed.signer)
    if not is_signed(_JSON_PURPOSE + canonical(unsigned), bytes.fromhex(signed.signature), key):
        raise CertificateRefused("signature")
    names = {signed.signer.fingerprint, signed.certificate.kiosk.identity}
    if names != {fingerprint_of(key)} or key != (public_key or key):
        raise CertificateRefused("other_key")
    return signed


def sign_paper(pdf: bytes, json_bytes: bytes, identity: DeviceIdentity) -> bytes:
    """The bytes of ``certificate.pdf``: the PDF and its signed line."""
    body = pdf if pdf.endswith(b"\n") else pdf + b"\n"
    digest = sha256(json_bytes)
    signature = identity.sign(_paper_message(body, digest)).hex()
    return body + f"%VKCERT1 json={digest} signature={signature}\n".encode("ascii")


def check_paper(untrusted_pdf: bytes, json_bytes: bytes, public_key: bytes) -> None:
    """Return if the PDF is the whole twin of ``json_bytes``, signed by ``public_key``. Raises CertificateRefused."""
    if len(untrusted_pdf) > MAX_PDF_BYTES:
        raise CertificateRefused("paper_too_large")
    found = _TRAILER.fullmatch(untrusted_pdf[-_TRAILER_BYTES:])
    if found is None:
        raise CertificateRefused("paper_form")
    digest = found[1].decode("ascii")
    body = untrusted_pdf[:-_TRAILER_BYTES]
    if not is_signed(_paper_message(body, digest), bytes.fromhex(found[2].decode("ascii")), public_key):
        raise CertificateRefused("paper_signature")
    if digest != sha256(json_bytes):
        raise CertificateRefused("paper_of_another")


def sha256(data: bytes) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _paper_message(body: bytes, digest: str) -> bytes:
    return _PAPER_PURPOSE + bytes.fromhex(digest) + hashlib.sha256(body).digest()
