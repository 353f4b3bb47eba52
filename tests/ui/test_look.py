"""Night chosen at the desk, by touch: every window of the machine follows, and the next morning by the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kiosk.config.look import Look, LookFile, NightHours, Theme
from kiosk.domain.access import Principal, Role
from kiosk.parts.looks import look_sheet
from kiosk.ui.desk_window import DeskWindow
from kiosk.ui.station_window import StationWindow
from kiosk.ui.tokens import DAY, NIGHT
from kiosk.workers.looks import LookWatch
from kiosk.workers.mailbox import Mailbox
from kiosk.workers.queue import WorkQueue
from tests.helpers.ui import tap

EVENING, MORNING = (datetime(2026, 5, 1, hour).timestamp() for hour in (22, 9))  # noqa: DTZ001 - local, as the clock's


@pytest.mark.requirement("R-108")
def test_night_is_chosen_at_the_desk_and_followed_at_the_gate(
    desk: Callable[..., DeskWindow], station: Callable[..., StationWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    officer, gate, mailbox = desk("zh"), station("zh"), Mailbox()
    queue = WorkQueue("look", mailbox.post)
    file, now = LookFile(tmp_path / "look.json", Look()), [EVENING]
    at_desk, at_gate = (LookWatch(file, NightHours(), queue, lambda: now[0]) for _ in "ab")
    at_desk.follow(officer)
    at_gate.follow(gate)
    sheet = look_sheet(officer, at_desk, lambda: Principal(Role.ATTENDANT, "o-1"))
    tap(officer, officer.look_button)
    assert sheet.is_open
    tap(officer, officer.sheet.options.buttons["theme", "night"])
    qtbot.waitUntil(lambda: officer.skin.palette == NIGHT)
    tap(officer, officer.sheet.options.buttons["motion", "off"])
    qtbot.waitUntil(lambda: not at_desk.look.motion)
    assert gate.skin.palette == DAY, "another process: it has not looked yet"
    at_gate.look_again()
    qtbot.waitUntil(lambda: (gate.skin.palette, gate.skin.motion) == (NIGHT, False))
    tap(officer, officer.sheet.options.buttons["theme", "clock"])
    qtbot.waitUntil(lambda: at_desk.look.theme is Theme.CLOCK)
    assert officer.skin.palette == NIGHT
    now[0] = MORNING
    at_desk.apply(at_desk.look)
    assert officer.skin.palette == DAY
    tap(officer, officer.sheet.back_button)
    assert not sheet.is_open
    queue.stop()
    mailbox.close()
