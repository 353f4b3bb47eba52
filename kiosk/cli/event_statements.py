"""``kiosk event assessment`` and ``kiosk event signs``: what somebody stands for before an event is armed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, EventId, KeyDir, place_of
from kiosk.cli.event_saying import spoken
from kiosk.cli.saying import BAD_USAGE, stop
from kiosk.cli.trail import writable_log
from kiosk.closing.bound import BoundUnusable
from kiosk.closing.publishing import NotBoundYet
from kiosk.closing.state import write_whole
from kiosk.closing.statements import About, state
from kiosk.config.load import load_event, read_text
from kiosk.documents.assessment import QUESTIONS, WHO, Answers, answers_of, as_bytes, assessment_of
from kiosk.domain.access import Action
from kiosk.text import Texts

MAX_PAPER_BYTES = 50_000_000


def assessment(
    event: EventId,
    paper: Annotated[
        Path | None,
        typer.Argument(
            help="Answers to kiosk event questions (TOML), or a paper made elsewhere; without one you are asked here."
        ),
    ] = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Stand for the event's impact assessment. It counts for the settings of now: change them, and it is void."""
    with spoken(event, Action.OPEN_EVENT) as who, _unbound_said(event):
        place, answers = place_of(event, data, keys), None
        settings = load_event(place.event_file)
        if paper is None:
            answers = _asked(Texts(settings.languages[0].value))
        elif paper.suffix.lower() == ".toml":
            answers = answers_of(read_text(paper), paper.name)
        now = datetime.now(UTC).replace(microsecond=0)
        written = None if answers is None else as_bytes(assessment_of(settings, answers, who.name, now))
        content = _content(paper) if written is None and paper is not None else written
        made = state(place, About.ASSESSMENT, who.name, now.timestamp(), writable_log(data, keys), content or b"")
        if written is not None:
            write_whole(place.assessment_file, written.decode("utf-8"))
    typer.echo(f"{made.by} stands for the assessment. Keep the paper three years; its SHA-256: {made.paper}")


def _asked(texts: Texts) -> Answers:
    """Each question in turn, until every answer will do."""
    given = {name: typer.prompt(texts(f"assessment.ask.{name}")) for name in (*WHO, *QUESTIONS)}
    text = "".join(f"{name} = {json.dumps(str(answer), ensure_ascii=False)}\n" for name, answer in given.items())
    return answers_of(text, texts("assessment.title"))


def _content(paper: Path) -> bytes:
    content = paper.read_bytes() if paper.is_file() and paper.stat().st_size <= MAX_PAPER_BYTES else b""
    if not content:
        stop(f"{paper} is no file of at most {MAX_PAPER_BYTES // 1_000_000} MB with something in it.", BAD_USAGE)
    return content


def signs(
    event: EventId,
    yes: Annotated[
        bool, typer.Option("--yes", help="At each camera and entrance a sign; no camera sees a private room.")
    ] = False,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Stand for the signs: one at each camera and each entrance, and no camera inside or facing a private room."""
    asked = "Is a sign up at each camera and each entrance, and is no camera inside or facing a private room?"
    with spoken(event, Action.OPEN_EVENT) as who, _unbound_said(event):
        place = place_of(event, data, keys)
        if not yes and not typer.confirm(asked, err=True):
            stop("Nothing was written down.")
        made = state(place, About.SIGNS, who.name, time.time(), writable_log(data, keys))
    typer.echo(f"{made.by} stands for the signs.")


@contextmanager
def _unbound_said(event: str) -> Iterator[None]:
    try:
        yield
    except (NotBoundYet, BoundUnusable):
        stop(f"Nothing signed says what event {event} is: run kiosk event change {event} --reason WHY first.")
