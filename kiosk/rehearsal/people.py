"""Invented visitors: names that say they are examples, numbers in unassigned regions, one borrowed face each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from drivers.port import DocumentKind
from drivers.sdt.layout import CardType
from drivers.sdt.simulated_card import SimulatedCard, resident_number
from kiosk.rehearsal.passports import CHIP_KINDS, STATE, Paper, Special, zone

SURNAMES = "甲乙丙丁戊己庚辛壬癸"
GIVEN = ("小灯", "纸鹤", "晚风", "长河", "青山", "白露")


@dataclass(frozen=True)
class Visitor:
    """Who comes to the gate. ``face`` indexes the people of the photographs."""

    index: int
    name: str
    number: str
    kind: DocumentKind
    face: int
    child: bool = False
    expired: bool = False
    birth: str = ""

    @property
    def issuing_state(self) -> str:
        return STATE if self.kind in CHIP_KINDS else "CHN"

    def paper(self, picture: bytes, special: Special = Special.NOTHING) -> Paper:
        """The passport or card with a chip this visitor carries."""
        expiry = "200101" if self.expired else "450101"
        lines = zone(self.kind, self.number, self.name, self.birth[2:], expiry)
        return Paper(self.kind, lines, picture, special)

    def card(self, portrait_block: bytes) -> SimulatedCard:
        """The card this visitor carries, with the portrait of their face."""
        valid_to = "20200101" if self.expired else "20450101"
        if self.kind is DocumentKind.HMT_RESIDENCE:
            plain = SimulatedCard.resident(self.name, self.number, valid_to=valid_to, portrait=portrait_block)
            fields = {key: value for key, value in plain.fields.items() if key != "nation"}
            return SimulatedCard(
                CardType.HMT_RESIDENCE, {**fields, "pass_number": "H00000000"}, portrait=portrait_block
            )
        if self.kind is DocumentKind.FOREIGN_PERMANENT_RESIDENT:
            fields = {
                "chinese_name": "",
                "english_name": self.name,
                "sex": "1",
                "birth": self.number[6:14],
                "id_number": self.number,
                "valid_from": "20240101",
                "valid_to": valid_to,
                "nationality": "UTO",
            }
            return SimulatedCard(CardType.FOREIGN_2023, fields, portrait=portrait_block)
        return SimulatedCard.resident(self.name, self.number, valid_to=valid_to, portrait=portrait_block)


def visitor(
    index: int,
    face: int,
    today: date,
    kind: DocumentKind = DocumentKind.RESIDENT,
    *,
    child: bool = False,
    expired: bool = False,
) -> Visitor:
    """The ``index``-th invented visitor; numbers differ for every index below 900,000."""
    year = today.year - 8 if child else 1960 + index % 40
    birth = f"{year:04d}{1 + index % 12:02d}{1 + index % 28:02d}"
    region = {
        DocumentKind.HMT_RESIDENCE: "810000",
        DocumentKind.FOREIGN_PERMANENT_RESIDENT: "990099",
    }.get(kind, f"{990001 + index // 900:06d}")
    number = resident_number(birth, 1 + index % 900, region)
    if kind in CHIP_KINDS:
        number = f"{'P' if kind is DocumentKind.PASSPORT else 'C'}{index:07d}U"
    if kind is DocumentKind.FOREIGN_PERMANENT_RESIDENT or kind in CHIP_KINDS:
        name = f"EXAMPLE, VISITOR {chr(65 + index % 26)}"
    else:
        name = SURNAMES[index % 10] + GIVEN[index // 10 % 6]
    return Visitor(index, name, number, kind, face, child, expired, birth)
