"""The languages of the pages, and the phone for every other language."""

from __future__ import annotations

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from portal.forms import read_form
from portal.i18n import INTERFACES
from portal.rendering import render

_OWN_PATH = re.compile(r"(/[a-z][a-z-]*)+")

#: One line in each language of `shared.vocabulary.LANGUAGES` we can write; shown as unchecked.
TAGLINES: dict[str, str] = {
    "en": "Free help by phone in your language. Call {phone}.",
    "es": "Ayuda gratis por teléfono en su idioma. Llame al {phone}.",
    "zh": "您可以用自己的语言获得免费电话帮助。请拨打 {phone}。",
    "vi": "Trợ giúp miễn phí qua điện thoại bằng ngôn ngữ của quý vị. Hãy gọi {phone}.",
    "ko": "원하시는 언어로 무료 전화 도움을 받으실 수 있습니다. {phone}번으로 전화하세요.",
    "tl": "Libreng tulong sa telepono sa inyong wika. Tumawag sa {phone}.",
    "ar": "مساعدة مجانية عبر الهاتف بلغتك. اتصل على {phone}.",
    "ru": "Бесплатная помощь по телефону на вашем языке. Звоните: {phone}.",
    "ht": "Èd gratis nan telefòn nan lang ou. Rele {phone}.",
    "fr": "Aide gratuite par téléphone dans votre langue. Appelez le {phone}.",
    "pt": "Ajuda gratuita por telefone no seu idioma. Ligue para {phone}.",
    "hi": "आपकी भाषा में फ़ोन पर मुफ़्त मदद। {phone} पर फ़ोन करें।",
    "th": "ความช่วยเหลือทางโทรศัพท์ฟรีในภาษาของคุณ โทร {phone}",
    "am": "በቋንቋዎ ነፃ የስልክ እርዳታ። ወደ {phone} ይደውሉ።",
    "so": "Caawimaad bilaash ah oo telefoon ah oo luqaddaada ah. Wac {phone}.",
}


async def languages(request: Request) -> Response:
    """List the languages of the pages with their state, and how to call in any other."""
    lines = [(code, *line.split("{phone}")) for code, line in TAGLINES.items()]
    return render(request, "languages.html", lines=lines)


async def switch(request: Request) -> Response:
    """Show a page that was posted in another language: `of` is its path, `into` the language.

    The browser posts the same answers there (307), so that the place in the form is kept.
    """
    posted = await read_form(request)
    path, lang = posted.first("of"), posted.first("into")
    if lang not in INTERFACES or not _OWN_PATH.fullmatch(path):
        raise HTTPException(400)
    return RedirectResponse(f"/{lang}{path}", 307)
