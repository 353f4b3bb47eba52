"""What an office screen shows: six kinds of pages as plain values with their words already in them.

Whoever makes a page (a subject of ``kiosk.office``) knows nothing of widgets; whoever shows one (``kiosk.ui.pages``)
knows nothing of what it is about. Names (``Act.name``, ``Row.key`` ...) come back with what the person does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """What a line amounts to; shown by shape and colour, and always beside a word that says it."""

    NONE = ""
    GOOD = "good"
    LOOK = "look"
    BAD = "bad"
    UNKNOWN = "unknown"


class Weight(StrEnum):
    """How much a button stands out."""

    QUIET = "quiet"
    PRIMARY = "primary"
    DANGER = "danger"  # has to be held


@dataclass(frozen=True)
class Act:
    """A button. ``on_row``: works on the chosen row, and only while one is chosen."""

    name: str
    words: str
    weight: Weight = Weight.QUIET
    on_row: bool = False


@dataclass(frozen=True)
class Told:
    """One sentence above everything else. ``share``: how much of something is done, 0..1, while it runs."""

    mark: Mark
    words: str
    share: float | None = None


@dataclass(frozen=True)
class Column:
    """``share``: of the table's width, against the other columns'."""

    words: str
    share: float = 1.0


@dataclass(frozen=True)
class Row:
    """``key`` names it; one cell a column. The mark stands before the first cell."""

    key: str
    cells: tuple[str, ...]
    mark: Mark = Mark.NONE


@dataclass(frozen=True)
class Options:
    """A choice: (value, words) each. Without options a page of its own is asked for, by the value "".

    ``chosen``: the value, or where there are no options its words. ``many``: any number of them, with commas between.
    """

    name: str
    words: str
    chosen: str
    options: tuple[tuple[str, str], ...] = ()
    many: bool = False


@dataclass(frozen=True)
class Pager:
    """``line`` says which part is shown, such as "51-100 of 312"."""

    line: str
    earlier: bool
    later: bool


@dataclass(frozen=True)
class Tile:
    """One subject on the home page. ``icon`` is a name of kiosk.ui.icons.Icon."""

    name: str
    icon: str
    words: str
    line: str


@dataclass(frozen=True)
class HomePage:
    title: str
    lead: str
    tiles: tuple[Tile, ...]
    told: Told | None = None


@dataclass(frozen=True)
class ListPage:
    """``search``: what was typed into the filter, None where there is none. ``empty``: said in place of rows."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    lead: str = ""
    told: Told | None = None
    search: str | None = None
    search_words: str = ""
    options: tuple[Options, ...] = ()
    pager: Pager | None = None
    acts: tuple[Act, ...] = ()
    empty: str = ""
    opens: bool = False
    """Whether a second tap on the chosen row, or the enter key, opens it."""


@dataclass(frozen=True)
class Field:
    """A line to be typed. ``value``: what stands there to begin with. ``several``: it may take several lines.
    ``hidden``: shown as dots.
    """

    name: str
    words: str
    hint: str = ""
    value: str = ""
    longest: int = 60
    several: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class FormPage:
    """``options`` stand above the lines. ``acts``: other buttons, which are told what was typed, too."""

    title: str
    fields: tuple[Field, ...]
    submit: str
    lead: str = ""
    told: Told | None = None
    options: tuple[Options, ...] = ()
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True)
class Group:
    """A heading and its (label, value) pairs."""

    heading: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SheetPage:
    """Something to be read. ``code``: what a QR code says; holding a secret, it is shown once."""

    title: str
    groups: tuple[Group, ...]
    lead: str = ""
    told: Told | None = None
    code: str = ""
    code_words: str = ""
    acts: tuple[Act, ...] = ()

    def __repr__(self) -> str:
        return f"SheetPage({self.title})"


@dataclass(frozen=True)
class PlanTile:
    """One place on a plan: its name, what it amounts to in a word and a mark, and a few lines more."""

    name: str
    state: str
    mark: Mark
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanGroup:
    """Places that belong together, below a heading and a line about all of them."""

    heading: str
    line: str
    tiles: tuple[PlanTile, ...]


@dataclass(frozen=True)
class PlanPage:
    """Many places at a glance. ``empty``: said in place of groups."""

    title: str
    groups: tuple[PlanGroup, ...]
    lead: str = ""
    told: Told | None = None
    acts: tuple[Act, ...] = ()
    empty: str = ""


@dataclass(frozen=True)
class Picture:
    """``png``: its bytes."""

    words: str
    png: bytes

    def __repr__(self) -> str:
        return f"Picture({self.words})"


@dataclass(frozen=True)
class PicturePage:
    """Pictures beside each other, each below its words."""

    title: str
    pictures: tuple[Picture, ...]
    lead: str = ""
    told: Told | None = None


@dataclass(frozen=True)
class BigNumber:
    """A number to be seen from afar. ``number``: as it is written; ``mark``: what it amounts to."""

    words: str
    number: str
    mark: Mark = Mark.NONE


@dataclass(frozen=True)
class QuarterChart:
    """Small bars side by side, one a quarter of an hour, a row for each name; all rows to one scale.

    ``rows``: (name, numbers, the row's sum as it is written). None: not known.
    """

    heading: str
    quarters: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float | None, ...], str], ...]
    empty: str = ""


@dataclass(frozen=True)
class Bar:
    """``text``: the number as it is written."""

    words: str
    value: float
    text: str
    mark: Mark = Mark.NONE


@dataclass(frozen=True)
class BarChart:
    """Bars from left to right, one below the other, the longest as wide as there is room."""

    heading: str
    bars: tuple[Bar, ...]
    empty: str = ""


@dataclass(frozen=True)
class Notes:
    """A heading and marked lines below it."""

    heading: str
    lines: tuple[tuple[Mark, str], ...]
    empty: str = ""


Panel = QuarterChart | BarChart | Notes


@dataclass(frozen=True)
class BoardPage:
    """Numbers and charts that follow what happens."""

    title: str
    numbers: tuple[BigNumber, ...]
    panels: tuple[Panel, ...]
    lead: str = ""
    told: Told | None = None
    acts: tuple[Act, ...] = ()


Page = HomePage | ListPage | FormPage | SheetPage | PlanPage | PicturePage | BoardPage
