"""Error rates of detecting presentation attacks, in the terms of ISO/IEC 30107-3. Pure; counts in, numbers out.

APCER: attack presentations of one kind of instrument that passed as bona fide. BPCER: bona fide presentations that were
taken for attacks. There is no rate over several kinds: the worst kind is the result, and nothing here could average.
A presentation without a face to judge (a non-response) is counted beside the rates and not in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.evaluate.presentations import BONA_FIDE
from kiosk.evaluate.rates import Rate, rate_of

FEWEST = 30
"""Kinds with fewer judged presentations are not measured: even without an error the rate could be 3/30, one in ten."""


@dataclass(frozen=True)
class Judged:
    """One presentation as it was judged. ``suspected``: the signs that spoke; None where there was no face to judge."""

    kind: str
    subject: str
    suspected: frozenset[str] | None


def figures_of(judged: Sequence[Judged]) -> dict[str, Any]:
    """What ``--json`` writes: ``apcer`` by kind, worst first, ``bpcer``, ``worst_kind`` (None: none is measured)."""
    kinds = sorted({each.kind for each in judged} - {BONA_FIDE})
    attacks = {kind: _block([each for each in judged if each.kind == kind], wrong=False) for kind in kinds}
    in_order = dict(sorted(attacks.items(), key=_worst_first))
    measured = [kind for kind, block in in_order.items() if block["rate"] is not None]
    return {
        "apcer": in_order,
        "bpcer": _block([each for each in judged if each.kind == BONA_FIDE], wrong=True),
        "worst_kind": measured[0] if measured else None,
        "not_measured": [kind for kind, block in in_order.items() if block["rate"] is None],
    }


def _worst_first(item: tuple[str, Mapping[str, Any]]) -> tuple[bool, float, float, str]:
    """The highest rate, then the highest upper bound; kinds that are not measured come last."""
    kind, block = item
    return block["rate"] is None, -(block["rate"] or 0.0), -(block["high"] or 0.0), kind


def _block(judged: Sequence[Judged], *, wrong: bool) -> dict[str, Any]:
    """Of one kind. ``wrong``: whether being suspected is the error (bona fide) or not being suspected (attacks)."""
    answered = [each for each in judged if each.suspected is not None]
    rate = rate_of(_errors(answered, wrong), len(answered)) if len(answered) >= FEWEST else None
    signs = sorted({sign for each in answered for sign in each.suspected or ()})
    return {
        **_rate(rate),
        "n": len(answered),
        "errors": _errors(answered, wrong),
        "no_response": len(judged) - len(answered),
        "subjects": len({each.subject for each in judged}),
        "by_subject": _by_subject(answered, wrong),
        "suspected_by": {sign: sum(sign in (each.suspected or ()) for each in answered) for sign in signs},
    }


def _errors(judged: Sequence[Judged], wrong: bool) -> int:
    return sum(bool(each.suspected) is wrong for each in judged)


def _rate(rate: Rate | None) -> dict[str, float | None]:
    if rate is None:
        return {"rate": None, "low": None, "high": None}
    return {"rate": round(rate.value, 4), "low": round(rate.low, 4), "high": round(rate.high, 4)}


def _by_subject(judged: Sequence[Judged], wrong: bool) -> dict[str, float] | None:
    """The lowest and the highest share of errors among subjects: what the bounds, which take presentations as
    independent, do not know."""
    subjects = {each.subject for each in judged}
    groups = [[each for each in judged if each.subject == subject] for subject in subjects]
    shares = [_errors(group, wrong) / len(group) for group in groups]
    return {"lowest": round(min(shares), 4), "highest": round(max(shares), 4)} if shares else None
