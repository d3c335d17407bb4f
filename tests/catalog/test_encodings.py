"""In which encoding a file is: letters are read as they were written, or the co-op is asked."""

import io

import pytest

from services.catalog.formats.encodings import Encoding, UnknownEncoding, encoding_of, named_encoding
from services.catalog.formats.text import NotText, as_utf8
from tests.catalog.conftest import Room

HEADER = "id,title,price\n"
# Each would become other letters of Windows-1252 without a word.
OTHERS: dict[str, tuple[str, str]] = {
    "Polish": ("windows-1250", "Biały ser"),
    "Polish at the beginning of a word": ("windows-1250", "Łódzki żurek"),
    "Polish of ISO 8859": ("iso-8859-2", "Mąka, masło"),
    "Slovak": ("windows-1250", "Ľanový olej, šaľát"),
    "Czech": ("windows-1250", "Celozrnný chléb z řepy, městský med"),
    "Romanian": ("windows-1250", "Mere roşii, brânză"),
    "Russian": ("windows-1251", "Хлеб ржаной"),
    "Russian, the older way": ("koi8-r", "Хлеб ржаной"),
    "Ukrainian": ("windows-1251", "Хліб житній"),
    "Greek": ("windows-1253", "Ψωμί ολικής άλεσης"),
    "Turkish": ("windows-1254", "Taş fırın ekmeği"),
    "Hebrew": ("windows-1255", "לחם שיפון"),
    "Arabic": ("windows-1256", "خبز الجاودار"),
    "Lithuanian": ("windows-1257", "Juodas šokoladas, žąsų"),
    "Chinese": ("gb18030", "黑麦面包"),
    "Taiwanese": ("big5", "黑麥麵包"),
    "Japanese": ("cp932", "ライ麦パン"),
    "Korean": ("cp949", "호밀빵"),
    "French of a Mac": ("macintosh", "Café moulu"),
    "English of a Mac": ("macintosh", "Baker’s bread"),
    "German of a Mac": ("macintosh", "Käse und Brötchen"),
    "German of DOS": ("ibm850", "Käse und Brötchen"),
    "French of DOS": ("ibm850", "Café, thé"),
}
WESTERN = {
    "French": "Crème brûlée « à l’ancienne » : qualité\N{NO-BREAK SPACE}! Œuf, créée, beauté… Noël",
    "German": "Süß… „Gruß“ Müsli, Äpfel\N{NO-BREAK SPACE}Öl",
    "Spanish": "¿Qué más? ¡Añejo! 1º, 2ª, nº 3, Mª del Carmen, piñón",
    "Portuguese": "Pão, maçã, limões, MAÇÃ, avó",
    "Italian": "Caffè così, perché più; È già",
    "Finnish": "pääöljynsuodatin, jäätelö, yö, äijä",
    "Danish": "Rødgrød med fløde, æbleskæring, Ærø, blåbær",
    "Icelandic": "Skyr með þykkmjólk, bláberjasulta, góður þorskur",
    "Estonian": "Õunamoos, jäääär, küüslauk, šokolaad",
    "Catalan": "Col·legi, formatge català, pa amb tomàquet",
    "English": "Naïve café £5 — “quoted” 20°C m² cm³ ½ cup ™ © µg/100g",
}


def file_of(title: str, encoding: str) -> io.BytesIO:
    return io.BytesIO(f'{HEADER}rye,"{title}",3\n'.encode(encoding))


def read(file: io.BytesIO, said: Encoding | None = None) -> str:
    return b"".join(as_utf8(file, encoding_of(file, said).codec)).decode()


@pytest.mark.parametrize(("encoding", "title"), OTHERS.values(), ids=OTHERS)
def test_letters_of_another_encoding_are_not_taken_for_western_ones(encoding: str, title: str) -> None:
    with pytest.raises(NotText) as refused:
        encoding_of(file_of(title, encoding))

    assert refused.value.detail.startswith(("The file is not UTF-8, and read as Windows-1252 line 2", "Line 2 holds"))
    assert "say in which encoding it is" in refused.value.detail


@pytest.mark.parametrize(("encoding", "title"), OTHERS.values(), ids=OTHERS)
def test_once_it_is_said_they_are_read_as_they_were_written(encoding: str, title: str) -> None:
    assert title in read(file_of(title, encoding), Encoding(encoding))


@pytest.mark.parametrize(("encoding", "title"), OTHERS.values(), ids=OTHERS)
def test_without_the_guard_they_would_be_other_letters(encoding: str, title: str) -> None:
    """The negative control: nothing but the look at the text tells them apart."""
    assert title not in file_of(title, encoding).read().decode("cp1252", errors="replace")


@pytest.mark.parametrize("title", WESTERN.values(), ids=WESTERN)
def test_western_languages_are_read_without_a_question_and_the_place_to_look_at_is_told(title: str) -> None:
    file = file_of(title, "cp1252")
    found = encoding_of(file)

    assert found.name == "windows-1252"
    assert found.assumed is not None
    assert found.assumed.line == 2
    assert title in read(file)


def test_what_a_file_tells_of_itself_holds_whatever_is_said() -> None:
    for encoding, name in (("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16")):
        assert encoding_of(file_of("Biały ser", encoding), Encoding.CENTRAL).name == name


def test_a_file_that_is_not_what_was_said_is_refused() -> None:
    for said in (Encoding.UTF_8, Encoding.BALTIC):
        with pytest.raises(NotText) as refused:
            read(file_of("Œufs frais", "cp1252"), said)
        assert "ine 2" in refused.value.detail


def test_only_encodings_that_are_known_can_be_said() -> None:
    assert named_encoding("") is None
    assert named_encoding("windows-1250") is Encoding.CENTRAL
    with pytest.raises(UnknownEncoding):
        named_encoding("rot13")


async def test_the_report_says_in_which_encoding_the_file_was_read(room: Room) -> None:
    coop = await room.coop()
    hungarian = f"{HEADER}sajt,Kézműves sajt,3\nmez,Méz,4\n".encode("windows-1250")

    assumed = await room.imported(coop, hungarian, dry_run=True)
    said = await room.imported(coop, hungarian, dry_run=True, encoding="windows-1250")

    [doubt] = assumed["problems"]
    assert (assumed["encoding"], doubt["line"], doubt["severity"]) == ("windows-1252", 2, "warning")
    assert "Kézmûves" in doubt["value"]
    assert "upload it again with its encoding" in doubt["advice"]
    assert (said["encoding"], said["problems"]) == ("windows-1250", [])
    assert [one["title"] for one in said["sample"]] == ["Kézműves sajt", "Méz"]


async def test_a_form_says_the_encoding_beside_its_file(room: Room) -> None:
    coop = await room.coop()
    files = {"file": ("my.csv", f"{HEADER}ser,Biały ser,3\n".encode("windows-1250"))}
    params = {"coop_id": str(coop.id), "dry_run": "true"}

    unsaid = await coop.staff.post("/api/v1/imports", params=params, files=files)
    said = await coop.staff.post("/api/v1/imports", params=params, files=files, data={"encoding": "windows-1250"})
    wrong = await coop.staff.post("/api/v1/imports", params=params, files=files, data={"encoding": "rot13"})

    assert (unsaid.status_code, unsaid.json()["code"]) == (422, "not_utf8")
    assert (said.status_code, wrong.status_code, wrong.json()["code"]) == (202, 422, "unknown_encoding")
