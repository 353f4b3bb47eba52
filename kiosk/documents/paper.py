"""A paper as plain values: headings, text, facts, tables, bars, lines to write on. What paints it knows nothing else.

It crosses to the painting process as JSON and is validated there; unknown keys are faults.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Words = Annotated[str, Field(max_length=20_000)]
Cell = Annotated[str, Field(max_length=2_000)]
MAX_JSON_BYTES = 8_000_000


class Part(BaseModel):
    """Base of all parts: unknown keys are faults, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Heading(Part):
    kind: Literal["heading"] = "heading"
    words: Words


class Text(Part):
    """A paragraph. ``quiet``: smaller and paler, for explanations."""

    kind: Literal["text"] = "text"
    words: Words
    quiet: bool = False


class Facts(Part):
    """(label, value) pairs, one a row."""

    kind: Literal["facts"] = "facts"
    rows: tuple[tuple[Cell, Words], ...]


class Table(Part):
    """``shares``: of the width, one a column. ``numbers``: whether all columns but the first are set to the right."""

    kind: Literal["table"] = "table"
    columns: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shares: tuple[float, ...] = ()
    numbers: bool = False


class Bars(Part):
    """One bar a label; None where the number is not told, which is drawn as a hatched stub."""

    kind: Literal["bars"] = "bars"
    words: Words
    labels: tuple[Cell, ...]
    values: tuple[float | None, ...]


class Lines(Part):
    """Lines to write on, each with a label."""

    kind: Literal["lines"] = "lines"
    labels: tuple[Cell, ...]


AnyPart = Annotated[Heading | Text | Facts | Table | Bars | Lines, Field(discriminator="kind")]


class Paper(Part):
    """``foot``: said at the foot of every page, such as an event's id and a hash. ``language``: zh or en."""

    language: Literal["zh", "en"]
    title: Words
    subtitle: Words
    foot: Words
    parts: tuple[AnyPart, ...]


PAPER_MODULE = "kiosk.papers.sheet"
"""Run by name with the JSON: it paints."""


def as_json(paper: Part) -> bytes:
    """What the painting process reads."""
    return paper.model_dump_json().encode("utf-8")
