"""A second machine that follows the base, and takes its place: two real clusters on loopback."""

from __future__ import annotations

import secrets
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from drivers.deadline import Deadline
from kiosk.base import admin, archiving, device, ending, standby
from kiosk.base.authority import Authority
from kiosk.base.client import BaseClient, epoch_began_s
from kiosk.base.cluster import connected, new_epoch, start, stop
from kiosk.base.enrolment import make_answer, read_request
from kiosk.base.errors import BaseAway, BaseTrouble
from kiosk.base.link import BaseWay, Link
from kiosk.base.look import find_references
from kiosk.base.place import BasePlace, read_settings
from kiosk.cli.main import app
from tests.helpers.base import ADDRESS, PATIENT_S, TestBase, new_base

SECOND = "127.0.0.2"
EVENT = "concert"


def eventually(condition: Callable[[], bool]) -> bool:
    until_s = time.monotonic() + PATIENT_S
    while time.monotonic() < until_s:
        if condition():
            return True
    return False


class Pair:
    """A base at 127.0.0.1 and a standby at 127.0.0.2, which both run."""

    def __init__(self, base: TestBase, folder: Path) -> None:
        self.base, self.place = base, BasePlace(folder / "standby")
        code = self._invited("standby-1", "standby")
        request = standby.begin(self.place, base.settings.user, code)
        self.settings = standby.join(self.place, self._signed(request, (SECOND,)), SECOND, durable=False)
        start(self.place, self.settings)

    def _invited(self, name: str, kind: str) -> str:
        with self.base.admin() as db:
            return admin.invite(db, self.base.place, self.base.settings, name, kind, 5).text()

    def _signed(self, request: str, names: tuple[str, ...] = ()) -> str:
        base = self.base
        with base.admin() as db:
            certificate = admin.enrol(db, base.place, base.settings, read_request(request), names=names)
        revoked = (base.place.tls / "revoked.pem").read_text() if names else ""
        return make_answer(certificate, Authority.load(base.place.ca).certificate, revoked)

    def enrolled(self, name: str, folder: Path) -> BaseWay:
        """A gate that knows both addresses, the base's first."""
        code = self._invited(name, "gate").replace("127.0.0.1,localhost", f"127.0.0.1,{SECOND}")
        way = device.finish(folder, self._signed(device.begin(folder, code)))
        return BaseWay(way.hosts, way.port, way.device, folder, PATIENT_S, PATIENT_S)

    def follows(self, query: str, expected: object) -> bool:
        def there() -> bool:
            with connected(self.place, self.settings) as db:
                return db.execute(query).fetchone() == (expected,)

        return eventually(there)


def load(base: TestBase, event: str) -> list[str]:
    """New references of its tickets."""
    made = [secrets.token_hex(16) for _ in range(40)]
    with base.admin() as db:
        admin.load_tickets(db, event, [("night-1", reference, "A", False) for reference in made])
    return made


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with new_base() as base:
        folder = Path(tempfile.mkdtemp(prefix="vks-"))
        folder.chmod(0o711)
        made = None
        try:
            made = Pair(base, folder)
            yield made
        finally:
            if made is not None and (made.place.data / "postmaster.pid").exists():
                stop(made.place, made.settings)
            shutil.rmtree(folder)


def test_a_standby_may_follow_and_nothing_else(pair: Pair) -> None:
    tls = pair.place.tls
    common = (
        f"host=127.0.0.1 port={pair.settings.port} user=standby-1 sslmode=verify-full sslrootcert={tls / 'ca.crt'} "
        f"sslcert={tls / 'server.crt'} sslkey={tls / 'server.key'}"
    )
    with pytest.raises(psycopg.OperationalError, match="pg_hba"):
        psycopg.connect(f"{common} dbname=venue")
    gate = pair.base.way("gate-2")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(
            f"host=127.0.0.1 port={pair.settings.port} user=gate-2 sslmode=verify-full sslrootcert={gate.ca_file} "
            f"sslcert={gate.certificate_file} sslkey={gate.key_file} replication=true dbname=venue"
        )
    with pair.base.admin() as db:
        assert db.execute("SELECT usename FROM pg_stat_replication").fetchall() == [("standby-1",)]


def test_an_archived_event_is_gone_from_the_standby_too(pair: Pair) -> None:
    base = pair.base
    ids = [each.encode() for each in load(base, "over")]
    with base.admin() as db:
        ending.say_closing(db, "over")
    done = archiving.archive(base.place, base.settings, "over")
    assert (done.passed, done.standbys) == (True, ("standby-1",))
    assert pair.follows("SELECT count(*) FROM venue.tickets", 0)
    with connected(pair.place, pair.settings) as db:
        db.execute("CHECKPOINT")  # as it does by itself every five minutes
    assert eventually(lambda: not find_references(pair.place.folder, ids).found)


def test_a_standby_follows_takes_over_and_the_earlier_base_is_known_for_one(pair: Pair, tmp_path: Path) -> None:
    references = load(pair.base, EVENT)
    assert pair.follows("SELECT count(*) FROM venue.tickets", len(references))
    way = pair.enrolled("gate-1", tmp_path / "gate")
    client = BaseClient(way, EVENT)
    assert client.reconnect()
    assert client.hold("h", "gate-1", "A", "night-1", references[0], "hold-0", 60).outcome == "held"
    assert client.commit("c", "hold-0", "admission-0", "face", 1.0).outcome == "admitted"
    client.known_epoch = str(client.beat("gate-1", "A", "serving", 0, "0.1.0").id)
    assert pair.follows("SELECT count(*) FROM venue.admissions", 1)
    _a_standby_lets_nobody_do_anything(pair, way)

    stop(pair.base.place, pair.base.settings)
    with pytest.raises(BaseAway):
        client.look("gate-1", "night-1", references[0])
    client.close()
    standby.promote(pair.place, pair.settings, SECOND, durable=False)
    assert eventually(client.reconnect), "a gate finds the next address by itself"
    assert client.look("gate-1", "night-1", references[0]).outcome == "already_used"
    assert client.hold("h2", "gate-1", "A", "night-1", references[1], "hold-1", 60).outcome == "held"
    assert client.commit("c2", "hold-1", "admission-1", "face", 2.0).outcome == "admitted"
    now = str(client.beat("gate-1", "A", "serving", 0, "0.1.0").id)
    assert epoch_began_s(now) > epoch_began_s(client.known_epoch), "stations tell again what they had told"
    client.close()

    start(pair.base.place, pair.base.settings)  # what nobody should do
    client.known_epoch = now
    turns = {client.reconnect() and client.look("gate-1", "night-1", references[1]).outcome for _ in range(3)}
    assert turns <= {False, "already_used"}, "never the earlier base, which would let the ticket in again"
    assert "already_used" in turns
    alone = BaseClient(BaseWay("127.0.0.1", way.port, way.device, way.folder, PATIENT_S, PATIENT_S), EVENT)
    alone.known_epoch = now
    assert not alone.reconnect()
    alone.known_epoch = ""
    assert alone.reconnect(), "a machine that never heard of the new one cannot know"
    for each in (client, alone):
        each.close()


def _a_standby_lets_nobody_do_anything(pair: Pair, way: BaseWay) -> None:
    there = BaseWay(SECOND, way.port, way.device, way.folder, PATIENT_S, PATIENT_S)
    with pytest.raises(BaseAway):
        Link.open(there, Deadline.after(PATIENT_S))
    with pytest.raises(BaseTrouble, match="is no standby"):
        standby.promote(pair.base.place, pair.base.settings)


def test_an_address_that_swallows_everything_keeps_nobody_from_the_next(base: TestBase) -> None:
    way = base.way("gate-1")
    with socket.socket() as silent:
        silent.bind(("127.0.0.3", way.port))
        silent.listen()
        both = BaseWay(f"127.0.0.3,{ADDRESS}", way.port, way.device, way.folder, 2.0, PATIENT_S)
        client = BaseClient(both, EVENT)
        assert not client.reconnect()
        assert eventually(client.reconnect)
        client.close()


def test_an_epoch_never_goes_back(base: TestBase) -> None:
    with base.admin() as db, db.transaction(force_rollback=True):
        seen = []
        for after in ("", "", "", "9999999999-of-another-base"):
            new_epoch(db, after)
            [epoch] = db.execute("SELECT epoch FROM venue.base").fetchone() or [""]
            seen.append(epoch_began_s(epoch))
    assert seen == sorted(set(seen)), "although less than a second lies between"
    assert seen[-1] == 10_000_000_000


def run(folder: Path, *words: object) -> Result:
    environment = {"VENUE_KIOSK_DATA": str(folder / "data"), "VENUE_KIOSK_KEYS": str(folder / "keys")}
    return CliRunner(env=environment).invoke(app, ["base", *map(str, words)])


def test_the_commands_make_a_standby(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in (standby.join, standby.promote):  # a test need not outlive a power cut
        monkeypatch.setattr(standby, each.__name__, partial(each, durable=False))
    with new_base() as base:
        folder = Path(tempfile.mkdtemp(prefix="vks-"))
        folder.chmod(0o711)
        first, second = ("--base", base.place.folder), ("--base", folder / "standby")
        place = BasePlace(folder / "standby")
        try:
            code = run(tmp_path, "enrol", "second", "--kind", "standby", *first).stdout.splitlines()[0]
            request, answer = tmp_path / "request.txt", tmp_path / "answer.txt"
            made = run(tmp_path, "standby", code, "--to", request, "--user", base.settings.user, *second)
            assert made.exit_code == 0, made.output
            refused = run(tmp_path, "sign", request, "--to", answer, *first)
            assert (refused.exit_code, "signed with --name" in refused.stderr) == (1, True)
            signed = run(tmp_path, "sign", request, "--to", answer, "--name", SECOND, *first)
            assert signed.exit_code == 0, signed.output
            assert read_settings(base.place).standbys == (SECOND,), "devices enrolled from now on know of it"
            followed = run(tmp_path, "follow", answer, "--listen", SECOND, *second)
            assert followed.exit_code == 0, followed.output
            start(place, read_settings(place))
            with base.admin() as db:
                following = "SELECT count(*) FROM pg_stat_replication"
                assert eventually(lambda: db.execute(following).fetchone() == (1,))
                admin.revoke(db, base.place, base.settings, "second")
                assert eventually(lambda: db.execute(following).fetchone() == (0,)), "a revoked one is cut off"
            stop(base.place, base.settings)
            promoted = run(tmp_path, "promote", "--yes", "--listen", SECOND, *second)
            assert promoted.exit_code == 0, promoted.output
            with connected(place, read_settings(place)) as db:
                assert db.execute("SELECT pg_is_in_recovery()").fetchone() == (False,)
                assert admin.numbers(db)["devices"]
        finally:
            if (place.data / "postmaster.pid").exists():
                stop(place, read_settings(place))
            shutil.rmtree(folder)
