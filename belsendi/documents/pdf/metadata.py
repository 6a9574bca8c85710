"""What a document says about itself (XMP), and the colours it was made for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

from belsendi.documents.pdf.fonts import FONTS, stream

_ID = "W5M0MpCehiHzreSzNTczkc9d"  # the fixed mark by which programs find the packet


@dataclass(frozen=True)
class Description:
    """``made_at`` is an aware instant; no personal data belong here."""

    title_kk: str
    title_ru: str
    reference: str
    made_at: datetime


def packet(about: Description) -> bytes:
    """The metadata of a PDF/A-2 document of level A."""
    made_at = about.made_at.isoformat(timespec="seconds")
    return f"""<?xpacket begin="\ufeff" id="{_ID}"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(about.title_kk)}</rdf:li>\
<rdf:li xml:lang="kk">{escape(about.title_kk)}</rdf:li>\
<rdf:li xml:lang="ru">{escape(about.title_ru)}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>kk</rdf:li><rdf:li>ru</rdf:li></rdf:Bag></dc:language>
<dc:identifier>{escape(about.reference)}</dc:identifier>
<xmp:CreateDate>{made_at}</xmp:CreateDate>
<xmp:ModifyDate>{made_at}</xmp:ModifyDate>
<xmp:CreatorTool>Belsendi</xmp:CreatorTool>
<pdf:Producer>Belsendi</pdf:Producer>
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>""".encode()


def colour_objects(profile: int) -> list[bytes]:
    """The sRGB profile, to stand at number ``profile``, and the intent that names it right after."""
    content = (FONTS / "srgb.icc").read_bytes()
    return [
        stream(content, "/N 3"),
        (
            "<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2.1)"
            f"/Info(sRGB IEC61966-2.1)/DestOutputProfile {profile} 0 R>>"
        ).encode(),
    ]
