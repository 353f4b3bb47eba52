"""Everything below a folder, however deep: Python's own walks call themselves once per level, and give up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def everything_below(folder: Path) -> Iterator[Path]:
    """Files and folders, a folder before what is in it. Links are not followed; a folder that cannot be read is given
    back, and what is in it is not.
    """
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as entries:
                found = [(here / entry.name, _is_folder(entry)) for entry in entries]
        except OSError:
            continue
        for path, is_folder in found:
            yield path
            if is_folder:
                waiting.append(path)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
