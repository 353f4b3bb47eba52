"""How a device becomes one of the base's: a one-time code goes to it, a request comes back, a certificate returns.

::

    base     kiosk base enrol gate-7       code text: id of the device, the code, the authority's fingerprint, the way
    device   kiosk base request CODE       makes its key, which never leaves it, and a request signed with it
    base     kiosk base sign REQUEST       the code was right and not used before: the certificate
    device   kiosk base accept ANSWER      the authority is the one the code named, the certificate fits the key

Each text fits a QR code or a file; no server is needed for it. The code itself is never sent back: the request carries
an HMAC of itself under the code, so that whoever sees a request cannot make another. Pure but for ``secrets``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.base.authority import cert_pem, fingerprint
from kiosk.base.errors import BaseTrouble

CODE_BYTES = 10
"""80 random bits: beyond guessing, and short enough to be typed."""
CODE_MINUTES = 15
TRIES = 5
MOST_CHARACTERS = 4000
MOST_ANSWER_CHARACTERS = 200_000
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Invitation:
    """What a device is told. ``hosts`` with commas; ``authority``: SHA-256 of the authority's certificate."""

    device: str
    code: str
    authority: str
    hosts: str
    port: int

    def text(self) -> str:
        return " ".join(("VKE1", self.device, self.code, self.authority, self.hosts, str(self.port)))

    @classmethod
    def read(cls, untrusted_text: str) -> Invitation:
        """Raises BaseTrouble."""
        parts = untrusted_text.split()
        if len(parts) != 6 or parts[0] != "VKE1" or not _IDENTIFIER.fullmatch(parts[1]) or not parts[5].isdigit():
            raise BaseTrouble("This is no enrolment code: scan or copy the whole text that kiosk base enrol showed.")
        return cls(parts[1], parts[2], parts[3], parts[4], int(parts[5]))


def new_code() -> str:
    return base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()


def code_digest(device: str, code: str) -> str:
    """What the base keeps of a code; 80 random bits need no slow hash."""
    return hashlib.sha256(f"{device} {code}".encode()).hexdigest()


def make_request(invitation: Invitation, key: ec.EllipticCurvePrivateKey) -> str:
    """The request as text, signed with the device's key and vouched for by the code."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, invitation.device)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    der = request.public_bytes(serialization.Encoding.DER)
    return f"VKR1 {_proof(code_digest(invitation.device, invitation.code), der)} {base64.b64encode(der).decode()}\n"


@dataclass(frozen=True)
class Request:
    """A device's request, its own signature checked. ``proved_by`` says whether a code's digest made the proof."""

    device: str
    public_key: ec.EllipticCurvePublicKey
    proof: str
    der: bytes

    def proved_by(self, digest: str) -> bool:
        return hmac.compare_digest(self.proof, _proof(digest, self.der))


def read_request(untrusted_text: str) -> Request:
    """Raises BaseTrouble for anything but a whole request."""
    not_whole = BaseTrouble("This is no whole request: copy or scan again what kiosk base request made.", "not_whole")
    parts = untrusted_text[:MOST_CHARACTERS].split()
    if len(parts) != 3 or parts[0] != "VKR1":
        raise not_whole
    try:
        der = base64.b64decode(parts[2], validate=True)
        request = x509.load_der_x509_csr(der)
        [name] = request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        device, public_key, signed = str(name.value), request.public_key(), request.is_signature_valid
    except (ValueError, InvalidSignature):
        raise not_whole from None
    if not signed or not _IDENTIFIER.fullmatch(device):
        raise not_whole
    if not isinstance(public_key, ec.EllipticCurvePublicKey) or not isinstance(public_key.curve, ec.SECP256R1):
        raise BaseTrouble("This request carries a key of another kind: make it with kiosk base request.", "not_whole")
    return Request(device, public_key, parts[1], der)


def make_answer(certificate: x509.Certificate, authority: x509.Certificate, revoked: str = "") -> str:
    """Both certificates, for the device; for a standby also the list of revoked ones, PEM."""
    answer = {"device": cert_pem(certificate).decode(), "authority": cert_pem(authority).decode()}
    return json.dumps(answer | ({"revoked": revoked} if revoked else {})) + "\n"


def read_answer(
    untrusted_text: str, invitation: Invitation, public_key: ec.EllipticCurvePublicKey
) -> tuple[bytes, bytes]:
    """Certificate of the device and of the authority, PEM. Raises BaseTrouble unless both are the ones expected."""
    try:
        value = json.loads(untrusted_text[:MOST_ANSWER_CHARACTERS])
        certificate = x509.load_pem_x509_certificate(value["device"].encode())
        authority = x509.load_pem_x509_certificate(value["authority"].encode())
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BaseTrouble("This is no whole answer: copy or scan again what kiosk base sign made.") from None
    if not hmac.compare_digest(fingerprint(authority), invitation.authority):
        raise BaseTrouble("This answer is of another base than the one the code named.")
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        raise BaseTrouble("The certificate in this answer was not made by the base.") from None
    if certificate.public_key() != public_key:
        raise BaseTrouble("This certificate is for another key: it answers an earlier request, or another device's.")
    return cert_pem(certificate), cert_pem(authority)


def _proof(digest: str, der: bytes) -> str:
    return hmac.new(digest.encode(), der, hashlib.sha256).hexdigest()
