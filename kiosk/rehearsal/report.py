"""What a rehearsal says: one JSON object per visit, a summary at the end, figures gathered on the way."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO


@dataclass(frozen=True)
class VisitResult:
    """One visit; ``score`` is null where nothing was compared; ``stages`` are seconds."""

    kind: str
    expected: str
    actual: str
    score: float | None
    stages: dict[str, float]

    @property
    def agrees(self) -> bool:
        return self.expected == self.actual

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "expected": self.expected,
            "actual": self.actual,
            "score": None if self.score is None else round(self.score, 4),
            "stages": {name: round(seconds, 4) for name, seconds in self.stages.items()},
        }


@dataclass
class Report:
    """Collects results; writes each line when it is known, so that a broken run still tells its beginning."""

    out: TextIO | None
    results: list[VisitResult] = field(default_factory=list)

    def add(self, result: VisitResult) -> None:
        self.results.append(result)
        self._write(result.as_json())

    def finish(self, figures: dict[str, Any]) -> dict[str, Any]:
        summary = {
            "summary": True,
            "visits": len(self.results),
            "agree": sum(result.agrees for result in self.results),
            "kinds": len({result.kind for result in self.results}),
            "window_block_ms_max": figures.get("window_block_ms_max"),
            "preview_fps": figures.get("preview_fps"),
            **{key: value for key, value in figures.items() if key not in {"window_block_ms_max", "preview_fps"}},
        }
        self._write(summary)
        return summary

    def _write(self, value: dict[str, Any]) -> None:
        if self.out is not None:
            self.out.write(json.dumps(value, ensure_ascii=False) + "\n")
            self.out.flush()


def open_report(path: Path | None) -> TextIO | None:
    """The file for the JSON lines, or None."""
    return None if path is None else path.open("w", encoding="utf-8")
