"""The role table, cell by cell, against a matrix written out by hand; and no way past it."""

from __future__ import annotations

import itertools

import pytest

from kiosk.domain.access import ALLOWED, Action, NotAllowed, Principal, Role, authorise

COLUMNS = "STATION UNATTENDED ATTENDANT SUPERVISOR ORGANISER SYSTEM_ADMIN SECURITY_ADMIN AUDIT_ADMIN INSPECTOR"

# One row an action, one column a role, in the order of COLUMNS: x may, . may not.
MATRIX = """
look_up_ticket         x . x x . . . . .
search_tickets         . . x x . . . . .
admit_by_face          x . . . . . . . .
admit_by_document      x . . . . . . . .
admit_by_staff         . . x x . . . . .
note_exit              . . x x . . . . .
override_check         . . x x . . . . .
correct_ticket         . . . x . . . . .
answer_rights          . . x x . . . . .
erase_ticket           . . . x . . . . .
refuse_entry           . . . x . . . . .
undo_admission         . . x x . . . . .
undo_admission_late    . . . x . . . . .
undo_untold_admission  x x x x . . . . .
release_ticket         x x x x . . . . .
note_gate              x x x x . . . . .
read_unconfirmed       x x x x . . . . .
serve_queue            . . x x . . . . .
read_venue             . . . x . . . . .
close_lane             . . x x . . . . .
set_incident           . . . x . . . . .
train                  . . . x x . . . .
set_look               . . x x x x . . .
create_event           . . . . x . . . .
import_roster          . . . . x . . . .
open_event             . . . . x . . . .
extend_event           . . . . x . . . .
close_event            . . . . x . . . .
take_used_list         . . . . x . . . .
read_counts            . . . x x . . . x
export_documents       . . . . x . . . .
export_evidence        . . . . x . . x .
unlock_event           . . . x x . . . .
confirm_clock          . . . x x . . . .
approve                . . . x x . x . .
allow_hold             . . . . x . . . .
view_hold              . . . x . . . . .
drop_hold              . . . x x . . . .
manage_officers        . . . . x . x . .
manage_admins          . . . . . . x . .
unlock_account         . . . x x . x . .
print_badges           . . . . x . x . .
read_accounts          . . . . x . x . x
read_overrides         . . . x x . . x x
change_own_secret      . . x x x x x x x
read_alerts            . . . x . . x x x
answer_alerts          . . . x . . . . .
read_audit             . . . . . . . x x
verify_audit           . . . . . . . x x
export_audit           . . . . . . . x .
purge_audit            . . . . . . . x .
import_trust           . . . . x . . . .
read_configuration     . . . . x x . . x
change_configuration   . . . . . x . . .
check_integrity        . . . . . x x . x
sign_manifest          . . . . . x . . .
verify_wipe            . . . . x . . x x
decommission_device    . . . . . x . . .
"""
CELLS = {
    (Role[role], Action(name)): mark == "x"
    for name, *marks in (line.split() for line in MATRIX.strip().splitlines())
    for role, mark in zip(COLUMNS.split(), marks, strict=True)
}


def test_the_matrix_has_every_cell() -> None:
    assert set(CELLS) == set(itertools.product(Role, Action))
    assert set(ALLOWED) == set(Role)


@pytest.mark.requirement("R-58", "R-65")
@pytest.mark.parametrize(("role", "action"), list(itertools.product(Role, Action)), ids=str)
def test_only_the_matrixs_cells_succeed(role: Role, action: Action) -> None:
    principal = Principal(role, "x")
    if CELLS[role, action]:
        authorise(principal, action)
    else:
        with pytest.raises(NotAllowed) as refused:
            authorise(principal, action)
        assert (refused.value.code, refused.value.action) == ("not_allowed", action)


def test_the_systems_administrator_cannot_touch_the_log_about_them() -> None:
    about_the_log = {Action.READ_AUDIT, Action.EXPORT_AUDIT, Action.PURGE_AUDIT, Action.VERIFY_AUDIT}
    assert not about_the_log & (ALLOWED[Role.SYSTEM_ADMIN] | ALLOWED[Role.SECURITY_ADMIN])


def test_the_audits_administrator_and_the_inspector_change_no_settings() -> None:
    changes = {Action.CHANGE_CONFIGURATION, Action.SIGN_MANIFEST, Action.MANAGE_ADMINS, Action.MANAGE_OFFICERS}
    assert not changes & (ALLOWED[Role.AUDIT_ADMIN] | ALLOWED[Role.INSPECTOR])


@pytest.mark.requirement("R-69")
def test_the_inspector_only_reads() -> None:
    assert all(
        action.value.startswith(("read_", "verify_", "check_")) or action is Action.CHANGE_OWN_SECRET
        for action in ALLOWED[Role.INSPECTOR]
    )


def test_who_holds_two_roles_may_what_either_may_and_no_more() -> None:
    both = Principal(Role.ORGANISER, "x", frozenset({Role.SYSTEM_ADMIN}))
    allowed = {action for action in Action if both.may(action)}
    assert allowed == ALLOWED[Role.ORGANISER] | ALLOWED[Role.SYSTEM_ADMIN]
