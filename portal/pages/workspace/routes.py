"""Every address of the workspace, what answers it, and which roles it is for."""

from __future__ import annotations

from portal.page import SIGN_IN, Handler, Page, public, session
from portal.pages.workspace import (
    access,
    along_moves,
    arrivals,
    candidates,
    capacity,
    duplicates,
    figures,
    gaps,
    grants,
    handover,
    home,
    imports,
    keys,
    library,
    library_editor,
    linked_streams,
    links,
    new_code,
    offers,
    on_call,
    own_words,
    panel,
    pathways,
    queue,
    records,
    release_moves,
    road_map,
    sign_in,
    staff_accounts,
    stay_moves,
    stream_moves,
    stream_path,
    streams,
    subscriptions,
    suggestions,
    tip_moves,
    tips,
)
from portal.pages.workspace.frame import staff
from portal.pages.workspace.words import MOVES

GET, POST = ("GET",), ("POST",)
DESK = "/workspace"
STREAM = f"{DESK}/streams/{{stream}}"
TIP = f"{DESK}/tips/{{tip}}"
SUGGESTION = f"{DESK}/suggestions/{{suggestion}}"
ORDER = f"{DESK}/subscriptions/{{subscription}}"
RESOURCE = f"{DESK}/library/{{slug}}/{{language}}"


def _page(
    path: str, handler: Handler, roles: frozenset[str], methods: tuple[str, ...] = GET
) -> Page:
    return Page(path, staff(handler), session(*roles), methods)


def _do(path: str, handler: Handler, roles: frozenset[str]) -> Page:
    return _page(path, handler, roles, POST)


def _write(path: str, handler: Handler) -> Page:
    """A form with a long text in it."""
    form = staff(handler)
    return Page(path, form, session(*access.LIBRARY), POST, max_body=library_editor.MAX_FORM)


SIGNING_IN = [
    Page(SIGN_IN, staff(sign_in.form), public),
    Page(SIGN_IN, staff(sign_in.sign_in), public, POST),
    Page(f"{DESK}/sign-out", staff(sign_in.sign_out), session(), POST),
]

CLIENTS = [
    _page(f"{DESK}/offers", offers.offers, access.OFFERS),
    _do(f"{DESK}/offers/{{offer}}/accept", offers.accept, access.OFFERS),
    _do(f"{DESK}/offers/{{offer}}/decline", offers.decline, access.OFFERS),
    _page(f"{DESK}/continue", arrivals.ask_code, access.STREAMS),
    _do(f"{DESK}/continue", arrivals.continue_stream, access.STREAMS),
    _page(f"{DESK}/new-client", arrivals.ask_client, access.STREAMS),
    _do(f"{DESK}/new-client", arrivals.open_stream, access.STREAMS),
    _page(f"{DESK}/streams", streams.streams, access.STREAMS),
    _page(STREAM, streams.stream, access.STREAMS),
    _do(f"{STREAM}/contact", stream_moves.contact, access.CLIENTS),
    _do(f"{STREAM}/needs", stream_moves.record_need, access.STREAMS),
    _do(f"{STREAM}/needs/{{need}}/end", stream_moves.end_need, access.STREAMS),
    _do(f"{STREAM}/wishes", stream_moves.set_wishes, access.STREAMS),
    _do(f"{STREAM}/new-code", new_code.give, access.STREAMS),
    _do(f"{STREAM}/links", linked_streams.link, access.STREAMS),
    _do(f"{STREAM}/links/{{other}}/end", linked_streams.unlink, access.STREAMS),
    _do(f"{STREAM}/follow-up", stream_moves.follow_up, access.STREAMS),
    _do(f"{STREAM}/close", stream_moves.close, access.STREAMS),
    _page(f"{STREAM}/handover", handover.choose, access.STREAMS),
    _do(f"{STREAM}/handover", handover.propose, access.STREAMS),
    _do(f"{STREAM}/handover/keep", handover.keep, access.STREAMS),
    _do(f"{STREAM}/handover/words", along_moves.send, access.CLIENTS),
    _page(f"{STREAM}/pathway", stream_path.choose, access.STREAMS),
    _page(f"{STREAM}/pathway/{{pathway}}", stream_path.preview, access.STREAMS),
    _do(f"{STREAM}/pathway/{{pathway}}", stream_path.start, access.STREAMS),
    _do(f"{STREAM}/path/{{step}}", stream_path.decide, access.STREAMS),
    _do(f"{STREAM}/path-end", stream_path.end, access.STREAMS),
    _page(f"{STREAM}/road-map", road_map.questions, access.STREAMS),
    _do(f"{STREAM}/road-map", road_map.steps, access.STREAMS),
    _do(f"{STREAM}/plan", road_map.attach, access.STREAMS),
    _do(f"{STREAM}/plan/{{step}}", road_map.mark, access.STREAMS),
    _do(f"{STREAM}/releases", release_moves.give, access.STREAMS),
    _do(f"{STREAM}/releases/{{release}}/open", release_moves.open_release, access.STREAMS),
    _do(f"{STREAM}/releases/{{release}}/end", release_moves.end, access.STREAMS),
    _do(f"{STREAM}/reopen", stream_moves.reopen, access.STREAMS),
    *(
        _do(
            f"{STREAM}/referrals/{{referral}}/{move}",
            stream_moves.referral_move(move),
            access.STREAMS,
        )
        for move in MOVES
    ),
    _page(f"{STREAM}/referrals/{{referral}}/candidates", candidates.candidates, access.STREAMS),
    _do(f"{STREAM}/referrals/{{referral}}/stay", stay_moves.set_end, access.STREAMS),
    _do(f"{STREAM}/referrals/{{referral}}/next", stay_moves.ask_next, access.STREAMS),
    _do(f"{STREAM}/referrals/{{referral}}/look-again", stream_moves.look_again, access.STREAMS),
]

NETWORK = [
    _page(f"{DESK}/queue", queue.queue, access.CLIENTS),
    _page(f"{DESK}/on-call", on_call.on_call, access.EVERYBODY),
    _page(f"{DESK}/capacity", capacity.services, access.CAPACITY),
    _do(f"{DESK}/capacity/{{service}}", capacity.report, access.CAPACITY),
    _do(f"{DESK}/capacity/{{service}}/links", links.make, access.CAPACITY),
    _do(f"{DESK}/capacity/links/{{link}}/end", links.end, access.CAPACITY),
    _page(f"{DESK}/records", records.records, access.RECORDS),
    _do(f"{DESK}/records/{{service}}/verify", records.verify, access.RECORDS),
    _page(f"{DESK}/panel", panel.panel, access.EVERYBODY),
    _do(f"{DESK}/panel", panel.add, access.RECORDS),
    _page(f"{DESK}/panel/{{entry}}", panel.entry, access.RECORDS),
    _do(f"{DESK}/panel/{{entry}}", panel.renew, access.RECORDS),
    _do(f"{DESK}/panel/{{entry}}/end", panel.end, access.RECORDS),
    _page(f"{DESK}/library", library.resources, access.LIBRARY),
    _page(f"{DESK}/library/due", library.due, access.LIBRARY),
    _page(f"{DESK}/library/new", library_editor.new, access.LIBRARY),
    _write(f"{DESK}/library/new", library_editor.create),
    _page(f"{RESOURCE}", library.resource, access.LIBRARY),
    _page(f"{RESOURCE}/write", library_editor.edit, access.LIBRARY),
    _write(f"{RESOURCE}/write", library_editor.change),
    _do(f"{RESOURCE}/send", library_editor.send, access.LIBRARY),
    _do(f"{RESOURCE}/send-back", library_editor.send_back, access.LIBRARY),
    _do(f"{RESOURCE}/approve", library_editor.approve, access.LIBRARY),
    _page(f"{RESOURCE}/versions/{{number}}", library_editor.version, access.LIBRARY),
    _do(f"{RESOURCE}/withdraw", library.withdraw, access.LIBRARY),
    _page(f"{DESK}/pathways", pathways.pathways, access.EVERYBODY),
    _do(f"{DESK}/pathways", pathways.put, access.NETWORK),
    _page(f"{DESK}/pathways/{{pathway}}", pathways.pathway, access.NETWORK),
    _do(f"{DESK}/pathways/{{pathway}}", pathways.change, access.NETWORK),
    _do(f"{DESK}/pathways/{{pathway}}/end", pathways.end, access.NETWORK),
    _page(f"{DESK}/gaps", gaps.gaps, access.GAPS),
    _page(f"{DESK}/gaps.csv", gaps.sheet, access.GAPS),
    _page(f"{DESK}/figures", figures.figures, access.FIGURES),
    _page(f"{DESK}/figures.csv", figures.sheet, access.FIGURES),
    _page(f"{DESK}/grants", grants.grants, access.FIGURES),
    _page(f"{DESK}/grants.csv", grants.sheet, access.FIGURES),
    _page(f"{DESK}/client-months.csv", grants.ledger, access.FIGURES),
]

TRIAGE = [
    _page(f"{DESK}/tips", tips.tips, access.TIPS),
    _page(TIP, tips.tip, access.TIPS),
    _do(f"{TIP}/open", tip_moves.open_tip, access.TIPS),
    _do(f"{TIP}/answer", tip_moves.answer, access.TIPS),
    _do(f"{TIP}/pass-on", tip_moves.pass_on, access.TIPS),
    _do(f"{TIP}/close", tip_moves.close, access.TIPS),
]

DIRECTORY = [
    _page(f"{DESK}/suggestions", suggestions.suggestions, access.SUGGESTIONS),
    _page(SUGGESTION, suggestions.suggestion, access.SUGGESTIONS),
    _do(f"{SUGGESTION}/open", suggestions.open_text, access.SUGGESTIONS),
    _do(f"{SUGGESTION}/accept", suggestions.accept, access.SUGGESTIONS),
    _do(f"{SUGGESTION}/refuse", suggestions.refuse, access.SUGGESTIONS),
    _page(f"{DESK}/duplicates", duplicates.duplicates, access.NETWORK),
    _do(f"{DESK}/duplicates", duplicates.decide, access.NETWORK),
    _page(f"{DESK}/imports", imports.imports, access.IMPORTS),
    _page(f"{DESK}/imports/{{import_id}}", imports.one, access.IMPORTS),
    _page(f"{DESK}/imports/{{import_id}}/{{page}}", imports.one, access.IMPORTS),
]

MACHINES = [
    _page(f"{DESK}/subscriptions", subscriptions.subscriptions, access.MACHINES),
    _do(f"{DESK}/subscriptions", subscriptions.subscribe, access.MACHINES),
    _page(ORDER, subscriptions.subscription, access.MACHINES),
    _do(f"{ORDER}/replay", subscriptions.replay, access.MACHINES),
    _do(f"{ORDER}/end", subscriptions.end, access.MACHINES),
    _page(f"{DESK}/keys", keys.keys, access.MACHINES),
    _do(f"{DESK}/keys", keys.create, access.MACHINES),
    _do(f"{DESK}/keys/{{key}}/end", keys.end, access.MACHINES),
    _page(f"{DESK}/staff", staff_accounts.staff, access.MACHINES),
    _do(f"{DESK}/staff", staff_accounts.create, access.MACHINES),
    _do(f"{DESK}/staff/find", staff_accounts.find, access.MACHINES),
    _page(f"{DESK}/staff/{{account}}/password", staff_accounts.forgot, access.MACHINES),
    _do(f"{DESK}/staff/{{account}}/password", staff_accounts.give_password, access.MACHINES),
    _page(f"{DESK}/passphrase", own_words.passphrase, access.MACHINES),
    _do(f"{DESK}/passphrase", own_words.change_passphrase, access.MACHINES),
    _page(f"{DESK}/staff/{{account}}/end", staff_accounts.leaving, access.MACHINES),
    _do(f"{DESK}/staff/{{account}}/end", staff_accounts.end, access.MACHINES),
]

PAGES: list[Page] = [
    *SIGNING_IN,
    _page(DESK, home.home, access.EVERYBODY),
    _page(f"{DESK}/password", own_words.password, access.EVERYBODY),
    _do(f"{DESK}/password", own_words.change_password, access.EVERYBODY),
    *CLIENTS,
    *NETWORK,
    *TRIAGE,
    *DIRECTORY,
    *MACHINES,
]
