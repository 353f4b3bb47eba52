"""The contract of document readers, passed by the SDT driver over real pseudo-terminals and by the fake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.port import DocumentReader
from drivers.sdt.reader import open_reader
from drivers.sdt.simulated_card import SimulatedCard
from drivers.sdt.simulator import SamSettings, SdtSimulator
from tests.contract.document_reader import DocumentReaderContract, Stage
from tests.helpers.sdt import RULES
from tests.helpers.sdt_fake_reader import FakeReader


class SimulatorStage:
    def __init__(self, simulator: SdtSimulator) -> None:
        self._simulator = simulator
        self.reader: DocumentReader = open_reader(simulator.path, rules=lambda: RULES, find_pause_s=0.01)

    def put(self, card: SimulatedCard, *, readable: bool = True) -> None:
        self._simulator.fail_reads(0 if readable else 1000)
        self._simulator.put_card(card)

    def lift(self) -> None:
        self._simulator.lift_card()

    def unplug(self) -> None:
        self._simulator.unplug()

    def replug(self) -> None:
        self._simulator.replug()


class FakeStage:
    def __init__(self) -> None:
        self._fake = FakeReader(RULES)
        self.reader: DocumentReader = self._fake

    def put(self, card: SimulatedCard, *, readable: bool = True) -> None:
        self._fake.put_card(card, readable=readable)

    def lift(self) -> None:
        self._fake.lift_card()

    def unplug(self) -> None:
        self._fake.unplug()

    def replug(self) -> None:
        self._fake.replug()


class TestSdtReader(DocumentReaderContract):
    @pytest.fixture
    def stage(self, tmp_path: Path) -> Iterator[Stage]:
        with SdtSimulator(pace="fast", link=tmp_path / "reader") as simulator:
            stage = SimulatorStage(simulator)
            yield stage
            stage.reader.close()
        assert simulator.forbidden == []


class TestSdtReaderInSmallPieces(DocumentReaderContract):
    """The same, every answer written byte by byte, from a module with IIN and serial number set."""

    @pytest.fixture
    def stage(self, tmp_path: Path) -> Iterator[Stage]:
        settings = SamSettings(iin=b"\x01\x02\x03\x04", serial=bytes(range(1, 9)))
        with SdtSimulator(pace="fast", link=tmp_path / "reader", settings=settings) as simulator:
            simulator.faults.chunk = 1
            stage = SimulatorStage(simulator)
            yield stage
            stage.reader.close()
        assert simulator.forbidden == []


class TestFakeReader(DocumentReaderContract):
    @pytest.fixture
    def stage(self) -> Stage:
        return FakeStage()
