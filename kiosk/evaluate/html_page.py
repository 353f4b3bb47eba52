"""One HTML page that needs nothing beside it: tables of figures and charts, for every kind of evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

_STYLE = """
body { font: 16px/1.5 "Noto Sans", "Noto Sans CJK SC", sans-serif; color: #1d2a35; max-width: 76rem; margin: 2rem auto;
  padding: 0 1.5rem; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .92rem; }
th, td { text-align: right; padding: .4rem .6rem; border-bottom: 1px solid #d9dfe4; vertical-align: top; }
td { white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } thead th { border-bottom: 2px solid #1d2a35; font-weight: 600; }
figure { margin: 1rem 0; } svg { max-width: 100%; height: auto; } .small { color: #51606c; font-size: .9rem; }
"""


def document(title: str, parts: Sequence[str]) -> str:
    """The whole page; ``parts`` are HTML already."""
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Cells are text, not HTML."""
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def figure(chart: Path) -> str:
    """An SVG file, put into the page whole."""
    text = chart.read_text("utf-8")
    return f"<figure>{text[text.index('<svg') :]}</figure>"
