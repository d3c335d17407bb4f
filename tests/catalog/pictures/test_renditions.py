"""What becomes of a picture: our own files, upright, in sRGB, nothing of its owner in them; or a reason why not."""

import gzip
import io
import random

import pytest
from PIL import Image

from services.catalog.pictures import renditions
from services.catalog.pictures.renditions import NotOurPicture, render
from tests.catalog.pictures import photos


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def colours(content: bytes) -> tuple[str, str]:
    """Of the left edge and of the right."""
    picture = opened(content).convert("RGB")
    middle = picture.height // 2
    pixels = [picture.getpixel((at, middle)) for at in (3, picture.width - 4)]
    left, right = ("RGB"[max(range(3), key=pixel.__getitem__)] for pixel in pixels if isinstance(pixel, tuple))
    return left, right


def test_a_photo_comes_in_three_sizes_and_three_formats_and_the_same_each_time() -> None:
    rendered = render(photos.photo(1600, 1200))

    assert (rendered.width, rendered.height) == (1280, 960)
    names = [f"{width}.{ending}" for width in (320, 640, 1280) for ending in ("avif", "webp", "jpg")]
    assert list(rendered.files) == names
    for name, content in rendered.files.items():
        width, _, ending = name.partition(".")
        with opened(content) as picture:
            assert picture.format == {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}[ending]
            assert picture.size == (int(width), int(width) * 3 // 4)
        assert colours(content) == ("R", "G")
    assert render(photos.photo(1600, 1200)) == rendered


@pytest.mark.parametrize(("width", "widths"), [(200, {200}), (320, {320}), (500, {320, 500}), (640, {320, 640})])
def test_nothing_is_made_larger_than_it_came(width: int, widths: set[int]) -> None:
    files = render(photos.photo(width, width)).files

    assert {int(name.partition(".")[0]) for name in files} == widths


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_upright_as_its_camera_was_held(orientation: int) -> None:
    rendered = render(photos.held(orientation))
    upright = Image.open(io.BytesIO(photos.held(orientation)))

    lies = orientation in {5, 6, 7, 8}
    assert (rendered.width, rendered.height) == ((600, 800) if lies else (800, 600))
    if not lies:
        assert colours(rendered.files["320.jpg"]) == (("R", "G") if orientation in {1, 4} else ("G", "R"))
    assert upright.getexif()[0x0112] == orientation


@pytest.mark.parametrize("original", [photos.held(6), photos.with_profile()], ids=["camera", "profile"])
def test_nothing_but_the_picture_is_in_the_files(original: bytes) -> None:
    assert b"PLANTED" in original or b"ICC_PROFILE" in original

    for name, content in render(original).files.items():
        with opened(content) as picture:
            assert not picture.getexif(), name
            assert not {"icc_profile", "comment", "exif", "xmp"} & set(picture.info), name
        assert b"PLANTED" not in content


def test_what_one_can_see_through_stays_so_where_a_format_knows_that_and_is_white_elsewhere() -> None:
    files = render(photos.see_through()).files

    for ending, left in (("avif", (0, 0, 0, 0)), ("webp", (0, 0, 0, 0)), ("jpg", (255, 255, 255, 255))):
        pixel = opened(files[f"400.{ending}"]).convert("RGBA").getpixel((50, 200))
        assert isinstance(pixel, tuple)
        assert pixel[3] == left[3]
        assert ending != "jpg" or pixel == left


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_a_moving_picture_the_first_frame_is_taken(kind: str) -> None:
    for content in render(photos.animated(kind)).files.values():
        assert colours(content) == ("R", "R")
        assert getattr(opened(content), "n_frames", 1) == 1


@pytest.mark.parametrize("mode", ["L", "LA", "P", "CMYK", "1", "I;16"])
def test_every_kind_of_colours_becomes_rgb(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    flat = Image.new(mode, (200, 200), 1 if mode == "1" else 40_000 if mode == "I;16" else 0)

    with opened(render(photos.saved(flat, kind)).files["200.jpg"]) as picture:
        assert picture.mode == "RGB"
        pixel = picture.getpixel((100, 100))
        assert isinstance(pixel, tuple)
        assert mode != "I;16" or 150 < pixel[0] < 162


SCRIPT = b"<html><script>alert(1)</script>"
TAKEN = [
    ("page behind a JPEG", photos.photo(200, 200) + SCRIPT),
    ("page in a JPEG's comment", photos.photo(200, 200, comment=SCRIPT)),
    ("page behind a GIF", photos.photo(200, 200, "GIF") + SCRIPT),
    ("archive behind a PNG", photos.photo(200, 200, "PNG") + b"PK\x03\x04" + SCRIPT),
    ("orientation in words", photos.held_in_words()),
    ("RGB of sixteen bits", photos.sixteen_bits(2, 3)),
    ("RGBA of sixteen bits", photos.sixteen_bits(6, 4)),
    ("grey with alpha of sixteen bits", photos.sixteen_bits(4, 2)),
    ("profile that is rubbish", photos.photo(200, 200, icc_profile=random.Random(2).randbytes(3_000))),
    ("AVIF that begins like a HEIC", photos.avif_that_begins_like_heic()),
]


@pytest.mark.parametrize("content", [content for _, content in TAKEN], ids=[name for name, _ in TAKEN])
def test_what_is_odd_and_yet_a_picture_is_taken_without_what_is_odd_about_it(content: bytes) -> None:
    rendered = render(content)

    for name, made in rendered.files.items():
        assert b"script" not in made, name
        with opened(made) as picture:
            assert picture.mode in {"RGB", "RGBA"}, name
            picture.load()


REFUSED = [
    ("empty", b"", "nothing in the file"),
    ("text", b"hello, I am a picture", "not a picture that is known"),
    ("page", b"<!DOCTYPE html><html><body>404", "web page"),
    ("svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "SVG"),
    ("svg below a declaration", b'\xef\xbb\xbf<?xml version="1.0"?><svg/>', "SVG"),
    ("svg below a comment", b"<!-- a drawing --><svg/>", "web page"),
    ("svg, packed", gzip.compress(b"<svg/>"), "not a picture that is known"),
    ("svg in another coding", "<svg onload='alert(1)'/>".encode("utf-16"), "not a picture that is known"),
    ("page before a JPEG", b"<html>" + photos.photo(), "web page"),
    ("script that is a GIF too", b"GIF89a/*" + photos.photo(300, 300, "GIF")[8:], "times as long"),
    ("pdf", b"%PDF-1.7", "PDF"),
    ("heic", b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
    ("tiff", photos.photo(kind="TIFF"), "not a picture that is known"),
    ("bmp", photos.photo(kind="BMP"), "not a picture that is known"),
    ("icon", photos.photo(64, 64, "ICO"), "not a picture that is known"),
    ("too many bytes", photos.photo() + bytes(renditions.MOST_BYTES), "up to 15 MB"),
    ("too small", photos.photo(99, 400), "Each side must have 100"),
    ("too long", photos.photo(120, 700), "5 times"),
    ("a bomb", photos.png(9_000, 9_000, rows=1), "more than the 40 million pixels"),
    ("a greater bomb", photos.png(60_000, 60_000, rows=1), "more than the 40 million pixels"),
    ("bomb in a comment", photos.png_with_text_bomb(), "damaged"),
    ("bomb in a frame", photos.gif_with_giant_frame(), ""),
    ("cut in the middle", photos.photo()[:2_000], "cut short"),
    ("cut in the beginning", photos.photo(kind="PNG")[:20], "damaged"),
    ("webp, cut", photos.photo(kind="WEBP")[:-200], "damaged"),
    ("avif, cut", photos.photo(kind="AVIF")[:-200], "damaged"),
    ("a JPEG's mark and rubbish", b"\xff\xd8\xff\xe0" + random.Random(4).randbytes(5_000), "damaged"),
    ("a PNG's mark and rubbish", b"\x89PNG\r\n\x1a\n" + random.Random(4).randbytes(5_000), ""),
]


@pytest.mark.parametrize(("content", "why"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_no_picture_for_us_is_refused_with_what_to_do(content: bytes, why: str) -> None:
    with pytest.raises(NotOurPicture) as refused:
        render(content)

    assert why in str(refused.value)
    assert str(refused.value).endswith(".")
