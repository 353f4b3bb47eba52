"""The role table: only the listed cells succeed."""

from __future__ import annotations

import itertools

import pytest

from kiosk.domain.access import ALLOWED, Action, NotAllowed, Principal, Role, authorise


@pytest.mark.parametrize(("role", "action"), list(itertools.product(Role, Action)))
def test_only_the_tables_cells_succeed(role: Role, action: Action) -> None:
    principal = Principal(role, "x")
    if action in ALLOWED[role]:
        authorise(principal, action)
    else:
        with pytest.raises(NotAllowed):
            authorise(principal, action)


def test_nobody_at_a_gate_can_touch_the_event_and_no_organiser_admits_by_hand() -> None:
    about_events = {Action.CREATE_EVENT, Action.IMPORT_ROSTER, Action.OPEN_EVENT, Action.CLOSE_EVENT}
    assert not about_events & (ALLOWED[Role.STATION] | ALLOWED[Role.ATTENDANT])
    assert Action.ADMIT_BY_STAFF not in ALLOWED[Role.ORGANISER] | ALLOWED[Role.STATION]
