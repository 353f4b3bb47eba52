"""Sweeps of the live side as one HTML page with a chart each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from kiosk.evaluate.html_page import document, figure, table
from kiosk.evaluate.plots import Axis, Chart, Line
from kiosk.evaluate.sweeps import AS_IS, UNIT, Sweep

Block = Mapping[str, Any]
HEADINGS = (
    "step",
    "no face",
    "failure to acquire",
    "match, of all",
    "non-match, of acquired",
    "advised, would match",
    "most frequent advice",
)


def chart_of(sweep: str, as_it_is: Block, blocks: Sequence[Block]) -> Chart:
    """Both rates over the steps, the picture as it is first."""
    shown = [as_it_is, *blocks]
    places = np.arange(len(shown), dtype=np.float64)
    names = [AS_IS, *(f"{block['amount']:g}" for block in blocks)]
    lines = [
        Line(name, places, np.array([_value(block[key]) for block in shown]))
        for name, key in (("match", "match"), ("failure to acquire", "failure_to_acquire"))
    ]
    last = max(1, len(shown) - 1)
    return Chart(
        f"{sweep}, simulated",
        Axis(UNIT[Sweep(sweep)], list(enumerate(names)), lambda place: place / last),
        Axis("share of comparisons", [(share / 4, f"{share * 25} %") for share in range(5)], lambda share: share),
        tuple(lines),
    )


def page(title: str, result: Mapping[str, Any], charts: Mapping[str, Path]) -> str:
    """``result``: what ``--json`` writes. ``charts``: one SVG file per sweep."""
    made, best = result["made_by"], result["best_frame"]
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p class=small>Engine {escape(made['engine'])}, OpenCV {escape(made['opencv'])}; {made['pairs']} mated "
        f"pairs, {made['without_reference']} more without a reference; portrait: {escape(made['portrait'])}; live side "
        f"{made['eye_distance_px']:.0f} camera pixels between the eyes; match from {made['threshold']:.2f} on. "
        f"{escape(made['live_side'].capitalize())}.</p>",
        "<p class=small>One still picture is one frame: advice due for it never clears, which is a failure to acquire. "
        "In brackets: exact 95 % bounds by Clopper and Pearson.</p>",
    ]
    if best["more_merit_scores_higher"] is not None:
        parts.append(
            f"<p>Of two usable frames of one person the one with more merit scored higher in "
            f"{best['more_merit_scores_higher']:.1%} of {best['two_frames_of_one_person']:,} cases.</p>"
        )
    for sweep, blocks in result["sweeps"].items():
        rows = [row(AS_IS, result["as_it_is"]), *(row(f"{block['amount']:g}", block) for block in blocks)]
        parts += [
            f"<h2>{escape(sweep)} <small>({escape(UNIT[Sweep(sweep)])}; simulated)</small></h2>",
            table(HEADINGS, rows),
            figure(charts[sweep]),
        ]
    return document(title, parts)


def row(name: str, block: Block) -> list[str]:
    """One step in words, in the order of HEADINGS."""
    return [
        name,
        str(block["no_face"]),
        _bounded(block["failure_to_acquire"]),
        _bounded(block["match"]),
        _bounded(block["nonmatch_of_acquired"]),
        str(block["advised_would_match"]),
        most_frequent(block),
    ]


def most_frequent(block: Block) -> str:
    """The advice most frames of the step would bring, with their number; a dash without any."""
    first = next(iter(block["advice"].items()), None)
    return "–" if first is None else f"{first[0].replace('_', ' ')} ({first[1]})"


def _value(rate: Mapping[str, float] | None) -> float:
    return 0.0 if rate is None else rate["rate"]


def _bounded(rate: Mapping[str, float] | None) -> str:
    return "–" if rate is None else f"{rate['rate']:.1%} ({rate['low']:.1%} to {rate['high']:.1%})"
