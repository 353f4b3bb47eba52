"""The product's own processes, played by touches, bytes and pictures; at the end their event is closed under them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kiosk.cli.main import app
from kiosk.closing.state import EventState, read_state
from kiosk.config.places import EventPlace
from kiosk.rehearsal.actor import Actor, Part
from kiosk.rehearsal.casting import cast
from kiosk.rehearsal.conductor import Conductor
from kiosk.rehearsal.kinds import KINDS, MATCH
from kiosk.rehearsal.performance import Performance, Setting, curtain
from kiosk.rehearsal.photos import PhotosUnavailable, people
from kiosk.rehearsal.report import Report, VisitResult

pytestmark = pytest.mark.photos

PLAYED = ("match", "non_match", "withdrew", "reader_unplugged", "chose_staff_and_desk", "already_used")
CLOSING_LIMIT_S = 12.0


@dataclass(frozen=True)
class Show:
    """What runs, who comes, and a part nobody has played yet."""

    performance: Performance
    parts: dict[str, Part]
    conductor: Conductor
    last: Part


@pytest.fixture(scope="module")
def show() -> Iterator[Show]:
    try:
        photographed = people()
    except PhotosUnavailable as unavailable:
        pytest.skip(str(unavailable))
    kinds = {kind.name: kind for kind in KINDS}
    casting = cast([*(kinds[name] for name in PLAYED), MATCH], photographed)
    with curtain(Setting(casting.rows, pace="fast")) as performance:
        conductor = Conductor(performance.world, Report(None))
        yield Show(performance, dict(zip(PLAYED, casting.parts, strict=False)), conductor, casting.parts[-1])


@pytest.fixture(scope="module")
def results() -> dict[str, VisitResult]:
    return {}


@pytest.mark.parametrize("kind", PLAYED)
def test_visits_end_as_they_must(show: Show, results: dict[str, VisitResult], kind: str) -> None:
    result = show.conductor.play(show.parts[kind])
    results[kind] = result
    assert result.actual == result.expected


def test_scores_are_real_and_only_where_somebody_was_compared(results: dict[str, VisitResult]) -> None:
    if set(results) != set(PLAYED):
        pytest.skip("the visits were not all played")
    compared = {kind for kind, result in results.items() if result.score is not None}
    assert compared == {"match", "non_match"}
    match, non_match = results["match"], results["non_match"]
    assert match.score is not None
    assert non_match.score is not None
    assert match.score > non_match.score + 0.1
    assert {"verdict_s", "document_to_verdict_s", "commit_s", "capture_closed_s"} <= set(match.stages)
    assert match.stages["verdict_s"] <= match.stages["document_to_verdict_s"]


def test_the_gate_opened_for_those_who_were_let_in_and_for_nobody_else(
    show: Show, results: dict[str, VisitResult]
) -> None:
    if set(results) != set(PLAYED):
        pytest.skip("the visits were not all played")
    told = show.performance.world.stage.ask({"tell": True})
    assert told["openings"] == 1  # the desk has no gate output in rehearsal
    assert not any(told["forbidden"])


def test_an_event_closes_under_a_gate_in_the_middle_of_a_visit_and_its_desk(show: Show) -> None:
    """Both processes let go of ledger and key by themselves; nothing is left, and nobody is served any more."""
    performance = show.performance
    gate, desk, venue = performance.gate, performance.world.desk, performance.venue
    assert desk is not None
    actor = Actor(performance.world, show.last)
    actor.film("nobody")
    actor.choose_face()
    actor.put_card()
    actor.wait_screen("look_here")
    gate.forget()
    desk.forget()
    began_s = time.monotonic()
    closed = close_event(venue.data_dir, venue.key_dir)
    took_s = time.monotonic() - began_s
    gate.wait(lambda m: m.get("view") == "see_staff", 1.0, "direction to staff")
    assert gate.wait(lambda m: "visit" in m, 5.0, "end of the visit")["visit"]["cause"] == "service_ended"
    gate.wait(lambda m: m.get("view") == "out_of_service", 5.0, "closed screen")
    desk.wait(lambda m: m.get("desk") == "trouble", 1.0, "closed desk")
    assert closed["verdict"] == "PASS"
    assert closed["stations_still_open"] == 0
    assert closed["counts"]["admitted"] == 3
    assert read_state(EventPlace(venue.data_dir, venue.key_dir, "rehearsal").state_file) is EventState.WIPED
    assert took_s < CLOSING_LIMIT_S
    gate.send({"state": "send"})
    assert gate.wait(lambda m: "state" in m, 5.0, "state")["state"] == "out_of_service"


def close_event(data_dir: Path, key_dir: Path) -> dict[str, Any]:
    """The organiser's command, here in this process: the visit does not wait for another one to start."""
    command = ["event", "close", "rehearsal", "--yes", "--json", "--data", str(data_dir), "--keys", str(key_dir)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
