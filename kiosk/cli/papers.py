"""What commands that make papers have in common: painted in a process of its own, handed out once, written down."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.audit.port import Audit
from kiosk.cli.saying import BAD_USAGE, stop
from kiosk.closing.paper_process import PaperUnavailable, paper_of
from kiosk.config.event import EventConfig
from kiosk.config.places import EventPlace
from kiosk.config.texts import Language
from kiosk.documents import handing_out
from kiosk.documents.handing_out import NotHandedOut
from kiosk.documents.paper import PAPER_MODULE, Part, as_json
from kiosk.domain.exports import Export
from kiosk.text import Texts
from kiosk.vault.key_file import KeyFileUnusable

To = Annotated[Path, typer.Option("--to", help="The new file, outside the kiosk's folders.", dir_okay=False)]
InLanguage = Annotated[Language | None, typer.Option("--language", help="zh or en; the event's first one unless said.")]
_SPEECH = Texts("en")
_NOT_HANDED_OUT = {
    "own_folder": "{to} lies in the kiosk's own folders: name a place outside.",
    "file_exists": "{to} exists already: name a new file.",
}


def language_of(event: EventConfig, chosen: Language | None) -> Language:
    """The chosen one, where the event has it."""
    if chosen is not None and chosen not in event.languages:
        stop(f"Event {event.id} has no texts in {chosen.value}.", BAD_USAGE)
    return chosen or event.languages[0]


def painted(sheet: Part) -> bytes:
    """The sheet as PDF; stops with a sentence where it cannot be made."""
    try:
        return paper_of(as_json(sheet), PAPER_MODULE)
    except PaperUnavailable as unavailable:
        stop(f"There is no PDF: {_SPEECH(f'certificate.fault.{unavailable.code}')}.")


def hand_out(place: EventPlace, to: Path, content: bytes, by: str, log: Audit, export: Export = Export.PAPERS) -> str:
    """As ``kiosk.documents.handing_out`` does it; stops with a sentence where it cannot be done."""
    try:
        return handing_out.hand_out(place, to, content, by, log, export)
    except NotHandedOut as refused:
        stop(_NOT_HANDED_OUT[refused.code].format(to=to), BAD_USAGE)
    except KeyFileUnusable:
        stop(f"{to} cannot be written.")
