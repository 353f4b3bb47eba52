"""What was read of a document to judge it by: hashes instead of contents, so that nothing personal has to be kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from drivers.emrtd.ec import Point
from drivers.emrtd.tlv import Data

__all__ = ["ChipAnswer", "Digests", "Evidence", "MappingProof", "digests_of"]

_HASHES = ("sha1", "sha224", "sha256", "sha384", "sha512")

Digests = Mapping[str, bytes]
"""Of one file, by name of the hash function: which one counts is known only when EF.SOD is read."""


class ChipAnswer(StrEnum):
    """What came of asking the chip to prove that it is no copy."""

    PROVED = "proved"  # by chip or active authentication
    FAILED = "failed"  # it offers a proof and does not give it
    NOT_OFFERED = "not_offered"
    NOT_TRIED = "not_tried"  # it offers one that is not spoken here, or the card was lifted before


@dataclass(frozen=True)
class MappingProof:
    """Left by PACE with chip-authentication mapping; ``card_security``: EF.CardSecurity, which holds the chip's key."""

    card_security: bytes = field(repr=False)
    chip_mapping: Point
    chip_data: bytes = field(repr=False)


@dataclass(frozen=True)
class Evidence:
    """``sod`` is None where there is none. ``digests``: by number of data group.

    ``own_zone``: whether DG1 names the number and dates that opened the chip; None where it was opened by CAN.
    """

    sod: bytes | None = field(repr=False)
    digests: Mapping[int, Digests] = field(repr=False)
    issuing_state: str = ""
    document_code: str = ""
    own_zone: bool | None = None
    listed_by_com: frozenset[int] | None = None
    chip: ChipAnswer = ChipAnswer.NOT_OFFERED
    mapping: MappingProof | None = field(default=None, repr=False)


def digests_of(file: Data) -> Digests:
    """Of a file's raw bytes, by every hash that issuers use; 16 kB take a fifth of a millisecond."""
    return {name: hashlib.new(name, file).digest() for name in _HASHES}
