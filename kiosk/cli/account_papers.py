"""``kiosk account badges``: the papers, or one sentence why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kiosk.accounts import paper_process
from kiosk.accounts.book import Issued
from kiosk.accounts.paper_process import PapersNotDrawn
from kiosk.cli.saying import stop
from kiosk.config.event import EventConfig
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.words import key_words


def save_papers(issued: Sequence[Issued], event: EventConfig, badges: Path, slips: Path) -> None:
    try:
        paper_process.save_papers(issued, event, badges, slips)
    except PapersNotDrawn:
        stop("The papers could not be drawn: make them again with kiosk account badges --only ACCOUNT.")
    except KeyFileUnusable as unusable:
        stop(f"{badges} or {slips} cannot be written: {key_words(unusable)}.")
