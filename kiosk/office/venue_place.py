"""The venue's base as an enrolled machine sees it, for the office."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from kiosk.base.client import BaseClient
from kiosk.base.device import way_of
from kiosk.base.errors import BaseAway
from kiosk.base.seen import Use, VenueSeen, all_conflicts, look
from kiosk.closing.paper_process import paper_of
from kiosk.domain.access import Action
from kiosk.office.venue import VenuePort
from kiosk.ports import Clock

PATIENT_S = 2.0
"""Nobody stands before a gate here."""
PAPER_MODULE = "kiosk.papers.conflict_paper"
"""Run by name: it paints."""


class VenuePlace:
    """One connection, made when it is first wanted. Used on the office's thread; ``close`` when that is over."""

    def __init__(self, key_dir: Path, event: str, clock: Clock) -> None:
        self._key_dir, self._event, self._clock = key_dir, event, clock
        self._client: BaseClient | None = None

    def port(self, require: Callable[[Action], None], folders: tuple[Path, ...]) -> VenuePort:
        """``require`` asks the role table, and raises NotAllowed."""

        def seen() -> VenueSeen:
            require(Action.READ_COUNTS)
            return look(self._connected(), self._clock.now)

        def conflicts() -> list[Use]:
            require(Action.READ_COUNTS)
            return all_conflicts(self._connected())

        def paper(uses: list[Use], language: str) -> bytes:
            require(Action.READ_COUNTS)
            printed_at = f"{datetime.fromtimestamp(self._clock.now()).astimezone():%Y-%m-%d %H:%M:%S}"
            told = {"language": language, "event": self._event, "printed_at": printed_at}
            return paper_of(json.dumps({**told, "uses": [asdict(use) for use in uses]}).encode(), PAPER_MODULE)

        return VenuePort(seen, conflicts, paper, folders)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _connected(self) -> BaseClient:
        """Raises BaseTrouble where this machine is not enrolled, BaseAway."""
        if self._client is None:
            self._client = BaseClient(way_of(self._key_dir, PATIENT_S, PATIENT_S), self._event)
        if not self._client.reconnect():
            raise BaseAway("no_way")
        return self._client
