import tracemalloc
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, text

from domain.attachments import LARGEST_FILE, FileIsAnother, FileKind, FileKindNotKept, attach, kind_of
from domain.audit import AuditEntry
from domain.kit.work import OPERATOR, begin
from domain.messaging import Event
from domain.people import Purpose
from tests.attachments import make
from tests.people import make as people
from tests.trajectories import make as trajectories

pytestmark = pytest.mark.anyio

SECRET = "Brief van de huisarts één Amir.pdf"


@pytest.fixture
async def amir(house, cast):
    coachee_id = await people.coachee(house, cast)
    await people.consent(house, cast, coachee_id, Purpose.SESSION_NOTES)
    return coachee_id


@pytest.fixture
async def trajectory(house, cast, amir):
    return await trajectories.trajectory(house, cast, coachee_id=amir)


@pytest.fixture
async def session(house, cast, trajectory):
    return await trajectories.session(house, cast, trajectory)


@pytest.fixture
async def places(house, cast, trajectory, session):
    """Wherever a file can be kept."""
    note = await trajectories.note(house, cast, session, "Rustig.")
    return [f"trajectories/{trajectory}", f"sessions/{session}", f"notes/{note}"]


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("a.pdf", make.PDF),
        ("a.PNG", make.PNG),
        ("a.jpg", make.JPEG),
        ("a.jpeg", make.JPEG),
        ("a.gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
        ("a.webp", b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00"),
        ("a.txt", make.TEXT),
        ("a.docx", make.DOCX),
        ("a.xlsx", make.package("[Content_Types].xml", "xl/workbook.xml")),
        ("a.pptx", make.package("[Content_Types].xml", "ppt/presentation.xml")),
        ("a.odt", make.package("content.xml", mimetype="application/vnd.oasis.opendocument.text")),
    ],
)
def test_a_file_is_of_the_kind_that_name_and_content_agree_on(filename, content):
    wanted = filename.rpartition(".")[2].lower().replace("jpg", "jpeg")
    assert kind_of(filename, content) is FileKind(wanted)


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("a.pdf", make.PNG),
        ("a.png", make.PDF),
        ("a.pdf", b"MZ\x90\x00" + bytes(60)),
        ("a.txt", b"MZ\x90\x00" + bytes(60)),
        ("a.txt", make.PDF),
        ("a.txt", "Zwaar".encode("utf-16")),
        ("a.docx", make.package("[Content_Types].xml", "xl/workbook.xml")),
        ("a.docx", make.package("word/document.xml")),
        ("a.docx", make.DOCX[:-30]),
        ("a.docx", b"PK\x03\x04" + bytes(100)),
        ("a.odt", make.package("content.xml", mimetype="application/epub+zip")),
        ("a.jpeg", make.package("a.exe")),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(filename, content):
    with pytest.raises(FileIsAnother):
        kind_of(filename, content)


@pytest.mark.parametrize("filename", ["a.exe", "a.html", "a.svg", "a.docm", "a.pdf.zip", "pdf"])
def test_only_what_may_be_kept_is_kept(filename):
    with pytest.raises(FileKindNotKept):
        kind_of(filename, make.PDF)


def test_a_document_with_macros_is_not_kept():
    with pytest.raises(FileKindNotKept):
        kind_of("a.docx", make.package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"))


async def test_a_file_comes_back_as_it_was_given_to_be_saved_and_not_shown(cas, places):
    for place in places:
        added = await make.attach(cas, place, make.PDF, SECRET)
        assert added.status_code == 201, added.text
        assert SECRET not in added.text
        [listed] = (await cas.get(f"/v1/{place}/attachments")).json()["items"]
        assert listed == added.json() | {"filename": SECRET}
        assert (listed["kind"], listed["size"]) == ("pdf", len(make.PDF))
        read = await cas.get(f"/v1/attachments/{listed['id']}/content")
        assert (read.status_code, read.content) == (200, make.PDF)
        assert read.headers["content-type"] == "application/octet-stream"
        assert read.headers["x-content-type-options"] == "nosniff"
        assert read.headers["cache-control"] == "no-store"
        assert read.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert read.headers["content-disposition"] == (
            'attachment; filename="Brief van de huisarts __n Amir.pdf"; '
            "filename*=UTF-8''Brief%20van%20de%20huisarts%20%C3%A9%C3%A9n%20Amir.pdf"
        )
        assert (await cas.delete(f"/v1/attachments/{listed['id']}")).status_code == 204
        assert (await cas.get(f"/v1/{place}/attachments")).json()["items"] == []
        gone = await cas.get(f"/v1/attachments/{listed['id']}/content")
        assert (gone.status_code, gone.json()["type"]) == (404, "/problems/attachment-not-found")


@pytest.mark.parametrize(
    ("filename", "content", "code"),
    [
        (None, make.PDF, "file-name-missing"),
        ("a.pdf", b"", "file-empty"),
        ("a.exe", b"MZ", "file-kind-not-kept"),
        ("a.pdf", make.PNG, "file-is-another"),
    ],
)
async def test_what_is_not_fit_to_be_kept_is_refused_by_name(cas, session, filename, content, code):
    answer = await make.attach(cas, f"sessions/{session}", content, filename)
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{code}"), answer.text


@pytest.mark.parametrize("filename", ["../../etc/passwd.txt", "a\r\nX-Evil: 1.pdf", "a" * 150 + ".pdf", "c:\\a.pdf"])
async def test_a_name_is_a_name_and_no_path(cas, session, filename):
    answer = await make.attach(cas, f"sessions/{session}", make.PDF, filename)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/filename")


async def test_nobody_but_the_trajectorys_own_coach_adds_reads_or_removes(lena, omar, cas, house, cast, places):
    for place in places:
        at = f"/v1/attachments/{await make.attached(cas, place)}"
        for answer in (
            await make.attach(lena, place),
            await lena.get(f"/v1/{place}/attachments"),
            await lena.get(f"{at}/content"),
            await lena.delete(at),
        ):
            assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-your-coachee")
        assert (await omar.get(f"{at}/content")).json()["type"] == "/problems/scope-missing"


async def test_to_a_coach_a_colleagues_file_is_not_there(cas, lena, house, cast):
    theirs = await trajectories.trajectory(house, cast, coach="owner")
    session = await trajectories.session(house, cast, theirs)
    note = await trajectories.note(house, cast, session, "Rustig.")
    for place, code in ((f"sessions/{session}", "session-not-found"), (f"notes/{note}", "note-not-found")):
        at = f"/v1/attachments/{await make.attached(lena, place)}"
        answer = await make.attach(cas, place)
        assert (answer.status_code, answer.json()["type"]) == (404, f"/problems/{code}")
        for answer in (await cas.get(f"{at}/content"), await cas.delete(at)):
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/attachment-not-found")


async def test_files_need_the_same_consent_as_notes(cas, house, cast):
    session = await trajectories.session(house, cast, await trajectories.trajectory(house, cast))
    answer = await make.attach(cas, f"sessions/{session}")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/notes-not-consented")


async def test_neither_content_nor_name_lies_open_or_is_told(cas, house, cast, session):
    added = await make.attached(cas, f"sessions/{session}", make.TEXT, "geheim plan.txt")
    await cas.get(f"/v1/attachments/{added}/content")
    async with begin(house, cast.practice_id, OPERATOR) as work:
        told = str(
            [*await work.session.scalars(select(Event.facts)), *await work.session.scalars(select(AuditEntry.facts))]
        )
        rows = [
            *await work.session.scalars(text("SELECT a::text || c::text FROM attachments a, attachment_contents c"))
        ]
        actions = [*await work.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == added))]
    for private in (make.TEXT, b"geheim plan"):
        assert private.decode() not in told + rows[0]
        assert private.hex() not in rows[0]
    assert actions == ["attachment_added", "attachment_read"]


async def test_a_file_is_deleted_when_the_coachees_text_is_destroyed(cas, lena, house, cast, amir, session):
    added = await make.attached(cas, f"sessions/{session}")
    assert (await lena.post(f"/v1/coachees/{amir}/destroy-private-text")).status_code == 200
    async with begin(house, cast.practice_id, OPERATOR) as work:
        count = text("SELECT (SELECT count(*) FROM attachments) + (SELECT count(*) FROM attachment_contents)")
        assert await work.session.scalar(count) == 0
    answer = await cas.get(f"/v1/attachments/{added}/content")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/attachment-not-found")
    again = await make.attach(cas, f"sessions/{session}")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/text-destroyed")


async def test_a_file_of_ten_megabytes_is_kept_and_one_byte_more_is_not(cas, session):
    largest = make.PDF + b"0" * (LARGEST_FILE - len(make.PDF))
    added = await make.attached(cas, f"sessions/{session}", largest)
    assert (await cas.get(f"/v1/attachments/{added}/content")).content == largest
    answer = await make.attach(cas, f"sessions/{session}", largest + b"0")
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body-too-large")


async def test_a_hundred_megabytes_are_refused_without_reading_them_all(cas, session):
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 1_000_000
            yield b"0" * 1_000_000

    tracemalloc.start()
    answer = await cas.post(f"/v1/sessions/{session}/attachments?filename=a.pdf", content=endless())
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body-too-large")
    assert sent <= 11_000_000
    assert held < 30_000_000


async def test_another_slice_keeps_files_of_its_own(house, cast, amir):
    """A kind of subject that trajectories know nothing of is not theirs to open."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        kept = await attach(
            work,
            amir,
            cast.staff["coach"],
            subject="talent_profile",
            subject_id=amir,
            filename="profiel.pdf",
            content=make.PDF,
        )
    assert kept.kind is FileKind.PDF
