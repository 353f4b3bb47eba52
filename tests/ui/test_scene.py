"""The event file's words arrive on the screens, complete in each language."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.config.event import NOTICE_FIELDS
from kiosk.config.rehearsal_event import rehearsal_event
from kiosk.scene import event_scene


@pytest.mark.requirement("R-07")
def test_every_notice_field_is_shown_in_every_language() -> None:
    event = rehearsal_event(date(2026, 5, 1))
    scene = event_scene(event, "A")
    assert set(scene.words) == {"zh", "en"}
    for language in event.languages:
        words = scene.words[language.value]
        assert [part.text for part in words.full_notice] == [getattr(event.notice, f)[language] for f in NOTICE_FIELDS]
        assert len({part.heading for part in words.full_notice}) == len(NOTICE_FIELDS)


def test_sessions_are_named_by_their_day() -> None:
    scene = event_scene(rehearsal_event(date(2026, 5, 1)), "A")
    assert scene.words["en"].session("night-2") == "2 May\nSecond night"
    assert scene.words["zh"].session("night-2") == "5月2日\n第二场"
    assert scene.words["en"].gate("B") == "Gate B"
    assert scene.words["en"].gate("unknown") == "unknown"
