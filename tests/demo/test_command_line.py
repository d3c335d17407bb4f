"""What the command line says to a slip of the hand: one clear line, and nothing remembered."""

import json
from pathlib import Path

import pytest

from onebox import folder
from onebox.box import Box
from onebox.cli import main
from onebox.refusal import Refusal


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--port", "99999"], "99999 is no port"),
        (["--port", "0"], "0 is no port"),
        (["--port", "eighty"], "eighty is no port"),
        (["--processes", "0"], "0 is no number of processes"),
        (["--processes", "1000"], "1000 is no number of processes"),
    ],
)
def test_a_number_that_cannot_be_is_refused_in_words(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["run", "--data", str(tmp_path / "data"), *words])

    assert told in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_a_second_house_in_a_folder_is_told_where_the_first_one_is(tmp_path: Path) -> None:
    Box.open(tmp_path, 8123)

    with folder.hold(tmp_path), pytest.raises(Refusal, match=r"already open at http://127\.0\.0\.1:8123"):
        folder.hold(tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(Refusal, match="cannot write to the data folder"):
        folder.prepare(tmp_path / "file" / "data")


def test_between_a_box_and_an_address_nothing_is_guessed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Box.open(folder.prepare(tmp_path / ".data"), 8123)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/gateway")

    assert main(["operator", "ann@sunrise.coop"]) == 1

    assert "give --data .data, or unset it" in capsys.readouterr().err


def test_an_installation_from_before_there_were_several_name_servers_opens_as_it_was(tmp_path: Path) -> None:
    ports = Box.open(tmp_path, 8123).ports
    written = json.loads((tmp_path / "box.json").read_text())
    written["ports"] = {"sandbox": ports.sandbox, "dns": ports.dns[0], "smtp": ports.smtp}
    (tmp_path / "box.json").write_text(json.dumps(written))

    reopened = Box.open(tmp_path, None).ports

    assert (reopened.sandbox, reopened.dns) == (ports.sandbox, ports.dns[:1])
    assert Box.open(tmp_path, None).ports == reopened
