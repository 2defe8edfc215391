"""A letter as a mail program takes it apart."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "br"}


class ReadLetter(HTMLParser):
    """What a letter in HTML is made of: its tags, attributes, facts, and the words one reads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.facts: dict[str, str] = {}
        self.words = ""
        self.unclosed: list[str] = []
        self._cell, self._label = "", ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.unclosed += [tag] if tag not in VOID else []
        if tag in {"th", "td"}:
            self._cell = ""
        if tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        assert self.unclosed.pop() == tag
        if tag == "th":
            self._label = self._cell
        elif tag == "td" and self._label:
            self.facts[self._label], self._label = self._cell, ""

    def handle_data(self, data: str) -> None:
        self.words += data
        self._cell += data

    def values_of(self, name: str) -> list[str]:
        """Return the values of an attribute, whatever tag it is on."""
        return [value for _tag, attribute, value in self.attributes if attribute == name]


def facts_of(text: str) -> dict[str, str]:
    """Return the facts of a letter to a client in text: a paragraph with a line for each."""
    [paragraph] = [one for one in text.split("\n\n") if one.startswith("Session: ")]
    facts = (line.partition(": ") for line in paragraph.splitlines())
    return {label: said for label, _colon, said in facts}
