"""A QR code as a drawing in the page, so that no secret is ever an address of its own."""

import segno
from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """Black on white whatever the page's colours: cameras expect it. What stands around it says what it is."""
    drawn = segno.make(text, error="m").svg_inline(border=4, dark="#000", light="#fff", svgclass="qr", omitsize=True)
    return Markup(drawn.replace("<svg", '<svg aria-hidden="true"', 1))  # noqa: S704 - squares, and nothing of the text itself
