"""Codes of what people say is wrong in the directory, and of what agencies answer."""

from __future__ import annotations

#: What may be wrong with a service's page. Keys travel, words are shown.
SUGGESTION_CODES: dict[str, str] = {
    "phone": "The phone is wrong",
    "hours": "The hours are wrong",
    "address": "The address is wrong",
    "moved": "They moved",
    "closed": "They closed for good",
    "not_as_said": "They do not do what it says",
    "other": "Something else",
}

#: What no form offers: the service itself declined a referral with this code, which its record did
#: not let expect.
SAID_BY_DECLINING: dict[str, str] = {
    "closed_or_moved": "They declined: closed or moved",
    "not_eligible": "They declined: the client does not fit their rules",
    "wrong_population": "They declined: they do not serve this group",
    "language_not_covered": "They declined: they do not have the language",
    "out_of_area": "They declined: outside their area",
}

#: Why a suggestion is refused.
SUGGESTION_REFUSALS: dict[str, str] = {
    "checked_right": "We checked: the page is right",
    "already_changed": "It was changed before",
    "not_clear": "It is not clear what to change",
    "not_about_this": "It is not about this service",
}
