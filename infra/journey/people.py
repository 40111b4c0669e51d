"""What the people of the journey do in their browsers; each function is one visit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from infra.journey.stage import Stage
from infra.journey.visitor import Visitor, WentWrong
from infra.seed.accounts import SignIn

CODE = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]\b")
Answers = Mapping[str, str | Sequence[str]]


def search(stage: Stage, words: str) -> Visitor:
    """Look for services in the portal and return the browser with the results."""
    visitor = Visitor(stage.settings.portal_url)
    visitor.open("/services")
    visitor.send("/services", {"need": words})
    return visitor


def ask_for_help(stage: Stage, language: str, answers: Answers) -> str:
    """Walk through the questions as the client does and return the stream code she is given."""
    visitor = Visitor(stage.settings.portal_url)
    visitor.open(f"{language}/get-help".lstrip("/"))
    visitor.send("/get-help")
    for _ in range(20):
        here = {name for form in visitor.page.forms for name, _ in form.buttons}
        pressed = [value for form in visitor.page.forms for _, value in form.buttons]
        if "send" in pressed:
            visitor.send("/get-help", button="send")
            return code_on(visitor)
        if "go" not in here:
            raise WentWrong(f"no way on from {visitor.url}: {visitor.text[:200]}")
        on_page = {name: value for name, value in answers.items() if name in visitor.names}
        visitor.send("/get-help", on_page, button="next")
    raise WentWrong("the questions do not end")


def code_on(visitor: Visitor) -> str:
    """Return the code shown on the page."""
    found = CODE.search(visitor.text)
    if found is None:
        raise WentWrong(f"no code on {visitor.url}: {visitor.text[:300]}")
    return found.group()


def look_with_code(stage: Stage, code: str) -> str:
    """Come back with a stream code and return what the page says."""
    visitor = Visitor(stage.settings.portal_url)
    visitor.open("/return")
    visitor.send("/return", {"code": code})
    return visitor.news


def send_tip(stage: Stage, text: str, area: str) -> str:
    """Send a tip that asks to offer help, and return its receipt."""
    visitor = Visitor(stage.settings.portal_url)
    visitor.open("/tip")
    visitor.send("/tip", {"text": text, "area": area, "wishes": ["door"]})
    return code_on(visitor)


def first_words(text: str) -> str:
    """Return the beginning of what a page says after its heading."""
    return text[:160].rsplit(" ", 1)[0]


def sign_in(stage: Stage, who: SignIn) -> Visitor:
    """Sign a member of staff in and return the browser in the workspace."""
    visitor = Visitor(stage.settings.portal_url)
    visitor.open("/workspace/sign-in")
    visitor.send("/workspace/sign-in", {"name": who.name, "password": who.password})
    if visitor.url.endswith("/sign-in"):
        raise WentWrong(
            f"{who.name} could not sign in with the password of the demo. If it was changed on its "
            f"page, begin anew: make clean, then make demo. The page says: {visitor.text[:200]}"
        )
    return visitor
