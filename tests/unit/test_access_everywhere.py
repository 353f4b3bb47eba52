"""No way past the role table: every command, every change of the ledger and every step of an event's life asks it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import typer

from kiosk.cli.main import app
from kiosk.workers.store import LedgerStore
from tests.helpers.source_tree import Module, modules

ASKING = {"acting", "spoken", "_by", "authorise", "_authorise", "require"}

ASKS_NOBODY = {
    "kiosk run": "starts a station, whose desk asks by itself and whose gate obeys the visit machine alone",
    "kiosk office": "opens a window whose log-in asks, whose every act goes through the book of accounts or require",
    "kiosk rehearse": "plays on folders of its own, with invented people",
    "kiosk gallery": "shows screens with invented people; touches no event",
    "kiosk bench": "measures on folders of its own",
    "kiosk evaluate": "compares pictures it is given; touches no event",
    "kiosk evaluate-attacks": "as evaluate",
    "kiosk evaluate-capture": "as evaluate",
    "kiosk mrz learn": "shows how a swipe reader frames its lines; touches no event and keeps nothing",
    "kiosk model-card": "shows what every release publishes",
    "kiosk doctor": "looks at the machine, reads no event and changes nothing",
    "kiosk wipe verify": "an independent look from outside, by whoever may read the folder; may be another machine",
    "kiosk wipe certificate": "checks a signed paper anywhere, without the kiosk",
    "kiosk base certificate": "as kiosk wipe certificate",
    "kiosk evidence verify": "as kiosk wipe certificate",
    "kiosk integrity check": "compares hashes of what lies here; changes nothing",
    "kiosk base run": "starts a service that was set up by somebody who was asked; it may start with the machine",
    "kiosk trust list": "shows public certificates of States; changes nothing",
    "kiosk trust check": "as list; judges files it is given",
    "kiosk account first": "there is nobody to ask: refused once there is one account",
    "kiosk account login": "is the asking",
    "kiosk account logout": "ends one's own session",
    "kiosk account passwd": "asks for password and code, and changes one's own",
}

LIFE = {"new_event", "import_tickets", "arm_event", "open_event", "close_event", "resume_all", "extend_event"}
"""What creates, fills, opens, extends or destroys an event."""


def commands(command: Any, name: str = "kiosk") -> Iterator[tuple[str, Callable[..., object]]]:
    children = getattr(command, "commands", {})
    for child, inner in children.items():
        yield from commands(inner, f"{name} {child}")
    if not children:
        yield name, inspect.unwrap(command.callback)


COMMANDS = dict(commands(typer.main.get_command(app)))


def called(tree: ast.AST) -> set[str]:
    """Names of everything called below ``tree``: ``life.open_event()`` is ``open_event``."""
    functions = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in functions}


def asks(function: Callable[..., object]) -> bool:
    return bool(ASKING & called(ast.parse(inspect.getsource(function).lstrip())))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_asks_who_gives_it_or_says_why_not(name: str) -> None:
    assert asks(COMMANDS[name]) != (name in ASKS_NOBODY), "either, never both"


def test_every_reason_is_that_of_a_command() -> None:
    not_built_yet = {"kiosk evaluate", "kiosk evaluate-attacks"}
    assert set(ASKS_NOBODY) - set(COMMANDS) <= not_built_yet


@pytest.mark.parametrize(
    "method", [name for name in vars(LedgerStore) if not name.startswith("_") and callable(getattr(LedgerStore, name))]
)
def test_every_change_and_look_of_the_ledger_is_authorised(method: str) -> None:
    function = getattr(LedgerStore, method)
    if method == "let_go":
        return  # takes this station's own hands off the event; nobody is asked whether they may
    source = inspect.getsource(function)
    if "self.queue" in source or "self.ledger" in source:
        tree = ast.parse("class X:\n" + source)
        assert "_authorise" in called(tree)


def unasked_life(code: tuple[Module, ...]) -> Iterator[str]:
    """Functions of the command line that go on with an event's life without having asked who wants it."""
    functions = [node for module in code for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef)]
    asking = {node.name for node in functions if ASKING & called(node)}
    for node in functions:
        if LIFE & called(node) and node.name not in asking:
            callers = {other.name for other in functions if node.name in called(other)}
            if not callers or not callers <= asking:
                yield node.name


def test_no_command_goes_on_with_an_events_life_unasked() -> None:
    assert list(unasked_life(modules("kiosk/cli"))) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("def f(): life.open_event(place)", ["f"]),
        ("def f():\n    with spoken(event, Action.OPEN_EVENT):\n        life.open_event(place)", []),
        ("def f(): close_event(place)\ndef g():\n    acting(Action.CLOSE_EVENT)\n    f()", []),
        ("def f(): close_event(place)\ndef g(): f()", ["f"]),
    ],
)
def test_the_rule_finds_what_breaks_it(code: str, found: list[str]) -> None:
    assert list(unasked_life((Module("kiosk/cli/x.py", ast.parse(code)),))) == found


def test_no_command_writes_down_the_operating_systems_user() -> None:
    """Records name the account that gave the command."""
    commands_of = modules("kiosk/cli")
    assert commands_of
    assert [module.name for module in commands_of if "getuser" in ast.unparse(module.tree)] == []
