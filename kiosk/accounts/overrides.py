"""How often each officer admitted against the ticket check or took an admission back, against the others (R-58).

The commonest fraud at a gate is from inside. Somebody who lets friends in stands out against the middle of all officers
long before anybody would notice it in the numbers of one evening. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

ADMITTED, OVERRIDE, UNDONE = "admitted", "override", "undone"
UNKNOWN_QUARTER = 0
"""Acts counted by an earlier version, which kept no time."""

FEWEST = 5
"""Fewer acts than this are nobody's pattern."""

FAR = 3.0
"""So many times the others' median is far above them."""


class Standing(StrEnum):
    USUAL = "usual"
    ALONE = "alone"  # nobody to be compared with
    FAR_ABOVE = "far_above"


@dataclass(frozen=True)
class QuarterCount:
    """``act`` of one officer in the quarter of an hour that begins at ``quarter``, UTC seconds."""

    account_id: str
    act: str
    quarter: int
    count: int


@dataclass(frozen=True)
class OfficerActs:
    """``per_quarter``: overrides and undone in the mean of the quarters the officer worked in; ``most``: in one."""

    account_id: str
    admitted: int
    overrides: int
    undone: int
    per_quarter: float
    most: int

    @property
    def exceptions(self) -> int:
        """What supervisors look at: both ways to let somebody in, or out again, by one's own word."""
        return self.overrides + self.undone


@dataclass(frozen=True)
class Comparison:
    """All officers, most exceptions per quarter first. ``median``: of all their ``per_quarter``."""

    officers: tuple[OfficerActs, ...]
    median: float

    def standing(self, officer: OfficerActs) -> Standing:
        """Against the median of the others: one's own number must not lift what one is measured by."""
        others = [one.per_quarter for one in self.officers if one.account_id != officer.account_id]
        if not others:
            return Standing.ALONE
        usual = median(others)
        high = officer.per_quarter >= FAR * usual and officer.per_quarter > usual
        return Standing.FAR_ABOVE if high and officer.exceptions >= FEWEST else Standing.USUAL


def compared(counts: Iterable[QuarterCount]) -> Comparison:
    """One officer's line each, with all acts of theirs."""
    by_officer: dict[str, list[QuarterCount]] = defaultdict(list)
    for each in counts:
        by_officer[each.account_id].append(each)
    officers = [_acts(account_id, found) for account_id, found in by_officer.items()]
    officers.sort(key=lambda one: (-one.per_quarter, -one.exceptions, one.account_id))
    return Comparison(tuple(officers), median([one.per_quarter for one in officers]) if officers else 0.0)


def _acts(account_id: str, counts: list[QuarterCount]) -> OfficerActs:
    total = {act: sum(each.count for each in counts if each.act == act) for act in (ADMITTED, OVERRIDE, UNDONE)}
    quarters = {each.quarter for each in counts}
    exceptions = {
        quarter: sum(each.count for each in counts if each.quarter == quarter and each.act != ADMITTED)
        for quarter in quarters
    }
    return OfficerActs(
        account_id,
        total[ADMITTED],
        total[OVERRIDE],
        total[UNDONE],
        sum(exceptions.values()) / len(quarters),
        max((count for quarter, count in exceptions.items() if quarter != UNKNOWN_QUARTER), default=0),
    )
