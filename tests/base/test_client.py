"""The client when the base hangs, breaks or is gone: bounded waits, one repetition, no second effect."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.deadline import Deadline
from kiosk.base.client import BaseClient
from kiosk.base.errors import BaseAway
from kiosk.base.link import MOST_BYTES, BaseWay, Link, MessageTooLarge
from tests.helpers.base import ADDRESS, TestBase, free_port

LIMIT_S = 0.3
GRACE_S = 2.0
"""A busy machine may not give a thread its turn at once; a call without a limit would wait for ever."""


@pytest.fixture
def event(base: TestBase) -> str:
    return base.event([("night-1", "t1", "A", False)])


@pytest.fixture
def client(base: TestBase, event: str) -> Iterator[BaseClient]:
    made = base.client("gate-1", event)
    yield made
    made.close()


def beat(client: BaseClient) -> str:
    return client.beat("gate-1", "A", "serving", 0, "0.1.0").outcome


def backend_of(base: TestBase, device: str) -> int:
    with base.admin() as db:
        row = db.execute("SELECT max(pid) FROM pg_stat_activity WHERE usename = %s", (device,)).fetchone()
        assert row is not None
        return int(row[0])


def test_a_connection_that_broke_is_opened_again_within_the_call(base: TestBase, client: BaseClient) -> None:
    nonce, hold = secrets.token_hex(16), secrets.token_hex(16)
    before = client.hold(nonce, "gate-1", "A", "night-1", "t1", hold, 60)
    with base.admin() as db:
        db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'gate-1'")
    assert client.hold(nonce, "gate-1", "A", "night-1", "t1", secrets.token_hex(16), 60) == before
    assert client.connected


def test_a_base_that_hangs_makes_no_gate_hang(base: TestBase, event: str) -> None:
    client = base.client("gate-hang", event, patience_s=20)
    assert client.beat("gate-hang", "A", "serving", 0, "0.1.0").outcome == "noted"
    client._way = BaseWay(ADDRESS, base.settings.port, "gate-hang", base.enrolled("gate-hang"), LIMIT_S, LIMIT_S)
    backend = backend_of(base, "gate-hang")
    os.kill(backend, signal.SIGSTOP)
    try:
        begun_s = time.monotonic()
        with pytest.raises(BaseAway, match="late"):
            beat(client)
        assert time.monotonic() - begun_s < LIMIT_S + GRACE_S
        assert not client.connected
        begun_s = time.monotonic()
        with pytest.raises(BaseAway, match="no_way"):
            beat(client)
        assert time.monotonic() - begun_s < LIMIT_S, "known to be away: no wait at all"
    finally:
        os.kill(backend, signal.SIGCONT)
    client._way = base.way("gate-hang")
    assert client.reconnect()
    assert client.beat("gate-hang", "A", "serving", 0, "0.1.0").outcome == "noted"
    client.close()


def test_a_base_that_accepts_and_says_nothing_is_given_up(base: TestBase) -> None:
    with socket.socket() as deaf:
        deaf.bind((ADDRESS, 0))
        deaf.listen()
        way = BaseWay(ADDRESS, deaf.getsockname()[1], "gate-1", base.enrolled("gate-1"), LIMIT_S, LIMIT_S)
        begun_s = time.monotonic()
        with pytest.raises(BaseAway, match="late"):
            Link.open(way, Deadline.after(LIMIT_S))
        assert time.monotonic() - begun_s < LIMIT_S + GRACE_S


def test_without_a_base_there_is_no_way(tmp_path: Path) -> None:
    client = BaseClient(BaseWay(ADDRESS, free_port(), "gate-1", tmp_path), "event")
    assert not client.reconnect()
    with pytest.raises(BaseAway, match="no_way"):
        beat(client)
    client.close()


def test_what_is_too_long_is_our_mistake_and_never_sent(base: TestBase) -> None:
    link = Link.open(base.way("gate-1"), Deadline.after(20))
    with pytest.raises(MessageTooLarge):
        link.ask("look", "SELECT $1::text", ("x" * MOST_BYTES,), Deadline.after(20))
    with pytest.raises(MessageTooLarge):
        link.ask("long", "SELECT repeat('x', 2000) WHERE $1 = 'y'", ("y",), Deadline.after(20))
    link.close()
