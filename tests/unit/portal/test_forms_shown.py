"""A form's number and where to get it: on its own page and beside the steps that need it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from portal.pages.rights import form_of
from tests.support.portal_fakes import FakePortal, make_portal
from tests.support.portal_samples import guide
from tests.support.search_hands import page

ADDRESS = "https://www.uscis.gov/i-914"
FORM = {"kind": "form", "form_number": "I-914", "form_url": ADDRESS}
GUIDES = [
    guide("i-914", "Filling in the form", ["immigration"]) | FORM,
    guide("i-914", "Llenar el formulario", ["immigration"], "es") | FORM,
    guide("bare", "A form without a page", ["law"]) | {"kind": "form", "form_number": "X 1/2"},
    guide("t-visa", "The T visa", ["immigration"]),
]
VICTIM: dict[str, Any] = {"what_happened": ["forced_work"], "papers": ["none"], "go": "steps-3"}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> FakePortal:
    made = make_portal(tmp_path_factory.mktemp("forms"))
    made.backend.answers["search.changes_after"] = lambda revision, limit: page([], GUIDES)
    return made


@pytest.fixture(scope="module")
def visitor(portal: FakePortal) -> Iterator[TestClient]:
    with TestClient(portal.app, headers={"accept-language": "en"}) as it:
        yield it


def words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ("Form number: I-914", "Get the form at www.uscis.gov")),
        ("es", ("Número del formulario: I-914", "Obtener el formulario en www.uscis.gov")),
    ],
)
def test_a_form_tells_its_number_and_where_to_get_it(
    visitor: TestClient, lang: str, said: tuple[str, ...]
) -> None:
    page = visitor.get(f"/{lang}/rights/i-914").text
    assert all(one in words(page) for one in said)
    assert f'href="{ADDRESS}" rel="noreferrer noopener nofollow"' in page


def test_what_is_not_known_is_not_shown(visitor: TestClient) -> None:
    bare = visitor.get("/en/rights/bare").text
    assert "Form number: X 1/2" in words(bare)
    assert "Get the form" not in bare
    assert "The form" not in words(visitor.get("/en/rights/t-visa").text)


@pytest.mark.parametrize("url", ["http://example.org/", "javascript:alert(1)", "//example.org", ""])
def test_an_address_that_is_not_https_is_left_out(url: str) -> None:
    assert form_of({"form_url": url}) == {}


@pytest.mark.parametrize(
    ("lang", "title", "about"),
    [
        ("en", "Filling in the form", "About this form:"),
        ("es", "Llenar el formulario", "Sobre este formulario:"),
    ],
)
def test_a_step_that_needs_the_form_leads_to_it(
    visitor: TestClient, lang: str, title: str, about: str
) -> None:
    page = visitor.post(f"/{lang}/road-map", data=VICTIM).text
    assert f"{about} {title} (I-914)" in words(page)
    assert f'href="/{lang}/rights/i-914"' in page
