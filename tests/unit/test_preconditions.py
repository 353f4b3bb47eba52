"""Everything a live event needs before it is armed: each thing alone keeps it from that, by its own name (R-71)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from kiosk.audit.log import AuditLog
from kiosk.cli import event_saying
from kiosk.cli.event import event_app
from kiosk.closing import life
from kiosk.closing.bound import read_bound
from kiosk.closing.readiness import Missing
from kiosk.closing.state import EventState, read_state
from kiosk.closing.statements import About, settings_of, state, stated, statements_in
from kiosk.config.load import load_event, parse_event
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.domain.access import Principal, Role
from tests.helpers.accounts import SetClock
from tests.helpers.preconditions import PRECONDITIONS, Precondition, Scene, codes

app = typer.Typer()
app.add_typer(event_app, name="event")


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def missing(place: EventPlace) -> list[str]:
    return [thing.code for thing in life.what_is_missing(place)]


def refused(place: EventPlace) -> list[Missing]:
    with pytest.raises(life.NotReady) as not_ready:
        life.arm_event(place)
    assert read_state(place.state_file) is EventState.DRAFT
    return not_ready.value.missing


def said(place: EventPlace, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What ``kiosk event arm`` says, given by an organiser."""
    who = Principal(Role.ORGANISER, "org")
    spoken = partial(event_saying.spoken, ask_who=lambda action, subject: who)
    monkeypatch.setattr("kiosk.cli.event.spoken", spoken)
    environment = {"VENUE_KIOSK_DATA": str(place.data_dir), "VENUE_KIOSK_KEYS": str(place.key_dir)}
    result = CliRunner(env=environment).invoke(app, ["event", "arm", place.event_id])
    assert result.exit_code == 1, result.output
    return [line for line in result.output.splitlines() if line.startswith("[missing]")]


def only(place: EventPlace, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arming fails with exactly this, in the call and in the command."""
    (thing,) = refused(place)
    assert thing.code == code
    assert said(place, monkeypatch) == [f"[missing] {thing.sentence}"]


@pytest.mark.requirement("R-71")
def test_with_everything_it_is_armed(scene: Scene) -> None:
    place = scene.made()
    assert missing(place) == []
    life.arm_event(place)
    assert read_state(place.state_file) is EventState.ARMED


@pytest.mark.requirement("R-70", "R-71", "R-74", "R-75")
@pytest.mark.parametrize("precondition", PRECONDITIONS.values(), ids=PRECONDITIONS)
def test_without_one_thing_arming_fails_with_exactly_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, precondition: Precondition
) -> None:
    only(precondition.removed(tmp_path, monkeypatch), precondition.code, monkeypatch)


@pytest.mark.requirement("R-71")
def test_the_table_has_everything_the_readiness_list_can_say() -> None:
    assert set(PRECONDITIONS) == codes()


# --- statements -----------------------------------------------------------------------------------


@pytest.mark.requirement("R-70")
def test_an_assessment_is_void_after_a_change_it_rests_on_and_counts_again_when_that_is_undone(scene: Scene) -> None:
    place = scene.made()
    before = place.event_file.read_text("utf-8")
    for old, new in (('rule = "permit 7', 'rule = "permit 8'), ("attempts = 2", "attempts = 1")):
        assert old in before
        place.event_file.write_text(before.replace(old, new), "utf-8")
        assert "assessment" in missing(place)
    place.event_file.write_text(before, "utf-8")
    assert missing(place) == []


@pytest.mark.requirement("R-70")
def test_another_model_card_voids_an_assessment(scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    event = parse_event(scene.text, "test")
    before = {about: settings_of(event, about) for about in About}
    (tmp_path / "card.json").write_text("{}")
    monkeypatch.setattr("kiosk.closing.statements.asset", lambda *parts: tmp_path / "card.json")
    assert settings_of(event, About.ASSESSMENT) != before[About.ASSESSMENT]
    assert settings_of(event, About.SIGNS) == before[About.SIGNS]


def test_a_statement_says_who_when_and_about_which_paper_and_is_written_down(scene: Scene) -> None:
    place = scene.made()
    log = AuditLog.at(DevicePlace(place.data_dir, place.key_dir), SetClock())
    made = state(place, About.ASSESSMENT, "lin", 7.0, log, b"the paper")
    assert statements_in(read_bound(place))[About.ASSESSMENT] == made
    assert (made.by, made.at_s, len(made.paper)) == ("lin", 7.0, 64)
    assert '"code":"assessment"' in log.file.read_text()


def test_a_statement_made_outside_the_signed_record_is_none(scene: Scene) -> None:
    scene.without = set(About)
    place = scene.made()
    other = place.bound_file.read_bytes().replace(b'"statements":""', b'"statements":"{}"')
    place.bound_file.write_bytes(other)
    assert stated(place, load_event(place.event_file)) == frozenset()
