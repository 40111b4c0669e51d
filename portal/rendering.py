"""Templates: one Jinja environment a language, strict, escaped, fixed texts translated at load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.visitor import NodeTransformer
from starlette.requests import Request
from starlette.responses import HTMLResponse

from portal.formats import formats
from portal.i18n import INTERFACES, direction, translate, translate_number
from portal.ports import parts
from portal.staticfiles import StaticFiles
from shared.settings import Settings

TEMPLATES = Path(__file__).parent / "templates"


class _FoldTexts(NodeTransformer):
    """Replaces `_("fixed text")` by its translation, once, when a template is loaded."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the visitor's name
        self.generic_visit(node)
        fixed = isinstance(node.node, nodes.Name) and node.node.name == "_" and not node.kwargs
        if fixed and len(node.args) == 1 and isinstance(node.args[0], nodes.Const):
            text = translate(self.lang, node.args[0].value)
            return nodes.Const(text, lineno=node.lineno, environment=node.environment)
        return node


class _Environment(Environment):
    """An environment of one language."""

    lang = "en"

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        folded: nodes.Template = _FoldTexts(self.lang).visit(tree)
        return folded


class Renderer:
    """Renders templates, in every language. All are loaded at once: a wrong one cannot start."""

    def __init__(self, settings: Settings, static: StaticFiles, folder: Path = TEMPLATES) -> None:
        self._environments = {
            lang: _environment(lang, settings, static, folder) for lang in INTERFACES
        }

        for environment in self._environments.values():
            for name in environment.list_templates():
                # A chain of maps, as Jinja makes it, is copied for each page at four times the cost
                template = environment.get_template(name)
                template.globals = dict(template.globals)

    def text(self, lang: str, template: str, context: dict[str, Any]) -> str:
        """Return the rendered template."""
        return self._environments[lang].get_template(template).render(context)


def _environment(lang: str, settings: Settings, static: StaticFiles, folder: Path) -> Environment:
    environment = _Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        extensions=["jinja2.ext.do"],
    )
    environment.lang = lang

    def say(text: str, **values: object) -> str:
        return translate(lang, text, **values)

    def say_number(one: str, many: str, number: int, **values: object) -> str:
        return translate_number(lang, one, many, number, **values)

    environment.globals.update(
        _=say,
        ngettext=say_number,
        lang=lang,
        dir=direction(lang),
        interfaces=list(INTERFACES.values()),
        static=static.url,
        emergency_phone=settings.emergency_phone,
        hotline_phone=settings.hotline_phone,
        hotline_text=settings.hotline_text,
        direction=direction,
    )
    environment.filters.update(formats(lang), dial=dial)
    return environment


def dial(number: str) -> str:
    """Return a phone number as a tel: or sms: link wants it; US numbers get their +1."""
    digits = "".join(symbol for symbol in number if symbol.isdigit() or symbol == "+")
    return f"+{digits}" if len(digits) == 11 and digits.startswith("1") else digits


def render(
    request: Request,
    template: str,
    *,
    status: int = 200,
    carry: list[tuple[str, str]] | None = None,
    **context: Any,
) -> HTMLResponse:
    """Return a page from a template of portal/templates.

    A template finds `_`, `lang`, `dir`, the phone numbers, `static(name)`, `to(path)` (an address
    that keeps the language) and `here` (its own path). `carry` is what was posted to get here:
    the language links post it again, so that changing the language keeps the place.
    """
    state = request.state
    prefix: str = state.prefix

    def to(path: str) -> str:
        return (prefix + path).rstrip("/") or "/" if prefix else path

    identity = getattr(state, "identity", None)
    context.update(here=request.scope["path"], to=to, carry=carry, identity=identity)
    return HTMLResponse(parts(request).renderer.text(state.lang, template, context), status)
