"""Files to download."""

from litestar import Response

from domain.documents import File


def file_response(file: File) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{file.filename}"'}
    return Response(file.content, media_type=file.media_type, headers=headers)
