"""Every picture against every other: the only way to millions of non-mated comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kiosk.evaluate.pairs import identity_of
from kiosk.evaluate.resampling import Comparisons
from kiosk.evaluate.templates import Template
from kiosk.face.comparator import Features
from kiosk.face.fusion import fused_all


@dataclass(frozen=True)
class Everybody:
    """Mated and non-mated comparisons of all pictures; the persons' numbers index ``people``."""

    mated: Comparisons
    nonmated: Comparisons
    people: tuple[str, ...]


def all_against_all(
    references: Mapping[str, Template],
    probes: Mapping[str, Template],
    excluded: frozenset[tuple[str, str]] = frozenset(),
) -> Everybody:
    """Each reference with each probe of another picture; each two pictures once where both maps are the same.

    ``excluded``: pairs of pictures that are left out, in either order. Persons are those the pictures' folders name.
    """
    names = sorted(references.keys() | probes.keys())
    people = tuple(sorted({identity_of(name) for name in names}))
    numbers = {person: number for number, person in enumerate(people)}
    first, second = sorted(references), sorted(probes)
    scores = _scores([references[name] for name in first], [probes[name] for name in second])
    persons_first = np.array([numbers[identity_of(name)] for name in first], dtype=np.int32)
    persons_second = np.array([numbers[identity_of(name)] for name in second], dtype=np.int32)
    kept = _counted(first, second, once=references is probes, excluded=excluded)
    same = persons_first[:, None] == persons_second[None, :]
    return Everybody(
        _chosen(scores, persons_first, persons_second, kept & same),
        _chosen(scores, persons_first, persons_second, kept & ~same),
        people,
    )


def between(everybody: Comparisons, people: Sequence[str], label_of: Mapping[str, str], label: str) -> Comparisons:
    """The comparisons of two people who both carry ``label``."""
    has = np.array([label_of.get(person) == label for person in people], dtype=bool)
    kept = has[everybody.first] & has[everybody.second]
    return Comparisons(everybody.scores[kept], everybody.first[kept], everybody.second[kept])


def _scores(references: Sequence[Template], probes: Sequence[Template]) -> npt.NDArray[np.float32]:
    """References x probes, as ``kiosk.evaluate.templates.score``."""
    similarities = _stacked(each.features for each in references) @ _stacked(each.features for each in probes).T
    one, other = _stacked(each.second for each in references), _stacked(each.second for each in probes)
    lengths = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None, :]
    distances = np.sqrt(np.maximum(lengths - 2 * one @ other.T, 0))
    return fused_all(similarities, 1 - distances)


def _stacked(features: Iterable[Features]) -> npt.NDArray[np.float32]:
    return np.stack(list(features)).astype(np.float32)


def _counted(
    first: Sequence[str], second: Sequence[str], *, once: bool, excluded: frozenset[tuple[str, str]]
) -> npt.NDArray[np.bool_]:
    """Which cells of the matrix are comparisons: not a picture with itself, no pair twice, none excluded."""
    shape = len(first), len(second)
    kept = np.triu(np.ones(shape, dtype=bool), 1) if once else np.ones(shape, dtype=bool)
    rows = {name: row for row, name in enumerate(first)}
    columns = {name: column for column, name in enumerate(second)}
    for name in rows.keys() & columns.keys():
        kept[rows[name], columns[name]] = False
    for one, other in excluded:
        for a, b in ((one, other), (other, one)):
            if a in rows and b in columns:
                kept[rows[a], columns[b]] = False
    return kept


def _chosen(
    scores: npt.NDArray[np.float32],
    first: npt.NDArray[np.int32],
    second: npt.NDArray[np.int32],
    kept: npt.NDArray[np.bool_],
) -> Comparisons:
    rows, columns = np.nonzero(kept)
    return Comparisons(scores[rows, columns], first[rows], second[columns])
