"""Where what stands in the three sizes of travel documents (ICAO Doc 9303 parts 4, 5 and 6).

Lines and columns count from 0, ends are exclusive. The columns between birth and expiry say nothing a gate may know:
they have no name here, and are never cut out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["LAYOUTS", "Check", "Field", "Layout", "MrzFormat", "Place"]


class MrzFormat(StrEnum):
    """TD1 is the size of a bank card, TD2 an older card, TD3 a passport's data page."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"


class Field(StrEnum):
    """What is checked or kept, by its ICAO name."""

    DOCUMENT_CODE = "document code"
    ISSUING_STATE = "issuing State"
    DOCUMENT_NUMBER = "document number"
    BIRTH_DATE = "date of birth"
    EXPIRY_DATE = "date of expiry"
    NAME = "name"
    OPTIONAL = "optional data"
    COMPOSITE = "composite check digit"


@dataclass(frozen=True)
class Place:
    """A run of characters in one line."""

    line: int
    start: int
    end: int

    def of(self, lines: tuple[str, ...]) -> str:
        return lines[self.line][self.start : self.end]


@dataclass(frozen=True)
class Check:
    """A check digit at ``digit`` over the places in ``over``, joined."""

    field: Field
    digit: Place
    over: tuple[Place, ...]


@dataclass(frozen=True)
class Layout:
    """One size. ``digits`` and ``letters``: places whose alphabet is settled, where a letter read for a figure can be
    put right. ``overflow``: the optional field in which a document number longer than nine goes on.
    """

    format: MrzFormat
    lines: int
    columns: int
    places: dict[Field, Place]
    checks: tuple[Check, ...]
    digits: tuple[Place, ...]
    letters: tuple[Place, ...]
    overflow: Place | None

    def place(self, field: Field) -> Place:
        return self.places[field]


def _td1() -> Layout:
    number, birth, expiry = Place(0, 5, 14), Place(1, 0, 6), Place(1, 8, 14)
    places = {
        Field.DOCUMENT_CODE: Place(0, 0, 2),
        Field.ISSUING_STATE: Place(0, 2, 5),
        Field.DOCUMENT_NUMBER: number,
        Field.BIRTH_DATE: birth,
        Field.EXPIRY_DATE: expiry,
        Field.NAME: Place(2, 0, 30),
        Field.OPTIONAL: Place(0, 15, 30),
    }
    composite = (Place(0, 5, 30), Place(1, 0, 7), Place(1, 8, 15), Place(1, 18, 29))
    checks = (
        Check(Field.DOCUMENT_NUMBER, Place(0, 14, 15), (number,)),
        Check(Field.BIRTH_DATE, Place(1, 6, 7), (birth,)),
        Check(Field.EXPIRY_DATE, Place(1, 14, 15), (expiry,)),
        Check(Field.COMPOSITE, Place(1, 29, 30), composite),
    )
    digits = (Place(1, 0, 7), Place(1, 8, 15), Place(1, 29, 30))
    letters = (Place(0, 2, 5), Place(1, 15, 18), Place(2, 0, 30))
    return Layout(MrzFormat.TD1, 3, 30, places, checks, digits, letters, overflow=Place(0, 15, 30))


def _two_lines(size: MrzFormat, columns: int, optional_end: int, *, optional_checked: bool) -> Layout:
    number, birth, expiry, optional = Place(1, 0, 9), Place(1, 13, 19), Place(1, 21, 27), Place(1, 28, optional_end)
    places = {
        Field.DOCUMENT_CODE: Place(0, 0, 2),
        Field.ISSUING_STATE: Place(0, 2, 5),
        Field.DOCUMENT_NUMBER: number,
        Field.BIRTH_DATE: birth,
        Field.EXPIRY_DATE: expiry,
        Field.NAME: Place(0, 5, columns),
        Field.OPTIONAL: optional,
    }
    last = Place(1, columns - 1, columns)
    checks = [
        Check(Field.DOCUMENT_NUMBER, Place(1, 9, 10), (number,)),
        Check(Field.BIRTH_DATE, Place(1, 19, 20), (birth,)),
        Check(Field.EXPIRY_DATE, Place(1, 27, 28), (expiry,)),
    ]
    if optional_checked:
        checks.append(Check(Field.OPTIONAL, Place(1, optional_end, optional_end + 1), (optional,)))
    checks.append(Check(Field.COMPOSITE, last, (Place(1, 0, 10), Place(1, 13, 20), Place(1, 21, columns - 1))))
    digits = (Place(1, 13, 20), Place(1, 21, 28), last)
    letters = (Place(0, 2, columns), Place(1, 10, 13))
    overflow = None if optional_checked else optional
    return Layout(size, 2, columns, places, tuple(checks), digits, letters, overflow)


LAYOUTS = {
    MrzFormat.TD1: _td1(),
    MrzFormat.TD2: _two_lines(MrzFormat.TD2, 36, 35, optional_checked=False),
    MrzFormat.TD3: _two_lines(MrzFormat.TD3, 44, 42, optional_checked=True),
}
