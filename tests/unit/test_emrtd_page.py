"""The example of docs/emrtd.md, run as it is printed: over a simulated front-end, document and State."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from drivers.emrtd.simulated_chip import SimulatedDocumentChip
from drivers.emrtd.trust_files import contents
from drivers.emrtd.trust_folder import TrustFolder
from drivers.emrtd.trust_import import bring_in
from drivers.pn532.simulator import Pn532Simulator
from tests.helpers.documents import document, picture, utopia
from tests.helpers.emrtd import NOW
from tests.helpers.mrz import TD3

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "emrtd.md").read_text(encoding="utf-8")


def test_the_printed_example_runs(tmp_path: Path) -> None:
    [example, _] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "example.py").write_text(example)
    assert all(
        outcome.accepted
        for outcome in bring_in(TrustFolder(tmp_path / "trust"), contents(utopia().csca_der), frozenset(), NOW)
    )
    with Pn532Simulator(pace="fast") as front:
        front.put_card(SimulatedDocumentChip(document()))
        done = subprocess.run(
            [sys.executable, "example.py", front.path],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:2] == list(TD3)
    assert "Verdict.GENUINE" in done.stdout
    assert (tmp_path / "portrait.jpeg").read_bytes() == picture()


def test_the_page_names_every_verdict_and_no_other() -> None:
    from drivers.emrtd.verdict import Verdict

    table = PAGE.split("## Verdicts")[1].split("## ")[0]
    assert set(re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE)) == {str(verdict) for verdict in Verdict}
