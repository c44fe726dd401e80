"""A request as the profile sees it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.ml.request import LONGEST_SHAPE, MOST_PARAMETERS, punctuation_of, read_request, shape_of


def test_numbers_in_paths_fold_into_one_template() -> None:
    assert read_request("get", "/2026/11/23/a5.html", None, None).template == "/{n}/{n}/{n}/a{n}.html"


def test_values_come_decoded_from_query_and_form() -> None:
    request = read_request("POST", "/a", "q=%E5%85%AC%E5%91%8A+1&x=", "name=A%F1adir")

    assert request.values == (("q", "公告 1"), ("x", ""), ("name", "Añadir"))


@pytest.mark.parametrize(
    ("path", "script", "folder"),
    [("/upload/x.jsp", True, "/upload/"), ("/upload/x.JSP;a=1", True, "/upload/"), ("/a.png", False, "/")],
)
def test_a_script_is_known_by_its_ending(path: str, script: bool, folder: str) -> None:
    request = read_request("GET", path, None, None)

    assert (request.script, request.folder) == (script, folder)


@pytest.mark.parametrize(
    ("value", "shape"), [("abc-123", "a-0"), ("公告 2", "文 0"), ("1' or '1'='1", "0' a '0'='0"), ("", "")]
)
def test_a_shape_folds_runs(value: str, shape: str) -> None:
    assert shape_of(value) == shape


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=300), st.text(max_size=600), st.text(max_size=600))
def test_hostile_requests_stay_bounded(path: str, query: str, body: str) -> None:
    request = read_request("GET", path, query, body)

    assert len(request.values) <= MOST_PARAMETERS
    assert all(len(shape_of(value)) <= LONGEST_SHAPE for _name, value in request.values)


def test_punctuation_is_ascii_only() -> None:
    assert punctuation_of("a，b<c> 1") == {"<", ">", " "}
