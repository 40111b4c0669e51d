"""The safe part of Markdown that a guide may use, read by markdown-it (CommonMark).

Whatever is not named here is refused with its line, so that raw HTML, pictures and odd links never
reach a reader, whichever program shows the guide.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from shared.errors import Invalid

ALLOWED = frozenset(
    {
        *("paragraph_open", "paragraph_close", "inline", "text", "softbreak", "hardbreak"),
        *("heading_open", "heading_close", "strong_open", "strong_close", "em_open", "em_close"),
        *("bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close"),
        *("list_item_open", "list_item_close", "blockquote_open", "blockquote_close"),
        *("link_open", "link_close", "hr", "text_special"),
    }
)
HEADINGS = frozenset({"h2", "h3", "h4"})
#: A whole address with a proper host and no user, a page of ours, or a number. "//" and "/\" at
#: the beginning lead to another host in a browser (WHATWG URL, "relative slash state").
LINK = re.compile(
    r"https?://([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*(:[0-9]{1,5})?"
    r"([/?#][!-~]*)?"
    r"|/(?!/)[!-~]*"
    r"|(tel|sms):(\+?[0-9][0-9()*#.-]*|%7B[a-z_]+%7D)"
)
#: Signs nobody sees and backslashes, as the parser writes them: readers differ about them.
ODD = re.compile(r"%([01][0-9A-F]|5C|7F)|%E2%80%(8[B-F]|A[8-E])|\\", re.IGNORECASE)
#: What the parser left as text because it is broken or unsafe; another reader might not.
LEFT_OVER = re.compile(r"<[A-Za-z/!?]|\]\(")
WORDS = {
    "html_block": "raw HTML",
    "html_inline": "raw HTML",
    "image": "a picture",
    "fence": "a code block",
    "code_block": "a code block",
    "code_inline": "code",
}

#: `html` is on so that raw HTML is seen as such and refused, not taken for text.
_parser = MarkdownIt("commonmark", {"html": True})


def check_markdown(field: str, text: str) -> None:
    """Raise Invalid with the field, what is not allowed and its line; return when all is well."""
    for token in _parser.parse(text):
        line = token.map[0] + 1 if token.map else 1
        _check(field, token, line)
        for inner in token.children or []:
            _check(field, inner, line)


def _check(field: str, token: Token, line: int) -> None:
    if token.type not in ALLOWED:
        what = WORDS.get(token.type, token.type.replace("_", " "))
        raise Invalid(field, f"holds {what} in line {line}", "use headings, lists, links and bold")
    if token.type == "heading_open" and token.tag not in HEADINGS:
        raise Invalid(field, f"has a first heading in line {line}", "start with ##")
    if token.type == "text" and LEFT_OVER.search(token.content):
        raise Invalid(field, f"has a sign or link in line {line} that is not allowed", "reword it")
    if token.type == "link_open" and not _is_plain(str(token.attrs.get("href", ""))):
        rule = f"has a link in line {line} that is not allowed"
        raise Invalid(field, rule, "link to https://, or to a page of ours such as /rights")


def _is_plain(href: str) -> bool:
    return bool(LINK.fullmatch(href)) and not ODD.search(href)
