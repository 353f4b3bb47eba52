"""Officers of the manual lane: the formula, what feeds it, and that nobody opens with too few unsaid (R-03, R-12)."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from kiosk.cli.event import event_app
from kiosk.closing import life
from kiosk.closing.planning import EVERYBODY, plan_of, sent_to_staff
from kiosk.closing.readiness import Facts, missing
from kiosk.config.event import EventConfig, ManualLane, Mode, Planning
from kiosk.domain.capacity import Expected, manual_share, officers_needed
from kiosk.face.card import read_card
from tests.helpers.event_place import make_event
from tests.helpers.roster import EVENT

app = typer.Typer()
app.add_typer(event_app, name="event")


@pytest.mark.requirement("R-12")
@pytest.mark.parametrize(
    ("arrivals", "share", "service_s", "officers"),
    [
        (200, 0.15, 20, 13),  # the requirement's own vector
        (192, 0.15, 20, 12),  # exactly twelve: not one more
        (0, 0.15, 20, 0),
        (1, 0.01, 5, 1),
        (48, 1, 60, 60),
    ],
)
def test_vectors(arrivals: float, share: float, service_s: float, officers: int) -> None:
    assert officers_needed(arrivals, share, service_s) == officers


shares = st.floats(0, 1)


@given(st.floats(0, 2000), shares, st.floats(5, 600), st.floats(0, 100), shares)
def test_more_people_never_need_fewer_officers(
    arrivals: float, share: float, service_s: float, more: float, another: float
) -> None:
    needed = officers_needed(arrivals, share, service_s)
    assert officers_needed(arrivals + more, max(share, another), service_s + more) >= needed
    assert needed >= arrivals * share * service_s / 48 - 1e-6


@given(shares, shares, shares, shares)
def test_a_share_is_one(opt_out: float, others: float, children: float, sent: float) -> None:
    share = manual_share(Expected(opt_out, others, children), sent)
    assert max(opt_out, others, children, sent) - 1e-9 <= share <= 1


@pytest.mark.parametrize("number", [math.inf, math.nan, -1.0])
def test_what_cannot_be_counted_is_refused(number: float) -> None:
    with pytest.raises((ValueError, OverflowError)):
        officers_needed(number, 0.1, 20)


def planned(
    officers: int, arrivals: float, reason: str = "", *, face: bool = True, mode: Mode = Mode.LIVE
) -> EventConfig:
    lane = ManualLane(officers=officers, arrivals_per_min=arrivals)
    update = {
        "mode": mode,
        "gate_groups": tuple(group.model_copy(update={"manual": lane}) for group in EVENT.gate_groups[:1]),
        "planning": Planning(below_plan_reason=reason),
        "face": EVENT.face.model_copy(update={"enabled": face}),
    }
    return EVENT.model_copy(update=update)


def codes(event: EventConfig) -> set[str]:
    full = {(session.id, group.id): 1 for session in event.sessions for group in event.gate_groups}
    return {thing.code for thing in missing(event, Facts("", full))} & {"manual_lane", "plan", "below_plan"}


def test_the_plan_takes_the_model_cards_rate() -> None:
    evidence = read_card().thresholds["chip-portrait"].evidence
    rate = evidence.fnmr_high + evidence.failures_to_acquire / evidence.pictures
    found = plan_of(planned(13, 200))
    assert sent_to_staff(read_card()) == found.sent_to_staff == rate
    (group,) = found.groups
    share = Fraction("0.15") + Fraction("0.85") * Fraction(repr(rate))
    assert group.share == pytest.approx(float(share))
    assert group.needed == math.ceil(200 * share / 3 / Fraction("0.8")) > 13


def test_without_a_face_lane_everybody_comes_to_staff() -> None:
    found = plan_of(planned(1, 12, face=False))
    assert (found.sent_to_staff, found.groups[0].share, found.groups[0].needed) == (EVERYBODY, 1.0, 5)


@pytest.mark.requirement("R-03")
def test_a_gate_group_without_a_manual_lane_is_not_armed() -> None:
    assert codes(planned(0, 200)) == {"manual_lane"}
    assert codes(planned(0, 0, mode=Mode.REHEARSAL)) == {"manual_lane"}


@pytest.mark.requirement("R-12")
def test_below_plan_takes_a_written_reason() -> None:
    needed = plan_of(planned(1, 200)).groups[0].needed
    assert codes(planned(needed, 200)) == set()
    assert codes(planned(needed - 1, 200)) == {"below_plan"}
    assert codes(planned(needed - 1, 200, "officers of gate B help at the busiest")) == set()


def test_a_live_event_says_how_many_come() -> None:
    assert codes(planned(2, 0)) == {"plan"}
    assert codes(planned(2, 0, mode=Mode.REHEARSAL)) == set()


def test_the_command_says_the_plan_and_whether_it_holds(tmp_path: Path) -> None:
    place = make_event(tmp_path)
    assert life.what_is_missing(place) == []
    runner = CliRunner(env={"VENUE_KIOSK_DATA": str(place.data_dir), "VENUE_KIOSK_KEYS": str(place.key_dir)})
    good = runner.invoke(app, ["event", "plan", "rehearsal"])
    assert (good.exit_code, "12" in good.output) == (0, True)
    short = runner.invoke(app, ["event", "plan", "rehearsal", "--arrivals", "200", "--json"])
    told = json.loads(short.output)
    assert (short.exit_code, told["below"], told["groups"][0]["planned"]) == (1, ["A", "B"], 2)
