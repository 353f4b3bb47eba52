"""Searching at the desk: what is typed is looked for as a whole, few hits are shown, and nothing of them stays."""

from __future__ import annotations

import pytest

from kiosk.ledger.port import Found, Hit
from kiosk.station.desk_view import DeskState
from tests.helpers.station import VALID, DeskLane

HITS = tuple(Hit(f"T-{n}", "P*", f"Row {n}", "A") for n in range(3))


@pytest.fixture
def desk() -> DeskLane:
    made = DeskLane()
    made.desk.on_typed("ORD-77")
    return made


def test_one_of_several_is_chosen_and_looked_up_by_its_code(desk: DeskLane) -> None:
    desk.store.take("search").answer(Found(HITS, more=True))
    assert [one.seat_area for one in desk.view.found] == ["Row 0", "Row 1", "Row 2"]
    assert desk.view.found_more
    desk.desk.on_found_chosen("1")
    assert desk.store.take("look_up").given[0].untrusted_code == "T-1"
    assert desk.view.found == ()


@pytest.mark.parametrize(("hits", "code"), [(HITS[:1], "T-0"), ((), "ORD-77")])
def test_one_hit_is_shown_at_once_and_none_says_no_ticket(desk: DeskLane, hits: tuple[Hit, ...], code: str) -> None:
    desk.store.take("search").answer(Found(hits))
    asked = desk.store.take("look_up")
    assert asked.given[0].untrusted_code == code
    asked.answer(VALID)
    assert desk.view.state is DeskState.FACTS


def test_what_was_found_is_forgotten(desk: DeskLane) -> None:
    desk.store.take("search").answer(Found(HITS))
    desk.desk.on_timer("forget")
    desk.desk.on_found_chosen("1")
    assert (desk.view.found, desk.store.asked) == ((), [])


def test_hits_that_come_late_are_nobodys(desk: DeskLane) -> None:
    late = desk.store.take("search")
    desk.facts()
    late.answer(Found(HITS))
    assert desk.view.found == ()


def test_a_code_typed_beside_a_document_is_its_code() -> None:
    desk = DeskLane()
    desk.facts()
    desk.desk.on_typed("T-9")
    assert desk.store.count("search") == 0
    assert desk.store.take("look_up").given[0].untrusted_code == "T-9"
