"""``kiosk account badges``: one sentence why there are no papers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.accounts.paper_process import PapersNotDrawn
from kiosk.cli.saying import stop
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.words import key_words


@contextmanager
def papers_said(badges: Path, slips: Path) -> Iterator[None]:
    try:
        yield
    except PapersNotDrawn:
        stop("The papers could not be drawn. No badge was made, and earlier ones are valid still.")
    except KeyFileUnusable as unusable:
        stop(f"{badges} or {slips} cannot be written: {key_words(unusable)}. No badge was made.")
