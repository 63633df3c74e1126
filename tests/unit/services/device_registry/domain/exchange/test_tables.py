"""Tables as spreadsheets write them."""

import pytest

from services.device_registry.domain.exchange.tables import read_table, write_table
from shared.errors import ProblemsFound


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "with a byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["Unix", "Windows"])
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_every_common_dialect_is_read(mark, end, separator):
    table = read_table(mark + end.join((f"id{separator} title ", f" a {separator}Été", "")), "t.csv")
    assert table.columns == ("id", "title")
    assert [dict(row.cells) for row in table.rows] == [{"id": "a", "title": "Été"}]
    assert table.problems == ()


def test_a_row_is_told_by_the_line_on_which_it_begins():
    table = read_table('id,title\na,"two\nlines"\n\n,\nb,B\n', "t.csv")
    assert [(row.line, row.cells["id"]) for row in table.rows] == [(2, "a"), (6, "b")]


def test_rows_that_do_not_fit_are_told_and_the_others_are_read():
    table = read_table("id,title\na,A,1\nb,B\nc\n", "t.csv")
    assert [row.cells["id"] for row in table.rows] == ["b"]
    assert [(problem.slug, problem.span.line) for problem in table.problems] == [("table", 2), ("table", 4)]


def test_a_column_that_stands_twice_is_told():
    (problem,) = read_table("id,title,id\n", "t.csv").problems
    assert (problem.span.line, problem.span.column) == (1, 3)


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"], ids=["nothing", "empty lines", "a mark alone"])
def test_an_empty_table_is_said_to_be_empty(text):
    with pytest.raises(ProblemsFound, match="an empty table"):
        read_table(text, "t.csv")


def test_quotes_that_do_not_end_are_told_where_they_begin():
    with pytest.raises(ProblemsFound) as raised:
        read_table('id,title\na,A\nb,"B\nc,C\n', "t.csv")
    (problem,) = raised.value.problems
    assert (problem.slug, problem.span.line) == ("table", 3)


def test_what_is_written_is_read_again():
    rows = [["a", 'semi;colon, comma "quote"'], ["b", "two\nlines"]]
    for separator in (",", ";"):
        table = read_table(write_table(["id", "title"], rows, separator), "t.csv")
        assert [list(row.cells.values()) for row in table.rows] == rows
