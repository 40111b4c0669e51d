"""Every address of the portal, what answers it, and who may see it."""

from __future__ import annotations

from portal.api.fhir.routes import PAGES as FHIR_API
from portal.api.routes import PAGES as AGENCY_API
from portal.hsds.routes import PAGES as HSDS_API
from portal.page import Page, public
from portal.pages import (
    come_back,
    correct,
    directory,
    feed,
    get_help,
    health,
    home,
    languages,
    leave,
    link_codes,
    new_code,
    offline,
    organizations,
    rights,
    rights_search,
    road_map,
    services,
    space,
    tip,
    tip_return,
)
from portal.pages.workspace.routes import PAGES as WORKSPACE
from portal.staticfiles import static_file

POST = ("POST",)

PUBLIC: list[Page] = [
    Page("/", home.home, public),
    Page("/services", services.search_form, public),
    Page("/services", services.results, public, POST),
    Page("/services/{id}", services.service_page, public),
    Page("/services/{id}/card", services.slip_page, public),
    Page("/services/{id}/correct", correct.show, public),
    Page("/services/{id}/correct", correct.send, public, POST),
    Page("/organizations/{id}", organizations.organization_page, public),
    Page("/organizations/{id}/{page}", organizations.organization_page, public),
    Page("/directory", directory.directory_page, public),
    Page("/directory/{name}", directory.directory_file, public),
    Page("/offline", offline.offline_page, public),
    Page("/offline/{name}", offline.offline_file, public),
    Page("/stay-safe", home.stay_safe, public),
    Page("/languages", languages.languages, public),
    Page("/language", languages.switch, public, POST),
    Page("/get-help", get_help.FOR_SELF.start, public),
    Page("/get-help", get_help.FOR_SELF.answer, public, POST),
    Page("/for-helpers", get_help.FOR_FRIEND.start, public),
    Page("/for-helpers", get_help.FOR_FRIEND.answer, public, POST),
    Page("/return", come_back.show, public),
    Page("/return", come_back.look, public, POST),
    Page("/return/message", come_back.show, public),
    Page("/return/message", come_back.write, public, POST),
    Page("/return/new-code", come_back.show, public),
    Page("/return/new-code", new_code.take, public, POST),
    Page("/return/link", come_back.show, public),
    Page("/return/link", link_codes.link, public, POST),
    Page("/return/unlink", come_back.show, public),
    Page("/return/unlink", link_codes.unlink, public, POST),
    Page("/return/stop-sharing", come_back.show, public),
    Page("/return/stop-sharing", come_back.stop_sharing, public, POST),
    Page("/tip", tip.show, public),
    Page("/tip", tip.send, public, POST),
    Page("/tip/return", tip_return.show, public),
    Page("/tip/return", tip_return.look, public, POST),
    Page("/tip/return/message", tip_return.show, public),
    Page("/tip/return/message", tip_return.write, public, POST),
    Page("/tip/return/withdraw", tip_return.show, public),
    Page("/tip/return/withdraw", tip_return.take_back, public, POST),
    Page("/space/{token}", space.show, public),
    Page("/space/{token}", space.report, public, POST),
    Page("/road-map", road_map.start, public),
    Page("/road-map", road_map.answer, public, POST),
    Page("/rights", rights_search.guides, public),
    Page("/rights", rights_search.search, public, POST),
    Page("/rights/feed.xml", feed.feed, public),
    Page("/rights/{slug}", rights.guide, public),
]

LEAVING: list[Page] = [
    Page("/exit", leave.leave, public, stays_after_exit=True),
    Page("/closed", leave.closed, public, stays_after_exit=True),
    Page("/closed", leave.come_back, public, POST, stays_after_exit=True),
]

MACHINES: list[Page] = [
    Page("/health/live", health.live, public, stays_after_exit=True),
    Page("/health/ready", health.ready, public, stays_after_exit=True),
    Page("/static/{version}/{name}", static_file, public, stays_after_exit=True),
]

PAGES: list[Page] = [*PUBLIC, *LEAVING, *MACHINES, *WORKSPACE, *AGENCY_API, *HSDS_API, *FHIR_API]
