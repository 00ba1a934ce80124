"""What ISO 19005-3 (PDF/A-3) asks of a file, as far as its structure shows it: read with a reader of another make.

No validator could be had, so this is no certificate: it holds the rules which a template, a logo or an attachment could
break. Each fault begins with the clause that it is against.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree as ET

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, PdfObject, StreamObject

HEADER = re.compile(rb"%PDF-1\.[0-7]\r?\n%[\x80-\xff]{4}")
IDENTIFICATION = "{http://www.aiim.org/pdfa/ns/id/}"
FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
FORBIDDEN_ACTIONS = {
    *("/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition", "/Trans"),
    *("/GoTo3DView", "/JavaScript"),
}
CMYK = re.compile(rb"(?:^|\s)[kK](?:\s|$)")
PRINT, UNSEEN = 4, 1 | 2 | 32  # of an annotation's flags: invisible, hidden, not viewed
ALTERNATIVES = {"/Source", "/Data", "/Alternative", "/Supplement", "/Unspecified"}


def archival_faults(pdf: bytes) -> list[str]:
    """Every fault; none is what the archive needs."""
    reader = PdfReader(BytesIO(pdf))
    if reader.is_encrypted:
        return ["6.1.3 the file is encrypted"]
    objects = list(_objects(reader))
    return [
        *_of_the_file(pdf, reader),
        *_of_the_catalog(reader),
        *(fault for one in objects for fault in (*_of_a_stream(one), *_of_a_font(one), *_of_an_action(one))),
        *(fault for one in objects for fault in (*_of_a_picture(one), *_of_an_annotation(one))),
        *_of_the_colours(reader),
        *_of_the_attachments(reader, objects),
    ]


def _objects(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary that can be reached, each once, those that stand within another too."""
    seen: set[int] = set()
    waiting: list[PdfObject | None] = [reader.trailer]
    while waiting:
        one = waiting.pop()
        one = None if one is None else one.get_object()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, ArrayObject):
            waiting.extend(one)
        elif isinstance(one, DictionaryObject):
            waiting.extend(one.raw_get(key) for key in one)
            yield one


def _of_the_file(pdf: bytes, reader: PdfReader) -> Iterator[str]:
    if HEADER.match(pdf) is None:
        yield "6.1.2 the header names no version 1.n, or no line of high bytes follows it"
    if "/ID" not in reader.trailer:
        yield "6.1.3 the trailer has no ID"
    if not re.search(rb"%%EOF\r?\n?\Z", pdf):
        yield "6.1.3 something follows the end"


def _of_the_catalog(reader: PdfReader) -> Iterator[str]:
    catalog = reader.trailer["/Root"]
    for key, clause in (("/AA", "6.5.2"), ("/OpenAction", "6.5.1"), ("/NeedsRendering", "6.4.2"), ("/Perms", "6.1.12")):
        if key in catalog:
            yield f"{clause} the catalogue has {key}"
    if "/Metadata" not in catalog:
        yield "6.6.2 there is no metadata"
        return
    told = ET.fromstring(catalog["/Metadata"].get_data())
    part, level = (
        next((one.text for one in told.iter(f"{IDENTIFICATION}{name}")), None) for name in ("part", "conformance")
    )
    if (part, level in {"A", "B", "U"}) != ("3", True):
        yield f"6.6.4 it says to be PDF/A-{part}{level}"
    if level == "A" and not (catalog.get("/MarkInfo", {}).get("/Marked") and "/StructTreeRoot" in catalog):
        yield "6.7.2 level A needs a tagged structure"


def _of_a_stream(one: DictionaryObject) -> Iterator[str]:
    if not isinstance(one, StreamObject):
        return
    filters = one.get("/Filter", ArrayObject())
    for name in filters if isinstance(filters, ArrayObject) else [filters]:
        if name in {"/LZWDecode", "/Crypt"}:
            yield f"6.1.7.2 a stream is kept by {name}"
    if {"/F", "/FFilter", "/FDecodeParms"} & one.keys():
        yield "6.1.7.1 a stream lies outside the file"


def _of_a_font(one: DictionaryObject) -> Iterator[str]:
    if one.get("/Type") != "/Font" or one.get("/Subtype") in {"/Type0", "/Type3"}:
        return
    described = one.get("/FontDescriptor", DictionaryObject()).get_object()
    if not any(key in described for key in FONT_FILES):
        yield f"6.2.11.4 the font {one.get('/BaseFont')} is not in the file"
    if one.get("/Subtype") == "/CIDFontType2" and "/CIDToGIDMap" not in one:
        yield f"6.2.11.3.2 the font {one.get('/BaseFont')} does not say which character is which shape"


def _of_an_action(one: DictionaryObject) -> Iterator[str]:
    if one.get("/S") in FORBIDDEN_ACTIONS and one.get("/Type", "/Action") == "/Action":
        yield f"6.5.1 an action is {one['/S']}"
    if one.get("/Type") == "/Page" and "/AA" in one:
        yield "6.5.2 a page has actions of its own"


def _of_a_picture(one: DictionaryObject) -> Iterator[str]:
    if one.get("/Subtype") == "/Image":
        if {"/Alternates", "/OPI"} & one.keys() or one.get("/Interpolate"):
            yield "6.2.8 a picture has alternatives, or is interpolated"
    elif one.get("/Subtype") == "/PS" or (one.get("/Subtype") == "/Form" and {"/Ref", "/OPI", "/PS"} & one.keys()):
        yield "6.2.9 a form lies outside the file or is PostScript"
    if one.get("/Type") == "/ExtGState" and (
        "/TR" in one or "/HTP" in one or one.get("/TR2", "/Default") != "/Default"
    ):
        yield "6.2.5 a graphics state has a transfer function"


def _of_an_annotation(one: DictionaryObject) -> Iterator[str]:
    if one.get("/Type") != "/Annot" or one.get("/Subtype") == "/Popup":
        return
    flags = int(one.get("/F", 0))
    if not flags & PRINT or flags & UNSEEN:
        yield f"6.3.2 an annotation is not printed, or is not seen: {flags}"


def _of_the_colours(reader: PdfReader) -> Iterator[str]:
    """All of them are RGB or grey, and what RGB means is said once."""
    profiles = [one["/DestOutputProfile"].get_object() for one in reader.trailer["/Root"].get("/OutputIntents", [])]
    if len({id(one) for one in profiles}) != 1:
        yield f"6.2.3 there are {len(profiles)} output intents"
        return
    if profiles[0]["/N"] != 3 or profiles[0].get_data()[36:40] != b"acsp":
        yield "6.2.3 the output intent is no profile of RGB"
    for number, page in enumerate(reader.pages, start=1):
        contents = page.get_contents()
        if contents is not None and CMYK.search(_without_words(contents.get_data())):
            yield f"6.2.4.3 page {number} uses the colours of a press"


def _without_words(content: bytes) -> bytes:
    """A page's operators, without its strings: those could hold any letter."""
    return re.sub(rb"\((?:\\.|[^\\)])*\)|<[0-9A-Fa-f\s]*>", b" ", content)


def _of_the_attachments(reader: PdfReader, objects: list[DictionaryObject]) -> Iterator[str]:
    associated = [id(one.get_object()) for one in reader.trailer["/Root"].get("/AF", [])]
    for one in objects:
        if one.get("/Type") != "/Filespec" or "/EF" not in one:
            continue
        name = one.get("/UF")
        if name is None or "/F" not in one:
            yield "6.8 an attachment has no name"
        if one.get("/AFRelationship") not in ALTERNATIVES:
            yield f"6.8 what {name} is to the document is not said"
        if id(one) not in associated:
            yield f"6.8 {name} is not associated with the document"
        content = one["/EF"]["/F"].get_object()
        if "/" not in str(content.get("/Subtype", "/"))[1:]:
            yield f"6.8 the media type of {name} is not said"
        if "/ModDate" not in content.get("/Params", {}):
            yield f"6.8 it is not said when {name} was changed"
