"""Cards for the simulated reader: fields in, the blocks a module would deliver out.

Only invented people: region codes 99xxxx are not assigned to any place. The portrait block is carried as it
is; without one, the card has filler behind the WLT signature that no decoder can turn into a picture.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.sdt.id_number import check_character
from drivers.sdt.layout import LAYOUTS, PORTRAIT_BYTES, TEXT_BYTES, CardType, Field

__all__ = ["ADDRESS_BYTES", "SimulatedCard", "encode_text", "filler_portrait", "resident_number"]

ADDRESS_BYTES = 70


@dataclass(frozen=True)
class SimulatedCard:
    """One card. ``fields`` are named as in the layout; missing ones are blank. ``added_addresses`` answer 30
    03.
    """

    type: CardType
    fields: Mapping[str, str]
    portrait: bytes = field(default=b"", repr=False)
    added_addresses: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.portrait and len(self.portrait) != PORTRAIT_BYTES:
            raise ValueError(f"a portrait block has {PORTRAIT_BYTES} bytes")

    @classmethod
    def resident(
        cls,
        name: str,
        number: str,
        *,
        valid_from: str = "20200101",
        valid_to: str = "20400101",
        portrait: bytes = b"",
        **more: str,
    ) -> SimulatedCard:
        """A resident card; birth and sex follow from the number."""
        sex = "1" if int(number[16]) % 2 else "2"
        fields = {
            "name": name,
            "sex": sex,
            "nation": "01",
            "birth": number[6:14],
            "address": "虚构省样例市测试区幻想路1号",
            "id_number": number,
            "issuer": "样例市公安局测试分局",
            "valid_from": valid_from,
            "valid_to": valid_to,
            **more,
        }
        return cls(CardType.RESIDENT, fields, portrait)

    def record(self) -> bytes:
        """The data of the answer to *read text + portrait*: two lengths, text, portrait."""
        portrait = self.portrait or filler_portrait(self.fields.get("id_number", ""))
        lengths = TEXT_BYTES.to_bytes(2, "big") + len(portrait).to_bytes(2, "big")
        return lengths + encode_text(self.type, self.fields) + portrait

    def added(self) -> bytes:
        """The data of the answer to *read newest added addresses*: one slot, or all four."""
        if not self.added_addresses:
            return b""
        slots = 1 if len(self.added_addresses) == 1 else 4
        padded = [*self.added_addresses, *[""] * slots][:slots]
        return b"".join(_pad(text, ADDRESS_BYTES) for text in padded)


def encode_text(card_type: CardType, fields: Mapping[str, str]) -> bytes:
    """The 256-byte block of ``card_type``. Raises ValueError for a field it has not, or that does not fit."""
    layout = LAYOUTS[card_type]
    unknown = fields.keys() - {known.name for known in layout.fields}
    if unknown:
        raise ValueError(f"no such field: {', '.join(sorted(unknown))}")
    block = bytearray(_pad("", TEXT_BYTES))
    for place in layout.fields:
        _write(block, place, fields.get(place.name, card_type if place.name == "card_type" else ""))
    return bytes(block)


def resident_number(birth: str, order: int, region: str = "990001") -> str:
    """A number that checks: ``birth`` as YYYYMMDD, ``order`` 0 to 999 (odd for men)."""
    first_17 = f"{region}{birth}{order:03d}"
    return first_17 + check_character(first_17)


def filler_portrait(seed: str) -> bytes:
    """1,024 bytes: the WLT signature, then bytes that follow from ``seed``."""
    signature = bytes.fromhex("574C66007E00320000FF85005151513E")
    filler = b"".join(hashlib.sha256(f"{seed}/{n}".encode()).digest() for n in range(PORTRAIT_BYTES // 32))
    return (signature + filler)[:PORTRAIT_BYTES]


def _write(block: bytearray, place: Field, text: str) -> None:
    block[place.offset : place.offset + place.size] = _pad(text, place.size, place.name)


def _pad(text: str, size: int, name: str = "address") -> bytes:
    encoded = text.encode("utf-16-le", "surrogatepass")
    if len(encoded) > size:
        raise ValueError(f"{name} has more than {size // 2} UTF-16 units")
    return encoded + " ".encode("utf-16-le") * ((size - len(encoded)) // 2)
