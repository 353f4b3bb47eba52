"""The check digit of ICAO Doc 9303 part 3, 4.9: values 0 to 35, weights 7 3 1 from the left, modulo 10."""

from __future__ import annotations

__all__ = ["ALPHABET", "FILLER", "check_digit", "fits"]

FILLER = "<"
ALPHABET = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<")
_VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {FILLER: 0}
_WEIGHTS = (7, 3, 1)


def check_digit(text: str) -> str:
    """The digit over ``text`` (A to Z, 0 to 9 and filler). Raises ValueError for any other character."""
    try:
        total = sum(_VALUES[character] * _WEIGHTS[place % 3] for place, character in enumerate(text))
    except KeyError:
        raise ValueError("only A to Z, 0 to 9 and < have a value") from None
    return str(total % 10)


def fits(text: str, digit: str) -> bool:
    """Whether ``digit`` is the one over ``text``; an all-filler field may have filler in its place."""
    return digit == check_digit(text) or (digit == FILLER and not text.strip(FILLER))
