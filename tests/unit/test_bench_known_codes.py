"""The figure that says whether time tells a known code: right for what is known by hand."""

from __future__ import annotations

import pytest

from infra.bench.known_codes import auc


@pytest.mark.parametrize(
    ("ones", "others", "expected"),
    [
        ([2.0], [1.0], 1.0),
        ([1.0], [2.0], 0.0),
        ([1.0], [1.0], 0.5),
        ([1.0, 3.0], [2.0], 0.5),
        ([3.0, 4.0], [1.0, 2.0, 3.0], 5.5 / 6),
    ],
)
def test_it_is_how_often_one_is_larger(
    ones: list[float], others: list[float], expected: float
) -> None:
    assert auc(ones, others) == expected
