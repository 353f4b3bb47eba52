"""The face lane is open while nothing holds it; who asked is told once per change."""

from __future__ import annotations

from kiosk.workers.face_lane import FaceLane, Hold


def test_a_lane_that_waits_for_its_engine() -> None:
    told: list[bool] = []
    lane = FaceLane({Hold.ENGINE}, told.append)
    lane.hold(Hold.ENGINE, on=False)
    assert told == []  # nobody listens before the start
    lane.hold(Hold.ENGINE, on=True)
    lane.start()
    lane.hold(Hold.ENGINE, on=True)
    assert told == [False]
    lane.hold(Hold.ENGINE, on=False)
    lane.hold(Hold.ENGINE, on=False)
    assert told == [False, True]


def test_a_lane_without_a_camera_needs_no_engine() -> None:
    told: list[bool] = []
    FaceLane(set(), told.append).start()
    assert told == [True]
