"""From whom an e-invoice goes to whom and as what, read from the document itself."""

from dataclasses import dataclass

from domain.invoicing.ubl.reading import Document

DOCUMENT_TYPE = "{namespace}::{root}##{customization}::2.1"


@dataclass(frozen=True, slots=True)
class Envelope:
    """Participants as scheme and number ("0208:0403019261"); a self-billed document goes from buyer to seller."""

    sender: str
    receiver: str
    document_type: str
    process: str


def envelope_of(ubl: bytes) -> Envelope:
    it = Document(ubl)
    namespace, _, root = it.root.tag[1:].partition("}")
    process = it("string(cbc:ProfileID)")
    seller, buyer = _endpoint(it, "Supplier"), _endpoint(it, "Customer")
    sender, receiver = (buyer, seller) if ":selfbilling:" in process else (seller, buyer)
    customization = it("string(cbc:CustomizationID)")
    document_type = DOCUMENT_TYPE.format(namespace=namespace, root=root, customization=customization)
    return Envelope(sender, receiver, document_type, process)


def _endpoint(it: Document, role: str) -> str:
    [endpoint] = it(f"cac:Accounting{role}Party/cac:Party/cbc:EndpointID")
    return f"{endpoint.get('schemeID')}:{endpoint.text}"
