"""The city that is measured in: everybody in it gets what the rule says, however they ask."""

import pytest
from django.db import connection

from benchmarks import granting, upkeep, walls
from benchmarks.corpus import FEW, Corpus
from benchmarks.pages import KINDS, NONE_SUCH, Page
from benchmarks.searches import QUERIES, Search
from benchmarks.steps import Desk
from partnership.membership.sight import sight
from tests.infosharing.test_searching import require_true_entries
from tests.world.roles import as_owner

NOTES = 1_000
OWNER = "default"
GROUPS = {"few": 2, "medium": 47, "many": 94, "only old": 2, "widest": 174}


@pytest.mark.django_db
def test_every_way_of_asking_gives_every_reader_the_right_notes() -> None:
    with as_owner():
        corpus = Corpus(connection)
        corpus.grow(NOTES)
        readers = corpus.readers()
        pages = [Page(kind, reader, owner=OWNER) for kind in (*KINDS, NONE_SUCH) for reader in readers]
        right = [page.oracle() for page in pages]
        for page, wanted in zip(pages, right, strict=True):
            assert page.floor() == wanted, (page.kind.name, page.reader)
            assert page.peer() == wanted, (page.kind.name, page.reader)
    for page, wanted in zip(pages, right, strict=True):
        with sight(page.person.pk):
            assert page.ours() == wanted, (page.kind.name, page.reader)
    found = {(page.kind.name, page.reader.name): len(wanted) for page, wanted in zip(pages, right, strict=True)}
    assert [found[KINDS[0].name, reader.name] for reader in readers] == [25] * len(readers)
    assert all(found[kind.name, "many"] > 0 for kind in KINDS)
    assert {page.reader.name: page.person.groups.count() for page in pages} == GROUPS
    few = next(page.person for page in pages if page.reader.name == "few")
    with sight(few.pk):
        assert FEW * 0.9 <= visible() <= FEW

    with as_owner():
        many = next(reader for reader in readers if reader.name == "many")
        before = grants()
        desk = Desk(many, owner=OWNER)
        of_desk = (*desk.cases(), *upkeep.cases(desk), *walls.cases(readers, desk), *granting.cases(desk))
        for case in of_desk:
            for contender in case.contenders().values():
                contender.answer()
        assert grants() == before


@pytest.mark.django_db
def test_every_reader_finds_the_planted_words_at_each_size() -> None:
    for size in (NOTES, 2 * NOTES):
        with as_owner():
            if size == NOTES:
                corpus = Corpus(connection)
            else:
                _commit()
            corpus.grow(size)
            readers = corpus.readers()
        # as the triggers would have written them
        require_true_entries()
        found = {}
        for name, words in QUERIES.items():
            for reader in readers:
                search = Search(name, words, reader, owner=OWNER)
                with as_owner():
                    right = search.oracle()
                with sight(search.person.pk):
                    assert search.find() == right[:25], search.name
                    assert search.count() == len(right), search.name
                found[search.name] = len(right)
        assert found["1 in 5: many"] > found["1 in 100: many"] > 0


def _commit() -> None:
    """Drop what a commit would: a test makes none."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE place, phrase, planted, draft, held")


def visible() -> int:
    return _count("notes_note")


def grants() -> int:
    return _count("grants_notegroupgrant")


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]
