"""The portal put together: the real parts, or any parts of the same shape, around one table."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from portal.compression import Compression
from portal.failures import Failures, http_failure
from portal.i18n import LanguagePrefix
from portal.page import Address, Page
from portal.ports import Parts
from portal.security import SecurityHeaders

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def nothing_to_start(app: Starlette) -> AsyncIterator[None]:
    """Start and stop nothing: the parts came ready."""
    yield


def compose(
    parts: Parts, pages: Sequence[Page], lifespan: Lifespan = nothing_to_start
) -> Starlette:
    """Return the portal with these parts behind it and these pages in front.

    Raises TypeError or ValueError when a page does not declare its access or an address is taken
    twice, so such a portal cannot start.
    """
    app = Starlette(
        routes=routes(pages),
        middleware=[
            Middleware(SecurityHeaders, secure=parts.settings.secure_cookies),
            Middleware(Compression),
            Middleware(LanguagePrefix),
            Middleware(Failures),
        ],
        exception_handlers={HTTPException: http_failure},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # LanguagePrefix has taken a last slash off already.
    app.state.parts = parts
    return app


def routes(pages: Sequence[Page]) -> list[Route]:
    """Return one route an address, in the order of the table."""
    by_path: dict[str, list[Page]] = {}
    for page in pages:
        by_path.setdefault(page.path, []).append(page)
    addresses = [Address(same_path) for same_path in by_path.values()]
    return [
        Route(address.path, address.answer, methods=list(address.pages)) for address in addresses
    ]
