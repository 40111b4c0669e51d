"""The stylesheet and the script, held in memory under addresses that change with their content."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal.ports import parts

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
ONE_YEAR = "public, max-age=31536000, immutable"


class StaticFiles:
    """All files of one folder, read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {path.name: _slim(path) for path in folder.iterdir() if path.suffix in TYPES}
        self._versions = {
            name: hashlib.sha256(body).hexdigest()[:10] for name, body in self._files.items()
        }
        self._packed = {name: gzip.compress(body, 9, mtime=0) for name, body in self._files.items()}

    def url(self, name: str) -> str:
        """Return the address of a file; KeyError when there is no such file."""
        return f"/static/{self._versions[name]}/{name}"

    def answer(self, name: str, version: str, *, packed: bool) -> Response:
        """Return the file, for good when the version is its own; HTTPException 404 if unknown."""
        body = self._files.get(name)
        if body is None:
            raise HTTPException(404)
        keep = ONE_YEAR if version == self._versions[name] else "no-store"
        headers = {"cache-control": keep, "vary": "accept-encoding"}
        if packed:
            body, headers["content-encoding"] = self._packed[name], "gzip"
        kind = TYPES[Path(name).suffix]
        return Response(body, headers=headers, media_type=kind)


def _slim(path: Path) -> bytes:
    """Return a file as it is sent: a script without its comment lines and indentation."""
    body = path.read_bytes()
    if path.suffix != ".js":
        return body
    lines = (line.strip() for line in body.splitlines())
    return b"\n".join(line for line in lines if line and not line.startswith(b"//"))


async def static_file(request: Request) -> Response:
    """Answer a file of portal/static."""
    name, version = request.path_params["name"], request.path_params["version"]
    packed = "gzip" in request.headers.get("accept-encoding", "")
    return parts(request).static.answer(name, version, packed=packed)
