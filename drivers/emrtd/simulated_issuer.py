"""An invented State that issues documents: its CSCA, a document signer, and signed lists of hashes (EF.SOD).

CMS and certificates are written here by hand or by ``cryptography``'s builders, never by the reader's code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from drivers.emrtd.simulated_der import integer, octets, oid, sequence, set_of, tagged

__all__ = ["InventedState", "SigningKey"]

SigningKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"))
_ECDSA_SHA256 = sequence(oid("1.2.840.10045.4.3.2"))
_RSA_SHA256 = sequence(oid("1.2.840.113549.1.1.11"), b"\x05\x00")
_LDS_SECURITY_OBJECT = "2.23.136.1.1.1"
_SIGNED_DATA, _CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_YEARS = timedelta(days=365)


@dataclass
class InventedState:
    """Utopia by default. ``now`` places the certificates: the CSCA began three years before, the signer one.

    ``signer_years``: how long the document signer's certificate is valid (0.5: over already).
    """

    country: str = "UT"
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    rsa_bits: int | None = None
    signer_years: float = 10.0

    def __post_init__(self) -> None:
        self._csca_key = self._new_key()
        self._signer_key = self._new_key()
        self.csca = self._certificate("CSCA", self._csca_key, "CSCA", self._csca_key, 3, 13.0, authority=True)
        self.signer = self._certificate("DS 1", self._signer_key, "CSCA", self._csca_key, 1, self.signer_years)

    @property
    def csca_der(self) -> bytes:
        """What an organiser imports to trust this State."""
        return self.csca.public_bytes(Encoding.DER)

    def security_object(self, groups: Mapping[int, bytes], *, forged: bool = False) -> bytes:
        """EF.SOD over the data groups by number, signed by the document signer; ``forged``: by a key it has not."""
        listed = [
            sequence(integer(number), octets(hashlib.sha256(content).digest()))
            for number, content in sorted(groups.items())
        ]
        content = sequence(integer(0), _SHA256, sequence(*listed))
        attributes = [
            sequence(oid(_CONTENT_TYPE), set_of(oid(_LDS_SECURITY_OBJECT))),
            sequence(oid(_MESSAGE_DIGEST), set_of(octets(hashlib.sha256(content).digest()))),
        ]
        signed = set_of(*attributes)
        name = self.signer.issuer.public_bytes()
        signer_info = sequence(
            integer(1),
            sequence(name, integer(self.signer.serial_number)),
            _SHA256,
            tagged(0xA0, signed[2:]),
            _RSA_SHA256 if isinstance(self._signer_key, rsa.RSAPrivateKey) else _ECDSA_SHA256,
            octets(_sign(self._new_key() if forged else self._signer_key, signed)),
        )
        signed_data = sequence(
            integer(3),
            set_of(_SHA256),
            sequence(oid(_LDS_SECURITY_OBJECT), tagged(0xA0, octets(content))),
            tagged(0xA0, self.signer.public_bytes(Encoding.DER)),
            set_of(signer_info),
        )
        return tagged(0x77, sequence(oid(_SIGNED_DATA), tagged(0xA0, signed_data)))

    def _new_key(self) -> SigningKey:
        if self.rsa_bits:
            return rsa.generate_private_key(65537, self.rsa_bits)
        return ec.generate_private_key(ec.SECP256R1())

    def _certificate(
        self,
        name: str,
        key: SigningKey,
        issuer: str,
        issuer_key: SigningKey,
        began_years_ago: int,
        years: float,
        *,
        authority: bool = False,
    ) -> x509.Certificate:
        begins = self.now - began_years_ago * _YEARS
        builder = (
            x509.CertificateBuilder()
            .subject_name(self._name(name))
            .issuer_name(self._name(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(begins + years * _YEARS)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
            .add_extension(_usage(authority), critical=True)
        )
        if authority:
            builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        return builder.sign(issuer_key, hashes.SHA256())

    def _name(self, common: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(x509.NameOID.COUNTRY_NAME, self.country),
                x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Invented State"),
                x509.NameAttribute(x509.NameOID.COMMON_NAME, common),
            ]
        )


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _sign(key: SigningKey, data: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    return key.sign(data, ec.ECDSA(hashes.SHA256()))
