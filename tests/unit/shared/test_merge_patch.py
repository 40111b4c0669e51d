"""A merge patch is the whole difference between two states, down to the type of each value."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.storage import patch

Json = dict[str, Any]

VALUES = st.recursive(
    st.booleans() | st.integers(-3, 3) | st.sampled_from([0.0, 1.0, 1.5]) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner),
    max_leaves=8,
)
STATES = st.dictionaries(st.text("abc", max_size=2), VALUES, max_size=5)


def exactly(state: Json) -> str:
    """The JSON text of a state: unlike ==, it tells True from 1 and 1 from 1.0."""
    return json.dumps(state, sort_keys=True)


@given(STATES, STATES)
@example({"a": [1, {"b": 0}]}, {"a": [True, {"b": 0.0}]})
def test_the_difference_of_two_states_leads_from_one_to_the_other(
    before: Json, after: Json
) -> None:
    found = patch.apply(before, patch.difference(before, after))
    assert exactly(found) == exactly(after)


@given(STATES)
def test_a_state_does_not_differ_from_itself(state: Json) -> None:
    assert patch.difference(state, deepcopy(state)) == {}


@given(STATES, STATES)
def test_neither_argument_is_changed(before: Json, after: Json) -> None:
    kept = deepcopy((before, after))
    patch.apply(before, patch.difference(before, after))
    assert (before, after) == kept


@pytest.mark.parametrize(
    ("target", "change", "result"),
    [
        # the examples of RFC 7396, appendix A, that are objects
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_patch_is_applied_as_the_rfc_shows(target: Json, change: Json, result: Json) -> None:
    assert patch.apply(target, change) == result
