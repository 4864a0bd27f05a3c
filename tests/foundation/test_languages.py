"""Mail is in its reader's language, dates included; pages are in English, whoever looks at them."""

from datetime import time, timedelta
from gettext import GNUTranslations

import pytest
import time_machine
from django.core import mail as post
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import translation

from config.checks import translations
from foundation import clock
from foundation.notifications import kinds, sending
from foundation.notifications.mails import mail
from foundation.notifications.models import Delivery, Notice
from foundation.notifications.preferences import choose
from infosharing.notes.audiences import Choice
from infosharing.notes.services import share_note
from partnership.membership.sight import sight
from partnership.reminders.ladders import Audience
from tests.access.callers import caller
from tests.access.test_query_counts import FACTS
from tests.world import World

LANGUAGES = ("de", "nl")
READERS = {"lead_customs": "nl", "lead_company": "de", "lead_tax": "en-gb"}
SHARED = {
    "nl": "Haven Police heeft een notitie gedeeld in Haven against undermining",
    "de": "Haven Police hat in Haven against undermining einen Vermerk geteilt",
    "en-GB": "Haven Police shared a note in Haven against undermining",
}
# what the words of some kinds depend on
VARIANTS = [
    {"rung": f"+0d:{audience}", "day": day, "status": status, "answer": answer}
    for audience in Audience.values
    for day in ("2026-01-01", "2099-01-01")
    for status, answer in (("active", "agreed"), ("suspended", "refused"), ("withdrawn", "agreed"))
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_a_mail_is_translated_with_the_same_names_and_numbers_in_it(language: str) -> None:
    assert translations.mistakes(language) == [], "run: make translations"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_portal_reads_is_what_translators_wrote(language: str) -> None:
    with translations.po_file(language).with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for (context, english), message in translations.words(translations.read(language)).items():
        read = compiled.pgettext(context, english) if context else compiled.gettext(english)
        assert read == message.string, "run: make translations"


def said(slug: str, facts: dict[str, str], world: World, language: str) -> list[str]:
    """Return label, title and sentence of a notice in a language."""
    notice = Notice(
        kind=slug, recipient=world.people["lead_customs"], subject_id=world.notes["customs"].public_id,
        facts=facts, created_at=clock.now(),
    )  # fmt: skip
    with translation.override(language):
        kind = kinds.kind_of(notice)
        message = kind.message(notice)
        return [str(kind.label), message.title, message.sentence]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_notice_speaks_every_language(world: World, language: str) -> None:
    silent = set()
    for kind in kinds.all_kinds():
        for variant in VARIANTS:
            facts = {**FACTS, "room": "commitments", "competence": "1", "count": "1", "reason": "", **variant}
            english, theirs = (said(kind.slug, facts, world, spoken) for spoken in ("en-gb", language))
            silent |= {(kind.slug, words) for words, own in zip(english, theirs, strict=True) if words and words == own}
    assert silent == set()


@pytest.fixture
def readers(world: World) -> World:
    """Three who read the same note, each in a language."""
    Delivery.objects.all().delete()
    for persona, language in READERS.items():
        world.people[persona].language = language
        world.people[persona].save(update_fields=["language"])
    return world


def share(world: World) -> None:
    with sight(world.people["staff_police"].pk):
        share_note(
            actor=world.actor("staff_police"), partnership=world.partnerships["haven"], title="Seen", body="Text",
            tlp="GREEN", audience=Choice("partnership"), review_on=clock.today() + timedelta(days=90),
        )  # fmt: skip


def mails_to(world: World, persona: str) -> list[EmailMultiAlternatives]:
    return [message for message in post.outbox if message.to == [world.people[persona].email]]  # type: ignore[misc]


def html(message: EmailMultiAlternatives) -> str:
    return str(message.alternatives[0][0])


def test_a_dutch_and_a_german_reader_get_the_same_notice_each_in_their_language(readers: World) -> None:
    share(readers)
    sending.deliver_ready()
    got = {persona: mails_to(readers, persona) for persona in READERS}
    assert {len(mails) for mails in got.values()} == {1}
    for [message] in got.values():
        language = message.extra_headers["Content-Language"]
        assert message.subject == SHARED[language]
        assert f'<html lang="{language}">' in html(message)
        # the marking is never translated
        assert "TLP:GREEN" in message.body
        assert "TLP:GREEN" in html(message)
    assert {message.extra_headers["Content-Language"] for [message] in got.values()} == set(SHARED)
    dutch = got["lead_customs"][0].body
    assert "De notitie is gemarkeerd als TLP:GREEN." in dutch
    assert "Geen e-mail van dit soort meer (Er is een notitie gedeeld):" in dutch
    assert "Guten Tag " in got["lead_company"][0].body


def test_a_gathered_mail_is_in_its_readers_language(readers: World) -> None:
    for persona in READERS:
        choose(
            actor=readers.actor(persona), cadence="daily", time_zone="UTC", quiet_from=None, quiet_until=None,
            gathered_at=time(8), weekday=0, by_kind={},
        )  # fmt: skip
    with time_machine.travel("2026-11-24 07:00Z", tick=False) as now:
        share(readers)
        share(readers)
        now.move_to("2026-11-24 08:01Z")
        sending.deliver_ready()
    subjects = {persona: [message.subject for message in mails_to(readers, persona)] for persona in READERS}
    assert subjects == {
        "lead_customs": ["Concord: 2 berichten voor u"],
        "lead_company": ["Concord: 2 Mitteilungen für Sie"],
        "lead_tax": ["Concord: 2 notices for you"],
    }
    [german] = mails_to(readers, "lead_company")
    assert german.body.count(SHARED["de"]) == 2
    assert german.extra_headers["Content-Language"] == "de"
    assert '<html lang="de">' in html(german)


@pytest.mark.parametrize(
    ("language", "when", "agenda"),
    [
        ("nl", "dinsdag 24 november 2026 om 14.00 uur", "Agenda, stukken en uw antwoord"),
        ("de", "Dienstag, 24. November 2026, 14:00 Uhr", "Tagesordnung, Unterlagen und Ihre Antwort"),
        ("en-gb", "Tuesday 24 November 2026, 14:00", "Agenda, papers and your answer"),
    ],
)
def test_a_call_to_a_meeting_says_its_date_and_its_calendar_entry_in_the_readers_language(
    world: World, language: str, when: str, agenda: str
) -> None:
    reader = world.people["lead_customs"]
    reader.language = language
    facts = {**FACTS, "starts_at": "2026-11-24T13:00:00+00:00"}
    made = mail(
        Notice(kind="meetings.invited", recipient=reader, subject_id=world.meetings["called"].public_id, facts=facts)
    )
    assert when in made.subject
    entry = str(made.alternatives[1][0]).replace("\r\n ", "").replace("\\,", ",")
    assert agenda in entry


def test_a_new_password_is_offered_in_the_persons_language(readers: World) -> None:
    Client().post("/accounts/password/reset/", {"email": readers.people["lead_customs"].email})
    [message] = mails_to(readers, "lead_customs")
    assert message.subject == "Kies een nieuw wachtwoord voor Concord"
    assert "De link werkt één keer." in message.body
    assert message.extra_headers["Content-Language"] == "nl"


def test_a_person_chooses_the_language_of_their_mail(world: World) -> None:
    client = caller(world, "lead_customs")
    about = {"name": "Lead", "function": "Head"}
    assert client.post("/settings/", {**about, "language": "nl"}).status_code == 302
    world.people["lead_customs"].refresh_from_db()
    assert world.people["lead_customs"].language == "nl"
    assert client.post("/settings/", {**about, "language": "tlh"}).status_code == 422


def test_pages_stay_in_one_language_whatever_their_reader_and_browser_speak(readers: World) -> None:
    share(readers)
    sending.deliver_ready()
    page = caller(readers, "lead_customs").get("/inbox/", headers={"Accept-Language": "nl"}).content.decode()
    assert '<html lang="en"' in page
    assert SHARED["en-GB"] in page
    assert SHARED["nl"] not in page


def test_mail_to_somebody_whose_language_is_no_longer_offered_is_in_the_sites(world: World) -> None:
    reader = world.people["lead_customs"]
    reader.language = "fr"
    made = mail(Notice(kind="notes.shared", recipient=reader, subject_id=reader.public_id, facts=FACTS))
    [_label, title, _sentence] = said("notes.shared", FACTS, world, "en-gb")
    assert (made.subject, made.extra_headers["Content-Language"]) == (title, "en-GB")
