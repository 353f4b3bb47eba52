"""What one part of the soak did and saw."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SHOWN_VIOLATIONS = 20


@dataclass
class Figures:
    """``counts``: numbers by what they count, in the order they are shown. ``violations``: broken promises, one
    sentence each; empty means the part passed."""

    part: str
    counts: dict[str, float] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    took_s: float = 0.0

    @property
    def passed(self) -> bool:
        return not self.violations

    def require(self, kept: bool, otherwise: str) -> None:
        """Note a violation unless the promise was kept."""
        if not kept:
            self.violations.append(otherwise)

    def count(self, what: str, by: float = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + by

    def highest(self, what: str, value: float) -> None:
        self.counts[what] = max(self.counts.get(what, 0.0), value)

    def add(self, other: Figures) -> None:
        """Take in what a share of the same part saw; figures whose name ends in ``max`` are not summed."""
        for what, value in other.counts.items():
            if what.endswith("max"):
                self.highest(what, value)
            else:
                self.count(what, value)
        self.violations += other.violations

    def as_json(self) -> dict[str, Any]:
        return {
            "part": self.part,
            "passed": self.passed,
            "took_s": round(self.took_s, 1),
            "counts": {what: round(value, 4) for what, value in self.counts.items()},
            "violations": self.violations[:SHOWN_VIOLATIONS],
            "violations_count": len(self.violations),
        }

    @classmethod
    def from_json(cls, text: str) -> Figures:
        """Raises ValueError (KeyError) for anything but what ``as_json`` gave."""
        value: Mapping[str, Any] = json.loads(text)
        return cls(value["part"], dict(value["counts"]), list(value["violations"]), float(value["took_s"]))
