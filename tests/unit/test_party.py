"""People who come in together, and people who go out: at the desk, in the store behind it, and at the gate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.port import DeviceLost, DocumentPresented
from kiosk.audit.catalogue import Kind
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, EarlierUse, TicketCheck, TicketFacts
from kiosk.ledger.port import Admission, GateState, PartyRefused
from kiosk.station.desk import FORGET_PARTY_AFTER_S
from kiosk.station.desk_view import MOST_TOGETHER, DeskState, DeskView, Reentry
from kiosk.station.ports import TOO_LATE
from kiosk.workers.auditing_acts import AuditedDesk
from kiosk.workers.gate import TOGETHER_S, GateTask
from tests.helpers.ledger import GATE, card
from tests.helpers.station import TICKET, DeskLane, SetClock
from tests.helpers.station_workers import PlayedGate
from tests.unit.test_workers import Notes, clock, notes  # noqa: F401 - fixtures
from tests.unit.test_workers_store import Store

USED = TicketCheck(CheckOutcome.ALREADY_USED, TICKET, EarlierUse(1.0, "gate-1", "A", "face"))


def check(person: int, outcome: CheckOutcome = CheckOutcome.VALID) -> TicketCheck:
    return TicketCheck(outcome, TicketFacts(f"reference-{person}", "night-1", "A", f"Block {person}"))


def admissions(count: int) -> tuple[Admission, ...]:
    return tuple(Admission(f"a-{n}", f"r-{n}", 1.0, "desk-1", Lane.STAFF, GateState.PENDING) for n in range(count))


def show(desk: DeskLane, person: int, *, age_ok: bool = True, found: TicketCheck | None = None) -> None:
    desk.put(person, age_ok=age_ok)
    desk.store.take("look_up").answer(found or check(person))


def gather(desk: DeskLane, person: int, *, age_ok: bool = True) -> None:
    show(desk, person, age_ok=age_ok)
    desk.desk.on_gather()


@pytest.fixture
def family() -> DeskLane:
    """A guardian and two children, gathered."""
    desk = DeskLane()
    gather(desk, 1)
    gather(desk, 2, age_ok=False)
    gather(desk, 3, age_ok=False)
    return desk


# --- gathering --------------------------------------------------------------------------------------


@pytest.mark.requirement("R-14")
def test_one_tap_admits_a_guardian_and_two_children_each_by_their_own_document(family: DeskLane) -> None:
    assert [(one.masked_name, one.child) for one in family.view.party] == [
        ("P1*", False), ("P2*", True), ("P3*", True),
    ]  # fmt: skip
    family.desk.on_admit_party()
    asked = family.store.take("admit_party")
    assert [one.token for one in asked.given[0]] == [bytes([person]) * 32 for person in (1, 2, 3)]
    asked.answer(admissions(3))
    assert (family.view.state, family.view.heads, family.view.party) == (DeskState.ADMITTED, 3, ())
    assert family.gate.opened == ["a-0", "a-1", "a-2"]


@pytest.mark.requirement("R-14")
def test_children_alone_are_nobodys_party() -> None:
    desk = DeskLane()
    gather(desk, 2, age_ok=False)
    gather(desk, 3, age_ok=False)
    assert not desk.view.party_ready
    desk.desk.on_admit_party()
    assert desk.store.count("admit_party") == 0
    gather(desk, 1)
    assert desk.view.party_ready


def test_names_are_not_kept_with_those_gathered(family: DeskLane) -> None:
    family.desk.on_admit_party()
    assert [one.name for one in family.store.take("admit_party").given[0]] == [None, None, None]


def test_the_same_ticket_is_not_gathered_twice_nor_more_than_a_screen_shows(family: DeskLane) -> None:
    show(family, 2)
    assert not family.view.can_gather
    family.desk.on_gather()
    assert len(family.view.party) == 3
    for person in range(4, 9):
        gather(family, person)
    assert len(family.view.party) == MOST_TOGETHER == 6


def test_admit_joins_the_party_once_there_is_one(family: DeskLane) -> None:
    show(family, 4)
    family.desk.on_admit()
    assert family.store.count("hold_by_staff") == 0
    assert len(family.view.party) == 4


def test_one_is_left_out_and_the_next_person_leaves_the_others(family: DeskLane) -> None:
    family.desk.on_left_out(family.view.party[1].key)
    show(family, 5, found=TicketCheck(CheckOutcome.NO_TICKET))
    family.desk.on_next()
    assert [one.masked_name for one in family.view.party] == ["P1*", "P3*"]


def test_where_one_is_refused_nobody_comes_in_and_it_is_said_who(family: DeskLane) -> None:
    family.desk.on_admit_party()
    assert not family.view.party_ready, "one tap, one act"
    family.store.take("admit_party").answer(PartyRefused(2, check(3, CheckOutcome.ALREADY_USED)))
    assert [one.refused for one in family.view.party] == ["", "", "already_used"]
    assert (family.gate.opened, family.view.party_ready) == ([], False)
    family.desk.on_left_out(family.view.party[2].key)
    assert family.view.party_ready


def test_a_store_that_does_not_answer_keeps_those_gathered(family: DeskLane) -> None:
    family.desk.on_admit_party()
    family.store.take("admit_party").fail("locked")
    assert (family.view.state, len(family.view.party)) == (DeskState.TROUBLE, 3)
    family.desk.on_next()
    assert family.view.party_ready


def test_an_answer_that_comes_too_late_admits_nobody(family: DeskLane) -> None:
    family.desk.on_admit_party()
    family.desk.on_document(DocumentPresented(0.0))
    family.store.take("admit_party").answer(admissions(3))
    assert family.store.undone == [("a-0", TOO_LATE), ("a-1", TOO_LATE), ("a-2", TOO_LATE)]
    assert family.gate.opened == []


def test_undo_takes_all_of_them_back(family: DeskLane) -> None:
    family.desk.on_admit_party()
    family.store.take("admit_party").answer(admissions(3))
    family.desk.on_undo()
    assert family.store.undone == [("a-0", "desk"), ("a-1", "desk"), ("a-2", "desk")]
    for _ in range(3):
        family.store.take("undo").answer(True)
    assert family.view.state is DeskState.WAITING


@pytest.mark.parametrize("end", ["forget", "locked", "service"])
def test_nobody_gathered_stays_when_nobody_works_on(family: DeskLane, end: str) -> None:
    assert family.timers.running["forget"] == FORGET_PARTY_AFTER_S == 120
    if end == "forget":
        family.desk.on_timer("forget")
    elif end == "locked":
        family.desk.on_left()
    else:
        family.desk.on_service(False)
    assert family.view.party == ()


@given(st.lists(st.sampled_from(["adult", "child", "leave", "next", "admit", "refuse", "lost"]), max_size=14))
def test_whatever_is_done_only_whole_parties_with_somebody_of_age_are_asked_for(acts: list[str]) -> None:
    desk, person = DeskLane(), 0
    for act in acts:
        if act in {"adult", "child"}:
            person += 1
            gather(desk, person % 250, age_ok=act == "adult")
        elif act == "leave" and desk.view.party:
            desk.desk.on_left_out(desk.view.party[0].key)
        elif act == "next":
            desk.desk.on_next()
        elif act == "lost":
            desk.desk.on_document(DeviceLost("gone"))
        elif act in {"admit", "refuse"}:
            shown = desk.view
            desk.desk.on_admit_party()
            if not desk.store.count("admit_party"):
                continue
            asked = desk.store.take("admit_party")
            assert len(asked.given[0]) == len(shown.party) <= MOST_TOGETHER
            assert not all(one.child for one in shown.party)
            refused = PartyRefused(0, check(1, CheckOutcome.REVOKED))
            asked.answer(refused if act == "refuse" else admissions(len(shown.party)))


# --- going out --------------------------------------------------------------------------------------


def test_whoever_is_inside_may_go_out_where_the_event_lets_them_back() -> None:
    desk = DeskLane(entries=2)
    desk.facts(USED)
    assert (desk.view.can_exit, desk.view.can_admit) == (True, False)
    desk.desk.on_exit()
    desk.desk.on_exit()
    assert desk.store.count("exit") == 1
    desk.store.take("exit").answer(True)
    assert desk.view.state is DeskState.OUT


@pytest.mark.parametrize(
    ("entries", "outside", "said"),
    [(1, False, Reentry.NOT_OFFERED), (2, True, Reentry.USED_UP), (2, False, Reentry.NONE)],
)
def test_an_already_used_ticket_says_whether_one_may_come_in_again(entries: int, outside: bool, said: Reentry) -> None:
    desk = DeskLane(entries=entries)
    assert USED.earlier_use is not None
    desk.facts(replace(USED, earlier_use=replace(USED.earlier_use, outside=outside)))
    assert desk.view.reentry is said
    assert desk.view.can_exit == (said is Reentry.NONE)


def test_where_somebody_was_quicker_the_facts_say_what_is_true_now() -> None:
    desk = DeskLane(entries=None)
    desk.facts(USED)
    desk.desk.on_exit()
    desk.store.take("exit").answer(False)
    desk.store.take("look_up").answer(check(1))
    assert (desk.view.state, desk.view.can_admit) == (DeskState.FACTS, True)


# --- the store --------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path)
    yield made
    made.store.let_go()
    made.queue.stop()


def test_all_tickets_are_committed_or_none(store: Store) -> None:
    keys, ledger = store.keys, store.store.ledger
    refused = store.ask(store.store.admit_party, [card(keys, 1), card(keys, 2), card(keys, 4)])
    assert (refused.index, refused.check.outcome) == (2, CheckOutcome.REVOKED)
    assert ledger.counts() | {"admitted": 0, "held": 0} == ledger.counts()
    made = store.ask(store.store.admit_party, [card(keys, 1), card(keys, 2)])
    assert [type(one) for one in made] == [Admission, Admission]
    assert ledger.counts()["admitted"] == 2


def test_whoever_goes_out_comes_in_again_by_the_desk(store: Store) -> None:
    keys, out_and_in = store.keys, replace(store.store, place=replace(GATE, entries=2))
    store.admit(card(keys, 1))
    assert store.ask(out_and_in.exit, card(keys, 1, "王样例")) is True, "the name was judged when they came in"
    assert store.ask(out_and_in.exit, card(keys, 1)) is False
    assert store.ask(out_and_in.look_up, card(keys, 1)).outcome is CheckOutcome.VALID
    assert store.ask(store.store.look_up, card(keys, 1)).outcome is CheckOutcome.ALREADY_USED


# --- the gate and the log ---------------------------------------------------------------------------


def test_the_gate_opens_for_one_after_the_other_and_counts_every_head(notes: Notes, clock: SetClock) -> None:  # noqa: F811
    played, heads = PlayedGate(), list[bool]()
    task = GateTask(played, notes, clock, heads.append)
    task.open_for_all(["a-1", "a-2", "a-3"])
    notes.wait(1)
    assert played.openings == 1, "it stands open for the first"
    played.let_through()
    notes.wait(3)
    assert played.openings == 2
    clock.s += TOGETHER_S
    notes.wait(4)  # no sensor saw the second: the third is not kept waiting
    played.let_through()
    played.let_through()
    notes.wait(6)
    task.stop()
    assert played.openings == 3
    assert heads == [False, False, False]
    assert [one for one, state in notes.taken if state is GateState.PASSED] == ["a-1", "a-2", "a-3"]


def test_a_family_is_one_act_in_the_log_with_its_heads() -> None:
    written: list[tuple[Kind, dict[str, object]]] = []
    acts = AuditedDesk(
        lambda kind, by="", about="", **fields: written.append((kind, fields)), lambda: "anna", SetClock()
    )
    acts.shown(DeskView(DeskState.ADMITTED, outcome="valid", heads=3))
    acts.shown(DeskView(DeskState.WAITING))
    acts.shown(DeskView(DeskState.OUT))
    assert [(kind, fields.get("count")) for kind, fields in written] == [
        (Kind.STAFF_ADMITTED_TOGETHER, 3), (Kind.STAFF_NOTED_EXIT, None),
    ]  # fmt: skip
