"""Figures of a venue: many clients at one base, each visit a hold and a commit, beside plain row locks in the same run.

The clients are spread over a few processes, because one would measure Python. Everything is real: PostgreSQL with a
disk behind it, TLS with both certificates, the product's own client. ``baseline``: the same visits by the same number
of connections on the same PostgreSQL, each one transaction that locks the ticket's row and marks it.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import secrets
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kiosk.base import admin
from kiosk.base.authority import cert_pem, key_pem, new_key
from kiosk.base.client import BaseClient
from kiosk.base.cluster import connected, init, start, stop
from kiosk.base.enrolment import make_request, read_request
from kiosk.base.errors import BaseAway
from kiosk.base.link import BaseWay
from kiosk.base.place import BasePlace, BaseSettings, own_user
from kiosk.base.row_locks import RowLockClient, prepare
from kiosk.vault.key_file import write_private

ADDRESS, EVENT, SESSION, GROUP = "127.0.0.1", "bench", "night-1", "A"
LEASE_S = 60.0
PATIENCE_S = 10.0
"""A benchmark waits where a gate would decide by itself: nothing is left out of the figures."""
START_S = 20.0
"""Until every client is connected; none begins before."""


Client = BaseClient | RowLockClient


@dataclass(frozen=True)
class Load:
    """``clients`` in ``processes``; ``offered_per_s``: visits begun each second by all together, 0 for as fast as it
    goes."""

    clients: int = 100
    processes: int = 4
    seconds: float = 20.0
    offered_per_s: float = 0.0


@contextmanager
def base_for_a_while(user: str | None = None, *, durable: bool = True) -> Iterator[tuple[BasePlace, BaseSettings]]:
    """A base of its own, running; gone at the end. Raises BaseTrouble."""
    runs_as = user or ("postgres" if os.geteuid() == 0 else own_user())
    with tempfile.TemporaryDirectory(prefix="vkb-") as name:
        parent = Path(name)
        parent.chmod(0o711)
        place, settings = BasePlace(parent / "base"), BaseSettings((ADDRESS,), _free_port(), runs_as)
        init(place, settings, ADDRESS, durable=durable)
        start(place, settings)
        try:
            yield place, settings
        finally:
            stop(place, settings)


def enrolled(place: BasePlace, settings: BaseSettings, device: str, folder: Path) -> BaseWay:
    """A device that went through the whole enrolment; its files in ``folder``."""
    folder.mkdir(mode=0o700)
    with connected(place, settings) as db:
        key = new_key()
        invitation = admin.invite(db, place, settings, device, "gate", 5)
        certificate = admin.enrol(db, place, settings, read_request(make_request(invitation, key)))
    way = BaseWay(ADDRESS, settings.port, device, folder, PATIENCE_S, PATIENCE_S)
    write_private(way.key_file, key_pem(key))
    way.certificate_file.write_bytes(cert_pem(certificate))
    way.ca_file.write_bytes((place.ca / "ca.crt").read_bytes())
    return way


def venue(loads: tuple[Load, Load], said: Callable[[str], None]) -> dict[str, Any]:
    """The first load measures how many go, the second how long each takes at a given rate. Raises BaseTrouble."""
    with base_for_a_while() as (place, settings), tempfile.TemporaryDirectory(prefix="vkb-") as name:
        clients = max(load.clients for load in loads)
        said(f"{clients} devices are enrolled ...")
        ways = [enrolled(place, settings, f"gate-{number}", Path(name) / str(number)) for number in range(clients)]
        most, offered = loads
        said(f"{most.clients} clients for {most.seconds:.0f} s, as fast as it goes ...")
        fast = _run(place, settings, ways, most, BaseClient)
        said(f"the same by plain row locks for {most.seconds:.0f} s ...")
        plain = _run(place, settings, ways, most, RowLockClient)
        said(
            f"{offered.clients} clients at {offered.offered_per_s:.0f} visits a second for {offered.seconds:.0f} s ..."
        )
        calm = _run(place, settings, ways, offered, BaseClient)
    return {
        "clients": most.clients,
        "admissions_per_s": fast["admissions_per_s"],
        "p50_s": calm["p50_s"],
        "p99_s": calm["p99_s"],
        "offered_per_s": offered.offered_per_s,
        "doubled": fast["doubled"] + calm["doubled"],
        "lost": fast["lost"] + calm["lost"],
        "as_fast_as_it_goes": fast,
        "baseline": {"name": "one row lock in a plain transaction", **plain},
        "ratio": round(fast["admissions_per_s"] / max(plain["admissions_per_s"], 0.1), 3),
    }


def _run(
    place: BasePlace,
    settings: BaseSettings,
    ways: list[BaseWay],
    load: Load,
    client: type[BaseClient] | type[RowLockClient],
) -> dict[str, Any]:
    event = f"{EVENT}-{secrets.token_hex(4)}"
    tickets = [secrets.token_hex(16) for _ in range(_enough(load))]
    with connected(place, settings) as db:
        admin.load_tickets(db, event, ((SESSION, reference, GROUP, False) for reference in tickets))
        if client is RowLockClient:
            prepare(db, event)
    shares = [list(range(first, load.clients, load.processes)) for first in range(load.processes)]
    context = multiprocessing.get_context("spawn")
    ready, answers = context.Barrier(load.processes + 1), context.Queue()
    workers = [
        context.Process(
            target=_process, args=(event, [ways[n] for n in share], share, tickets, load, client, ready, answers)
        )
        for share in shares
        if share
    ]
    for worker in workers:
        worker.start()
    ready.wait(START_S + 2 * load.clients)
    seen = [answers.get(timeout=load.seconds + START_S + 4 * PATIENCE_S) for _ in workers]
    for worker in workers:
        worker.join()
    table = "bench_uses" if client is RowLockClient else "admissions"
    with connected(place, settings) as db:
        stored = db.execute(f"SELECT admission, reference FROM venue.{table} WHERE event = %s", (event,)).fetchall()  # noqa: S608
    told = [admission for each in seen for admission in each["admitted"]]
    latencies = [each for one in seen for each in one["latencies"]]
    took_s = max(each["took_s"] for each in seen)
    return {
        "admissions_per_s": round(len(told) / took_s, 1),
        "p50_s": round(float(np.percentile(latencies, 50)), 4),
        "p99_s": round(float(np.percentile(latencies, 99)), 4),
        "visits": len(latencies),
        "doubled": len(stored) - len({reference for _, reference in stored}),
        "lost": len(set(told) - {admission for admission, _ in stored}),
        "late": sum(each["late"] for each in seen),
    }


def _process(
    event: str,
    ways: list[BaseWay],
    numbers: list[int],
    tickets: list[str],
    load: Load,
    kind: type[BaseClient] | type[RowLockClient],
    ready: Any,
    answers: Any,
) -> None:
    """One process's clients, each on a thread: they wait for the base nearly all of the time."""
    clients: list[Client] = [kind(way, event) for way in ways]
    for client in clients:
        while not client.reconnect():
            time.sleep(0.05)
    ready.wait(START_S + 2 * load.clients)
    found: list[dict[str, Any]] = [{"admitted": [], "latencies": [], "late": 0} for _ in clients]
    begun_s = time.monotonic()
    threads = [
        threading.Thread(target=_client, args=(client, number, tickets, load, begun_s, seen))
        for client, number, seen in zip(clients, numbers, found, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took_s = time.monotonic() - begun_s
    for client in clients:
        client.close()
    answers.put(
        {
            "admitted": [each for seen in found for each in seen["admitted"]],
            "latencies": [each for seen in found for each in seen["latencies"]],
            "late": sum(seen["late"] for seen in found),
            "took_s": took_s,
        }
    )


def _client(
    client: Client,
    number: int,
    tickets: list[str],
    load: Load,
    begun_s: float,
    seen: dict[str, Any],
) -> None:
    """Visits until the time is over: this client's own tickets, and one in twenty that another has or will have."""
    chance = random.Random(number)  # noqa: S311 - whom to race
    own = tickets[number :: load.clients]
    pause_s = load.clients / load.offered_per_s if load.offered_per_s else 0.0
    due_s = begun_s + pause_s * chance.random()
    for reference in own:
        if pause_s:
            time.sleep(max(0.0, due_s - time.monotonic()))
        at_s = max(due_s, begun_s) if pause_s else time.monotonic()  # a visit that could not begin in time waited
        if at_s - begun_s > load.seconds:
            return
        tried = chance.choice(tickets) if chance.random() < 0.05 else reference
        admission = secrets.token_hex(16)
        try:
            if _visit(client, f"gate-{number}", tried, admission):
                seen["admitted"].append(admission)
            seen["latencies"].append(time.monotonic() - at_s)
        except BaseAway:
            seen["late"] += 1
            client.reconnect()
        due_s += pause_s


def _visit(client: Client, station: str, reference: str, admission: str) -> bool:
    if isinstance(client, RowLockClient):
        return client.use(reference, admission)
    nonce = secrets.token_hex(16)
    if client.hold(nonce, station, GROUP, SESSION, reference, nonce, LEASE_S).outcome != "held":
        return False
    return client.commit(nonce, nonce, admission, "face", time.time()).outcome == "admitted"


def _enough(load: Load) -> int:
    rate = load.offered_per_s or 4000.0
    return int(rate * load.seconds * 1.2) + 10 * load.clients


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])
