"""Files to download, and files as the body of a request."""

from urllib.parse import quote

from litestar import Response

from domain.documents import File

UNQUOTABLE = str.maketrans({'"': "_", "\\": "_", "?": "_"})


def file_response(file: File) -> Response[bytes]:
    """To be saved, never shown: whatever it holds, a browser runs none of it on our address (RFC 6266)."""
    plain = file.filename.encode("ascii", "replace").decode().translate(UNQUOTABLE)
    named = "" if plain == file.filename else f"; filename*=UTF-8''{quote(file.filename, safe='')}"
    headers = {
        "Content-Disposition": f'attachment; filename="{plain}"{named}',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)
