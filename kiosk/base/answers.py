"""What the base answers, as values of Python."""

from __future__ import annotations

from dataclasses import dataclass

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Answer:
    """What a changing call, or ``look``, was answered with; see assets/base. Times are UTC seconds."""

    outcome: str
    id: str | None = None
    at: float | None = None
    station: str | None = None
    gate_group: str | None = None
    lane: str | None = None
    until: float | None = None


@dataclass(frozen=True)
class Position:
    """Up to where changes were read."""

    xact: int = 0
    seq: int = 0


@dataclass(frozen=True)
class Change:
    """One thing that happened, in the order every device sees. ``admission``: of somebody a desk let in for a gate."""

    position: Position
    kind: str
    id: str | None
    session: str | None
    reference: str | None
    station: str | None
    gate_group: str | None
    word: str | None
    at: float
    admission: str | None = None


def number(text: str | None) -> float | None:
    return None if text is None else float(text)


def answer_of(row: Row) -> Answer:
    outcome, identifier, at, station, gate_group, lane, until = row
    if outcome is None:
        raise AssertionError("a function of the base was asked with nothing for something")
    return Answer(outcome, identifier, number(at), station, gate_group, lane, number(until))


def change_of(row: Row) -> Change:
    xact, seq, kind, identifier, session, reference, station, gate_group, word, at, admission = row
    position = Position(int(xact or 0), int(seq or 0))
    return Change(
        position, kind or "", identifier, session, reference, station, gate_group, word, number(at) or 0.0, admission
    )
