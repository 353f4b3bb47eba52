"""From a changed byte to a shut face lane and back, over real files, the real guard and the real log."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from kiosk.audit.log import AuditLog
from kiosk.config.event import Mode
from kiosk.config.load import load_machine
from kiosk.config.station import StationConfig
from kiosk.integrity import subjects
from kiosk.integrity.check import IntegrityReport
from kiosk.integrity.station_check import keeps_face_lane_shut, station_look
from kiosk.parts.common import Common
from kiosk.parts.duties import attacks_watch, seal_guard
from kiosk.ports import SystemClock
from kiosk.workers.face_lane import FaceLane, Hold
from kiosk.workers.integrity import Guard, SealDuty
from tests.helpers.integrity import SealedKiosk, sealed_kiosk
from tests.helpers.roster import EVENT
from tests.helpers.station_workers import Posts


class Station:
    """What the composition root puts together of a gate, without its window."""

    def __init__(self, kiosk: SealedKiosk) -> None:
        self.posts, self.ready = Posts(), list[bool]()
        self.lane = FaceLane({Hold.INTEGRITY}, self.ready.append)
        self.now_s = 0.0
        look = station_look(kiosk.machine_file, load_machine(kiosk.machine_file), kiosk.roots)
        audit = AuditLog.at(kiosk.place, SystemClock())
        duty = SealDuty(look, kiosk.place.manifest_file, audit, "gate-1", self._told, lambda: self.now_s)
        self.guard = Guard([duty], tick_s=0.005)
        self.lane.start()
        self.guard.start()

    def _told(self, report: IntegrityReport) -> None:
        on = keeps_face_lane_shut(report, Mode.LIVE)
        self.posts(lambda: self.lane.hold(Hold.INTEGRITY, on=on))

    def wait_for(self, ready: list[bool]) -> None:
        self.posts.run_until(lambda: self.ready == ready)


@pytest.fixture
def kiosk(tmp_path: Path) -> SealedKiosk:
    return sealed_kiosk(tmp_path)


def test_shut_until_checked_shut_when_changed_open_when_sealed_again(kiosk: SealedKiosk) -> None:
    station = Station(kiosk)
    try:
        station.wait_for([False, True])
        kiosk.source.write_text("THRESHOLD = 0.01\n")
        station.now_s += 3600
        station.wait_for([False, True, False])
        kiosk.seal_again()
        station.wait_for([False, True, False, True])
    finally:
        station.guard.stop()
    kinds = [line.split('"kind":"')[1].split('"')[0] for line in _records(kiosk) if "integrity" in line]
    assert kinds == ["integrity.checked", "integrity.broken", "integrity.checked"]


def test_a_live_station_without_a_seal_stays_with_staff(kiosk: SealedKiosk) -> None:
    kiosk.place.manifest_file.unlink()
    station = Station(kiosk)
    try:
        station.posts.run_until(lambda: any("integrity.checked" in line for line in _records(kiosk)))
        station.posts.run_waiting()
        assert station.ready == [False]
    finally:
        station.guard.stop()


def test_the_composition_root_asks_for_its_own_machine_file(
    kiosk: SealedKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ``kiosk.app`` puts the guard together; what it tells arrives in the window's thread."""
    monkeypatch.setattr(subjects, "code_roots", lambda: kiosk.roots)
    posts, shut = Posts(), list[bool]()
    config = StationConfig(EVENT, load_machine(kiosk.machine_file), kiosk.machine_file)
    common = cast(Common, SimpleNamespace(config=config, mailbox=SimpleNamespace(post=posts), clock=SystemClock()))
    for expected in (False, True):
        guard = seal_guard(common, attacks_watch(common), shut.append)
        guard.start()
        try:
            posts.run_until(lambda expected=expected: shut[-1:] == [expected])  # type: ignore[misc]
        finally:
            guard.stop()
        kiosk.machine_file.write_text(kiosk.machine_file.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def _records(kiosk: SealedKiosk) -> list[str]:
    file = kiosk.place.audit_file
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
