"""Looks for known bytes in the memory of running processes, as root and from outside.

All of a canary is looked for, not a few chosen pieces: every eight of its bytes are in a table, one aligned word of
every 32 bytes of memory is looked up in it, and where it is found the bytes around must agree too. A stretch of
``RUN_BYTES`` that survived anywhere is found, wherever it was cut.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

WORD_BYTES, STRIDE_BYTES, RUN_BYTES = 8, 32, 64
CHANGES_MIN = 2
"""A word that changes less is no mark of anybody: padding, a wall."""
DISTINCT_MIN = 12
"""Neither is a stretch of fewer different bytes: small whole numbers as floats stand in many tables."""
CHUNK_BYTES = 1 << 24
CONFIRMED_MAX = 2_000
KERNELS_OWN = frozenset({"[vvar]", "[vsyscall]", "[vdso]", "[vvar_vclock]"})
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_SWAPPED_OR_PRESENT = np.uint64(62)  # bits 62 and 63 of a pagemap entry (proc_pid_pagemap(5))
_MIXES = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
_BLOOM_BITS = 25
_LINE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ (\d+) *(.*)")


@dataclass
class Found:
    """What one process holds. ``bytes_by_name``: canary -> about how many of its bytes; ``where``: in which regions.
    ``unscanned_bytes``: memory that could not be read, which makes "nothing found" UNKNOWN."""

    bytes_by_name: Counter[str] = field(default_factory=Counter)
    where: dict[str, set[str]] = field(default_factory=dict)
    scanned_bytes: int = 0
    unscanned_bytes: int = 0
    gone: bool = False

    def add(self, other: Found) -> None:
        """What another look at the same role found, too."""
        self.bytes_by_name.update(other.bytes_by_name)
        for name, regions in other.where.items():
            self.where.setdefault(name, set()).update(regions)
        self.scanned_bytes += other.scanned_bytes
        self.unscanned_bytes += other.unscanned_bytes

    def note(self, name: str, count: int, region: str) -> None:
        self.bytes_by_name[name] += count
        self.where.setdefault(name, set()).add(region)


class Canaries:
    """``pictures``: name -> bytes, at least RUN_BYTES; ``texts``: name -> short bytes, searched as they are."""

    def __init__(self, pictures: Mapping[str, bytes], texts: Mapping[str, bytes] | None = None) -> None:
        self.texts = dict(texts or {})
        self._names = list(pictures)
        self._sources = [np.frombuffer(pictures[name], np.uint8) for name in self._names]
        tables = [_words(source) for source in self._sources]
        for name, (words, _) in zip(self._names, tables, strict=True):
            if not len(words):
                raise ValueError(f"{name} has no distinctive bytes")
        words = np.concatenate([np.zeros(0, np.uint64), *(words for words, _ in tables)])
        offsets = np.concatenate([np.zeros(0, np.int32), *(offsets for _, offsets in tables)])
        sources = np.repeat(np.arange(len(tables), dtype=np.int16), [len(words) for words, _ in tables])
        order = np.argsort(words)
        self._words, self._offset_of, self._source_of = words[order], offsets[order], sources[order]
        self._bloom = np.zeros(1 << _BLOOM_BITS, bool)
        for mix in _MIXES:
            self._bloom[_hashed(self._words, mix)] = True

    def with_texts(self, texts: Mapping[str, bytes]) -> Canaries:
        """The same pictures, other texts; the table is shared."""
        other = copy(self)
        other.texts = dict(texts)
        return other

    def scan(self, pid: int) -> Found:
        """Every page of ``pid`` that can have been written to."""
        found = Found()
        try:
            with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
                for start, end, region in _written_regions(pid):
                    for first, last in _present(pid, start, end, region):
                        self._scan_region(memory.fileno(), first, last, region, found)
        except (FileNotFoundError, ProcessLookupError):
            found.gone = True
        except PermissionError:
            found.unscanned_bytes += sum(end - start for start, end, _ in _written_regions(pid)) or 1
        return found

    def scan_bytes(self, content: bytes, where: str = "") -> Found:
        """The same for bytes in hand, a file's for example."""
        found = Found(scanned_bytes=len(content))
        self._scan_chunk(content, where, found)
        return found

    def _scan_region(self, memory: int, start: int, end: int, region: str, found: Found) -> None:
        at = start
        while at < end:
            wanted = min(CHUNK_BYTES, end - at)
            try:
                chunk = os.pread(memory, wanted, at)
            except OSError:
                chunk = b""
            if not chunk:
                found.unscanned_bytes += wanted
                at += wanted
                continue
            found.scanned_bytes += len(chunk)
            self._scan_chunk(chunk, region, found)
            if len(chunk) == wanted and at + wanted < end:
                at += len(chunk) - RUN_BYTES * 2  # what lies across two chunks is whole in the second
            else:
                at += len(chunk)

    def _scan_chunk(self, chunk: bytes, region: str, found: Found) -> None:
        for name, text in self.texts.items():
            if count := chunk.count(text):
                found.note(name, count * len(text), region)
        if not len(self._words):
            return
        memory = np.frombuffer(chunk, np.uint8)
        whole = len(memory) // STRIDE_BYTES * STRIDE_BYTES
        sampled = memory[:whole].view(np.uint64)[:: STRIDE_BYTES // WORD_BYTES]
        maybe = np.flatnonzero(self._bloom[_hashed(sampled, _MIXES[0])])
        maybe = maybe[self._bloom[_hashed(sampled[maybe], _MIXES[1])]]
        if not len(maybe):
            return
        place = np.searchsorted(self._words, sampled[maybe])
        place[place == len(self._words)] = 0
        sure = self._words[place] == sampled[maybe]
        confirmed: Counter[int] = Counter()
        for at, index in zip(maybe[sure] * STRIDE_BYTES, place[sure], strict=True):
            source = int(self._source_of[index])
            if confirmed[source] < CONFIRMED_MAX and _agree(
                memory, int(at), self._sources[source], int(self._offset_of[index])
            ):
                confirmed[source] += 1
                found.note(self._names[source], STRIDE_BYTES, region)


def _words(source: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32]]:
    """Every eight bytes of the source that are no pattern of one, three or four bytes, and where they begin."""
    count = len(source) - WORD_BYTES + 1
    varied = np.ones(count, bool)
    for lag in (1, 3, 4):  # an even tone in planes, in three channels, in four
        changes = np.cumsum(np.concatenate([[0], source[lag:] != source[:-lag]]), dtype=np.int32)
        varied &= changes[WORD_BYTES - lag :][:count] - changes[:count] >= CHANGES_MIN
    offsets = np.flatnonzero(varied).astype(np.int32)
    windows = np.lib.stride_tricks.sliding_window_view(source, WORD_BYTES)
    return np.ascontiguousarray(windows[offsets]).view(np.uint64).ravel(), offsets


def _hashed(words: npt.NDArray[np.uint64], mix: np.uint64) -> npt.NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        return (words * mix) >> np.uint64(64 - _BLOOM_BITS)


def _agree(memory: npt.NDArray[np.uint8], at: int, source: npt.NDArray[np.uint8], offset: int) -> bool:
    """Whether so many bytes in a row, this word among them, are the same in both."""
    before = min(at, offset, RUN_BYTES)
    after = min(len(memory) - at, len(source) - offset, RUN_BYTES)
    same = memory[at - before : at + after] == source[offset - before : offset + after]
    differing = np.flatnonzero(~same)
    left = differing[differing < before]
    right = differing[differing >= before]
    begin = int(left[-1]) + 1 if len(left) else 0
    end = int(right[0]) if len(right) else before + after
    run = memory[at - before + begin : at - before + end]
    return len(run) >= RUN_BYTES - STRIDE_BYTES + WORD_BYTES and len(np.unique(run)) >= DISTINCT_MIN


def _written_regions(pid: int) -> Iterator[tuple[int, int, str]]:
    """(start, end, name) of what can have been written: writable now, or memory without a file."""
    for line in Path(f"/proc/{pid}/maps").read_text("utf-8").splitlines():
        matched = _LINE.match(line)
        assert matched is not None
        start, end, rights, inode, name = matched.groups()
        if name in KERNELS_OWN or "r" not in rights:
            continue
        if "w" in rights or inode == "0" or name.startswith("/memfd:"):
            yield int(start, 16), int(end, 16), name if name.startswith(("[", "/memfd:")) else _kind(inode)


def _present(pid: int, start: int, end: int, region: str) -> Iterator[tuple[int, int]]:
    """The stretches of a region that have pages, in memory or swapped out; of memory shared by descriptor all of it."""
    if region.startswith("/memfd:"):
        yield start, end
        return
    first, count = start // PAGE_BYTES, (end - start) // PAGE_BYTES
    with Path(f"/proc/{pid}/pagemap").open("rb", buffering=0) as pagemap:
        entries = np.frombuffer(os.pread(pagemap.fileno(), 8 * count, 8 * first), np.uint64)
    there = np.concatenate([[0], (entries >> _SWAPPED_OR_PRESENT) != 0, [0]]).astype(np.int8)
    edges = np.flatnonzero(np.diff(there))
    for begin, stop in edges.reshape(-1, 2):
        yield start + int(begin) * PAGE_BYTES, start + int(stop) * PAGE_BYTES


def _kind(inode: str) -> str:
    return "anonymous" if inode == "0" else "file"
