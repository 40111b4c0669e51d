"""What an agency's own program says is wrong with a service's page, of whatever agency."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.api import bodies
from portal.api.asking import answer, command_id, holder
from portal.forms import clean, has_odd_characters
from portal.pages.services import card_of
from portal.suggesting import suggest
from shared.errors import Invalid
from shared.fields import check_codes
from shared.ids import derived_id
from shared.vocabulary.suggestions import SUGGESTION_CODES


async def make(request: Request) -> Response:
    """Take a suggestion; its text is sealed on arrival to those who decide."""
    said = await bodies.read(request, bodies.Suggest)
    check_codes("codes", said.codes, SUGGESTION_CODES)
    if has_odd_characters(said.text):
        raise Invalid("text", "holds signs that cannot be shown", "send plain text")
    card = await card_of(request)
    id = derived_id("suggestion", command_id(request))
    text = clean(said.text, lines=True)
    await suggest(request, id, card, said.codes, text, holder(request).agency)
    return answer({"suggestion": id}, 202)
