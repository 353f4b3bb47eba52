"""EF.SOD: the hashes of all data groups, signed by the State (9303-10, 4.6.2; 9303-12)."""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.emrtd.der import INTEGER, OCTET_STRING, SEQUENCE, integer, octets, sequence
from drivers.emrtd.errors import DocumentMalformed, MalformedTlv
from drivers.emrtd.files import SOD
from drivers.emrtd.signatures import Hash, hash_of
from drivers.emrtd.signed_data import SignedData, parse_signed_data
from drivers.emrtd.tlv import Data, Tlv, whole

__all__ = ["LDS_SECURITY_OBJECT", "SecurityObject", "parse_sod"]

LDS_SECURITY_OBJECT = "2.23.136.1.1.1"
_GROUPS = range(1, 17)


@dataclass(frozen=True)
class SecurityObject:
    """``hashes``: by number of data group."""

    signed: SignedData
    algorithm: Tlv = field(repr=False)
    hashes: dict[int, bytes] = field(repr=False)

    @property
    def hash(self) -> Hash:
        """The function the hashes are made with. Raises UnsupportedByUs, MalformedTlv."""
        return hash_of(self.algorithm)


def parse_sod(untrusted: Data) -> SecurityObject:
    """From the file's bytes. Raises DocumentMalformed; nothing is believed yet."""
    try:
        signed = parse_signed_data(whole(untrusted, SOD.tag).value)
        if signed.content_type != LDS_SECURITY_OBJECT:
            raise DocumentMalformed(f"EF.SOD: signed content of type {signed.content_type}")
        fields = sequence(signed.content)
        fields.take(INTEGER)
        algorithm = fields.take(SEQUENCE)
        return SecurityObject(signed, algorithm, _hashes(fields.take(SEQUENCE)))
    except MalformedTlv as error:
        raise DocumentMalformed(f"EF.SOD: {error.step}") from error


def _hashes(item: Tlv) -> dict[int, bytes]:
    hashes: dict[int, bytes] = {}
    for entry in item.inner(indefinite=True):
        fields = sequence(entry.raw)
        group = integer(fields.take(INTEGER))
        if group not in _GROUPS or group in hashes:
            raise MalformedTlv(f"data group {group} out of place" if group in _GROUPS else "a data group that is none")
        hashes[group] = octets(fields.take(OCTET_STRING))
    return hashes
