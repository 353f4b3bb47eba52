"""The files of a simulated document: DG1, DG2, DG14, DG15, EF.COM, EF.CardAccess, written field by field from the
sheet.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from enum import Enum

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from drivers.emrtd.simulated_der import integer, oid, sequence, set_of, tagged

__all__ = ["AA_ECDSA_SHA256", "PaceOffer", "Portrait", "card_access", "chip_keys", "com", "dg1", "dg2", "dg15"]

AA_ECDSA_SHA256 = "0.4.0.127.0.7.1.1.4.1.3"
_GROUP_TAGS = {1: 0x61, 2: 0x75, 14: 0x6E, 15: 0x6F}
_CA_KEY, _CA = "0.4.0.127.0.7.2.2.1.2", "0.4.0.127.0.7.2.2.3.2"
_AA = "2.23.136.1.1.5"


class Portrait(Enum):
    """Codes of the image data type in a face record (ISO/IEC 19794-5)."""

    JPEG = 0
    JPEG2000 = 1


class PaceOffer(Enum):
    """What EF.CardAccess announces: ECDH generic mapping with a cipher. The value ends its object identifier."""

    TDES = 1
    AES_128 = 2
    AES_192 = 3
    AES_256 = 4

    @property
    def dotted(self) -> str:
        return f"0.4.0.127.0.7.2.2.4.2.{self.value}"


def dg1(mrz_lines: Sequence[str]) -> bytes:
    return tagged(0x61, tagged(0x5F1F, "".join(mrz_lines).encode("ascii")))


def dg2(picture: bytes, form: Portrait, width: int, height: int) -> bytes:
    """One face record of ISO/IEC 19794-5:2005 with no feature points."""
    image = struct.pack(">BBHHBBHH", 1, form.value, width, height, 1, 2, 0, 0) + picture
    block = struct.pack(">IHBBB3sH3s3s", 20 + len(image), 0, 0, 0, 0, bytes(3), 0, bytes(3), bytes(3)) + image
    record = b"FAC\x00010\x00" + struct.pack(">IH", 14 + len(block), 1) + block
    header = b"".join(
        (
            tagged(0x81, b"\x02"),
            tagged(0x82, b"\x00"),
            tagged(0x87, b"\x01\x01"),
            tagged(0x88, b"\x00\x08"),
        )
    )
    template = tagged(0x7F60, tagged(0xA1, header) + tagged(0x5F2E, record))
    return tagged(0x75, tagged(0x7F61, integer(1) + template))


def com(groups: Iterable[int]) -> bytes:
    """EF.COM: LDS 1.7, Unicode 4.0.0, the tags of the data groups."""
    tags = bytes(_GROUP_TAGS[number] for number in sorted(groups))
    return tagged(0x60, tagged(0x5F01, b"0107") + tagged(0x5F36, b"040000") + tagged(0x5C, tags))


def card_access(offer: PaceOffer, parameter_id: int) -> bytes:
    """EF.CardAccess with one PACEInfo."""
    return set_of(sequence(oid(offer.dotted), integer(2), integer(parameter_id)))


def chip_keys(chip_key: ec.EllipticCurvePrivateKey | None, cipher: PaceOffer, *, elliptic_proof: bool) -> bytes:
    """DG14: the chip authentication key with its protocol, and the algorithm of an elliptic active authentication."""
    infos = []
    if chip_key is not None:
        infos.append(sequence(oid(_CA_KEY), _public(chip_key)))
        infos.append(sequence(oid(f"{_CA}.{cipher.value}"), integer(1)))
    if elliptic_proof:
        infos.append(sequence(oid(_AA), integer(1), oid(AA_ECDSA_SHA256)))
    return tagged(0x6E, set_of(*infos))


def dg15(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return tagged(0x6F, _public(key))


def _public(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
