"""``kiosk event report``: an event's numbers on the terminal, and the report as PDF, CSV and JSON."""

from __future__ import annotations

import json
import time
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, AsJson, DataDir, EventId, KeyDir, place_of
from kiosk.cli.event_saying import spoken
from kiosk.cli.papers import InLanguage, hand_out, language_of, painted
from kiosk.cli.trail import writable_log
from kiosk.closing.counts import counts_of
from kiosk.closing.state import read_state
from kiosk.config.load import load_event
from kiosk.documents.common import made_words, words_or
from kiosk.documents.gather import report_at
from kiosk.documents.report import as_csv, as_paper, as_values
from kiosk.domain.access import Action
from kiosk.domain.exports import Export
from kiosk.text import Texts

_SPEECH = Texts("en")


def report(
    event: EventId,
    as_json: AsJson = False,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="A new file: the report on paper.", dir_okay=False)] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="A new file: one line a number.", dir_okay=False)] = None,
    language: InLanguage = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Numbers of the event, and its report. Never a person: numbers of fewer than ten people are not told, but for
    those of the whole event, which its certificate tells.
    """
    place = place_of(event, data, keys)
    with spoken(event, Action.READ_COUNTS) as who:
        state, settings = read_state(place.state_file), load_event(place.event_file)
        counts, told = counts_of(place, state), report_at(place)
        for to, form in ((pdf, "pdf"), (csv, "csv")):
            if to is not None:
                texts = Texts(language_of(settings, language).value)
                made = made_words(time.time(), version("venue-kiosk"), texts)
                content = as_csv(told) if form == "csv" else painted(as_paper(told, settings, texts, made))
                hand_out(place, to, content, who.name, writable_log(data, keys), Export.REPORT)
    if as_json:
        values = {**as_values(told), "name": dict(settings.name), "counts": counts}
        typer.echo(json.dumps(values, ensure_ascii=False))
        return
    typer.echo(f"Event {event}: {state}")
    for what, count in (counts or {}).items():
        typer.echo(f"  {words_or(_SPEECH, f'office.event.count.{what}', what)}: {count}")
