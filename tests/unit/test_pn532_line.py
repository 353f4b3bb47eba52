"""The front-end over a real pseudo-terminal: wake-up, rates, chaining, what goes wrong on the line and in the field."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drivers.emrtd.errors import CardLost, ChannelFault, ChannelTimeout
from drivers.errors import DeadlineExceeded, PeerBrokeProtocol, TransportLost
from drivers.pn532.commands import Command
from drivers.pn532.field import Field
from drivers.pn532.line import Pn532Line, Timing
from drivers.pn532.simulated_chip import RfTiming
from drivers.pn532.simulator import Pn532Simulator
from drivers.pn532.startup import leave, start
from drivers.transport.null_modem import null_modem
from drivers.transport.serial_port import SerialPort
from tests.helpers.pn532 import EchoCard, echo, found_card, open_line

APDU = bytes.fromhex("00B00000") + b"\x00\x40"


@pytest.fixture
def front() -> Iterator[Pn532Simulator]:
    with Pn532Simulator(pace="fast") as simulator:
        yield simulator


def test_it_wakes_and_says_who_it_is(front: Pn532Simulator) -> None:
    line = Pn532Line(SerialPort(front.path))
    assert start(line, 115200).version == "1.6"
    line.close()


@pytest.mark.parametrize("baud", [230400, 460800, 921600])
def test_the_rate_is_raised_and_given_back(front: Pn532Simulator, baud: int) -> None:
    line = open_line(front.path, baud)
    assert front.baud == baud
    leave(line)
    line.close()
    assert front.baud == 115200


def test_a_chip_left_at_a_high_rate_is_found_there(front: Pn532Simulator) -> None:
    open_line(front.path, 921600).close()
    line = open_line(front.path, 921600)
    assert line.ask(Command.GET_FIRMWARE) == bytes.fromhex("32010607")
    line.close()


@pytest.mark.parametrize("kind", ["A", "B"])
def test_cards_of_both_types_are_found_at_the_fastest_rate(front: Pn532Simulator, kind: str) -> None:
    line = open_line(front.path)
    antenna = Field(line)
    assert antenna.find() is None
    front.put_card(EchoCard(kind))
    card = found_card(line)
    assert card.transceive(APDU) == echo(APDU)
    assert front.rf_kbit_s == 424
    assert antenna.present()
    front.lift_card()
    assert not antenna.present()
    line.close()


def test_a_card_that_knows_one_rate_stays_there(front: Pn532Simulator) -> None:
    line = open_line(front.path)
    front.put_card(EchoCard(rf_rates=(106,)))
    assert found_card(line).transceive(APDU) == echo(APDU)
    assert front.rf_kbit_s == 106
    line.close()


@pytest.mark.parametrize("answer_bytes", [0, 5, 259, 260, 261, 262, 300, 600, 2000])
@pytest.mark.parametrize("command_bytes", [6, 261, 262, 263, 530])
def test_long_apdus_and_answers_are_chained(front: Pn532Simulator, answer_bytes: int, command_bytes: int) -> None:
    line = open_line(front.path)
    front.put_card(EchoCard())
    apdu = b"\x55" * (command_bytes - 2) + answer_bytes.to_bytes(2, "big")
    assert found_card(line).transceive(apdu) == echo(apdu)
    line.close()


def test_an_apdu_costs_one_command(front: Pn532Simulator) -> None:
    line = open_line(front.path)
    front.put_card(EchoCard())
    card = found_card(line)
    before = len(front.commands)
    for _ in range(10):
        card.transceive(APDU)
    assert len(front.commands) - before == 10
    line.close()


@pytest.mark.parametrize("chunk", [1, 64])
def test_a_lost_acknowledgement_and_a_garbled_answer_repeat_no_apdu(front: Pn532Simulator, chunk: int) -> None:
    front.faults.chunk = chunk
    line = open_line(front.path)
    echo_card = EchoCard()
    front.put_card(echo_card)
    card = found_card(line)
    front.faults.lost_acks = {1}
    front.faults.corrupt_answers = {1, 2}
    front.faults.noise = b"\x00\x00\xff\x99\x55"
    assert card.transceive(APDU) == echo(APDU)
    assert card.transceive(APDU) == echo(APDU)
    assert echo_card.heard == [APDU, APDU]
    line.close()


def test_a_lifted_card_is_lost_and_the_next_one_is_read(front: Pn532Simulator) -> None:
    line = open_line(front.path)
    front.put_card(EchoCard())
    card = found_card(line)
    front.faults.lift_after_apdus = 2
    card.transceive(APDU)
    with pytest.raises(CardLost):
        card.transceive(APDU)
    with pytest.raises(CardLost):
        card.transceive(APDU)
    front.put_card(EchoCard("B"))
    assert found_card(line).transceive(APDU) == echo(APDU)
    line.close()


def test_a_silent_card_that_lies_there_timed_out(front: Pn532Simulator) -> None:
    line = open_line(front.path)
    front.put_card(EchoCard(silent=True))
    with pytest.raises(ChannelTimeout):
        found_card(line).transceive(APDU)
    line.close()


def test_a_pulled_plug_is_not_the_cards_fault(front: Pn532Simulator) -> None:
    line = open_line(front.path)
    front.put_card(EchoCard())
    card = found_card(line)
    front.faults.cut_after_bytes = 20
    with pytest.raises(TransportLost):
        card.transceive(APDU)
    front.replug()
    line.close()
    line = open_line(front.path)
    assert found_card(line).transceive(APDU) == echo(APDU)
    line.close()


def test_waiting_can_be_ended() -> None:
    with Pn532Simulator(pace="fast", timing=RfTiming(per_command_s=30.0)) as front:
        line = Pn532Line(SerialPort(front.path), timing=Timing(exchange_s=0.1))
        start(line, 115200)
        front.put_card(EchoCard())
        with pytest.raises(ChannelTimeout):
            found_card(line).transceive(APDU)
        assert line.ask(Command.GET_FIRMWARE) == bytes.fromhex("32010607")
        line.close()


def test_nobody_and_somebody_else_at_the_port() -> None:
    here, there = null_modem()
    line = Pn532Line(here, timing=Timing(ack_s=0.01, command_s=0.02))
    with pytest.raises(DeadlineExceeded):
        start(line, 115200)
    there.write(b"OK\r\n" * 100)
    with pytest.raises(DeadlineExceeded):
        start(line, 115200)
    there.close()
    with pytest.raises(TransportLost):
        start(line, 115200)


class Parrot:
    """Somebody whose answers are always the same bytes."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.coming = b""

    def read(self, timeout_s: float) -> bytes:
        data, self.coming = self.coming, b""
        return data

    def write(self, data: bytes) -> None:
        self.coming += self.answer

    def flush_input(self) -> None:
        self.coming = b""

    def close(self) -> None: ...


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("0000FF00FF00" + "0000FF06FAD50333010607E700", PeerBrokeProtocol),
        ("0000FF00FF00" + "0000FF03FDD515AA0000", PeerBrokeProtocol),
        ("0000FF00FF00" + "0000FF02FED5999200", DeadlineExceeded),
    ],
)
def test_other_chips_and_broken_answers_are_named(answer: str, error: type[Exception]) -> None:
    sam = "0000FF02FED5151600"
    line = Pn532Line(Parrot(bytes.fromhex(answer + sam if "33010607" in answer else answer)), timing=Timing(nacks=0))
    with pytest.raises(error):
        start(line, 115200)


def test_an_answer_without_end_is_a_fault(front: Pn532Simulator) -> None:
    line = open_line(front.path)
    front.put_card(EchoCard())
    antenna = Field(line, extended=False)
    target = antenna.find()
    assert target is not None
    with pytest.raises(ChannelFault):
        antenna.activate(target).transceive(b"\x00\xb0\x02\x00")
    line.close()
