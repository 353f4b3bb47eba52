"""The office says what an event is missing, exactly as arming does, and whether manual lanes have enough officers."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.closing import life
from kiosk.closing.planning import plan_of
from kiosk.closing.readiness import Missing
from kiosk.config.load import load_event
from kiosk.domain.access import Principal, Role
from kiosk.office.event import EventFacts, EventPages, EventPort
from kiosk.office.readiness import MissingPages
from kiosk.office.view import Mark
from kiosk.text import Texts
from tests.helpers.office import OfficeStage
from tests.helpers.preconditions import Scene, codes

ORGANISER = Principal(Role.ORGANISER, "org")
DRAFT = EventFacts("Night", "night", "draft", None, {"tickets": 8}, certified=False)


@pytest.fixture
def stage(tmp_path: Path) -> OfficeStage:
    return OfficeStage(tmp_path / "office")


def shown(stage: OfficeStage, missing: list[Missing]) -> list[tuple[str, ...]]:
    stage.enter(ORGANISER, lambda room: MissingPages(room, lambda: missing))
    return [row.cells for row in stage.glass.list.rows]


def test_with_nothing_missing_it_says_so(stage: OfficeStage) -> None:
    assert shown(stage, []) == []
    assert stage.glass.list.told is not None
    assert stage.glass.list.told.mark is Mark.GOOD


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_code_has_words(language: str) -> None:
    assert len(codes()) > 20
    assert [code for code in codes() if not Texts(language).has(f"office.missing.code.{code}")] == []


def test_both_lists_are_one_tap_from_the_event_and_back(stage: OfficeStage, tmp_path: Path) -> None:
    event = Scene(tmp_path).made()
    settings = load_event(event.event_file)
    port = EventPort(
        lambda: DRAFT,
        lambda facts, left: None,
        lambda left: None,
        lambda: life.what_is_missing(event),
        lambda: (plan_of(settings), settings.planning.service_s),
    )
    office = stage.enter(ORGANISER, lambda room: EventPages(room, port))
    assert {act.name for act in stage.glass.sheet.acts} >= {"missing", "plan"}
    office.on_act("missing", "")
    assert stage.glass.list.title == "What is missing"
    office.on_back()
    office.on_act("plan", "")
    cells = [row.cells for row in stage.glass.list.rows]
    needed = [str(group.needed) for group in plan_of(settings).groups]
    assert [(row[0], row[3], row[4]) for row in cells] == [("A", needed[0], "4"), ("B", needed[1], "4")]
    office.on_back()
    assert stage.glass.sheet.acts


def test_a_refusal_leads_back_to_the_event(stage: OfficeStage) -> None:
    def broken() -> list[Missing]:
        raise OSError(5, "input/output error")

    port = EventPort(
        lambda: DRAFT, lambda facts, left: None, lambda left: None, broken, lambda: (plan_of(stage.event), 20.0)
    )
    stage.enter(ORGANISER, lambda room: EventPages(room, port)).on_act("missing", "")
    assert stage.glass.sheet.told is not None
    assert stage.glass.sheet.told.mark is Mark.BAD
