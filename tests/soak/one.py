"""``python -m tests.soak.one PART COUNT SEED FILE``: runs one part in this process and writes its figures."""

from __future__ import annotations

import json
import sys
import time
import traceback
from pathlib import Path

from tests.soak.figures import Figures
from tests.soak.parts import PARTS


def main(name: str, count: str, seed: str, file: str) -> None:
    begun_s = time.monotonic()
    try:
        figures = PARTS[name].run(int(count), int(seed))
    except Exception as failed:  # a part that cannot go on is a finding too
        traceback.print_exc()
        figures = Figures(name, violations=[f"{type(failed).__name__}: {failed}"])
    figures.part, figures.took_s = name, time.monotonic() - begun_s
    Path(file).write_text(json.dumps(figures.as_json()), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
