"""The simulated reader as such: its line, its rates, its command line. Spoken to in plain bytes, without the driver."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.sdt import simulator as simulator_module
from drivers.sdt.layout import CardType
from drivers.sdt.simulated_card import SimulatedCard, encode_text, resident_number
from drivers.sdt.simulated_sam import answer_frame
from drivers.sdt.simulator import SamSettings, SdtSimulator, StepDelays
from drivers.transport.serial_port import SerialPort
from tests.helpers.sdt import a_card, vectors

REQUESTS = {vector["name"]: bytes.fromhex(vector["frame_hex"]) for vector in vectors("requests")}
OK = answer_frame(0x90)


@pytest.fixture
def simulator() -> Iterator[SdtSimulator]:
    with SdtSimulator(pace="fast") as simulator:
        yield simulator


def said(port: SerialPort, request: bytes, size: int, timeout_s: float = 3.0) -> bytes:
    port.flush_input()
    port.write(request)
    data = b""
    deadline_s = time.monotonic() + timeout_s
    while len(data) < size and time.monotonic() < deadline_s:
        data += port.read(0.1)
    return data


def test_forbidden_read_is_refused_and_recorded(simulator: SdtSimulator) -> None:
    simulator.put_card(a_card())
    port = SerialPort(simulator.path)
    assert said(port, REQUESTS["read_base_fp"], 11) == answer_frame(0x21)
    assert [(heard.command, heard.parameter) for heard in simulator.forbidden] == [(0x30, 16)]
    assert said(port, REQUESTS["sam_status"], 11) == OK
    assert len(simulator.forbidden) == 1
    port.close()


def test_rate_changes_after_the_answer(simulator: SdtSimulator) -> None:
    port = SerialPort(simulator.path)
    assert said(port, REQUESTS["set_baud_9600"], 11) == OK
    simulator.wait_for(lambda heard: len(heard) == 1)
    assert said(port, REQUESTS["sam_status"], 11, timeout_s=0.3) == b""
    port.set_baud(9600)
    assert said(port, REQUESTS["sam_status"], 11) == OK
    port.close()


def test_request_that_never_ends_is_answered_with_wrong_length(simulator: SdtSimulator) -> None:
    port = SerialPort(simulator.path)
    assert said(port, REQUESTS["find_card"][:8], 11) == answer_frame(0x11)
    assert said(port, REQUESTS["find_card"], 11) == answer_frame(0x80)
    port.close()


@pytest.mark.parametrize(("setting", "status"), [("select_without_find", 0x21), ("read_without_select", 0x34)])
def test_answers_to_wrong_order_are_settings(setting: str, status: int) -> None:
    settings = SamSettings()
    setattr(settings, setting, status)
    with SdtSimulator(pace="fast", settings=settings) as simulator:
        simulator.put_card(a_card())
        port = SerialPort(simulator.path)
        asked = REQUESTS["select_card" if setting == "select_without_find" else "read_base"]
        assert said(port, asked, 11) == answer_frame(status)
        port.close()


def test_delays_are_kept() -> None:
    with SdtSimulator(pace="fast", delays=StepDelays(find_none_s=0.2)) as simulator:
        port = SerialPort(simulator.path)
        begun_s = time.monotonic()
        assert said(port, REQUESTS["find_card"], 11) == answer_frame(0x80)
        assert time.monotonic() - begun_s >= 0.2
        port.close()


def test_an_answer_does_not_cross_a_replug() -> None:
    with SdtSimulator(pace="fast", delays=StepDelays(other_s=0.3)) as simulator:
        port = SerialPort(simulator.path)
        port.write(REQUESTS["sam_status"])
        assert simulator.wait_for(lambda heard: len(heard) == 1)
        simulator.unplug()
        simulator.replug()
        again = SerialPort(simulator.path)
        assert said(again, b"", 1, timeout_s=0.5) == b""
        assert said(again, REQUESTS["sam_status"], 11) == OK
        port.close()
        again.close()


def test_command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    typed = "put\nput 样例乙 19510607 9\nput x 1\nlift\nunplug\nreplug\nforbidden\ndance\nquit\nlift\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert simulator_module.main(["--pace", "fast", "--link", str(tmp_path / "reader"), "--latch"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"ready {tmp_path / 'reader'}"
    assert said[1:3] == ["done", "done"]
    assert said[3].startswith("refused: ")
    assert said[4:] == ["done", "done", "done", "forbidden 0", "what?"]


def test_cards_refuse_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="name has more than 15"):
        encode_text(CardType.RESIDENT, {"name": "测" * 16})
    with pytest.raises(ValueError, match="no such field: shoe_size"):
        encode_text(CardType.RESIDENT, {"shoe_size": "43"})
    with pytest.raises(ValueError, match="1024 bytes"):
        SimulatedCard(CardType.RESIDENT, {}, b"short")


@pytest.mark.parametrize("order", [1, 2])
def test_made_cards_are_consistent(order: int) -> None:
    card = SimulatedCard.resident("测试甲", resident_number("20000229", order))
    assert card.fields["birth"] == "20000229"
    assert card.fields["sex"] == {1: "1", 2: "2"}[order]
    assert str(card.fields["id_number"]).startswith("99")
