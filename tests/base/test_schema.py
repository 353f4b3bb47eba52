"""What the base has no place for, and what a device cannot do there, read off PostgreSQL's own catalogue and tried."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.base.link import MOST_BYTES, conninfo
from kiosk.base.settings_files import DEVICE
from tests.helpers.base import TestBase

NUMBERS = {"bigint", "integer", "boolean", "double precision", "xid8", "numeric"}
LONGEST = {"id": 40, "nonce": 64, "word": 24, "serial": 49, "version": 20, "digest": 64}
"""Texts, each with its greatest length in bytes."""
COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, NULL) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'venue'::regnamespace AND c.relkind IN ('r', 'c') AND a.attnum > 0 AND NOT a.attisdropped
"""
FUNCTIONS = """
    SELECT p.proname, p.oid::regprocedure::text, prosecdef, proconfig, pg_get_function_arguments(p.oid),
      pg_get_function_result(p.oid), has_function_privilege(%s, p.oid, 'EXECUTE'), pronargs
    FROM pg_proc p WHERE pronamespace = 'venue'::regnamespace
"""
PARAMETERS = """
    SELECT p.proname, format_type(t, NULL) FROM pg_proc p, unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) t
    WHERE pronamespace = 'venue'::regnamespace AND has_function_privilege(%s, p.oid, 'EXECUTE')
"""


@pytest.fixture(scope="module")
def admin(base: TestBase) -> Iterator[psycopg.Connection]:
    with base.admin() as db:
        yield db


@pytest.fixture(scope="module")
def device(base: TestBase) -> Iterator[psycopg.Connection]:
    """A device with its certificate and any client it likes."""
    base.enrolled("gate-2")
    with psycopg.connect(conninfo(base.way("gate-1")).decode(), autocommit=True) as db:
        yield db


def allowed(kind: str) -> bool:
    return kind in NUMBERS | {"venue.seconds", "venue.amount"} or kind.removeprefix("venue.") in LONGEST


def test_no_column_has_a_type_that_could_carry_a_picture(admin: psycopg.Connection) -> None:
    columns = admin.execute(COLUMNS).fetchall()
    assert len(columns) > 80
    assert [column for column in columns if not allowed(column[2])] == []


def test_no_device_can_pass_or_get_any_other_type(admin: psycopg.Connection) -> None:
    parameters = admin.execute(PARAMETERS, (DEVICE,)).fetchall()
    assert len(parameters) > 80
    assert [one for one in parameters if not allowed(one[1])] == []


@pytest.mark.parametrize(("domain", "longest"), LONGEST.items())
def test_every_text_ends_at_its_length(admin: psycopg.Connection, domain: str, longest: int) -> None:
    def takes(text: str) -> bool:
        try:
            admin.execute(f"SELECT %s::venue.{domain}", (text,))
        except psycopg.errors.CheckViolation:
            return False
        return True

    digit = "1" if domain != "word" else "a"
    assert takes(digit * longest)
    assert not takes(digit * (longest + 1))
    for text in ("", " ", "测", "a b", "a\n", "data:image/png;base64,", "{}"):
        assert not takes(text), text


def test_only_what_devices_are_meant_to_call_can_be_called(admin: psycopg.Connection) -> None:
    for name, _, definer, config, _, _, may_execute, _ in admin.execute(FUNCTIONS, (DEVICE,)).fetchall():
        assert config == ["search_path=pg_catalog, pg_temp"], name
        assert definer == may_execute, f"{name}: whatever devices call runs with the owner's rights, and nothing else"


def test_the_owner_of_all_of_it_cannot_log_in_and_is_no_superuser(admin: psycopg.Connection) -> None:
    owners = admin.execute(
        "SELECT DISTINCT rolname, rolcanlogin, rolsuper FROM pg_roles JOIN pg_class ON relowner = pg_roles.oid "
        "WHERE relnamespace = 'venue'::regnamespace AND relkind = 'r'"
    ).fetchall()
    assert owners == [("venue_owner", False, False)]


def test_every_table_is_refused(admin: psycopg.Connection, device: psycopg.Connection) -> None:
    tables = [row[0] for row in admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'venue'").fetchall()]
    assert len(tables) > 12
    for table in tables:
        for statement in ("SELECT * FROM venue.{}", "DELETE FROM venue.{}", "COPY venue.{} TO STDOUT"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                device.execute(statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT lo_from_bytea(0, 'a picture')",
        "SELECT lo_create(0)",
        "CREATE TABLE mine (picture bytea)",
        "CREATE TEMP TABLE mine (picture bytea)",
        "CREATE TABLE public.mine (picture bytea)",
        "CREATE SCHEMA mine",
        "DO $$ BEGIN END $$",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SELECT venue.base_now('x')",
        "SELECT venue.note('x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 1, true)",
        "SELECT sslinfo.ssl_client_serial()",
        "SELECT pg_read_file('pg_hba.conf')",
        "SELECT pg_reload_conf()",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'venue_admin'",
        "SET ROLE venue_owner",
        "SET SESSION AUTHORIZATION venue_admin",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        'ALTER ROLE "gate-2" SET lock_timeout = 1',
    ],
)
def test_a_device_is_refused_everything_else(device: psycopg.Connection, statement: str) -> None:
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidSchemaName)):
        device.execute(statement)


_NEAR = st.sampled_from(["gate-1", "A", "night-1", "face", "1", "0", "1777600000.5", "admitted", "left", "t1", "0.1.0"])
_ANY = st.one_of(
    _NEAR,
    _NEAR.map(lambda text: text * 60),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=300),
    st.binary(max_size=2000).map(lambda data: data.hex()),
)


@settings(max_examples=150)
@given(st.data())
def test_nothing_larger_gets_through(
    base: TestBase, admin: psycopg.Connection, device: psycopg.Connection, data: st.DataObject
) -> None:
    """Whatever a device with a client of its own sends: it is refused, or it is short, and so is what is kept."""
    functions = sorted(
        (row[0], row[7]) for row in admin.execute(FUNCTIONS, (DEVICE,)).fetchall() if row[6] and row[7] > 1
    )
    name, count = data.draw(st.sampled_from(functions))
    event = _event_of(base)
    arguments = [event, *(data.draw(_ANY) for _ in range(count - 1))]
    places = ", ".join(["%s"] * count)
    try:
        rows = device.execute(f"SELECT * FROM venue.{name}({places})", arguments).fetchall()
    except psycopg.Error:
        return
    assert sum(len(argument.encode()) for argument in arguments) <= MOST_BYTES
    assert all(len(str(row).encode()) <= MOST_BYTES for row in rows)


def test_everything_at_its_longest_is_still_one_short_message(admin: psycopg.Connection) -> None:
    """The bound of 1 KiB follows from the types: summed over each function's parameters and each row's columns."""
    longest = {f"venue.{name}": length for name, length in LONGEST.items()}
    size: dict[str, int] = {}
    for query, parameters in ((COLUMNS, ()), (PARAMETERS, (DEVICE,))):
        for row in admin.execute(query, parameters).fetchall():
            size[row[0]] = size.get(row[0], 0) + longest.get(row[-1], 24)
    assert max(size.values()) <= MOST_BYTES


_events: dict[int, str] = {}


def _event_of(base: TestBase) -> str:
    if id(base) not in _events:
        _events[id(base)] = base.event([("night-1", "t1", "A", False)])
    return _events[id(base)]
