"""What a desk writes down of both lanes' waits: once a quarter of an hour, as it was heard last (R-11)."""

from __future__ import annotations

from typing import Any

from kiosk.audit.catalogue import Kind, checked_fields
from kiosk.audit.slots import SLOT_S
from kiosk.domain.lanes import GroupWaits, LaneState
from kiosk.workers.desk_lanes import CountedWaits
from tests.helpers.audit import SetClock

BEGAN_S = SLOT_S * 1_900_000.0


def waits(group: str, served: int, staff_s: float | None) -> GroupWaits:
    return GroupWaits(group, 0, None, staff_s, served, 12.04, 30 if served else 0)


def test_each_quarter_is_written_once_and_a_lane_nobody_used_is_not() -> None:
    clock, written = SetClock(BEGAN_S + 5), list[tuple[Kind, dict[str, Any]]]()

    def note(kind: Kind, by: str = "", about: str = "", *, success: bool = True, **fields: Any) -> None:
        written.append((kind, checked_fields(kind, fields)))

    counted = CountedWaits(note, clock)
    counted.on_state(LaneState(waits=(waits("A", 3, 40.0),)))
    counted.on_state(LaneState(waits=(waits("A", 12, 61.26), waits("B", 0, None))))
    assert written == []
    clock.s += SLOT_S
    for _ in range(2):
        counted.on_state(LaneState(waits=()))
    ((kind, fields),) = written
    assert kind is Kind.WAITS_COUNTED
    assert (fields["gate_group"], fields["served"], fields["staff_p90_s"]) == ("A", 12, 61.3)
    assert fields["slot"].endswith("Z")
