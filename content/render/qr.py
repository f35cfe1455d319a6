"""QR codes, for the door of a community."""

import io

import segno


def qr_png(link: str) -> bytes:
    """A QR code of `link` as a PNG, large enough to print."""
    picture = io.BytesIO()
    segno.make(link, micro=False).save(picture, kind="png", scale=12)
    return picture.getvalue()
