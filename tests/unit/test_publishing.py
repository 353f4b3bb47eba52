"""What was published is only tightened: by command, by a file edited in place, and whoever asks (R-15)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from kiosk.cli.event import event_app
from kiosk.closing import life
from kiosk.closing.bound import read_bound
from kiosk.closing.publishing import Policy, loosened, policy_in
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace
from tests.helpers.event_place import make_event

app = typer.Typer()
app.add_typer(event_app, name="event")

MANUAL = "manual = { officers = 2, arrivals_per_min = 12 }"
LOOSER = {
    "profiles": ('profiles = ["generic", "cn"]', 'profiles = ["generic"]'),
    "face.enabled": ("enabled = false  ", "enabled = true  "),
    "gate_groups": (MANUAL, "manual = { officers = 0 }"),
    "retention.grace_h": ("grace_h = 2.0", "grace_h = 2.5"),
    "hold": ("max_h = 2.0", "max_h = 2.5"),
    "desk.chip_portrait": ("[hold]", "[desk]\nchip_portrait = true\n[hold]"),
}
STRICTER = {
    "profiles": ('profiles = ["generic", "cn"]', 'profiles = ["generic", "cn", "eu-strict"]'),
    "gate_groups": (MANUAL, "manual = { officers = 9, arrivals_per_min = 12 }"),
    "retention.grace_h": ("grace_h = 2.0", "grace_h = 1.0"),
    "hold": ("allowed = true", "allowed = false"),
}
Run = Callable[..., Result]


@pytest.fixture
def place(tmp_path: Path) -> EventPlace:
    """An event without a face lane and with a profile, before it is published."""
    made = make_event(tmp_path)
    text = made.event_file.read_text("utf-8")
    text = text.replace('mode = "rehearsal"', 'profiles = ["generic", "cn"]\nmode = "rehearsal"', 1)
    text = text.replace("enabled = true  ", "enabled = false  ", 1)
    if "grace_h" not in text:
        text = text.replace("[hold]", "[retention]\ngrace_h = 2.0\n[hold]", 1)
    made.event_file.write_text(text, "utf-8")
    return made


@pytest.fixture
def run(place: EventPlace) -> Run:
    runner = CliRunner(env={"VENUE_KIOSK_DATA": str(place.data_dir), "VENUE_KIOSK_KEYS": str(place.key_dir)})

    def run(*arguments: str) -> Result:
        return runner.invoke(app, ["event", *arguments])

    return run


def changed(place: EventPlace, tmp_path: Path, old: str, new: str) -> str:
    text = place.event_file.read_text("utf-8")
    assert old in text
    (tmp_path / "changed.toml").write_text(text.replace(old, new, 1), "utf-8")
    return str(tmp_path / "changed.toml")


@pytest.mark.requirement("R-15", "R-72")
@pytest.mark.parametrize("setting", LOOSER)
def test_no_rule_is_loosened_after_publishing(place: EventPlace, run: Run, tmp_path: Path, setting: str) -> None:
    assert run("publish", "rehearsal").exit_code == 0
    result = run("change", "rehearsal", changed(place, tmp_path, *LOOSER[setting]), "--reason", "wanted")
    assert (result.exit_code, f"changed.toml: {setting}" in result.output) == (2, True), result.output
    place.event_file.write_text((tmp_path / "changed.toml").read_text("utf-8"), "utf-8")
    assert ("loosened", setting) in [(thing.code, thing.what) for thing in life.what_is_missing(place)]
    assert run("publish", "rehearsal").exit_code == 1
    assert run("arm", "rehearsal").exit_code == 1


@pytest.mark.parametrize("setting", LOOSER)
def test_before_publishing_everything_may_change(place: EventPlace, run: Run, tmp_path: Path, setting: str) -> None:
    file = changed(place, tmp_path, *LOOSER[setting])
    assert "must" not in run("change", "rehearsal", file, "--reason", "wanted").output


@pytest.mark.parametrize("setting", STRICTER)
def test_every_rule_may_be_tightened_and_then_stays_so(
    place: EventPlace, run: Run, tmp_path: Path, setting: str
) -> None:
    run("publish", "rehearsal")
    old, new = STRICTER[setting]
    result = run("change", "rehearsal", changed(place, tmp_path, old, new), "--reason", "wanted")
    assert result.exit_code == 0, result.output
    assert run("publish", "rehearsal").exit_code == 0
    assert policy_in(read_bound(place)) == Policy.of(load_event(place.event_file))


def test_a_record_from_before_portraits_could_be_seen_says_that_none_are(place: EventPlace, run: Run) -> None:
    assert run("publish", "rehearsal").exit_code == 0
    bound = read_bound(place)
    assert bound is not None
    old = json.loads(bound.published)
    del old["chip_portrait"]
    policy = policy_in(replace(bound, published=json.dumps(old)))
    assert policy == policy_in(bound)
    assert policy is not None
    assert not policy.chip_portrait
    event = load_event(place.event_file)
    seen = event.model_copy(update={"desk": event.desk.model_copy(update={"chip_portrait": True})})
    assert [setting for setting, _ in loosened(policy, seen)] == ["desk.chip_portrait"]
    assert not list(loosened(Policy.of(seen), event))


def test_arming_publishes(place: EventPlace, run: Run, tmp_path: Path) -> None:
    assert policy_in(read_bound(place)) is None
    file = changed(place, tmp_path, MANUAL, "manual = { officers = 5, arrivals_per_min = 12 }")
    text = Path(file).read_text("utf-8").replace(MANUAL, "manual = { officers = 5, arrivals_per_min = 12 }")
    Path(file).write_text(text, "utf-8")
    assert run("change", "rehearsal", file, "--reason", "enough for everybody").exit_code == 0
    armed = run("arm", "rehearsal")
    assert armed.exit_code == 0, armed.output
    assert policy_in(read_bound(place)) == Policy.of(load_event(place.event_file))


def test_an_event_that_nothing_is_bound_of_is_not_published(place: EventPlace, run: Run) -> None:
    place.bound_file.unlink()
    result = run("publish", "rehearsal")
    assert (result.exit_code, "kiosk event change" in result.output) == (1, True)
