"""The event's report: figures as they may be told (k >= 10), as values, CSV, JSON and paper (R-11, R-81). Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kiosk.config.event import EventConfig
from kiosk.documents.common import day_time, event_facts, words_or
from kiosk.documents.figures import ACTS, FACE, NOT_ACQUIRED, NOT_MATCHED, STAFF, Figures
from kiosk.documents.paper import AnyPart, Bars, Facts, Heading, Paper, Table, Text
from kiosk.domain.suppression import FEWEST, Shown, shown
from kiosk.text import Texts


@dataclass(frozen=True)
class Grid:
    """A table with its totals, as it may be told. ``rows`` and ``columns`` are ids, not words."""

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    told: Shown


@dataclass(frozen=True)
class WaitsTold:
    """None where fewer than ten people waited in that lane."""

    slot: str
    gate_group: str
    staff_p90_s: float | None
    face_p90_s: float | None


@dataclass(frozen=True)
class Report:
    """``opt_out_share``: 0..1, None where it is not told. ``counts``: of the whole event, as on its certificate."""

    event: str
    state: str
    counts: Mapping[str, int]
    grids: tuple[Grid, ...]
    waits: tuple[WaitsTold, ...]
    opt_out_share: float | None
    faults: Mapping[str, int]
    incidents: Mapping[str, int]
    thresholds: Mapping[str, float]
    certificates: tuple[str, ...]

    def grid(self, name: str) -> Grid:
        return next(grid for grid in self.grids if grid.name == name)


def report_of(
    event_id: str,
    state: str,
    counts: Mapping[str, int],
    figures: Figures,
    thresholds: Mapping[str, float],
    certificates: Sequence[str] = (),
) -> Report:
    """``thresholds``: of the model card. ``certificates``: SHA-256 of each."""
    captures = {place: count for place, count in figures.causes.items() if place[0] in {NOT_ACQUIRED, NOT_MATCHED}}
    others = {place: count for place, count in figures.causes.items() if place not in captures}
    choices = _grid("choices", {("all", lane): figures.choices[lane] for lane in (FACE, STAFF)})
    return Report(
        event_id,
        state,
        dict(counts),
        (
            _grid("admissions", figures.admitted, total_known=True),
            _grid("captures", captures),
            _grid("causes", others),
            choices,
            _grid("acts", {(role, act): figures.acts[role, act] for role, _ in figures.acts for act in ACTS}),
        ),
        tuple(
            WaitsTold(
                one.slot,
                one.gate_group,
                one.staff_p90_s if one.served >= FEWEST else None,
                one.face_p90_s if one.face_checks >= FEWEST else None,
            )
            for _, one in sorted(figures.waits.items())
        ),
        None if None in choices.told.cells[0] or not choices.told.total else figures.opt_out_share,
        dict(sorted(figures.faults.items())),
        dict(sorted(figures.incidents.items())),
        dict(thresholds),
        tuple(certificates),
    )


def _grid(name: str, counts: Mapping[tuple[str, str], int], *, total_known: bool = False) -> Grid:
    rows, columns = (tuple(sorted({place[axis] for place in counts})) for axis in (0, 1))
    cells = [[counts.get((row, column), 0) for column in columns] for row in rows]
    return Grid(name, rows, columns, shown(cells, total_known=total_known))


# --- its forms ------------------------------------------------------------------------------------


def as_values(report: Report) -> dict[str, Any]:
    """For JSON: numbers that are not told are null."""
    return {**asdict(report), "fewest": FEWEST}


def as_json(report: Report) -> bytes:
    return (json.dumps(as_values(report), ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode("utf-8")


def as_csv(report: Report) -> bytes:
    """One line a number (RFC 4180): table, row, column, number; nothing where it is not told."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("table", "row", "column", "number"))
    writer.writerows(("event", "", name, count) for name, count in report.counts.items())
    for grid in report.grids:
        for row, cells, total in zip(grid.rows, grid.told.cells, grid.told.rows, strict=True):
            of_row = zip((*grid.columns, "total"), (*cells, total), strict=True)
            writer.writerows((grid.name, row, *each) for each in of_row)
        totals = zip((*grid.columns, "total"), (*grid.told.columns, grid.told.total), strict=True)
        writer.writerows((grid.name, "total", *each) for each in totals)
    for waits in report.waits:
        writer.writerow(("staff_wait_p90_s", waits.slot, waits.gate_group, waits.staff_p90_s))
        writer.writerow(("face_wait_p90_s", waits.slot, waits.gate_group, waits.face_p90_s))
    more: dict[str, Mapping[str, float]] = {
        "faults": report.faults,
        "incidents": report.incidents,
        "threshold": report.thresholds,
    }
    for name, numbers in more.items():
        writer.writerows((name, key, "", number) for key, number in numbers.items())
    return text.getvalue().encode("utf-8-sig")


def as_paper(report: Report, event: EventConfig, texts: Texts, made: str) -> Paper:
    """``made``: when and by which version, in words."""
    parts: list[AnyPart] = [
        Facts(rows=event_facts(event, texts)),
        Heading(words=texts("report.counts")),
        Facts(rows=tuple((_count_words(name, texts), f"{count:,}") for name, count in report.counts.items())),
        Text(words=texts("report.untold", count=FEWEST), quiet=True),
        *_admissions(report, event, texts),
    ]
    for name in ("captures", "causes", "choices", "acts"):
        parts += [Heading(words=texts(f"report.{name}")), *_told(report.grid(name), event, texts)]
        if name == "choices":
            share = texts("report.untold_share") if report.opt_out_share is None else f"{report.opt_out_share:.1%}"
            parts.append(Facts(rows=((texts("report.opt_out_share"), share),)))
    parts += [*_waits(report, event, texts), *_rest(report, texts)]
    return Paper(
        language="zh" if texts.language == "zh" else "en",
        title=texts("report.title"),
        subtitle=f"{event.name[event.languages[0]]} · {made}",
        foot=f"{report.event}   {texts('report.foot')}",
        parts=tuple(parts),
    )


def _admissions(report: Report, event: EventConfig, texts: Texts) -> list[AnyPart]:
    grid = report.grid("admissions")
    parts: list[AnyPart] = [Heading(words=texts("report.admissions"))]
    if not grid.rows:
        return [*parts, Text(words=texts("report.nothing"))]
    labels = tuple(day_time(slot, event)[-5:] for slot in grid.rows)
    parts.append(Bars(words=texts("report.admissions_bars"), labels=labels, values=grid.told.rows))
    return [*parts, *_told(grid, event, texts)]


MOST_COLUMNS = 7
"""Stations abreast on a page."""


def _told(grid: Grid, event: EventConfig, texts: Texts) -> list[AnyPart]:
    """The grid as tables, so many columns abreast as a page has room for."""
    if not grid.rows:
        return [Text(words=texts("report.nothing"))]
    tables: list[AnyPart] = []
    wide_names = grid.name in {"causes", "captures"}
    for first in range(0, len(grid.columns), MOST_COLUMNS):
        part = slice(first, first + MOST_COLUMNS)
        last = first + MOST_COLUMNS >= len(grid.columns)
        heads = [_column_words(grid.name, column, texts) for column in grid.columns[part]]
        rows = [
            (_row_words(grid.name, row, event, texts), *map(_number, cells[part]), *([_number(total)] if last else []))
            for row, cells, total in zip(grid.rows, grid.told.cells, grid.told.rows, strict=True)
        ]
        if len(grid.rows) > 1:
            totals = [_number(total) for total in grid.told.columns[part]]
            rows.append((texts("report.total"), *totals, *([_number(grid.told.total)] if last else [])))
        columns = ("", *heads, *([texts("report.total")] if last else []))
        shares = (2.2 if wide_names else 1.5, *(1.0 for _ in columns[1:]))
        tables.append(Table(columns=columns, rows=tuple(rows), shares=shares, numbers=True))
    return tables


def _waits(report: Report, event: EventConfig, texts: Texts) -> list[AnyPart]:
    parts: list[AnyPart] = [Heading(words=texts("report.waits"))]
    if not report.waits:
        return [*parts, Text(words=texts("report.no_waits"))]
    rows = tuple(
        (day_time(one.slot, event), one.gate_group, _seconds(one.staff_p90_s), _seconds(one.face_p90_s))
        for one in report.waits
    )
    columns = tuple(texts(f"report.waits_column.{name}") for name in ("slot", "group", "staff", "face"))
    return [*parts, Table(columns=columns, rows=rows, numbers=True), Text(words=texts("report.waits_how"), quiet=True)]


def _rest(report: Report, texts: Texts) -> list[AnyPart]:
    faults = tuple((words_or(texts, f"audit.kind.{kind}", kind), f"{n:,}") for kind, n in report.faults.items())
    incidents = tuple((words_or(texts, f"venue.why.{why}", why), f"{n:,}") for why, n in report.incidents.items())
    thresholds = tuple(
        (words_or(texts, f"report.portrait.{kind}", kind), f"{value:.2f}") for kind, value in report.thresholds.items()
    )
    certificates = tuple((texts("report.certificate"), digest) for digest in report.certificates)
    parts: list[AnyPart] = []
    for name, rows in (
        ("faults", faults), ("incidents", incidents), ("thresholds", thresholds), ("certificates", certificates)
    ):  # fmt: skip
        part: AnyPart = Facts(rows=rows) if rows else Text(words=texts("report.nothing"))
        parts += [Heading(words=texts(f"report.{name}")), part]
    return parts


def _row_words(name: str, row: str, event: EventConfig, texts: Texts) -> str:
    match name:
        case "admissions":
            return day_time(row, event)
        case "acts":
            return words_or(texts, f"access.role.{row}", row)
        case "choices":
            return texts("report.all")
    return words_or(texts, f"report.cause.{row}", row)


def _column_words(name: str, column: str, texts: Texts) -> str:
    if name == "acts":
        return words_or(texts, f"report.act.{column}", column)
    return texts(f"report.lane.{column}") if name == "choices" else column


def _count_words(name: str, texts: Texts) -> str:
    return words_or(texts, f"office.event.count.{name}", name)


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"
