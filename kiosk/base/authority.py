"""The base's own certificate authority: it vouches for the base and for each device, and takes that back.

ECDSA on P-256 with SHA-256 throughout (FIPS 186-5), X.509 profiles as in RFC 5280. Devices make their keys themselves;
the authority sees requests only.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk.base.errors import BaseTrouble
from kiosk.vault.key_file import write_private

CA_YEARS = 3
SERVER_DAYS = 397
DEVICE_DAYS = 30
"""Longer than an event, shorter than a season: a device that was lost and forgotten ends by itself."""
BACKDATED = timedelta(days=2)
"""A device whose clock is behind must still believe the base."""


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def cert_pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, in hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()


class Authority:
    """Signs with the key in ``folder``; ``now`` is UTC."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self._key, self.certificate = key, certificate

    @classmethod
    def create(cls, folder: Path, now: datetime) -> Authority:
        """Make key and certificate and keep them in ``folder``. Raises KeyFileUnusable, OSError."""
        key, name = new_key(), _name("Venue Kiosk base")
        certificate = (
            _certificate(name, name, key.public_key(), now, timedelta(days=365 * CA_YEARS))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        write_private(folder / "ca.key", key_pem(key))
        (folder / "ca.crt").write_bytes(cert_pem(certificate))
        return cls(key, certificate)

    @classmethod
    def load(cls, folder: Path) -> Authority:
        """Raises OSError, ValueError."""
        key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("not a key of an authority")  # noqa: TRY004 - the file's fault, not the caller's
        return cls(key, x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes()))

    def server(self, public_key: ec.EllipticCurvePublicKey, names: tuple[str, ...], now: datetime) -> x509.Certificate:
        """For the base itself, under the names and addresses that devices reach it by."""
        alternative = x509.SubjectAlternativeName([_general_name(name) for name in names])
        return self._signed(
            _certificate(_name("base"), self.certificate.subject, public_key, now, timedelta(days=SERVER_DAYS))
            .add_extension(alternative, critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=True)
        )

    def device(
        self,
        public_key: ec.EllipticCurvePublicKey,
        device: str,
        now: datetime,
        days: float = DEVICE_DAYS,
        kind: str = "gate",
    ) -> x509.Certificate:
        """For one device; its id is the common name, its kind the organizational unit."""
        return self._signed(
            _certificate(
                _name(device, kind), self.certificate.subject, public_key, now, timedelta(days=days)
            ).add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=True)
        )

    def standby(
        self, public_key: ec.EllipticCurvePublicKey, device: str, names: tuple[str, ...], now: datetime
    ) -> x509.Certificate:
        """For a machine that follows the base, and may serve under ``names`` in its place."""
        alternative = x509.SubjectAlternativeName([_general_name(name) for name in names])
        uses = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH])
        subject = _name(device, "standby")
        return self._signed(
            _certificate(subject, self.certificate.subject, public_key, now, timedelta(days=SERVER_DAYS))
            .add_extension(alternative, critical=False)
            .add_extension(uses, critical=True)
        )

    def revoked(self, serials: list[int], now: datetime) -> bytes:
        """The list of revoked serial numbers, PEM. It stays good as long as the authority: an old list must not shut
        every gate."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(now - BACKDATED)
            .next_update(self.certificate.not_valid_after_utc)
        )
        for serial in serials:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def _signed(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        ours = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        return (
            builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(ours), critical=False)
            .sign(self._key, hashes.SHA256())
        )


@dataclass(frozen=True)
class Vouched:
    """Who a certificate of the authority names."""

    name: str
    kind: str


def vouched_for(certificate: x509.Certificate, authority: x509.Certificate, now_s: float) -> Vouched:
    """The device that ``authority`` vouches for at ``now_s``, UTC seconds. Raises BaseTrouble."""
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        raise BaseTrouble("This comes from a machine that is not one of this venue's base.") from None
    name = _part(certificate, NameOID.COMMON_NAME)
    if not certificate.not_valid_before_utc.timestamp() <= now_s <= certificate.not_valid_after_utc.timestamp():
        raise BaseTrouble(f"The certificate of {name} is over: enrol {name} again at the base.")
    return Vouched(name, _part(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME))


def has_signed(certificate: x509.Certificate, signature: bytes, message: bytes) -> bool:
    """Whether the holder of ``certificate``'s key made this ECDSA signature (SHA-256)."""
    public_key = certificate.public_key()
    if not isinstance(public_key, ec.EllipticCurvePublicKey):
        return False
    try:
        public_key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _part(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    return "".join(str(part.value) for part in certificate.subject.get_attributes_for_oid(oid))


def utc_now() -> datetime:
    return datetime.now(UTC)


def _certificate(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, now: datetime, good_for: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + good_for)
    )


def _name(common_name: str, kind: str = "") -> x509.Name:
    unit = [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, kind)] if kind else []
    return x509.Name([*unit, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
