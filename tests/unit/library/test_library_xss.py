"""Hostile texts: each is refused by the library or shown without anything that acts.

Both walls are asked by themselves: what the library accepts, and what the page makes of a text
even if the library had accepted it. The HTML is read by a parser, not by a pattern.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import msgspec
import pytest

from portal.pages.rights import as_html
from services.library.domain import Guide
from services.library.markdown import check_markdown
from shared.errors import Invalid
from shared.settings import load
from tests.unit.library.test_library_guides import FIELDS

TAGS = frozenset(
    "p h1 h2 h3 h4 h5 h6 strong em ul ol li blockquote a hr br code pre".split()  # noqa: SIM905
)
SCHEMES = frozenset({"https:", "http:", "tel:", "sms:", "mailto:"})
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")
PAYLOADS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//x.example></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<math><mtext></p><img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<a href=javascript:alert(1)>x</a>",
    "<style>@import 'javascript:alert(1)'</style>",
    "<link rel=stylesheet href=//x.example>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//x.example>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "</p><script>alert(1)</script>",
    "text <b onmouseover=alert(1)>x</b>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;&#x61;vascript:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](javascript\\:alert(1))",
    "[x](%6aavascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/svg+xml,<svg onload=alert(1)>)",
    "[x](file:///etc/passwd)",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[x][y]\n\n[y]: <data:text/html,x>",
    "[javascript:alert(1)]\n\n[javascript:alert(1)]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "![x](javascript:alert(1))",
    '![x](x "onerror=alert(1)")',
    "[![x](javascript:alert(1))](javascript:alert(1))",
    "[a[b](javascript:alert(1))c](javascript:alert(2))",
    "[[x]](javascript:alert(1))",
    '[x](https://example.org "\\"onmouseover=alert(1) x=\\"")',
    '[x](https://example.org/"onmouseover=alert(1))',
    "[x](//x.example/evil)",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "[x](\u202ejavascript:alert(1))",
    "[x](java\u200bscript:alert(1))",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "```html\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "> <script>alert(1)</script>",
    "- <script>alert(1)</script>",
    "## <img src=x onerror=alert(1)>",
    "\\<script\\>alert(1)\\</script\\>",
    "x\x00<script>alert(1)</script>",
)


class Acting(HTMLParser):
    """Collects whatever in a piece of HTML is more than words, lists and safe links."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.found.append(tag)
        for name, value in attrs:
            if name not in {"href", "title", "class", "start"}:
                self.found.append(f"{tag} {name}")
            if name == "href" and not _is_safe(value or ""):
                self.found.append(f"{tag} href {value}")

    def handle_comment(self, data: str) -> None:
        self.found.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.found.append("declaration")


def _is_safe(href: str) -> bool:
    """A browser drops control signs and spaces, then reads a scheme of letters up to a colon.

    What has another sign before the colon, such as %, is an address on this site, not a scheme:
    https://url.spec.whatwg.org/#scheme-start-state
    """
    read = "".join(sign for sign in href if sign > " ").lower()
    scheme = SCHEME.match(read)
    return scheme is None or scheme.group() in SCHEMES


def acting(html: str) -> list[str]:
    parser = Acting()
    parser.feed(html)
    parser.close()
    return parser.found


def test_the_parser_sees_what_acts() -> None:
    assert acting("<p><img src=x onerror=alert(1)>") == ["img", "img src", "img onerror"]
    assert acting('<a href="java\nscript:x">x</a>')
    assert len(set(PAYLOADS)) >= 40


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_acts_on_the_page_whatever_the_text(payload: str) -> None:
    assert acting(str(as_html(payload, load({})))) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_raw_html_and_bad_links_are_refused_or_only_text(payload: str) -> None:
    try:
        check_markdown("guide.body", payload)
    except Invalid:
        return
    assert acting(str(as_html(payload, load({})))) == []


@pytest.mark.parametrize("field", ["title", "summary"])
@pytest.mark.parametrize("payload", [one for one in PAYLOADS if "<" in one])
def test_a_title_holds_no_sign_of_a_tag(field: str, payload: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=field):
        msgspec.convert({**FIELDS, field: payload}, Guide)
