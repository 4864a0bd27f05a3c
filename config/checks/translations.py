"""What mails say in other languages than English: `python -m config.checks.translations`, or `make translations`.

Gathers what is marked for translation in the files that make mails, brings `locale/` in line with it and compiles it.
Words that are new are left empty, for somebody to translate, and the exit code says so. Pages are in English, so what
is marked elsewhere is left out. The compiled files are committed: nothing has to be built where the portal runs.
"""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from config.environment import BASE_DIR

LOCALE = BASE_DIR / "locale"
LANGUAGES = ("de", "nl")
# every file of these names makes words of mails
CODE = (
    "*/*/notices.py", "*/*/*/notices.py", "*/*/reminders.py", "*/*/leaving.py", "partnership/reminders/reviews.py",
    "partnership/meetings/invitations.py", "foundation/languages.py", "foundation/notifications/mails.py",
)  # fmt: skip
TEMPLATES = (
    "notifications/mail.html", "notifications/notice.*", "notifications/gathered.*", "account/email/*",
)  # fmt: skip
FUNCTIONS = {"_": None, "gettext": None, "gettext_lazy": None, "pgettext": ((1, "c"), 2)}
HEAD = """# What mails say. Brought in line with the code by `make translations`.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
# a compiled file names a day
NO_DAY = datetime(2026, 1, 1, tzinfo=UTC)
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")


def marked() -> Catalog:
    """Return all that is marked for translation in the files that make mails, with the files it stands in."""
    found = Catalog(fuzzy=False)
    for path, text in sorted(_sources()):
        for _line, message, comments, context in extract("python", BytesIO(text.encode()), FUNCTIONS):
            found.add(message, locations=[(path, None)], auto_comments=comments, context=context, flags=())  # type: ignore[list-item]
    return found


def _sources() -> Iterator[tuple[str, str]]:
    for pattern in CODE:
        for path in BASE_DIR.glob(pattern):
            yield str(path.relative_to(BASE_DIR)), path.read_text()
    for pattern in TEMPLATES:
        for path in (BASE_DIR / "templates").glob(pattern):
            # Django turns a template into calls of gettext; what is indented there is no block
            text = templatize(path.read_text())
            yield str(path.relative_to(BASE_DIR)), "\n".join(line.strip() for line in text.splitlines())


def po_file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """Return what is translated into a language."""
    if not po_file(language).exists():
        return Catalog(locale=language, fuzzy=False)
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language)


def words(catalog: Catalog) -> dict[tuple[str | None, str], Message]:
    """Return what a catalogue holds, by context and English words."""
    return {(message.context, str(message.id)): message for message in catalog if message.id}


def compiled(catalog: Catalog) -> bytes:
    """Return a catalogue in the form that the portal reads."""
    file = BytesIO()
    catalog.creation_date = catalog.revision_date = NO_DAY
    write_mo(file, catalog)
    return file.getvalue()


def mistakes(language: str) -> list[str]:
    """Return what is missing or wrong in a language: words without translation, or with other placeholders."""
    there, wrong = words(read(language)), []
    for key, message in words(marked()).items():
        translated = str(there[key].string) if key in there and not there[key].fuzzy else ""
        if not translated:
            wrong.append(f"{language}: not translated: {message.id}")
        elif sorted(PLACEHOLDER.findall(translated)) != sorted(PLACEHOLDER.findall(str(message.id))):
            wrong.append(f"{language}: other placeholders: {message.id}")
    wrong += [f"{language}: nowhere used any more: {key[1]}" for key in there.keys() - words(marked()).keys()]
    return wrong


def write(catalog: Catalog, language: str) -> None:
    """Write a language's file, for people and for the portal: the same words make the same files on every day."""
    path = po_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(HEAD.format(language=language).encode())
        write_po(file, catalog, width=118, sort_output=True, omit_header=True)
    path.with_suffix(".mo").write_bytes(compiled(read(language)))


def main() -> int:
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(marked(), no_fuzzy_matching=True)
        catalog.obsolete.clear()
        write(catalog, language)
    wrong = [mistake for language in LANGUAGES for mistake in mistakes(language)]
    for mistake in wrong:
        print(mistake, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
