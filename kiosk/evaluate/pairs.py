"""The pairs to compare: a CSV file of two pictures, whether they show one person, and a group.

Columns ``a``, ``b``, ``same`` (1 or 0), ``group``; pictures are paths below one folder. The person of a picture is the
folder it lies in (``images/<identity>/<n>.jpg``), which is what all-against-all goes by.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kiosk.evaluate.unusable import TableUnusable, lies_below

COLUMNS = ("a", "b", "same", "group")
NAMED_FAULTS = 10
"""A file that is wrong throughout names its first rows and says how many more there are."""


@dataclass(frozen=True)
class Pair:
    """Two pictures, paths relative to the images' folder. ``same``: they show one person (mated)."""

    a: str
    b: str
    same: bool
    group: str


def read_pairs(path: Path, images: Path) -> list[Pair]:
    """Every row, each of its pictures there. Raises TableUnusable naming the rows that are wrong."""
    rows, faults = _rows(path, COLUMNS), []
    pairs: list[Pair] = []
    there: dict[str, bool] = {}
    for number, row in enumerate(rows, start=2):
        fault = _fault(row, images, there)
        if fault:
            faults.append(f"row {number}: {fault}")
        else:
            pairs.append(Pair(row["a"], row["b"], row["same"] == "1", row["group"]))
    if not faults and not pairs:
        faults.append("there is no pair in it")
    if faults:
        more = [f"and {len(faults) - NAMED_FAULTS} more"] if len(faults) > NAMED_FAULTS else []
        raise TableUnusable([*faults[:NAMED_FAULTS], *more])
    return pairs


def read_label_errors(path: Path) -> frozenset[tuple[str, str]]:
    """Pairs known to be labelled wrongly (columns ``a``, ``b``). Raises TableUnusable."""
    return frozenset((row["a"], row["b"]) for row in _rows(path, ("a", "b")))


def read_labels(path: Path, column: str) -> Mapping[str, str]:
    """The label others gave to each ``identity``, in ``column``. Raises TableUnusable."""
    return {row["identity"]: row[column] for row in _rows(path, ("identity", column))}


def identity_of(picture: str) -> str:
    """The folder the picture lies in."""
    return PurePosixPath(picture).parent.name


def _rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                raise TableUnusable([f"column {column} is missing" for column in missing])
            return [{column: row[column] or "" for column in columns} for row in reader]
    except OSError as error:
        raise TableUnusable([f"it cannot be read: {error.strerror}"]) from None
    except (UnicodeDecodeError, csv.Error):
        raise TableUnusable(["it is no CSV file in UTF-8"]) from None


def _fault(row: Mapping[str, str], images: Path, there: dict[str, bool]) -> str:
    if row["same"] not in {"0", "1"}:
        return "same is neither 1 nor 0"
    if not row["group"]:
        return "group is empty"
    for picture in (row["a"], row["b"]):
        if not lies_below(picture):
            return "a and b are paths below the images' folder"
        if picture not in there:
            there[picture] = (images / picture).is_file()
        if not there[picture]:
            return f"{picture} is not there"
    return ""
