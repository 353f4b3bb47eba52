"""From two or three lines to what opens the chip and what a gate may know; every fault with its place.

Rules that bite (ICAO 9303 parts 4 to 6): a document number longer than nine characters has filler at its check digit
and goes on in the optional field, its own check digit behind it; unknown parts of a birth date are filler; an
all-filler optional field may have filler as its check digit. Where a place takes figures only or letters only, what
optical readers mix up (O 0, I 1, B 8, S 5, Z 2) is put right and checked again; in a document number nothing is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from drivers.errors import DriverError
from drivers.mrz.check_digits import ALPHABET, FILLER, check_digit, fits
from drivers.mrz.dates import is_possible
from drivers.mrz.layout import LAYOUTS, Check, Field, Layout, MrzFormat, Place

__all__ = ["FaultKind", "Mrz", "MrzFault", "MrzRejected", "format_of", "parse"]

_TO_DIGITS = str.maketrans("OQDIBSZ", "0001852")
_TO_LETTERS = str.maketrans("01852", "OIBSZ")
_DIGITS_OR_FILLER = frozenset("0123456789<")
_LETTERS_OR_FILLER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ<")
_NUMBER_BYTES = 9
_VISA = "V"


class FaultKind(StrEnum):
    SIZE = "not two lines of 36 or 44 characters, nor three of 30"
    ALPHABET = "a character that cannot stand there"
    CHECK_DIGIT = "the check digit does not fit"
    DATE = "no such date"
    EMPTY = "nothing is filled in"
    VISA = "a visa, which is no identity document"


@dataclass(frozen=True)
class MrzFault:
    """What is wrong and where: line and columns from 0, ``end`` exclusive. Nothing of the content."""

    kind: FaultKind
    field: Field | None = None
    line: int = 0
    start: int = 0
    end: int = 0

    def __str__(self) -> str:
        if self.field is None:
            return str(self.kind)
        where = f"character {self.start + 1}"
        if self.end > self.start + 1:
            where = f"characters {self.start + 1} to {self.end}"
        return f"{self.field}, line {self.line + 1}, {where}: {self.kind}"


class MrzRejected(DriverError):
    """The lines do not count as a machine-readable zone. ``faults``: all of them, in reading order."""

    code = "mrz_rejected"

    def __init__(self, faults: Sequence[MrzFault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Mrz:
    """A zone whose check digits all fit. Its texts are personal: they live as long as a read, and no repr shows them.

    ``issuing_state`` is as printed without filler (``D`` for Germany). Dates are YYMMDD, unknown parts filler.
    ``put_right``: characters that were corrected by their place's alphabet.
    """

    format: MrzFormat
    document_code: str
    issuing_state: str
    document_number: str = field(repr=False)
    birth_date: str = field(repr=False)
    expiry_date: str = field(repr=False)
    primary_identifier: str = field(repr=False)
    secondary_identifier: str = field(repr=False)
    put_right: int = 0


def format_of(lines: Sequence[str]) -> MrzFormat | None:
    """The size that has this many lines of this length."""
    shape = {(len(lines), len(line)) for line in lines}
    for layout in LAYOUTS.values():
        if shape == {(layout.lines, layout.columns)}:
            return layout.format
    return None


def parse(lines: Sequence[str]) -> Mrz:
    """Check and take apart ``lines`` (upper case, no line ends). Raises MrzRejected with every fault and its place."""
    size = format_of(lines)
    if size is None:
        raise MrzRejected([MrzFault(FaultKind.SIZE)])
    layout = LAYOUTS[size]
    strange = list(_strange(lines))
    if strange:
        raise MrzRejected(strange)
    if lines[0].startswith(_VISA):
        raise MrzRejected([_fault(FaultKind.VISA, Field.DOCUMENT_CODE, layout.place(Field.DOCUMENT_CODE))])
    read, put_right = _put_right(layout, lines)
    number, number_faults = _number(layout, read)
    faults = [
        *_alphabet_faults(layout, read),
        *number_faults,
        *_check_faults(layout, read),
        *_date_faults(layout, read),
    ]
    if faults:
        raise MrzRejected(sorted(dict.fromkeys(faults), key=lambda fault: (fault.line, fault.start)))
    primary, secondary = _identifiers(layout.place(Field.NAME).of(read))
    return Mrz(
        format=size,
        document_code=layout.place(Field.DOCUMENT_CODE).of(read).strip(FILLER),
        issuing_state=layout.place(Field.ISSUING_STATE).of(read).strip(FILLER),
        document_number=number,
        birth_date=layout.place(Field.BIRTH_DATE).of(read),
        expiry_date=layout.place(Field.EXPIRY_DATE).of(read),
        primary_identifier=primary,
        secondary_identifier=secondary,
        put_right=put_right,
    )


def _strange(lines: Sequence[str]) -> list[MrzFault]:
    return [
        MrzFault(FaultKind.ALPHABET, Field.COMPOSITE if line else Field.NAME, line, place, place + 1)
        for line, text in enumerate(lines)
        for place, character in enumerate(text)
        if character not in ALPHABET
    ]


def _put_right(layout: Layout, lines: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """The lines with what their places' alphabets decide, and how many characters that changed."""
    read = tuple(lines)
    for places, table in ((layout.digits, _TO_DIGITS), (layout.letters, _TO_LETTERS)):
        for place in places:
            text = read[place.line]
            mended = text[: place.start] + text[place.start : place.end].translate(table) + text[place.end :]
            read = (*read[: place.line], mended, *read[place.line + 1 :])
    changed = sum(a != b for old, new in zip(lines, read, strict=True) for a, b in zip(old, new, strict=True))
    return read, changed


def _number(layout: Layout, lines: tuple[str, ...]) -> tuple[str, list[MrzFault]]:
    """The document number in full, and what is wrong with it."""
    place = layout.place(Field.DOCUMENT_NUMBER)
    check = next(check for check in layout.checks if check.field is Field.DOCUMENT_NUMBER)
    first, digit = place.of(lines), check.digit.of(lines)
    if not first.strip(FILLER):
        return "", [_fault(FaultKind.EMPTY, Field.DOCUMENT_NUMBER, place)]
    if digit != FILLER or layout.overflow is None:
        good = digit == check_digit(first)
        return first.rstrip(FILLER), [] if good else [_fault(FaultKind.CHECK_DIGIT, check.field, check.digit)]
    rest = layout.overflow.of(lines).partition(FILLER)[0]
    number, last = first + rest[:-1], rest[-1:]
    end = layout.overflow.start + max(1, len(rest))
    if len(number) <= _NUMBER_BYTES or last != check_digit(number):
        return "", [MrzFault(FaultKind.CHECK_DIGIT, check.field, layout.overflow.line, end - 1, end)]
    return number, []


def _check_faults(layout: Layout, lines: tuple[str, ...]) -> list[MrzFault]:
    return [
        _fault(FaultKind.CHECK_DIGIT, check.field, check.digit)
        for check in layout.checks
        if check.field is not Field.DOCUMENT_NUMBER and not _holds(check, lines)
    ]


def _holds(check: Check, lines: tuple[str, ...]) -> bool:
    return fits("".join(place.of(lines) for place in check.over), check.digit.of(lines))


def _date_faults(layout: Layout, lines: tuple[str, ...]) -> list[MrzFault]:
    return [
        _fault(FaultKind.DATE, field, layout.place(field))
        for field in (Field.BIRTH_DATE, Field.EXPIRY_DATE)
        if not is_possible(layout.place(field).of(lines))
    ]


def _alphabet_faults(layout: Layout, lines: tuple[str, ...]) -> list[MrzFault]:
    """The first wrong character of every place whose alphabet is settled."""
    found: list[MrzFault] = []
    for places, allowed in ((layout.digits, _DIGITS_OR_FILLER), (layout.letters, _LETTERS_OR_FILLER)):
        for place in places:
            for offset, character in enumerate(place.of(lines)):
                if character not in allowed:
                    at = place.start + offset
                    found.append(MrzFault(FaultKind.ALPHABET, _field_at(layout, place), place.line, at, at + 1))
                    break
    return found


def _field_at(layout: Layout, place: Place) -> Field:
    """The named field that begins inside ``place``; the optional data where none does."""
    for field_, known in layout.places.items():
        if known.line == place.line and place.start <= known.start < place.end:
            return field_
    return Field.COMPOSITE if place.end == layout.columns or place.end - place.start == 1 else Field.OPTIONAL


def _identifiers(text: str) -> tuple[str, str]:
    """(primary, secondary) with single spaces for filler."""
    primary, _, secondary = text.rstrip(FILLER).partition(FILLER * 2)
    return primary.replace(FILLER, " ").strip(), " ".join(secondary.replace(FILLER, " ").split())


def _fault(kind: FaultKind, field: Field, place: Place) -> MrzFault:
    return MrzFault(kind, field, place.line, place.start, place.end)
