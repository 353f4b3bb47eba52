"""How many officers the manual lane needs, so that choosing it costs nobody more time (R-12). Pure and exact."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

BUSY_SHARE = Fraction(8, 10)
"""How much of their time officers serve at the busiest; with more of it the line only grows."""
DEFAULT_OPT_OUT_SHARE = 0.15
DEFAULT_SERVICE_S = 20.0


@dataclass(frozen=True)
class Expected:
    """Shares of the arrivals, 0..1: who chooses staff, who brings another document, who is too young."""

    opt_out: float = DEFAULT_OPT_OUT_SHARE
    other_documents: float = 0.0
    children: float = 0.0


def manual_share(expected: Expected, sent_to_staff: float) -> Fraction:
    """Which share of the arrivals comes to the manual lane. ``sent_to_staff``: of those whose face is checked, 0..1."""
    aside = _exactly(expected.opt_out) + _exactly(expected.other_documents) + _exactly(expected.children)
    aside = min(aside, Fraction(1))
    return aside + (1 - aside) * _exactly(sent_to_staff)


def officers_needed(arrivals_per_min: float, share: float | Fraction, service_s: float) -> int:
    """Officers for ``arrivals_per_min`` people, of whom ``share`` (0..1) take ``service_s`` seconds of one each.

    Raises ValueError for what cannot be counted: negative, infinite or no number.
    """
    arrivals, part, minutes = _exactly(arrivals_per_min), _exactly(share), _exactly(service_s) / 60
    if min(arrivals, part, minutes) < 0:
        raise ValueError("less than nothing")
    return math.ceil(arrivals * part * minutes / BUSY_SHARE)


def _exactly(number: float | Fraction) -> Fraction:
    """As it is written: 0.15 is 15 of 100, not its nearest binary fraction, which can cost an officer."""
    return number if isinstance(number, Fraction) else Fraction(repr(float(number)))
