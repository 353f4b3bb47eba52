"""What a chip announces of itself: EF.CardAccess, DG14 and EF.CardSecurity as a set of SecurityInfos (9303-11, 9.2).

Entries of unknown protocols are passed over: a chip may offer more than we speak.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from drivers.emrtd.ciphers import Suite
from drivers.emrtd.curve_table import BY_PARAMETER_ID, Curve
from drivers.emrtd.der import INTEGER, OID, SEQUENCE, SET, Fields, integer, oid
from drivers.emrtd.errors import KeyRefused, UnsupportedByUs
from drivers.emrtd.public_keys import EcKey, public_key
from drivers.emrtd.tlv import Data, Tlv, whole

__all__ = ["ChipKey", "ChipProof", "Mapping", "PaceInfo", "SecurityInfos", "security_infos"]

_PACE = "0.4.0.127.0.7.2.2.4"
_CHIP_AUTHENTICATION = "0.4.0.127.0.7.2.2.3"
_CHIP_KEY_ECDH = "0.4.0.127.0.7.2.2.1.2"
_CHIP_KEY_DH = "0.4.0.127.0.7.2.2.1.1"
_ACTIVE_AUTHENTICATION = "2.23.136.1.1.5"
_ECDH_PROOF = f"{_CHIP_AUTHENTICATION}.2"
_PACE_VERSION = 2
_MOST_PARAMETER_ID, _MOST_KEY_ID = 31, 1 << 64


class Mapping(IntEnum):
    """How PACE over elliptic curves turns the nonce into a generator; the number is that in its identifier."""

    GENERIC = 2
    INTEGRATED = 4
    CHIP_AUTHENTICATION = 6


@dataclass(frozen=True)
class PaceInfo:
    """One way to open the chip that we speak. ``oid_bytes``: the identifier's value, as the chip sent it."""

    oid_bytes: bytes
    mapping: Mapping
    suite: Suite
    curve: Curve


@dataclass(frozen=True)
class ChipProof:
    """A way of chip authentication by ECDH. ``key_id`` is None where the chip has one key."""

    oid_bytes: bytes
    suite: Suite
    key_id: int | None


@dataclass(frozen=True)
class ChipKey:
    """A chip's long-lived public key."""

    key: EcKey
    key_id: int | None


@dataclass(frozen=True)
class SecurityInfos:
    """``unsupported``: in short words, what was announced and is not spoken here.

    ``active_signature``: the identifier of the signature that active authentication by ECDSA gives.
    """

    pace: tuple[PaceInfo, ...] = ()
    proofs: tuple[ChipProof, ...] = ()
    chip_keys: tuple[ChipKey, ...] = ()
    active_signature: str | None = None
    unsupported: tuple[str, ...] = ()

    @property
    def names_chip_authentication(self) -> bool:
        return bool(self.proofs or self.chip_keys)


def security_infos(untrusted: Data) -> SecurityInfos:
    """From the SET. Raises MalformedTlv; a single key that is refused or unknown is noted in ``unsupported``."""
    found = _Found()
    for entry in whole(untrusted, SET).inner():
        try:
            found.take(Fields(entry.value))
        except (UnsupportedByUs, KeyRefused) as error:
            found.unsupported.append(error.step)
    return SecurityInfos(
        tuple(found.pace), tuple(found.proofs), tuple(found.keys), found.active, tuple(found.unsupported)
    )


@dataclass
class _Found:
    pace: list[PaceInfo] = field(default_factory=list)
    proofs: list[ChipProof] = field(default_factory=list)
    keys: list[ChipKey] = field(default_factory=list)
    active: str | None = None
    unsupported: list[str] = field(default_factory=list)

    def take(self, entry: Fields) -> None:
        identifier = entry.take(OID)
        name = oid(identifier)
        if name.startswith(_PACE + "."):
            self.pace.extend(_pace(name, identifier, entry))
        elif name.startswith(_ECDH_PROOF + "."):
            self.proofs.append(_proof(name, identifier, entry))
        elif name == _CHIP_KEY_ECDH:
            self.keys.append(_chip_key(entry))
        elif name == _ACTIVE_AUTHENTICATION:
            entry.take(INTEGER)
            self.active = oid(entry.take(OID))
        elif name == _CHIP_KEY_DH or name.startswith(_CHIP_AUTHENTICATION + "."):
            raise UnsupportedByUs("chip authentication over numbers (DH)")


def _pace(name: str, identifier: Tlv, fields: Fields) -> list[PaceInfo]:
    numbers = name.removeprefix(_PACE + ".").split(".")
    if len(numbers) != 2:
        return []  # domain parameters of the issuer's own
    version = integer(fields.take(INTEGER))
    parameter = fields.optional(INTEGER)
    suite = _suite(numbers[1])
    try:
        mapping = Mapping(int(numbers[0]))
    except ValueError:
        raise UnsupportedByUs(f"PACE of form {numbers[0]}") from None
    if version != _PACE_VERSION or (mapping is Mapping.CHIP_AUTHENTICATION and suite is Suite.TDES):
        raise UnsupportedByUs(f"PACE version {version}")
    number = integer(parameter) if parameter else None
    if number not in BY_PARAMETER_ID:
        raise UnsupportedByUs(f"PACE with domain parameters {number}")
    return [PaceInfo(bytes(identifier.value), mapping, suite, BY_PARAMETER_ID[number])]


def _proof(name: str, identifier: Tlv, fields: Fields) -> ChipProof:
    suite = _suite(name.removeprefix(_ECDH_PROOF + "."))
    fields.take(INTEGER)
    return ChipProof(bytes(identifier.value), suite, _key_id(fields))


def _chip_key(fields: Fields) -> ChipKey:
    key = public_key(fields.take(SEQUENCE))
    if not isinstance(key, EcKey):
        raise KeyRefused("a chip's key that is on no curve")
    return ChipKey(key, _key_id(fields))


def _key_id(fields: Fields) -> int | None:
    item = fields.optional(INTEGER)
    number = integer(item) if item else None
    if number is not None and not 0 <= number < _MOST_KEY_ID:
        raise UnsupportedByUs("a key number that is none")
    return number


def _suite(number: str) -> Suite:
    suites = dict(zip("1234", Suite, strict=True))
    if number not in suites:
        raise UnsupportedByUs(f"cipher suite {number}")
    return suites[number]
