"""From a secret to an event's keys: every try counted and recorded, nothing of the secret left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.audit.catalogue import Kind, checked_fields
from kiosk.audit.port import AuditUnavailable
from kiosk.closing.keys import create_key, unlock_unattended, unlock_with_secret, without_unlocking
from kiosk.config.places import EventPlace
from kiosk.vault.boot_time import BootTime
from kiosk.vault.errors import KeyLocked, TpmUnavailable, TriesUsedUp, WrongSecret
from kiosk.vault.opening_secret import OpeningSecret
from kiosk.vault.port import KeysDestroyed
from kiosk.vault.protection import Protection
from kiosk.vault.tpm import TpmWrapping
from tests.helpers.vault import OTHER_SECRET, SECRET, FakeTpm, ListAudit, with_secret

NOW = 1_777_638_900.0


@pytest.fixture
def audit() -> ListAudit:
    return ListAudit()


@pytest.fixture
def place(tmp_path: Path) -> EventPlace:
    place = EventPlace(tmp_path / "data", tmp_path / "keys", "concert")
    place.make_folders()
    return place


def told(audit: ListAudit) -> list[tuple[Kind, bool, dict[str, object]]]:
    for kind, _, _, _, fields in audit.records:
        checked_fields(kind, fields)  # type: ignore[arg-type]  # the log takes no other
    return [(kind, success, fields) for kind, _, _, success, fields in audit.records]


def test_the_right_secret_opens_and_is_recorded(place: EventPlace, audit: ListAudit) -> None:
    made = create_key(place, with_secret(), audit, "ann")
    secret = OpeningSecret.of("OPENTHEGATES2026")
    keys = unlock_with_secret(place, secret, audit, "gate-1", lambda: BootTime(NOW, "b"))
    assert keys.code_token("T") == made.code_token("T")
    assert secret.wiped
    assert told(audit) == [
        (Kind.KEY_CREATED, True, {"protection": "secret", "fingerprint": made.fingerprint}),
        (Kind.KEY_UNLOCKED, True, {"protection": "secret"}),
    ]
    assert [record[1:3] for record in audit.records] == [("ann", "concert"), ("gate-1", "concert")]


def test_five_wrong_ones_lock_even_the_right_one_out(place: EventPlace, audit: ListAudit) -> None:
    create_key(place, with_secret())
    now = NOW
    for left in (4, 3, 2, 1, 0):
        now += 10
        with pytest.raises(WrongSecret) as wrong:
            unlock_with_secret(place, OpeningSecret.of(OTHER_SECRET), audit, now=lambda at=now: BootTime(at, "b"))  # type: ignore[misc]
        assert wrong.value.tries_left == left
    right = OpeningSecret.of(SECRET)
    with pytest.raises(TriesUsedUp) as locked:
        unlock_with_secret(place, right, audit, now=lambda: BootTime(now + 60, "b"))
    assert locked.value.wait_s == 840
    assert right.wiped
    failed = {"protection": "secret", "reason": "wrong_secret"}
    assert told(audit) == [
        *((Kind.KEY_UNLOCK_FAILED, False, {**failed, "attempts": attempts}) for attempts in (1, 2, 3, 4, 5)),
        (Kind.KEY_UNLOCK_FAILED, False, {"protection": "secret", "reason": "wait"}),
    ]
    assert unlock_with_secret(place, OpeningSecret.of(SECRET), now=lambda: BootTime(now + 900, "b"))


def test_no_message_tells_the_secret(place: EventPlace, audit: ListAudit) -> None:
    create_key(place, with_secret())
    with pytest.raises(WrongSecret) as wrong:
        unlock_with_secret(place, OpeningSecret.of(OTHER_SECRET), audit)
    assert "gates" not in f"{wrong.value!r} {wrong.value} {audit.records}".lower()


def test_a_machine_by_itself_opens_what_needs_nobody(place: EventPlace, audit: ListAudit) -> None:
    create_key(place, None)
    assert unlock_unattended(place, audit).code_token("T")
    assert audit.records == [], "a key in clear is not unlocked"
    with pytest.raises(KeyLocked):
        unlock_with_secret(place, OpeningSecret.of(SECRET))
    assert not place.tries_file.exists(), "no try was made"


def test_a_machines_tpm_opens_and_another_machines_does_not(place: EventPlace, audit: ListAudit) -> None:
    tpm = FakeTpm()
    create_key(place, TpmWrapping(tpm), audit)
    assert unlock_unattended(place, audit, tpm=tpm).code_token("T")
    with pytest.raises(TpmUnavailable):
        unlock_unattended(place, audit, tpm=FakeTpm())
    assert audit.kinds == [Kind.KEY_CREATED, Kind.KEY_UNLOCKED, Kind.KEY_UNLOCK_FAILED]
    assert told(audit)[-1][2] == {"protection": "tpm", "reason": "refused"}


def test_where_a_secret_is_wanted_nothing_opens_by_itself(place: EventPlace) -> None:
    create_key(place, with_secret())
    with pytest.raises(KeyLocked) as locked:
        unlock_unattended(place)
    assert locked.value.protection is Protection.SECRET
    keys = without_unlocking(place)
    for use in (
        lambda: keys.code_token("T"),
        lambda: keys.seal(b"", ""),
        lambda: keys.open(b"", ""),
        lambda: keys.destroy(),
    ):
        with pytest.raises(KeyLocked):
            use()
    assert place.key_file.exists()


def test_a_key_that_is_gone_is_gone(place: EventPlace) -> None:
    for unlock in (unlock_unattended, without_unlocking):
        with pytest.raises(KeysDestroyed):
            unlock(place)
    with pytest.raises(KeysDestroyed):
        unlock_with_secret(place, OpeningSecret.of(SECRET))


def test_a_log_that_cannot_be_written_keeps_no_event_closed(place: EventPlace) -> None:
    class Full(ListAudit):
        def write(self, *_: object, **__: object) -> None:
            raise AuditUnavailable("disk_full")

    create_key(place, with_secret(), Full())
    assert unlock_with_secret(place, OpeningSecret.of(SECRET), Full()).code_token("T")
