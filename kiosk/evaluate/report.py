"""One evaluation as one HTML page that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from kiosk.evaluate.card_text import short
from kiosk.evaluate.html_page import document, figure, table

_HEADINGS = (
    "group",
    "mated",
    "non-mated",
    "not made",
    "EER",
    "TAR, no false match",
    "TAR, one false match",
    "FMR at threshold",
    "FNMR at threshold",
)


def page(title: str, result: Mapping[str, Any], charts: Sequence[Path]) -> str:
    """``result``: what ``kiosk evaluate --json`` writes. ``charts``: SVG files, put into the page whole."""
    blocks = {"all pairs": result["overall"], **result["groups"]}
    for more in ("without_label_errors", "labels"):
        blocks |= {f"{more.replace('_', ' ')}: {name}": block for name, block in result.get(more, {}).items()}
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p class=small>{escape(_made_by(result))}</p>",
        "<h2>Pairs</h2>",
        table(_HEADINGS, [_row(name, block) for name, block in blocks.items()]),
        _remarks(),
    ]
    if "all_vs_all" in result:
        parts += ["<h2>All against all</h2>", _low_rates(result["all_vs_all"])]
    parts += ["<h2>Curves</h2>", *map(figure, charts)]
    return document(title, parts)


def _made_by(result: Mapping[str, Any]) -> str:
    made = result["made_by"]
    treatment = (
        "pictures as they are" if made["degrade"] == "none" else f"first picture of each pair: {made['degrade']}"
    )
    eyes = made["eye_distance_px"]
    return (
        f"Engine {made['engine']}, OpenCV {made['opencv']}; {treatment}; {made['pictures']} pictures, of which "
        f"{made['without_template']} gave no template; distance between the eyes "
        f"{eyes['p5']:.0f} to {eyes['p95']:.0f} px (5 % to 95 %, half below {eyes['p50']:.0f})."
    )


def _remarks() -> str:
    return (
        "<p class=small>In brackets: exact 95 % bounds by Clopper and Pearson. A comparison that could not be made "
        "counts as a miss of a mated pair. A dash: the data are too few to state it (fewer than 3/f comparisons for a "
        "rate f, or no error seen; the upper bound is stated then).</p>"
    )


def _row(name: str, block: Mapping[str, Any]) -> list[str]:
    at = block["at_threshold"]
    return [
        name,
        f"{block['mated']:,}",
        f"{block['nonmated']:,}",
        f"{block['fta']:,}",
        _percent(block["eer"]),
        _point(block["tar_at_no_false_match"]),
        _point(block["tar_at_one_false_match"]),
        _bounded(at["fmr"], at["fmr_high"], short),
        _bounded(at["fnmr"], at["fnmr_high"], "{:.2%}".format),
    ]


def _low_rates(block: Mapping[str, Any]) -> str:
    rows = [[f"FMR {fmr}", _point(point), _threshold(point)] for fmr, point in block["tar_at_fmr"].items()]
    head = (
        f"<p>{block['mated']:,} mated and {block['nonmated']:,} non-mated comparisons. Bounds: persons drawn again.</p>"
    )
    return head + table(("at", "TAR", "threshold"), rows)


def _point(point: Mapping[str, float] | None) -> str:
    return "–" if point is None else f"{point['tar']:.4f} ({point['low']:.4f} to {point['high']:.4f})"


def _threshold(point: Mapping[str, float] | None) -> str:
    return "–" if point is None else f"{point['threshold']:.3f}"


def _bounded(value: float | None, high: float | None, shown: Callable[[float], str]) -> str:
    if high is None:
        return "–"
    return f"{'–' if value is None else shown(value)} (at most {shown(high)})"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2%}"
