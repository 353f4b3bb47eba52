"""Invented passports and identity cards with a chip: their zones, what is special about them, how they cross to the
stage.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from enum import StrEnum

from drivers.emrtd.simulated_document import ChipFaults, DocumentDesign
from drivers.emrtd.simulated_files import PaceOffer, Portrait
from drivers.mrz.check_digits import check_digit
from drivers.port import DocumentKind
from kiosk.rehearsal.wire import Message

STATE = "UTO"
CHIP_KINDS = frozenset({DocumentKind.PASSPORT, DocumentKind.IDENTITY_CARD})


class Special(StrEnum):
    """What is the matter with a document, beside being of its kind."""

    NOTHING = ""
    FORGED = "forged"  # signed by a key that is not the State's
    COPIED = "copied"  # the data are genuine, the chip is not
    FOREIGN = "foreign"  # of a State whose certificate nobody imported


@dataclass(frozen=True)
class Paper:
    """One document as the stage gets it. ``picture``: JPEG in passports, JPEG 2000 in cards."""

    kind: DocumentKind
    mrz_lines: tuple[str, ...]
    picture: bytes = field(repr=False)
    special: Special = Special.NOTHING

    def design(self) -> DocumentDesign:
        """Passports open with BAC and prove themselves by active authentication, cards with PACE and by their chip."""
        faults = ChipFaults(wrong_sod=self.special is Special.FORGED, copied=self.special is Special.COPIED)
        plain = DocumentDesign(self.mrz_lines, self.picture, faults=faults)
        if self.kind is DocumentKind.PASSPORT:
            return replace(plain, active_proof="ec")
        offered = PaceOffer.AES_128
        return replace(plain, portrait=Portrait.JPEG2000, bac=False, pace=offered, chip_proof=offered, rf_kind="B")


def zone(kind: DocumentKind, number: str, name: str, birth: str, expiry: str) -> tuple[str, ...]:
    """The printed lines, with their check digits. ``name`` as ``PRIMARY, SECONDARY``; dates as YYMMDD."""
    primary, _, secondary = name.upper().partition(", ")
    names = f"{primary}<<{secondary}".replace(" ", "<")
    numbered, born, ends = (text + check_digit(text) for text in (number.ljust(9, "<"), birth, expiry))
    if kind is DocumentKind.PASSPORT:
        optional = "<" * 14
        optional += check_digit(optional)
        composite = check_digit(numbered + born + ends + optional)
        return f"P<{STATE}{names}".ljust(44, "<")[:44], f"{numbered}{STATE}{born}<{ends}{optional}{composite}"
    first = f"I<{STATE}{numbered}".ljust(30, "<")
    composite = check_digit(first[5:30] + born + ends + "<" * 11)
    return first, f"{born}<{ends}{STATE}".ljust(29, "<") + composite, names.ljust(30, "<")[:30]


def paper_message(paper: Paper) -> Message:
    return {
        "kind": paper.kind.value,
        "lines": list(paper.mrz_lines),
        "picture": base64.b64encode(paper.picture).decode(),
        "special": paper.special.value,
    }


def paper_from(message: Message) -> Paper:
    picture = base64.b64decode(message["picture"])
    return Paper(DocumentKind(message["kind"]), tuple(message["lines"]), picture, Special(message["special"]))
