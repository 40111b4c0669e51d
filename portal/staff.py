"""What the workspace and the agency API stand on, made once and hung into the portal's parts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.requests import Request

from portal.limits import WrongCodes
from portal.pages.workspace.names import Names
from portal.passwords import ApiKeys, Passwords, WrongNames
from portal.ports import Parts, parts
from portal.sessions import Sessions

_PLACE = "staff"


@dataclass(frozen=True)
class Staff:
    """Sign-in, API keys and names. `wrong_sign_ins` counts by the address's neighbourhood."""

    sessions: Sessions
    passwords: Passwords
    wrong_names: WrongNames
    wrong_sign_ins: WrongCodes
    keys: ApiKeys
    names: Names


def with_staff(bundle: Parts) -> Parts:
    """Return the parts with sign-in and API keys in them."""
    made = _made(bundle)
    return replace(bundle, identify=made.sessions.identify, identify_key=made.keys.identify)


def staff_parts(request: Request) -> Staff:
    """Return what the workspace stands on in this portal."""
    return _made(parts(request))


def _made(bundle: Parts) -> Staff:
    made: Staff | None = bundle.extras.get(_PLACE)
    if made is None:
        backend, claims = bundle.backend, bundle.claims
        made = bundle.extras[_PLACE] = Staff(
            Sessions(backend, bundle.clock, secure=bundle.settings.secure_cookies),
            Passwords(backend, claims, bundle.boxes.pepper),
            WrongNames(),
            WrongCodes(),
            ApiKeys(backend, claims),
            Names(backend),
        )
    return made
