"""Facts of visits, counted per quarter of an hour: all of them that outlives the event (R-53). Pure.

A slot's counts go out together once the slot is over, in an order drawn by lot, so that neither time nor order of a
record says when within the slot somebody was there, or who came after whom.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import Value
from kiosk.audit.record import Entry, utc

SLOT_S = 900

_COUNTED_AS: dict[Kind, tuple[Kind, tuple[str, ...]]] = {
    Kind.VISIT_ENDED: (Kind.VISITS_COUNTED, ("ending", "cause")),
    Kind.VISIT_LANE_CHOSEN: (Kind.CONSENTS_COUNTED, ("lane", "notice", "language")),
    Kind.HOLD_KEPT: (Kind.HOLDS_COUNTED, ()),
    Kind.VISIT_ATTACK_SIGN: (Kind.ATTACK_SIGNS_COUNTED, ("code",)),
    Kind.VISIT_CHALLENGE_NOT_MET: (Kind.CHALLENGES_NOT_MET_COUNTED, ("code",)),
}
"""Which fields stay; all other kinds of the event's log are acts of staff, counted by act and by who did it."""
_NOT_COUNTED = frozenset({Kind.VISIT_SLOT_COUNTED})

Shuffle = Callable[[list[Entry]], None]


@dataclass(frozen=True)
class Fact:
    """One thing of the event's log: when (UTC seconds), and what."""

    at_s: float
    entry: Entry


def slot_of(at_s: float) -> int:
    """The beginning of the quarter of an hour, UTC seconds."""
    return int(at_s // SLOT_S) * SLOT_S


def slot_name(slot: int) -> str:
    return utc(slot)[:-4] + "Z"


class Slots:
    """Counts of one station."""

    def __init__(self, station: str, shuffle: Shuffle) -> None:
        self._station, self._shuffle = station, shuffle
        self._counts: dict[int, Counter[tuple[Kind, str, str, tuple[tuple[str, Value], ...]]]] = {}

    def add(self, fact: Fact) -> None:
        entry = fact.entry
        kind = Kind(entry.kind)
        if kind in _NOT_COUNTED:
            return
        fields = entry.fields or {}
        counted, kept = _COUNTED_AS.get(kind, (Kind.STAFF_ACTS_COUNTED, ()))
        named: dict[str, Value] = {name: fields[name] for name in kept if name in fields}
        if counted is Kind.STAFF_ACTS_COUNTED:
            named["act"] = kind.value
        counts = self._counts.setdefault(slot_of(fact.at_s), Counter())
        counts[counted, entry.by, entry.about, tuple(sorted(named.items()))] += 1

    def take(self, before_s: float | None) -> list[tuple[int, list[Entry]]]:
        """The slots that were over at ``before_s`` (all of them for None), each with its records; they are counted no
        longer."""
        over = sorted(slot for slot in self._counts if before_s is None or slot + SLOT_S <= before_s)
        return [(slot, self._batch(slot)) for slot in over]

    def _batch(self, slot: int) -> list[Entry]:
        place: dict[str, Value] = {"station": self._station, "slot": slot_name(slot)}
        batch = [
            Entry(kind, by, about, fields={**place, **dict(fields), "count": count})
            for (kind, by, about, fields), count in self._counts.pop(slot).items()
        ]
        self._shuffle(batch)
        return batch


def uncounted(station: str, facts: Iterable[Fact]) -> list[Fact]:
    """What of a station's facts, in the order they were written, no batch has counted yet: a crash came before it."""
    left: dict[str, list[Fact]] = {}
    for fact in facts:
        fields = fact.entry.fields or {}
        if fields.get("station") != station:
            continue
        if fact.entry.kind == Kind.VISIT_SLOT_COUNTED:
            left.pop(str(fields.get("slot")), None)
        else:
            left.setdefault(slot_name(slot_of(fact.at_s)), []).append(fact)
    return [fact for facts_of_slot in left.values() for fact in facts_of_slot]
