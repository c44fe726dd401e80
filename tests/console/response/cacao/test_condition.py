"""Conditions: a grammar of our own over variables, never evaluated as code."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.response.cacao.condition import ConditionError, holds, names, parse

VALUES = {"__a__": "true", "__n__": "7", "__s__": "kd.example", "__none__": None, "__ip__": "203.0.113.7"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("__a__:value = 'true'", True),
        ("__a__:value == true", True),
        ("__a__", True),
        ("NOT __a__:value = 'true'", False),
        ("__n__:value > 6 AND __n__:value <= 7", True),
        ("__n__:value < 10", True),
        ("__n__:value IN ('1', '7')", True),
        ("__n__:value NOT IN (1, 2)", True),
        ("__s__:value LIKE '%.example'", True),
        ("__s__:value LIKE 'k_.ex%e'", True),
        ("__s__:value NOT LIKE '%.test'", True),
        ("__none__:value = ''", False),
        ("__none__:value != 'x'", True),
        ("[__a__:value = 'false' OR (__n__:value = 7 AND __s__:value = 'kd.example')]", True),
        ("__s__:value = __ip__:value", False),
        (r"__s__:value = 'it\'s'", False),
    ],
)
def test_a_condition_holds_or_not(text: str, expected: bool) -> None:
    assert holds(parse(text), VALUES) is expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "'x' = 'y'", "__a__:value =", "__a__ = 'x", "(__a__", "__a__)", "__a__ LIKE", "ipv4-addr:value = '1'"),
        *("__import__('os')", "__a__ IN ()", "__a__ NOT 'x'", "__a__ AND", "NOT", "__a__ ; __n__"),
    ],
)
def test_what_is_no_condition_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ConditionError) as refused:
        parse(text)
    assert str(refused.value)


def test_depth_and_length_are_bounded() -> None:
    with pytest.raises(ConditionError, match="nested"):
        parse("(" * 500 + "__a__" + ")" * 500)
    with pytest.raises(ConditionError, match="longer"):
        parse("__a__ OR " * 1000 + "__a__")


def test_the_variables_a_condition_reads_are_known() -> None:
    assert names(parse("__a__ AND NOT (__b__:value = __c__:value OR __d__:value IN (1, __e__:value))")) == {
        *("__a__", "__b__", "__c__", "__d__", "__e__")
    }


def test_many_wildcards_take_no_long_time() -> None:
    assert not holds(parse("__x__:value LIKE '" + "%a" * 900 + "b'"), {"__x__": "a" * 5000})


@given(st.text(alphabet=string.ascii_letters[:6] + "_':()[]<>=!, \\0189ANDORNTILKE%", max_size=60))
def test_no_text_makes_the_reader_do_anything_but_read_or_refuse(text: str) -> None:
    try:
        found = parse(text)
    except ConditionError:
        return
    assert holds(found, VALUES) in (True, False)


@given(
    st.recursive(
        st.sampled_from(["__a__:value = 'true'", "__n__:value >= 7", "__s__:value LIKE '%z%'"]),
        lambda inner: (
            st.builds("({} {} {})".format, inner, st.sampled_from(["AND", "OR"]), inner)
            | st.builds("NOT ({})".format, inner)
        ),
        max_leaves=8,
    )
)
def test_what_is_written_by_the_grammar_is_read_and_a_negation_turns_it(text: str) -> None:
    assert holds(parse(text), VALUES) is not holds(parse(f"NOT ({text})"), VALUES)
