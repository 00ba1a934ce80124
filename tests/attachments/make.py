"""Files for tests, each as small as a file of its kind can be."""

from io import BytesIO
from zipfile import ZipFile

from httpx import AsyncClient, Response

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
TEXT = b"Wat ik meeneem: rust.\n"


def package(*parts: str, mimetype: str | None = None) -> bytes:
    """An archive with these parts in it, as office documents are."""
    held = BytesIO()
    with ZipFile(held, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for part in parts:
            archive.writestr(part, "x")
    return held.getvalue()


DOCX = package("[Content_Types].xml", "word/document.xml")


async def attach(client: AsyncClient, to: str, content: bytes = PDF, filename: str | None = "verslag.pdf") -> Response:
    """Send a file to what stands at the address `to`, such as sessions/<id>."""
    named = {} if filename is None else {"filename": filename}
    return await client.post(f"/v1/{to}/attachments", params=named, content=content)


async def attached(client: AsyncClient, to: str, content: bytes = PDF, filename: str = "verslag.pdf") -> str:
    answer = await attach(client, to, content, filename)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]
