"""The check digit of a document number in a machine readable zone (ICAO 9303 part 3, section 4.9)."""

from __future__ import annotations

MRZ_NUMBER_CHARACTERS = 9
_WEIGHTS = (7, 3, 1)


def mrz_check_digit(number: str) -> str:
    """Of letters A-Z, digits and fillers: digits count as they are, A as 10 to Z as 35, fillers as 0."""
    values = (0 if sign == "<" else int(sign, 36) for sign in number)
    return str(sum(value * _WEIGHTS[place % 3] for place, value in enumerate(values)) % 10)
