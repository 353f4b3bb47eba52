"""An evaluation of attack detection as one HTML page: the worst kind of instrument first, and no average."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from kiosk.evaluate.attack_rates import FEWEST
from kiosk.evaluate.html_page import document, figure, table

_HEADINGS = ("", "judged", "no face to judge", "subjects", "passed unsuspected (APCER)", "by subject", "suspected by")
_HONEST = ("", "judged", "no face to judge", "subjects", "suspected (BPCER)", "by subject", "suspected by")


def attack_page(title: str, figures: Mapping[str, Any], charts: Sequence[Path]) -> str:
    """``figures``: what ``kiosk evaluate-attacks --json`` writes. ``charts``: SVG files, put into the page whole."""
    made = figures["made_by"]
    signs = ", ".join(f"{sign} from {limit:g} on" for sign, limit in made["signs"].items())
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p class=small>{made['pictures']} single pictures; signs: {escape(signs)}; OpenCV {escape(made['opencv'])}; "
        f"faces of at least {made['smallest_eye_distance_px']:.0f} px between the eyes in a picture at most "
        f"{made['searched_width_px']} px wide.</p>",
        "<h2>Attacks, the worst kind first</h2>",
        table(_HEADINGS, [row_of(kind, block) for kind, block in figures["apcer"].items()]),
        "<h2>Bona fide presentations</h2>",
        table(_HONEST, [row_of("people", figures["bpcer"])]),
        "<p class=small>Terms of ISO/IEC 30107-3. In brackets: exact 95 % bounds by Clopper and Pearson, presentations "
        f"taken as independent, which many pictures of few subjects are not; hence the lowest and the highest share of "
        f"a subject. Fewer than {FEWEST} judged presentations: not measured. No rate over several kinds exists.</p>",
        *(["<h2>At other limits</h2>", *map(figure, charts)] if charts else []),
    ]
    return document(title, parts)


def row_of(name: str, block: Mapping[str, Any]) -> list[str]:
    """One kind in words, as page and terminal show it."""
    spread = block["by_subject"]
    return [
        name,
        f"{block['n']:,}",
        f"{block['no_response']:,}",
        f"{block['subjects']:,}",
        "not measured"
        if block["rate"] is None
        else f"{block['errors']} of {block['n']}: {block['rate']:.1%} ({block['low']:.1%} to {block['high']:.1%})",
        "–" if spread is None else f"{spread['lowest']:.0%} to {spread['highest']:.0%}",
        ", ".join(f"{sign} {count}" for sign, count in block["suspected_by"].items()) or "none",
    ]
