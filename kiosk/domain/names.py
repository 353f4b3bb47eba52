"""Whether the name on a document and the name on a ticket can be the same person's. Pure.

A hint for staff, never a rejection by itself: numbers decide, names only raise the question. Tolerated: full width,
middle dots and spaces, case, diacritics and their usual transliterations, the order of primary and secondary
identifier, the cut of card fields, and private-use spellings of rare characters. What cannot be settled (another
script, an unreadable character, a part left out) is CANNOT_TELL.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.domain.rare_characters import ALIASES

CARD_NAME_UNITS = (15, 46, 60)
"""Lengths at which card layouts cut names, in UTF-16 units (sdt-id-card sections 5.1, 5.3, 5.4)."""

MRZ_NAME_UNITS = (30, 31, 39)
"""Lengths of the name field in machine readable zones (ICAO 9303 parts 4 to 6)."""

_CUTS = frozenset((*CARD_NAME_UNITS, *MRZ_NAME_UNITS))
_MOST_PARTS = 12
_FEWEST_COMMON_PARTS = 2
_MIDDLE_DOTS = "·•‧・･∙⋅᛫ᐧ●。．.˙"
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_BREAKS = re.compile(rf"[\s{re.escape(_MIDDLE_DOTS)}<,，、/\\_‐‑‒–—―-]+")
_DROPPED = re.compile(r"['’‘ʼ`´ʻ\"“”]")
_UNKNOWN = re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010ffff\ufffd?？*＊□〓]")
_HAN = re.compile(r"[\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LETTERS: Mapping[str, str] = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "oe",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ı": "i",
}
_TWO_LETTERS: Mapping[str, str] = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ñ": "nxx"}
"""Transliterations of ICAO 9303 part 3 section 6 for which the plain letter is common too."""


class NameAgreement(StrEnum):
    AGREES = "agrees"
    DIFFERS = "differs"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class _Name:
    """One spelling, made comparable. ``cut``: long enough to have been cut by a card or a zone."""

    plain: str
    parts: tuple[str, ...]
    cut: bool

    @property
    def joined(self) -> str:
        return "".join(self.parts)

    @property
    def han(self) -> bool:
        return _HAN.search(self.plain) is not None

    @property
    def unclear(self) -> bool:
        return _UNKNOWN.search(self.joined) is not None


def compare_names(on_document: str, on_ticket: str) -> NameAgreement:
    """What the two spellings say about each other. Empty names cannot be compared."""
    document, ticket = _name(on_document), _name(on_ticket)
    if not document.parts or not ticket.parts:
        return NameAgreement.CANNOT_TELL
    if document.han != ticket.han and not (document.unclear or ticket.unclear):
        return NameAgreement.CANNOT_TELL
    if document.han or ticket.han:
        return _compare_characters(document, ticket)
    return _best(_compare_parts(left, right) for left in _spellings(document) for right in _spellings(ticket))


def utf16_units(text: str) -> int:
    """Length as card fields count it: rare characters beyond the first plane take two units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _name(raw: str) -> _Name:
    # Aliases before and after: compatibility forms may hide a private-use character and the other way round.
    text = unicodedata.normalize("NFKC", raw.translate(ALIASES)).translate(ALIASES)
    plain = unicodedata.normalize("NFC", _INVISIBLE.sub("", text).casefold())
    return _Name(plain, _parts(plain), utf16_units(raw.strip()) in _CUTS)


def _parts(plain: str) -> tuple[str, ...]:
    return tuple(part for part in _BREAKS.split(_DROPPED.sub("", plain)) if part)


def _compare_characters(document: _Name, ticket: _Name) -> NameAgreement:
    """Character by character; breaks do not matter, and unreadable characters agree with anything."""
    left, right = document.joined, ticket.joined
    if left == right or _agree_up_to_a_cut(document, ticket, left, right):
        return NameAgreement.AGREES
    if document.cut or ticket.cut:
        shorter = min(len(left), len(right))
        left, right = left[:shorter], right[:shorter]
    if len(left) != len(right):
        return NameAgreement.DIFFERS
    same = all(a == b or _UNKNOWN.match(a) or _UNKNOWN.match(b) for a, b in zip(left, right, strict=True))
    return NameAgreement.CANNOT_TELL if same else NameAgreement.DIFFERS


def _agree_up_to_a_cut(document: _Name, ticket: _Name, left: str, right: str) -> bool:
    # Half a character at the cut arrives as U+FFFD.
    left, right = left.rstrip("\ufffd"), right.rstrip("\ufffd")
    return (document.cut and right.startswith(left)) or (ticket.cut and left.startswith(right))


def _turned(name: _Name) -> list[str]:
    """The parts joined from each starting point: primary or secondary identifier first."""
    return ["".join(name.parts[turn:] + name.parts[:turn]) for turn in range(min(len(name.parts), _MOST_PARTS))]


def _compare_parts(document: _Name, ticket: _Name) -> NameAgreement:
    """Letters: the order of identifiers does not matter; a part left out cannot be judged."""
    if sorted(document.parts) == sorted(ticket.parts):
        return NameAgreement.AGREES
    pairs = [(left, right) for left in _turned(document) for right in _turned(ticket)]
    if any(left == right or _agree_up_to_a_cut(document, ticket, left, right) for left, right in pairs):
        return NameAgreement.AGREES
    if document.unclear or ticket.unclear:
        return _compare_characters(document, ticket)
    fewer, more = sorted((set(document.parts), set(ticket.parts)), key=len)
    left_out = len(fewer) >= _FEWEST_COMMON_PARTS and fewer <= more
    return NameAgreement.CANNOT_TELL if left_out else NameAgreement.DIFFERS


def _best(found: Iterable[NameAgreement]) -> NameAgreement:
    ranking = (NameAgreement.AGREES, NameAgreement.CANNOT_TELL, NameAgreement.DIFFERS)
    return min(found, key=ranking.index)


def _spellings(name: _Name) -> list[_Name]:
    """With diacritics dropped, and with two-letter transliterations where there are any."""
    variants = {
        _fold(name.plain, {**_LETTERS, "ø": "o"}),
        _fold(name.plain, _LETTERS),
        _fold(name.plain, {**_LETTERS, **_TWO_LETTERS}),
    }
    return [replace(name, plain=variant, parts=_parts(variant)) for variant in sorted(variants)]


def _fold(text: str, letters: Mapping[str, str]) -> str:
    replaced = "".join(letters.get(character, character) for character in text)
    decomposed = unicodedata.normalize("NFKD", replaced)
    return "".join(character for character in decomposed if not unicodedata.combining(character))
