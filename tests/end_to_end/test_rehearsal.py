"""The product's own processes, played by touches, bytes and pictures; at the end their event is closed under them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
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

BY_BUTTONS = ("match", "chose_staff", "match", "chose_staff")
"""Once more, by the lit buttons beside the screen."""
PLAYED = ("match", "non_match", "withdrew", "reader_unplugged", "chose_staff_and_desk", "already_used")
CLOSING_LIMIT_S = 12.0


@dataclass(frozen=True)
class Show:
    """What runs, who comes, and a part nobody has played yet."""

    performance: Performance
    parts: dict[str, Part]
    pressing: list[Part]
    conductor: Conductor
    last: Part


@pytest.fixture(scope="module")
def show() -> Iterator[Show]:
    try:
        photographed = people()
    except PhotosUnavailable as unavailable:
        pytest.skip(str(unavailable))
    kinds = {kind.name: kind for kind in KINDS}
    casting = cast([*(kinds[name] for name in (*PLAYED, *BY_BUTTONS)), MATCH], photographed)
    with curtain(Setting(casting.rows, pace="fast", buttons=True)) as performance:
        conductor = Conductor(replace(performance.world, buttons=False), Report(None))
        parts = dict(zip(PLAYED, casting.parts, strict=False))
        pressing = casting.parts[len(PLAYED) : -1]
        yield Show(performance, parts, pressing, conductor, casting.parts[-1])


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


@pytest.mark.requirement("R-04", "R-103")
def test_visits_by_the_lit_buttons_beside_the_screen(show: Show) -> None:
    """Contacts on the board's inputs and lamps on its relays, over the line; the glass is not touched."""
    conductor = Conductor(show.performance.world, Report(None))
    before = show.performance.world.stage.ask({"tell": True})["openings"]
    results = []
    for language, part in zip(("zh", "zh", "en", "en"), show.pressing, strict=True):
        show.performance.gate.send({"tap": f"language_{language}"})
        results.append(conductor.play(part).actual)
    assert results == ["admitted:face", "staff:chose_staff"] * 2
    told = show.performance.world.stage.ask({"tell": True})
    assert told["openings"] == before + 2, "no lamp was taken for the lock"


def test_an_event_closes_under_a_gate_in_the_middle_of_a_visit_and_its_desk(show: Show) -> None:
    """Both processes let go of ledger and key by themselves; nothing is left, and nobody is served any more."""
    performance = show.performance
    gate, desk, venue = performance.gate, performance.world.desk, performance.venue
    assert desk is not None
    actor = Actor(replace(performance.world, buttons=False), show.last)
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
    assert closed["counts"]["admitted"] == 5
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
