"""Stations of a venue whose lanes run as in the product: followers against a real base, posts run by the test."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.base.answers import Answer
from kiosk.base.client import BaseClient
from kiosk.base.following import BaseFollower, Reported
from kiosk.base.lanes import SharedLanes
from kiosk.domain.lanes import Finished, HeadCount, LaneState
from tests.helpers.base import TestBase
from tests.helpers.station_workers import Posts


@dataclass
class LaneStation:
    """What a station's window heard is in ``states``, ``finished``, ``answered``, ``heads``."""

    lanes: SharedLanes
    client: BaseClient
    follower: BaseFollower
    posts: Posts
    states: list[LaneState] = field(default_factory=list)
    finished: list[Finished] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    heads: list[tuple[HeadCount, ...]] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        base: TestBase,
        event: str,
        station: str,
        folder: Path,
        *,
        group: str = "A",
        serves: tuple[str, ...] = (),
        patience_s: float = 20.0,
        started: bool = True,
    ) -> LaneStation:
        client = BaseClient(base.way(station, "desk" if serves else "gate", patience_s), event)
        posts = Posts()
        lanes = SharedLanes(client, station, group, serves, posts)
        reported = Reported(station, group, "0.1.0", lambda: lanes.state_word)
        follower = BaseFollower(folder / f"{station}.sqlite", client, reported, duty=lanes)
        lanes.poke = follower.poke
        made = cls(lanes, client, follower, posts)
        hears = lanes.listeners
        hears.state, hears.finished = made.states.append, made.finished.append
        hears.answered, hears.heads = made.answered.append, made.heads.append
        if started:
            follower.start()
            made.until(lambda: bool(made.states) and made.state.online)
        return made

    @property
    def state(self) -> LaneState:
        return self.states[-1]

    def until(self, done: Callable[[], bool], limit_s: float = 30.0) -> float:
        """Seconds until it was so."""
        began = time.monotonic()
        self.posts.run_until(done, limit_s)
        return time.monotonic() - began

    def ask(self, ask: Callable[..., None], *arguments: object, within_s: float = 30.0) -> Answer | None:
        """The answer to one ask."""
        given: list[Answer | None] = []
        ask(*arguments, given.append, within_s)
        self.until(lambda: bool(given))
        return given[0]

    def stop(self) -> None:
        with suppress(RuntimeError):
            self.follower.stop()


def fresh() -> str:
    return secrets.token_hex(16)
