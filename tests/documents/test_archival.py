"""The check of archival files finds what is wrong with one."""

from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

from tests.documents.archival import archival_faults
from tests.invoicing.test_document import INVOICE, render


def _without_profile(writer):
    del writer.root_object["/OutputIntents"]


def _scripted(writer):
    said = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('hello')")}
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): DictionaryObject(said)})


def _encrypted(writer):
    writer.encrypt("secret", algorithm="RC4-128")


def _font_from_elsewhere(writer):
    [*fonts] = writer.pages[0]["/Resources"]["/Font"].values()
    described = fonts[0].get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
    for key in ("/FontFile2", "/FontFile3"):
        described.pop(key, None)


def _in_ink(writer):
    stream = StreamObject()
    stream.set_data(b"0 0 0 1 k (no k here) Tj")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)


def _hidden_link(writer):
    link = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/Rect"): ArrayObject([NumberObject(0)] * 4),
            NameObject("/F"): NumberObject(2),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(link)])


def _loose_attachment(writer):
    writer.add_attachment("note.txt", b"note")


def _no_metadata(writer):
    del writer.root_object["/Metadata"]


def _older_kind(writer):
    told = writer.root_object["/Metadata"].get_object()
    changed = StreamObject()
    changed.set_data(told.get_data().replace(b"<pdfaid:part>3", b"<pdfaid:part>1"))
    writer.root_object[NameObject("/Metadata")] = writer._add_object(changed)


def _untagged(writer):
    del writer.root_object["/StructTreeRoot"]


def _smooth_picture(writer):
    picture = StreamObject()
    picture.update(
        {
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Interpolate"): NumberObject(1),
            NameObject("/Alt"): TextStringObject("logo"),
        }
    )
    resources = writer.pages[0]["/Resources"]
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/Im0"): writer._add_object(picture)})


@pytest.mark.parametrize(
    ("spoil", "clause"),
    [
        (_without_profile, "6.2.3"),
        (_scripted, "6.5.1"),
        (_encrypted, "6.1.3"),
        (_font_from_elsewhere, "6.2.11.4"),
        (_in_ink, "6.2.4.3"),
        (_hidden_link, "6.3.2"),
        (_loose_attachment, "6.8"),
        (_no_metadata, "6.6.2"),
        (_older_kind, "6.6.4"),
        (_untagged, "6.7.2"),
        (_smooth_picture, "6.2.8"),
    ],
)
def test_a_file_that_was_spoilt_has_the_fault_of_its_clause(spoil, clause):
    writer = PdfWriter(clone_from=PdfReader(BytesIO(render(INVOICE))))
    spoil(writer)
    kept = BytesIO()
    writer.write(kept)
    assert {fault.split()[0] for fault in archival_faults(kept.getvalue())} >= {clause}


def test_what_follows_the_end_is_a_fault():
    assert archival_faults(render(INVOICE) + b"more") == ["6.1.3 something follows the end"]
