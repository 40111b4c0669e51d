"""A pathway on a stream: chosen, looked at, started with one mistake, decided about."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from services.referrals import offers
from tests.e2e.workspace.desk import press, sign_in
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import HARBOR_LIGHT

STREAM = "/workspace/streams/stream-7"
STEPS = [
    {"need": "emergency_housing"},
    {"need": "legal_assistance", "after": ["emergency_housing"]},
    {"need": "education", "after": ["legal_assistance"]},
    {"need": "child_care", "after": ["emergency_housing"]},
]


def paths(page: Page, home: str, workplace: Workplace) -> Iterator[str]:
    """Start a pathway on a stream of its own."""
    for age in ("adult", "minor"):
        names = {"en": f"After a raid, {age}", "es": f"Después de una redada, {age}"}
        said = {"names": names, "steps": STEPS, "age_group": age}
        set_pathway = workplace.portal.backend.answers["registry.set_pathway"]
        told = {"command_id": age, "pathway": f"raid-{age}", "actor": "a-1"}
        set_pathway(**told, said=said, agency=HARBOR_LIGHT)
    workplace.open_stream("stream-7", needs=["emergency_housing"])
    _, offer, agency = workplace.network.out("case_management", "stream-7")
    workplace.network.do(offers.accept, stream="stream-7", offer=offer, agency=agency)
    workplace.deliver()
    sign_in(page, home, "case_manager", "bridgewater")
    page.goto(home + STREAM)
    page.click("a[href$='/candidates']")
    yield "who could help now"
    page.goto(home + STREAM)
    page.click("a[href$='/pathway']")
    yield "pathways for a client"
    page.click("a[href$='/pathway/raid-adult']")
    for box in page.query_selector_all("input[name=left_out]"):
        box.check()
    press(page, "/pathway/raid-adult")
    yield "pathway with every step left out"
    for box in page.query_selector_all("input[name=left_out]"):
        box.uncheck()
    page.check("input[value=child_care]")
    press(page, "/pathway/raid-adult")
    yield "stream on a pathway"
    page.click("form[action*='/needs/'][action$='/end'] button")
    page.wait_for_load_state()
    yield "stream with a step to decide about"
    press(page, "/path/legal_assistance")
    press(page, "/path-end")
    yield "stream whose pathway ended"
