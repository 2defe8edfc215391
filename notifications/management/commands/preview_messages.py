"""`manage.py preview_messages DIR`: every kind of message in every language, to be looked at."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string

from notifications import kinds
from notifications.kinds import Kind
from notifications.rendering import Letter, example_of

INDEX = "index.html"
WRONG = 2
"""Exit status: it cannot be done so."""


class Command(BaseCommand):
    """Writes examples; nothing is read from the database, nothing sent."""

    help = (
        "Write an example of each kind of message, in each language, as .html and .txt into a "
        "folder; index.html shows them all, at the width of a phone and of a desk. The folder must "
        "be new, empty, or one of this command. Exit status 2: it cannot be written so."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the folder."""
        parser.add_argument("folder", metavar="DIR", type=Path, help="where the letters go")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them and say how many there are."""
        folder: Path = options["folder"]
        examples = [
            (kind, language, example_of(kind, language))
            for kind in kinds.registered()
            for language, _name in settings.LANGUAGES
        ]
        files = {
            name: text
            for kind, language, letter in examples
            for name, text in _files_of(kind, language, letter).items()
        }
        files[INDEX] = render_to_string("messages/index.html", {"examples": examples})
        try:
            _refuse_foreign(folder, set(files))
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in files.items():
                (folder / name).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(
                f"{folder} cannot be written: {error.strerror}.", returncode=WRONG
            ) from None
        self.stdout.write(self.style.SUCCESS(f"{len(examples)} letters; open {folder / INDEX}"))


def _files_of(kind: Kind, language: str, letter: Letter) -> dict[str, str]:
    """Return what is written of one letter: texts by their file names."""
    name = f"{kind.name}.{language}"
    text = f"Subject: {letter.subject}\n\n{letter.text}"
    return {f"{name}.html": letter.html, f"{name}.txt": text}


def _refuse_foreign(folder: Path, own: set[str]) -> None:
    """Raise CommandError where there is anything at the folder's place that is not one's own."""
    if folder.exists() and not folder.is_dir():
        raise CommandError(f"{folder} is a file; name a folder.", returncode=WRONG)
    found = {one.name for one in folder.iterdir()} if folder.exists() else set()
    if foreign := sorted(found - own):
        raise CommandError(
            f"{folder} holds other files ({foreign[0]}); name a new or empty folder.",
            returncode=WRONG,
        )
