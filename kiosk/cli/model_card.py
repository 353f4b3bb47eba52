"""``kiosk model-card``, and how ``kiosk evaluate --card`` writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown

from kiosk.cli.saying import BAD_USAGE, stop, stop_at
from kiosk.evaluate.card_text import markdown
from kiosk.evaluate.carding import CannotCarry, Measured, card_of
from kiosk.evaluate.evaluation import Answer, Question
from kiosk.evaluate.treatment import Treatment
from kiosk.face.card import CardUnusable, read_card
from kiosk.face.models import read_manifest
from kiosk.face.port import EngineUnavailable

TARGET_FMR = 1e-4
NO_CARD = "The model card is missing or damaged: install the kiosk's Python packages again."
NO_MODELS = "The face models are missing or changed: install the kiosk's Python packages again."


def model_card(
    as_markdown: Annotated[bool, typer.Option("--markdown", help="As Markdown, for a file.")] = False,
) -> None:
    """Say which models compare faces, where match begins, and what that rests on."""
    try:
        text = markdown(read_card(), read_manifest())
    except CardUnusable:
        stop(NO_CARD)
    except EngineUnavailable:
        stop(NO_MODELS)
    if as_markdown:
        typer.echo(text, nl=False)
    else:
        Console().print(Markdown(text))


def write_card(
    file: Path, question: Question, data: str, target_fmr: float, answered: Callable[[Question], Answer]
) -> None:
    """Evaluate both kinds of portrait and write the card."""
    if not question.labels or not data:
        stop("A card needs --labels, for look-alikes, and --card-data: what the pictures are.", BAD_USAGE)
    asked = replace(question, all_vs_all=True, frames=1, threshold=0.0)  # the card's own come out of the scores
    kinds = [replace(asked, treatment=treatment) for treatment in (Treatment.NONE, Treatment.ID_CHIP)]
    measured = [Measured(each, answered(each), target_fmr, data) for each in kinds]
    try:
        card = card_of(*measured)
        file.write_text(card.as_json(), encoding="utf-8")
    except CannotCarry as error:
        stop(f"No card was written: {error.comparisons} comparisons of look-alikes, {error.needed} are needed.")
    except OSError as error:
        stop_at(error, file)
    for kind, threshold in card.thresholds.items():
        evidence = threshold.evidence
        typer.echo(f"{kind}: from {threshold.value:.2f}, FMR {evidence.fmr:.3g}, FNMR {evidence.fnmr:.4f}")
