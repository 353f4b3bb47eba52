"""Splits a part's count over the processors: each share is a process of its own with a seed of its own."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

from tests.soak.figures import Figures

Share = Callable[[int, int], Figures]
"""(count, seed) -> figures; a function of a module, because another process imports it."""


def cut(count: int, size: int) -> list[int]:
    """``count`` in pieces of at most ``size``."""
    return [min(size, count - begun) for begun in range(0, count, size)]


def shared(part: str, share: Share, count: int, seed: int, size: int, workers: int | None = None) -> Figures:
    """Run ``share`` over all pieces; a single piece runs here. Pieces get the seeds ``seed``, ``seed`` + 1, ..."""
    figures = Figures(part)
    pieces = cut(count, size)
    if len(pieces) <= 1:
        for piece in pieces:
            figures.add(share(piece, seed))
        return figures
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers or os.cpu_count() or 1, context) as pool:
        for seen in pool.map(share, pieces, range(seed, seed + len(pieces))):
            figures.add(seen)
    return figures
