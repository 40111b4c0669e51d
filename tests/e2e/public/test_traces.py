"""What stays on the disk of a browser after a visit: none of the words that were typed."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from infra.local.binaries import chromium
from tests.e2e.conftest import ARGUMENTS
from tests.e2e.public.conftest import WEATHER, press

STORY, PHONE, SEARCH = "quietlighthouse", "5550177123", "purpleelephant"


def test_the_profile_holds_nothing_that_was_typed(
    site: str, browser: Browser, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path=str(chromium()), args=list(ARGUMENTS)
    )
    page = context.new_page()
    page.goto(f"{site}/en/tip")
    page.fill("#text", f"I saw {STORY}.")
    page.fill("#contact", PHONE)
    press(page, "#send")
    page.goto(f"{site}/en/services")
    page.fill("#need", SEARCH)
    press(page, "main form button >> nth=0")
    page.click("#exit")
    page.wait_for_selector(f"text={WEATHER}")
    context.close()
    kept = [path for path in profile.rglob("*") if path.is_file()]
    assert kept
    held = [
        f"{path.relative_to(profile)} holds {word}"
        for path in kept
        for word in (STORY, PHONE, SEARCH)
        if word.encode() in path.read_bytes() or word.encode("utf-16-le") in path.read_bytes()
    ]
    assert held == []
