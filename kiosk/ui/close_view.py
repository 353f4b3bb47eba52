"""What the close window shows: facts before, steps while it runs, what was found afterwards. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StepState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STUCK = "stuck"


class WipeVerdict(StrEnum):
    """What an independent look found; UNKNOWN when it could not be measured (R-50)."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class CloseFacts:
    """What is about to be destroyed. A number is None where the store can no longer be read."""

    event_name: str
    tickets: int | None
    admissions: int | None


@dataclass(frozen=True)
class CloseStep:
    """One step; ``key`` is one of the names under ``close.step`` in the translations. ``share``: how much of it is
    done, 0..1, where that is known.
    """

    key: str
    state: StepState
    share: float | None = None


@dataclass(frozen=True)
class CloseResult:
    """What was checked, what is left, what could not be looked at: plain lines without personal data."""

    verdict: WipeVerdict
    checked: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    not_measured: tuple[str, ...] = ()
    certified: bool = False
