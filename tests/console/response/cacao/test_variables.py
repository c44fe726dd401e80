"""Variables in texts, and values people give."""

from __future__ import annotations

import pytest

from console.response.cacao.document import Variable
from console.response.cacao.variables import accepted, fill, filled, named, starting


def test_a_text_gets_the_values_it_names_and_keeps_what_is_not_known() -> None:
    assert fill("touch __path__:value __x__:value __path__", {"__path__": "/tmp"}) == "touch /tmp __x__:value __path__"


def test_a_value_that_names_a_variable_is_not_filled_again() -> None:
    assert fill("__a__:value", {"__a__": "__b__:value", "__b__": "secret"}) == "__b__:value"


def test_texts_are_found_and_filled_at_any_depth() -> None:
    content = {"a": ["__x__:value", {"b": "__y__:value"}], "n": 5}

    assert named(content) == {"__x__", "__y__"}
    assert filled(content, {"__x__": True, "__y__": 3}) == {"a": ["true", {"b": "3"}], "n": 5}


def test_only_external_variables_are_given_from_outside() -> None:
    variables = {"__a__": Variable("__a__", "string", "own"), "__b__": Variable("__b__", "string", "", external=True)}

    assert starting(variables, {"__a__": "x", "__b__": "y", "__c__": "z"}) == {"__a__": "own", "__b__": "y"}


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [("bool", True, "true"), ("bool", "FALSE", "false"), ("integer", "12", "12"), ("string", "随便", "随便")],
)
def test_a_value_is_kept_as_text(kind: str, value: object, kept: str) -> None:
    assert accepted(Variable("__a__", kind), value) == kept


@pytest.mark.parametrize(
    ("kind", "value"),
    [("bool", "maybe"), ("integer", "1.5"), ("uuid", "x"), ("string", "x" * 9000), ("string", "\ud800")],
)
def test_a_value_that_does_not_suit_is_refused(kind: str, value: str) -> None:
    with pytest.raises(ValueError, match="__a__"):
        accepted(Variable("__a__", kind), value)


def test_a_constant_takes_no_value() -> None:
    with pytest.raises(ValueError, match="constant"):
        accepted(Variable("__a__", "string", "x", constant=True), "y")
