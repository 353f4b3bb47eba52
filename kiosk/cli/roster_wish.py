"""What is said about a roster's columns on the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from kiosk.cli.saying import BAD_USAGE, stop
from kiosk.roster.mapping import Wish

Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="COLUMN=HEADING", help="Which heading of the file holds a column of the roster."),
]
Fixed = Annotated[
    list[str] | None,
    typer.Option("--fixed", metavar="COLUMN=VALUE", help="A column that is the same for every row."),
]
Word = Annotated[
    list[str] | None,
    typer.Option(
        "--word", metavar="COLUMN:WORD=VALUE", help="What a word of the file means, as in gate_group:Standing=A."
    ),
]
Sheet = Annotated[str, typer.Option("--sheet", help="Which sheet of a workbook.")]
Confirmed = Annotated[bool, typer.Option("--yes", help="Columns that were guessed are right.")]


def wish_of(
    mapped: list[str] | None, fixed: list[str] | None, word: list[str] | None, sheet: str, confirmed: bool
) -> Wish:
    """The options as one wish; stops with a sentence where one is not written as its help says."""
    words: dict[str, dict[str, str]] = {}
    for each in word or []:
        column, _, pair = each.partition(":")
        theirs, ours = _pair(pair, "--word COLUMN:WORD=VALUE")
        words.setdefault(column.strip(), {})[theirs] = ours
    return Wish(
        dict(_pair(each, "--map COLUMN=HEADING") for each in mapped or []),
        dict(_pair(each, "--fixed COLUMN=VALUE") for each in fixed or []),
        words,
        sheet,
        confirmed,
    )


def _pair(text: str, usage: str) -> tuple[str, str]:
    left, equals, right = text.partition("=")
    if not equals or not left.strip() or not right.strip():
        stop(f"Write {usage}.", BAD_USAGE)
    return left.strip(), right.strip()
