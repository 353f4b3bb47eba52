"""Who gets in, and who nowhere: certificates of devices, good, foreign, over and revoked."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from drivers.deadline import Deadline
from kiosk.base import admin
from kiosk.base.authority import Authority, cert_pem, fingerprint, key_pem, new_key, utc_now
from kiosk.base.client import BaseClient
from kiosk.base.enrolment import Invitation, make_answer, make_request, read_answer, read_request
from kiosk.base.errors import BaseAway, BaseRefused, BaseTrouble
from kiosk.base.link import BaseWay, Link, conninfo
from tests.helpers.base import ADDRESS, PATIENT_S, TestBase, enrol, write_device

REPLACED_WITHIN_S = 120


def gets_in(base: TestBase, device: str, folder: Path) -> bool:
    """Whether a device with these files gets as far as asking something."""
    way = BaseWay(ADDRESS, base.settings.port, device, folder, PATIENT_S, PATIENT_S)
    try:
        Link.open(way, Deadline.after(PATIENT_S)).close()
    except BaseAway:
        return False
    return True


def copied(folder: Path, tmp_path: Path) -> BaseWay:
    shutil.copytree(folder, tmp_path / "copy")
    return BaseWay("", 0, "", tmp_path / "copy")


def test_an_enrolled_device_gets_in_over_tls_1_3(base: TestBase) -> None:
    assert gets_in(base, "gate-1", base.enrolled("gate-1"))
    with base.admin() as db, psycopg.connect(conninfo(base.way("gate-1")).decode()) as device:
        [version] = db.execute(
            "SELECT version FROM pg_stat_ssl WHERE pid = %s", (device.info.backend_pid,)
        ).fetchone() or [None]
        assert version == "TLSv1.3"


def test_without_a_certificate_nobody_gets_in(base: TestBase) -> None:
    good = conninfo(base.way("gate-1")).decode()
    for other in ("sslcertmode=disable", "sslcertmode=disable sslmode=disable", "user=venue_admin"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(f"{good} {other}")


def test_a_foreign_certificate_gets_nowhere(base: TestBase, tmp_path: Path) -> None:
    way = copied(base.enrolled("gate-1"), tmp_path)
    foreign, key = Authority.create(tmp_path, utc_now()), new_key()
    write_device(
        way.folder,
        key_pem(key),
        cert_pem(foreign.device(key.public_key(), "gate-1", utc_now())),
        way.ca_file.read_bytes(),
    )
    assert not gets_in(base, "gate-1", way.folder)


def test_a_certificate_that_is_over_gets_nowhere(base: TestBase) -> None:
    with base.admin() as db:
        assert gets_in(base, "gate-short", enrol(base, db, "gate-short", "gate", days=1))
        assert not gets_in(base, "gate-over", enrol(base, db, "gate-over", "gate", days=-1))


def test_a_device_cannot_be_another_one(base: TestBase) -> None:
    base.enrolled("gate-2")
    assert not gets_in(base, "gate-2", base.enrolled("gate-1"))
    assert not gets_in(base, "venue_device", base.enrolled("gate-1"))
    with base.admin() as db, pytest.raises(BaseTrouble, match="cannot be called"):
        admin.invite(db, base.place, base.settings, "venue_admin", "gate", 5)


def test_the_bases_own_certificate_is_no_devices(base: TestBase, tmp_path: Path) -> None:
    way = copied(base.enrolled("gate-1"), tmp_path)
    server = base.place.tls
    write_device(
        way.folder, (server / "server.key").read_bytes(), (server / "server.crt").read_bytes(), way.ca_file.read_bytes()
    )
    assert not gets_in(base, "gate-1", way.folder)


def test_a_certificate_of_the_authority_that_was_never_enrolled_can_ask_nothing(base: TestBase, tmp_path: Path) -> None:
    way, key = copied(base.enrolled("gate-1"), tmp_path), new_key()
    certificate = Authority.load(base.place.ca).device(key.public_key(), "gate-1", utc_now())
    write_device(way.folder, key_pem(key), cert_pem(certificate), way.ca_file.read_bytes())
    client = BaseClient(BaseWay(ADDRESS, base.settings.port, "gate-1", way.folder, PATIENT_S, PATIENT_S), "any")
    assert client.reconnect()
    with pytest.raises(BaseRefused, match="VE001"):
        client.beat("gate-1", "A", "serving", 0, "0.1.0")
    client.close()


def test_a_device_does_not_talk_to_another_base(base: TestBase, tmp_path: Path) -> None:
    way = copied(base.enrolled("gate-1"), tmp_path)
    way.ca_file.write_bytes(cert_pem(Authority.create(tmp_path, utc_now()).certificate))
    assert not gets_in(base, "gate-1", way.folder)


def test_a_revoked_device_is_cut_off_and_gets_nowhere(base: TestBase) -> None:
    event = base.event([])
    client = base.client("gate-lost", event)
    assert client.beat("gate-lost", "A", "serving", 0, "0.1.0").outcome == "noted"
    with base.admin() as db:
        admin.revoke(db, base.place, base.settings, "gate-lost")
        with pytest.raises(BaseTrouble, match="No device gate-lost"):
            admin.revoke(db, base.place, base.settings, "gate-lost")
    with pytest.raises((BaseAway, BaseRefused)):
        client.beat("gate-lost", "A", "serving", 0, "0.1.0")
    client.close()
    assert eventually(lambda: not gets_in(base, "gate-lost", base.devices["gate-lost"]))
    assert gets_in(base, "gate-1", base.enrolled("gate-1")), "and nobody else is"


def test_a_replaced_device_is_enrolled_at_once_and_the_old_one_is_nobody(base: TestBase) -> None:
    event = base.event([])
    old = base.client("gate-old", event)
    begun_s = time.monotonic()
    with base.admin() as db:
        new = enrol(base, db, "gate-old", "gate", days=1)
    replacement = BaseClient(BaseWay(ADDRESS, base.settings.port, "gate-old", new, PATIENT_S, PATIENT_S), event)
    assert replacement.reconnect()
    assert replacement.beat("gate-old", "A", "serving", 0, "0.1.0").outcome == "noted"
    assert time.monotonic() - begun_s < REPLACED_WITHIN_S, "what people add to it is carrying two texts"
    with pytest.raises((BaseAway, BaseRefused)):
        old.beat("gate-old", "A", "serving", 0, "0.1.0")
    old.close()
    replacement.close()


# --- codes and requests -----------------------------------------------------------------------------


def test_a_code_works_once_in_time_and_for_its_own_device(base: TestBase) -> None:
    with base.admin() as db:
        invitation = admin.invite(db, base.place, base.settings, "gate-a", "gate", 5)
        key = new_key()
        request = read_request(make_request(invitation, key))
        guessed = read_request(make_request(Invitation("gate-a", "A" * 16, "", "", 1), key))
        with pytest.raises(BaseTrouble, match="not made with the code"):
            admin.enrol(db, base.place, base.settings, guessed)
        certificate = admin.enrol(db, base.place, base.settings, request)
        authority = Authority.load(base.place.ca).certificate
        assert read_answer(make_answer(certificate, authority), invitation, key.public_key())
        with pytest.raises(BaseTrouble, match="No code waits"):
            admin.enrol(db, base.place, base.settings, request)
        over = admin.invite(db, base.place, base.settings, "gate-a", "gate", -1)
        with pytest.raises(BaseTrouble, match="is over"):
            admin.enrol(db, base.place, base.settings, read_request(make_request(over, key)))


def test_a_code_is_over_after_five_wrong_ones(base: TestBase) -> None:
    with base.admin() as db:
        invitation = admin.invite(db, base.place, base.settings, "gate-b", "gate", 5)
        wrong = read_request(make_request(Invitation("gate-b", "A" * 16, "", "", 1), new_key()))
        for _ in range(5):
            with pytest.raises(BaseTrouble, match="not made with the code"):
                admin.enrol(db, base.place, base.settings, wrong)
        with pytest.raises(BaseTrouble, match="is over"):
            admin.enrol(db, base.place, base.settings, read_request(make_request(invitation, new_key())))


def test_the_code_is_neither_kept_nor_sent_back(base: TestBase) -> None:
    with base.admin() as db:
        invitation = admin.invite(db, base.place, base.settings, "gate-c", "gate", 5)
        [row] = db.execute("SELECT * FROM venue.enrolments WHERE device = 'gate-c'").fetchall()
    assert invitation.code not in str(row)
    assert invitation.code not in make_request(invitation, new_key())


@pytest.mark.parametrize("spoil", [lambda text: text[:-9], lambda text: text.replace("VKR1", "VKR2"), lambda text: ""])
def test_a_request_that_is_not_whole_is_refused(spoil: Callable[[str], str]) -> None:
    request = make_request(Invitation("gate-1", "A" * 16, "", "", 1), new_key())
    with pytest.raises(BaseTrouble, match="no whole request"):
        read_request(spoil(request))


def test_an_answer_of_another_base_or_for_another_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    authority, other = Authority.create(tmp_path, utc_now()), Authority.create(tmp_path / "other", utc_now())
    key, now = new_key(), utc_now()
    invitation = Invitation("gate-1", "A" * 16, fingerprint(authority.certificate), ADDRESS, 1)
    good = authority.device(key.public_key(), "gate-1", now)
    for answer, why in (
        (make_answer(other.device(key.public_key(), "gate-1", now), other.certificate), "another base"),
        (make_answer(other.device(key.public_key(), "gate-1", now), authority.certificate), "not made by the base"),
        (make_answer(authority.device(new_key().public_key(), "gate-1", now), authority.certificate), "another key"),
        ("{}", "no whole answer"),
    ):
        with pytest.raises(BaseTrouble, match=why):
            read_answer(answer, invitation, key.public_key())
    assert read_answer(make_answer(good, authority.certificate), invitation, key.public_key())[0] == cert_pem(good)


def eventually(condition: Callable[[], bool], within_s: float = PATIENT_S) -> bool:
    """PostgreSQL takes a new list of revoked certificates some moments after it is told to."""
    deadline = Deadline.after(within_s)
    while not deadline.expired():
        if condition():
            return True
    return False
