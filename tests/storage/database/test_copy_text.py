"""The server reads back every value that is written for COPY."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.database import bulk
from tests.postgres import Server

WORDS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    st.sampled_from(["", "\\N", "\\.", "\\", "a\tb", "a\nb", "a\r\nb", "\\t", "NULL", '"', "'"]),
)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ROWS = st.tuples(
    WORDS,
    st.none() | WORDS,
    st.integers(-(2**63), 2**63 - 1),
    st.none() | st.integers(0, 9),
    st.booleans(),
    st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.none() | MOMENTS,
    st.none() | st.binary(max_size=40).map(psycopg.Binary),
)
TYPES = ("text", "text", "bigint", "integer", "boolean", "date", "timestamptz", "bytea")


@pytest.fixture(scope="module")
def table(postgres: Server) -> Iterator[psycopg.Connection]:
    columns = ", ".join(f"c{place} {kind}" for place, kind in enumerate((*TYPES, *TYPES)))
    with postgres.database(is_migrated=False) as url, psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("SET timezone = 'UTC'")
        connection.execute(f"CREATE TEMPORARY TABLE taken (n serial, {columns})".encode())
        yield connection


@pytest.mark.long
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROWS, min_size=1, max_size=30), ROWS)
def test_the_server_reads_every_value_as_it_was(
    table: psycopg.Connection, rows: list[tuple[Any, ...]], same: tuple[Any, ...]
) -> None:
    names = ", ".join(f"c{place}" for place in range(2 * len(TYPES)))
    with table.cursor() as cursor:
        cursor.execute("TRUNCATE taken")
        with cursor.copy(f"COPY taken ({names}) FROM STDIN".encode()) as copying:
            for block in bulk.text_blocks(list(zip(*rows, strict=True)), same):
                copying.write(block)
        read = cursor.execute(f"SELECT {names} FROM taken ORDER BY n".encode()).fetchall()
    assert read == [tuple(getattr(one, "obj", one) for one in (*row, *same)) for row in rows]


def test_it_writes_many_rows_in_several_blocks_and_loses_none() -> None:
    written = list(bulk.text_blocks([range(1_234)], ["x"]))
    assert len(written) > 1
    assert "".join(written).split("\n") == [*(f"{one}\tx" for one in range(1_234)), ""]


def test_it_refuses_unknown_types() -> None:
    with pytest.raises(TypeError, match="float"):
        list(bulk.text_blocks([[1.5]], []))
