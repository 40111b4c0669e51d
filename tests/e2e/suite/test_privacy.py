"""Words typed into every form are nowhere in the clear: not in logs, on the bus, in stores, in
search, metrics or addresses. Sealed, they are all there: those who may read them find them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.journey.people import code_on
from infra.seed.accounts import SignIn
from portal.page import SIGN_IN, Page
from portal.routes import PAGES
from tests.support import canaries as looking
from tests.support import portal_fields
from tests.support.canaries import Canaries, Ear, Typist
from tests.support.programs import until
from tests.support.suite import Suite

pytestmark = pytest.mark.timeout(600)
ROLES = ("case_manager", "intake", "triage", "coordinator", "supervisor", "agency_admin")
REACHED = {
    "contact_way": "call",
    "area": "XS-harbor",
    "needs": ["legal_assistance"],
    "consent": "yes",
    "agrees": "yes",
}


@pytest.fixture
def ear(suite: Suite) -> Iterator[Ear]:
    """Everything on the bus for the length of the test."""
    suite.wait_well()
    listening = Ear(suite.settings, suite.demo.folder / "rabbitmq" / "rabbitmq.conf")
    yield listening
    listening.close()


def test_what_people_type_is_nowhere_in_the_clear(suite: Suite, ear: Ear) -> None:
    typed = Canaries()
    public = Typist(suite.demo.portal_url, typed)
    staff = {role: Typist(suite.demo.portal_url, typed) for role in ROLES}
    streams = write_at_every_public_door(suite, public)
    tip = write_a_tip(suite, public)
    write_into_the_address(suite, typed)
    for role, typist in staff.items():
        write_at_a_desk(typist, suite.somebody(role), role)
    streams.append(write_of_a_new_client(suite, staff["case_manager"]))
    share_what_the_client_allows(suite, staff["case_manager"], streams[-1])
    answer_the_tip(suite, staff["triage"], tip)
    assert typed.places >= portal_fields.written() - {"page"}

    suite.wait_arrived("referrals", streams)
    suite.wait_quiet()
    suite.wait_well()
    urls = [url for typist in (public, *staff.values()) for url in typist.urls]
    places = {
        "files": looking.in_files(suite.demo.folder),
        "database": looking.in_database(suite),
        "search": looking.in_search(suite),
        "metrics": looking.in_metrics(suite),
        "bus": (("bus", message) for message in list(ear.heard)),
        "addresses": (("address", url.encode()) for url in urls),
    }
    #: What must be in each place, or we did not look there.
    control = {
        "files": b'"message": "ready"',
        "database": streams[0].encode(),
        "search": b"legal_assistance",
        "metrics": b"anydoor_ok",
        "bus": streams[0].encode(),
        "addresses": tip.encode(),
    }
    for kind, contents in places.items():
        found = looking.look_for(typed, contents, control[kind])
        assert found == {control[kind].decode()}, kind
    for stream in streams:
        suite.close_stream(stream)


def open_to(role: str) -> list[Page]:
    """The pages without a place in their address that this role may open; "" is the public."""
    return [
        page
        for page in PAGES
        if "{" not in page.path
        and "GET" in page.methods
        and not page.stays_after_exit
        and (role in page.access.roles if role else page.access.kind == "public")
    ]


def write_at_every_public_door(suite: Suite, typist: Typist) -> list[str]:
    """Write on every page, ask for help, for oneself and for a friend, and come back."""
    for page in open_to(""):
        typist.fill_all(page.path)
    made = []
    for door in ("/get-help", "/for-helpers"):
        stream, code = ask_for_help(typist, door)
        made.append(stream)
        suite.wait_arrived("referrals", [stream])
        write_with_code(typist, "/return", code)
    return made


def ask_for_help(typist: Typist, door: str) -> tuple[str, str]:
    """Answer every question with words where words may be; returns the stream and its code."""
    typist.open(door)
    typist.send(door)
    stream = typist.value(door, "ticket").split(".")[0]
    for _ in range(20):
        buttons = [value for form in typist.page.forms for _, value in form.buttons]
        if "send" in buttons:
            break
        codes = {name: value for name, value in REACHED.items() if name in typist.names}
        typist.send(door, {**codes, **typist.words_for(door)}, button="next")
    typist.send(door, button="send")
    return stream, _keep(typist, "a stream's code")


def _keep(typist: Typist, what: str) -> str:
    code = code_on(typist)
    typist.canaries.keep_secret(what, code, code.replace("-", ""))
    return code


def write_with_code(typist: Typist, path: str, code: str) -> None:
    """Come back with a code and write a message."""

    def may_write() -> bool:
        typist.open(path)
        typist.send(path, {"code": code})
        return any(form.action.endswith(f"{path}/message") for form in typist.page.forms)

    until(may_write, 30, f"{path} takes a message")
    typist.fill(f"{path}/message")
    if path == "/return":
        typist.open(path)
        typist.send(path, {"code": code})
        typist.fill(f"{path}/link", code=code)


def write_a_tip(suite: Suite, typist: Typist) -> str:
    """Send a tip and add to it; returns its id."""
    typist.open("/tip")
    tip = typist.value("/tip", "ticket").split(".")[0]
    typist.fill("/tip", area="XS-harbor", wishes=["door"])
    receipt = _keep(typist, "a receipt")
    suite.wait_arrived("tips", [tip])
    write_with_code(typist, "/tip/return", receipt)
    return tip


def write_into_the_address(suite: Suite, typed: Canaries) -> None:
    """What somebody types behind the last slash, or a browser tells of itself."""
    for path in ("/{}", "/rights/{}", "/services/{}", "/tip?{}", "/workspace/{}", "/api/v1/{}"):
        word = typed.word("address", path)
        headers = {name: typed.word("header", name) for name in ("user-agent", "referer", "x-a")}
        url = suite.demo.portal_url + path.format(word)
        answer = suite.http.request("GET", url, headers=headers, redirect=False)
        assert looking.MARK not in answer.headers.get("location", "")


def write_at_a_desk(typist: Typist, who: SignIn, role: str) -> None:
    """Sign in, wrongly first, and write on every page of the workspace for this role."""
    typist.canaries.keep_secret(f"the password of {role}", who.password, who.passphrase)
    typist.fill_all(SIGN_IN)
    typist.open(SIGN_IN)
    typist.send(SIGN_IN, {"name": who.name, "password": who.password})
    typist.canaries.keep_secret(f"the cookie of {role}", *typist.cookies)
    for page in open_to(role):
        typist.fill_all(page.path)


def write_of_a_new_client(suite: Suite, typist: Typist) -> str:
    """Record a client at an agency's door, and read back what was sealed to the agency."""
    path = "/workspace/new-client"
    typist.open(path)
    stream = typist.value(path, "ticket").split(".")[0]
    words = typist.words_for(path)
    typist.send(path, {**REACHED, **words})
    _keep(typist, "a client's code")
    page = f"/workspace/streams/{stream}"
    typist.open(page)
    typist.fill(f"{page}/contact")
    typist.open(page)
    shown = typist.send(
        f"{page}/contact", {"passphrase": suite.somebody("case_manager").passphrase}
    )
    assert all(words[name] in shown for name in ("contact", "when_safe", "note"))
    set_the_last_day_of_a_stay(typist, stream)
    return stream


def share_what_the_client_allows(suite: Suite, at_door: Typist, stream: str) -> None:
    """Who leads the stream writes a release to the agency of the door, which opens it."""
    suite.wait_arrived("referrals", [stream])
    page, door = f"/workspace/streams/{stream}", suite.somebody("case_manager")
    leader, who = (
        Typist(suite.demo.portal_url, at_door.canaries),
        suite.somebody("coordinator", suite.coordinator),
    )
    leader.open(SIGN_IN)
    leader.send(SIGN_IN, {"name": who.name, "password": who.password})
    leader.open(page)
    for forms in ("links", "releases"):
        leader.fill(f"{page}/{forms}")
        leader.open(page)
    words = leader.words_for(f"{page}/releases")
    codes = {"purpose": "arrange_service", "language": "es", "signed": "on_paper"}
    leader.send(f"{page}/releases", {**words, **codes, "recipient": door.agency, "days": "5"})
    at_door.open(page)
    opens = next(form.action for form in at_door.page.forms if form.action.endswith("/open"))
    at_door.fill(opens)
    at_door.open(page)
    shown = at_door.send(opens, {"release_passphrase": door.passphrase})
    assert all(word in shown for name, word in words.items() if name.startswith("release_"))


def set_the_last_day_of_a_stay(typist: Typist, stream: str) -> None:
    """Write words where a day belongs, and where a passphrase does when nothing is handed over."""
    typist.write_to(f"/workspace/streams/{stream}/handover/words", "along_passphrase")
    address = f"/workspace/streams/{stream}/referrals/none/stay"
    assert "Write the last day as" in typist.write_to(address, "ends_on")


def answer_the_tip(suite: Suite, typist: Typist, tip: str) -> None:
    """Read the tip with the agency's passphrase, after a wrong one, and answer it."""
    page = f"/workspace/tips/{tip}"
    typist.open(page)
    typist.fill(f"{page}/open")
    typist.open(page)
    shown = typist.send(f"{page}/open", {"passphrase": suite.somebody("triage").passphrase})
    assert shown.count(looking.MARK) >= 3  # the tip, how to reach its reporter, what was added
    typist.open(page)
    typist.fill(f"{page}/answer")
