"""Whom to call, for programs: who, until when, what number, and the hours nobody covers."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Response

from tests.support.staff_fakes import Workplace
from tests.support.staff_network import HARBOR_LIGHT, NAMES

ON_CALL = "/api/v1/on-call"
UNCOVERED = "XS-pine"
AT = "2026-11-23T01:00:00+00:00"


def asked(workplace: Workplace, **query: Any) -> Response:
    """Ask with a key of every scope, of a portal that has its copy of the directory."""
    client = workplace.program()
    with client:
        return client.get(ON_CALL, params=query)


def test_who_is_on_call_until_when_and_the_number(workplace: Workplace) -> None:
    client = workplace.program(["on_call:read"])
    told = client.get(ON_CALL, params={"area": "XS-lakeshore", "at": AT}).json()
    settings = workplace.portal.parts.settings
    assert told == {
        "area": "XS-lakeshore",
        "at": AT,
        "agency": HARBOR_LIGHT,
        "name": NAMES[HARBOR_LIGHT],
        "until": "2026-11-23T08:00:00.000+00:00",
        "phones": [settings.hotline_phone, "1-555-555-0130"],
        "gaps": [
            {"begins": "2026-11-24T02:00:00.000+00:00", "ends": "2026-11-24T06:00:00.000+00:00"}
        ],
    }
    assert client.get(ON_CALL, params={"area": "XS-lakeshore"}).json()["at"] > "2026"


def test_a_setting_that_is_no_phone_is_never_told(workplace: Workplace) -> None:
    answers = workplace.portal.backend.answers
    said = answers["registry.on_call"]
    for setting in ("mongo_uri", "secret", "__class__", ""):
        answers["registry.on_call"] = lambda setting=setting, **asked: {
            **said(**asked),
            "phone_setting": setting,
        }
        told = workplace.program().get(ON_CALL, params={"area": "XS-lakeshore"}).json()
        assert told["phones"] == ["1-555-555-0130"]


def test_in_an_uncovered_hour_the_hotline_is_the_number(workplace: Workplace) -> None:
    told = asked(workplace, area=UNCOVERED, at=AT).json()
    assert (told["agency"], told["name"], told["until"]) == (None, "", None)
    assert told["phones"] == [workplace.portal.parts.settings.hotline_phone]
    assert told["gaps"][0]["ends"] == "2026-11-30T01:00:00.000+00:00"


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({}, 422, "area"),
        ({"area": ""}, 422, "area"),
        ({"area": "XS-nowhere"}, 404, "area"),
        ({"area": "lakeshore'; drop"}, 404, "area"),
        ({"area": "x" * 1_500}, 404, "area"),
        ({"area": "\u202eXS-lakeshore\x00"}, 404, "area"),
        ({"area[$ne]": "x"}, 422, "area"),
        ({"area": "XS-lakeshore", "at": ""}, 422, "at"),
        ({"area": "XS-lakeshore", "at": "now"}, 422, "at"),
        ({"area": "XS-lakeshore", "at": "2026-11-23"}, 422, "at"),
        ({"area": "XS-lakeshore", "at": "2026-11-23T01:00:00"}, 422, "at"),
        ({"area": "XS-lakeshore", "at": "2026-11-23T01:00:00 00:00"}, 422, "at"),
        ({"area": "XS-lakeshore", "at": "2026-02-30T01:00:00Z"}, 422, "at"),
        ({"area": "XS-lakeshore", "at": "9" * 1_500}, 422, "at"),
    ],
)
def test_a_wrong_question_is_refused_by_field(
    workplace: Workplace, query: dict[str, Any], status: int, field: str
) -> None:
    answer = asked(workplace, **query)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert answer.json()["advice"]


def test_the_registry_refuses_a_moment_out_of_reach(workplace: Workplace) -> None:
    answer = asked(workplace, area="XS-lakeshore", at="9999-12-31T23:59:59-23:59")
    assert (answer.status_code, answer.json()["field"]) == (422, "at")


def test_without_the_registry_it_is_503(workplace: Workplace) -> None:
    workplace.portal.backend.silent = {"registry"}
    answer = workplace.program().get(ON_CALL, params={"area": "XS-lakeshore"})
    assert answer.status_code == 503
