"""`manage.py preview_messages`: every letter as a file, without a database."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from notifications import kinds
from notifications.management.commands.preview_messages import Command
from notifications.rendering import example_of
from notifications.tests.reading import ReadLetter

LETTERS = [
    (kind.name, language) for kind in kinds.registered() for language, _name in settings.LANGUAGES
]


def written(folder: Path) -> str:
    """Write the letters; return what is printed."""
    said = StringIO()
    call_command("preview_messages", str(folder), stdout=said)
    return said.getvalue()


def refusal(folder: Path) -> str:
    """Ask for the letters, which must be refused; return the sentence."""
    with pytest.raises(CommandError) as refused:
        written(folder)
    assert refused.value.returncode == 2
    return str(refused.value)


def test_every_letter_is_written_in_every_language_as_html_and_text(tmp_path):
    folder = tmp_path / "some" / "letters"
    said = written(folder)
    assert said == f"{len(LETTERS)} letters; open {folder / 'index.html'}\n"
    names = {f"{name}.{language}.{end}" for name, language in LETTERS for end in ("html", "txt")}
    assert {file.name for file in folder.iterdir()} == {"index.html", *names}
    for name, language in LETTERS:
        letter = example_of(kinds.find(name), language)
        assert (folder / f"{name}.{language}.html").read_text() == letter.html
        text = (folder / f"{name}.{language}.txt").read_text()
        assert text == f"Subject: {letter.subject}\n\n{letter.text}"


def test_the_index_shows_each_letter_at_the_width_of_a_phone_and_of_a_desk(tmp_path):
    written(tmp_path)
    index = ReadLetter((tmp_path / "index.html").read_text())
    shown = sorted(index.values_of("src"))
    assert shown == sorted(2 * [f"{name}.{language}.html" for name, language in LETTERS])
    assert set(index.values_of("width")) == {"390", "760"}
    for name, language in LETTERS:
        assert example_of(kinds.find(name), language).subject in index.words


def test_the_letters_are_written_anew_over_those_of_before(tmp_path):
    written(tmp_path)
    old = tmp_path / "refund_paid.en.txt"
    old.write_text("old")
    written(tmp_path)
    assert "refund" in old.read_text()


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    other = tmp_path / "novel.txt"
    other.write_text("Chapter one")
    assert refusal(tmp_path) == (
        f"{tmp_path} holds other files (novel.txt); name a new or empty folder."
    )
    assert [file.name for file in tmp_path.iterdir()] == ["novel.txt"]


def test_a_file_is_no_folder(tmp_path):
    file = tmp_path / "letters"
    file.write_text("mine")
    assert refusal(file) == f"{file} is a file; name a folder."
    assert file.read_text() == "mine"


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "letters"
    assert refusal(folder) == f"{folder} cannot be written: Not a directory."


@pytest.mark.parametrize("arguments", [[], ["one", "two"], ["--all", "one"]])
def test_wrong_arguments_end_with_status_2_and_a_sentence(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "preview_messages", *arguments])
    assert ended.value.code == 2
    assert "error: " in capsys.readouterr().err
