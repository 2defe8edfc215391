"""The Spanish is complete: every sentence of the code has its own, and the `.mo` holds just these.

The `.po` is read here by a few lines of our own, so that all but the comparison with the code is
proven on a machine without gettext.
"""

from __future__ import annotations

import ast
import gettext
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import django.contrib.admin
import pytest
import unfold
from django.conf import settings

from config.admin import theme_words

ROOT = Path(settings.BASE_DIR)
FOLDER = Path("locale", "es", "LC_MESSAGES")
PLACEHOLDERS = re.compile(r"%\(\w+\)[-+ #0]*\d*(?:\.\d+)?[a-z]|%[sd]|\{\w*\}")
NOT_SOURCES = (".*", "var", "node_modules", "tests", "locale", "static", "docs", "benchmarks")


@dataclass
class Entry:
    """One sentence of a `.po`, with its translation in one or more numbers."""

    flags: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)
    """What each keyword says: msgctxt, msgid, msgid_plural, msgstr, msgstr[0] …"""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it another sentence than all others: context, singular, plural."""
        said = self.texts.get
        return said("msgctxt", ""), said("msgid", ""), said("msgid_plural", "")

    @property
    def translations(self) -> list[str]:
        """The Spanish, in the order of its numbers."""
        return [text for word, text in self.texts.items() if word.startswith("msgstr")]

    def compiled(self) -> dict[str | tuple[str, int], str]:
        """Return what `gettext` makes of it."""
        context, single, plural = self.key
        name = f"{context}\x04{single}" if context else single
        if not plural:
            return {name: self.translations[0]}
        return {(name, number): text for number, text in enumerate(self.translations)}


def read(text: str) -> Iterator[Entry]:
    """Yield the entries of a `.po`, without the obsolete ones; the first is the file's header."""
    for block in re.split(r"\n\s*\n", text):
        entry, word = Entry(), ""
        for line in block.splitlines():
            if line.startswith("#,"):
                entry.flags |= {flag.strip() for flag in line[2:].split(",")}
            elif line.startswith('"'):
                entry.texts[word] += ast.literal_eval(line)
            elif line and not line.startswith("#"):
                word, quoted = line.split(" ", 1)
                entry.texts[word] = ast.literal_eval(quoted)
        if entry.texts:
            yield entry


def sentences(folder: Path) -> list[Entry]:
    """Return the entries of the catalog in a folder, without its header."""
    return list(read((folder / "django.po").read_text(encoding="utf-8")))[1:]


@pytest.fixture(scope="module")
def spanish() -> list[Entry]:
    return sentences(ROOT / FOLDER)


def test_the_reader_knows_all_that_a_catalog_may_hold():
    header, plain, plural, fuzzy = read(
        'msgid ""\nmsgstr ""\n"Language: es\\n"\n\n'
        '# a remark\n#, python-format\nmsgctxt "a room"\nmsgid "“%(name)s” is \\"free\\"."\n'
        'msgstr "“%(name)s” está "\n"\\"libre\\".\\n"\n\n'
        'msgid "%(n)d day"\nmsgid_plural "%(n)d days"\n'
        'msgstr[0] "%(n)d día"\nmsgstr[1] "%(n)d días"\n\n'
        '#, fuzzy, python-format\n#| msgid "Before"\nmsgid "After"\nmsgstr ""\n\n'
        '#~ msgid "Gone"\n#~ msgstr "Se fue"\n'
    )
    assert header.compiled() == {"": "Language: es\n"}
    assert plain.compiled() == {'a room\x04“%(name)s” is "free".': '“%(name)s” está "libre".\n'}
    assert plain.flags == {"python-format"}
    assert plural.compiled() == {("%(n)d day", 0): "%(n)d día", ("%(n)d day", 1): "%(n)d días"}
    assert fuzzy.flags == {"fuzzy", "python-format"}
    assert fuzzy.translations == [""]


def test_every_sentence_has_its_spanish_and_somebody_looked_at_it(spanish):
    assert [entry.key for entry in spanish if not all(entry.translations)] == []
    assert [entry.key for entry in spanish if "fuzzy" in entry.flags] == []
    numbers = [(entry.key, len(entry.translations)) for entry in spanish]
    assert [key for key, count in numbers if count != (2 if key[2] else 1)] == []


def test_the_spanish_names_the_same_placeholders(spanish):
    def named(text: str) -> list[str]:
        return sorted(PLACEHOLDERS.findall(text.replace("%%", "")))

    for entry in spanish:
        _context, single, plural = entry.key
        for original, translation in zip((single, plural), entry.translations, strict=False):
            assert named(translation) == named(original), translation


def test_the_compiled_catalog_holds_exactly_what_the_readable_one_says(spanish):
    """Otherwise: `django-admin compilemessages -l es`."""
    with (ROOT / FOLDER / "django.mo").open("rb") as compiled:
        catalog = dict(gettext.GNUTranslations(compiled)._catalog)
    del catalog[""]
    expected: dict[str | tuple[str, int], str] = {}
    for entry in spanish:
        expected |= entry.compiled()
    assert catalog == expected


@pytest.mark.skipif(
    not shutil.which("xgettext"),
    reason="the translations are not compared with the code: there is no xgettext (gettext)",
)
def test_the_catalog_holds_every_sentence_of_the_code_and_no_other(spanish, tmp_path):
    """Otherwise: `django-admin makemessages -l es --no-location --no-wrap -i tests`, then fill."""
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_SOURCES))
    (copy / FOLDER).mkdir(parents=True)
    shutil.copy(ROOT / FOLDER / "django.po", copy / FOLDER)
    without_settings = {
        name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"
    }
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "es", "--no-location", "--no-wrap"],
        cwd=copy,
        env=without_settings,
        check=True,
        capture_output=True,
        text=True,
    )
    said = {entry.key for entry in sentences(copy / FOLDER)}
    written = {entry.key for entry in spanish}
    assert sorted(said - written) == []
    assert sorted(written - said) == []


def test_the_words_of_the_theme_are_still_said_by_it():
    texts = [
        path.read_text(encoding="utf-8")
        for package in (unfold, django.contrib.admin)
        for path in Path(package.__path__[0]).rglob("*")
        if path.suffix in {".html", ".py"}
    ]
    said = "\n".join(re.sub(r"\{\{ ?(\w+) ?\}\}", r"%(\1)s", text) for text in texts)
    words = [
        argument.value
        for call in ast.walk(ast.parse(Path(theme_words.__file__).read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    assert len(words) > len(theme_words.WORDS)  # one of them has a plural
    assert [word for word in words if word.strip() not in said] == []
