"""The presentations to judge: a CSV file of pictures, each a person or an instrument of an attack.

Columns ``file`` (below one folder), ``label`` (``real`` for a bona fide presentation, else the kind of instrument),
``source``, ``subject`` (who, or whose picture, is presented). More columns may follow.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.evaluate.unusable import TableUnusable, lies_below

COLUMNS = ("file", "label", "source", "subject")
BONA_FIDE = "real"
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}")


@dataclass(frozen=True)
class Presentation:
    """One picture. ``kind``: BONA_FIDE or the kind of instrument. ``line``: where it stands, from 1."""

    file: str
    kind: str
    source: str
    subject: str
    line: int

    @property
    def is_attack(self) -> bool:
        return self.kind != BONA_FIDE


def folder_of(path: Path) -> Path:
    """Where the pictures' paths begin when nobody says: the file's folder, or the one above if the first lies there.

    Raises TableUnusable.
    """
    first = next((row.get("file") or "" for _, row in _rows(path)), "")
    above = path.parent.parent
    return above if first and not (path.parent / first).is_file() and (above / first).is_file() else path.parent


def read_presentations(path: Path, images: Path) -> list[Presentation]:
    """Every row, each of its pictures there. Raises TableUnusable naming all that is wrong."""
    faults: list[str] = []
    presentations: list[Presentation] = []
    seen: dict[str, int] = {}
    for line, row in _rows(path):
        fault = _fault(row, images, seen)
        if fault:
            faults.append(f"line {line}: {fault}")
            continue
        seen[row["file"]] = line
        presentations.append(Presentation(row["file"], row["label"], row["source"], row["subject"], line))
    if not faults and not presentations:
        faults.append("there is no picture in it")
    if faults:
        raise TableUnusable(faults)
    return presentations


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and cells of each row; a row that is cut short or too long has fewer keys than the heading."""
    line = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            heading = next(reader, [])
            missing = [f"column {column} is missing" for column in COLUMNS if column not in heading]
            if missing:
                raise TableUnusable(missing)
            for cells in reader:
                line = reader.line_num
                if cells:
                    whole = len(cells) == len(heading)
                    yield line, dict(zip(heading, map(str.strip, cells), strict=True)) if whole else {}
    except OSError as error:
        raise TableUnusable([f"it cannot be read: {error.strerror}"]) from None
    except (UnicodeDecodeError, csv.Error):
        raise TableUnusable([f"after line {line} it is no CSV file in UTF-8 any more"]) from None


def _fault(row: Mapping[str, str], images: Path, seen: Mapping[str, int]) -> str:
    if not row:
        return "it has more or fewer fields than the heading"
    for column in ("label", "source", "subject"):
        if not _WORD.fullmatch(row[column]):
            return f"{column} is empty or no plain word"
    if not lies_below(row["file"]):
        return "file is no path below the pictures' folder"
    if row["file"] in seen:
        return f"{row['file']} stands in line {seen[row['file']]} already"
    if not (images / row["file"]).is_file():
        return f"{row['file']} is not there"
    return ""
