"""Signature algorithms that issuers use, from their identifiers to a yes or no (RFC 3279, 4055, 5758; TR-03111).

RSA PKCS#1 v1.5, RSA-PSS with its parameters, ECDSA as DER and as plain r || s; SHA-1 still occurs and is noted by the
caller. MD5 and everything older is unsupported.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes

from drivers.emrtd.der import INTEGER, OID, SEQUENCE, Fields, context, integer, natural, oid, sequence
from drivers.emrtd.errors import MalformedTlv, UnsupportedByUs
from drivers.emrtd.public_keys import EcKey, PublicKey, RsaKey
from drivers.emrtd.tlv import Tlv

__all__ = ["Hash", "Scheme", "hash_of", "scheme_of"]

_LIBRARY: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - documents of before 2010 have nothing else
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_HASH_OIDS = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_PKCS1 = {
    "1.2.840.113549.1.1.5": "sha1",
    "1.2.840.113549.1.1.14": "sha224",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
}
_ECDSA = {
    "1.2.840.10045.4.1": "sha1",
    "1.2.840.10045.4.3.1": "sha224",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}
_ECDSA_PLAIN = {f"0.4.0.127.0.7.1.1.4.1.{number}": name for number, name in enumerate(_LIBRARY, 1)}
_RSA_ALONE, _EC_ALONE = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
"""The key's identifier where the signature's belongs: the hash is then the one named beside it."""
_PSS, _MGF1 = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"
_MOST_SALT_BYTES = 512


@dataclass(frozen=True)
class Hash:
    """A hash function by its name in hashlib."""

    name: str

    def digest(self, data: bytes | memoryview) -> bytes:
        return hashlib.new(self.name, data).digest()

    @property
    def library(self) -> hashes.HashAlgorithm:
        return _LIBRARY[self.name]


@dataclass(frozen=True)
class Scheme:
    """``mgf`` and ``salt_bytes`` count for PSS only; ``kind``: pkcs1, pss, ecdsa or ecdsa-plain."""

    kind: str
    hash: Hash
    mgf: Hash = Hash("sha1")
    salt_bytes: int = 20

    def verifies(self, key: PublicKey, signature: bytes, data: bytes | memoryview) -> bool:
        """Whether ``signature`` is that key's over ``data``. Never raises for what these bytes are."""
        digest, library = self.hash.digest(data), self.hash.library
        if isinstance(key, RsaKey):
            if self.kind == "pss":
                return key.verifies_pss(signature, digest, library, self.mgf.library, self.salt_bytes)
            return self.kind == "pkcs1" and key.verifies_pkcs1(signature, digest, library)
        pair = self._pair(key, signature)
        return pair is not None and key.verifies(*pair, digest, library)

    def _pair(self, key: EcKey, signature: bytes) -> tuple[int, int] | None:
        if self.kind == "ecdsa-plain":
            half = len(signature) // 2
            if len(signature) != 2 * key.curve.order_bytes:
                return None
            return int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
        if self.kind != "ecdsa":
            return None
        try:
            fields = sequence(signature)
            pair = natural(fields.take(INTEGER)), natural(fields.take(INTEGER))
        except MalformedTlv:
            return None
        return pair if not fields.left else None


def hash_of(algorithm: Tlv) -> Hash:
    """From an AlgorithmIdentifier. Raises UnsupportedByUs, MalformedTlv."""
    name = oid(Fields(algorithm.value).take(OID))
    if name not in _HASH_OIDS:
        raise UnsupportedByUs(f"hash {name}")
    return Hash(_HASH_OIDS[name])


def scheme_of(algorithm: Tlv, beside: Hash | None = None) -> Scheme:
    """From an AlgorithmIdentifier; ``beside``: the hash named next to it in signed data.

    Raises UnsupportedByUs, MalformedTlv.
    """
    fields = Fields(algorithm.value)
    name = oid(fields.take(OID))
    if name == _PSS:
        return _pss(fields.optional(SEQUENCE))
    for kind, table in (("pkcs1", _PKCS1), ("ecdsa", _ECDSA), ("ecdsa-plain", _ECDSA_PLAIN)):
        if name in table:
            return Scheme(kind, Hash(table[name]))
    alone = {_RSA_ALONE: "pkcs1", _EC_ALONE: "ecdsa"}.get(name)
    if alone and beside:
        return Scheme(alone, beside)
    raise UnsupportedByUs(f"signature {name}")


def _pss(parameters: Tlv | None) -> Scheme:
    """What is left out has the value of PKCS#1: SHA-1, MGF1 with SHA-1, 20 bytes of salt."""
    given = {item.tag: item for item in Fields(parameters.value).rest()} if parameters else {}
    hash_, mgf, salt = Hash("sha1"), Hash("sha1"), 20
    if context(0) in given:
        hash_ = hash_of(Fields(given[context(0)].value).take(SEQUENCE))
    if context(1) in given:
        fields = Fields(given[context(1)].value).sequence()
        if oid(fields.take(OID)) != _MGF1:
            raise UnsupportedByUs("RSA-PSS with another mask than MGF1")
        mgf = hash_of(fields.take(SEQUENCE))
    if context(2) in given:
        salt = integer(Fields(given[context(2)].value).take(INTEGER))
    if not 0 <= salt <= _MOST_SALT_BYTES:
        raise MalformedTlv("RSA-PSS with an impossible salt")
    return Scheme("pss", hash_, mgf, salt)
