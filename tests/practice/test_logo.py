"""The logo of a practice: which pictures are taken, and that it is printed with what is issued from then on."""

import hashlib
from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from tests.agreements import make as agreements
from tests.api.scratch import is_problem
from tests.documents.archival import archival_faults
from tests.trajectories import make as trajectories

pytestmark = pytest.mark.anyio

SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><defs><linearGradient id="g">
<stop offset="0" stop-color="#0f4c4a"/><stop offset="1" stop-color="#c58b2a"/></linearGradient></defs>
<rect width="120" height="40" rx="8" fill="url(#g)"/><circle cx="20" cy="20" r="10" fill="#fff"/></svg>"""


def picture(kind, size=(400, 120)):
    drawn = Image.new("RGB", size, "white")
    ImageDraw.Draw(drawn).ellipse((10, 10, size[0] - 10, size[1] - 10), fill="#0f4c4a")
    content = BytesIO()
    drawn.save(content, kind)
    return content.getvalue()


async def put(client, content):
    return await client.put("/v1/practice/logo", content=content, headers={"Content-Type": "application/octet-stream"})


def drawn(svg):
    return b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink">' + svg + b"</svg>"


@pytest.mark.parametrize(
    ("content", "name"),
    [(picture("PNG"), "logo.png"), (picture("JPEG"), "logo.jpg"), (SVG, "logo.svg")],
    ids=["png", "jpeg", "svg"],
)
async def test_a_logo_is_set_read_as_it_was_given_and_taken_off(omar, cas, content, name):
    assert is_problem(await cas.get("/v1/practice/logo"), 404, "logo-not-found")
    assert is_problem(await put(cas, content), 403, "scope-missing")
    made = await put(omar, content)
    assert made.status_code == 200, made.text
    assert made.json()["logo"] == hashlib.sha256(content).hexdigest()
    read = await cas.get("/v1/practice/logo")
    assert (read.content, name in read.headers["content-disposition"]) == (content, True)
    assert read.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert (await put(omar, content)).json()["logo"] == made.json()["logo"]
    assert (await omar.delete("/v1/practice/logo")).status_code == 204
    assert (await omar.get("/v1/practice")).json()["logo"] is None
    assert is_problem(await omar.delete("/v1/practice/logo"), 404, "logo-not-found")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "logo-kind-unknown"),
        (b"GIF89a.............", "logo-kind-unknown"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "logo-kind-unknown"),
        (picture("PNG", (3_001, 20)), "logo-too-large"),
        (picture("JPEG", (20, 3_001)), "logo-too-large"),
        (picture("PNG")[:200], "logo-unreadable"),
        (b"\x89PNG\r\n\x1a\n", "logo-unreadable"),
        (b"\xff\xd8\xff\xe0\x00\x02", "logo-unreadable"),
        (drawn(b"<script>alert(1)</script>"), "logo-not-plain"),
        (drawn(b"<text>Praktijk</text>"), "logo-not-plain"),
        (drawn(b"<path d='M0 0' onload='x()'/>"), "logo-not-plain"),
        (drawn(b"<image x:href='file:///etc/passwd'/>"), "logo-not-plain"),
        (drawn(b"<rect fill='url(https://example.org/x)'/>"), "logo-not-plain"),
        (drawn(b"<style>@import 'https://example.org/x.css'</style>"), "logo-not-plain"),
        (drawn(b"<g>" * 6 + b"<path d='M0 0'/>" * 6_000 + b"</g>" * 6), "logo-not-plain"),
        (b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + drawn(b"<title>&a;</title>"), "logo-not-plain"),
    ],
)
async def test_what_is_no_logo_is_refused_by_name_and_nothing_is_kept(omar, content, problem):
    assert is_problem(await put(omar, content), 422, problem)
    assert (await omar.get("/v1/practice")).json()["logo"] is None


async def test_a_logo_of_more_than_it_may_weigh_is_not_taken_in(omar):
    assert (await put(omar, b"x" * 200_001)).status_code == 413


async def test_a_version_that_changed_is_refused(omar):
    path, headers = "/v1/practice/logo", {"If-Match": '"v9"', "Content-Type": "application/octet-stream"}
    assert is_problem(await omar.put(path, content=SVG, headers=headers), 412, "version-changed")
    assert is_problem(await omar.delete(path, headers={"If-Match": '"v9"'}), 412, "version-changed")


async def test_what_is_issued_keeps_the_logo_of_its_day(cas, omar, house, cast):
    """Only what is printed later has the new one; a print of what was issued before stays the same bytes."""
    await agreements.identify(house, cast)
    running = await trajectories.trajectory(house, cast)

    async def issued():
        made = (await cas.post(f"/v1/trajectories/{running}/agreements", json={})).json()["id"]
        return made, (await cas.get(f"/v1/agreements/{made}/pdf")).content

    def pictures(pdf):
        return [image.image.size for page in PdfReader(BytesIO(pdf)).pages for image in page.images]

    plain, before = await issued()
    assert pictures(before) == []
    await put(omar, picture("PNG", (300, 90)))
    marked, after = await issued()
    assert pictures(after) == [(300, 90)]
    assert archival_faults(after) == []  # with a picture it still is an archival file
    await omar.delete("/v1/practice/logo")
    assert (await cas.get(f"/v1/agreements/{plain}/pdf")).content == before
    assert (await cas.get(f"/v1/agreements/{marked}/pdf")).content == after
    assert pictures((await issued())[1]) == []
