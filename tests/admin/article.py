"""The article of 16 May 2025 as a curator enters it: its passages, and the records that are made of them.

Its text is not ours to keep. Where it lies beside the project the script reads it; elsewhere a text of our own stands
in for it, which holds the same short passages in the same order.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from negotiations.vocabulary import Ascription, Attribution, Stance, StatementAct

ADDRESS = "https://nigeriatodaymagazine.com/putin-afraid-to-meet-sends-empty-heads-to-talks-zelensky"
KEPT = Path(__file__).resolve().parents[3] / "shared/facts/article-istanbul-2025-05-16.txt"

# The passages, by paragraph, in their order.
PASSAGES: tuple[dict[str, str], ...] = (
    {
        "zelensky": "Ukrainian President Volodymyr Zelensky",
        "putin": "Russian President Vladimir Putin",
        "afraid": "Vladimir Putin is “afraid” to meet directly",
        "first": "first face-to-face talks in over three years in Istanbul on May 16, 2025",
        "under two": "lasted under two hours",
        "aimed": "aimed to address the ongoing conflict",
        "low": "ended with low expectations for progress",
    },
    {
        "kyiv": "Kyiv is seeking an “unconditional ceasefire”",
        "destruction": "resulted in significant destruction across Ukraine",
        "displacement": "the displacement of millions",
        "roots": "aims to tackle the “root causes” of the war",
        "revive": "revive the stalled negotiations from 2022",
        "demands of 2022": "where it made extensive territorial and political demands",
    },
    {
        "palace": "held at Istanbul’s Dolmabahce Palace",
        "delegations": "brought together Turkish, Russian, and Ukrainian delegations",
        "length": "a source from the Turkish foreign ministry indicated the talks concluded after just over 90 minutes",
    },
    {
        "unacceptable": "a Ukrainian diplomatic source described Russia’s territorial demands as “unacceptable,”",
        "derail": "suggesting they were intended to derail the talks",
        "further": "Further discussions may occur",
        "none": "none are currently scheduled",
    },
    {
        "summit": "At a European summit in Albania, Zelensky called for a “strong reaction” from the international "
        "community if the talks fail, including new sanctions against Russia",
    },
    {
        "heads": "Zelensky accused Russia of sending “empty heads” to the negotiations",
        "reluctance": "concern over Putin’s reluctance to participate directly",
        "serious": "criticizing Russia for not taking the discussions seriously",
    },
    {
        "progress": "the lack of substantial progress",
        "movement": "the very fact that the meeting took place indicates some movement",
        "washington": "pressure from Washington for both sides to engage in dialogue",
    },
    {
        "urgency": "Zelensky emphasized the urgency of establishing a ceasefire to halt violence and lay the "
        "groundwork for diplomacy",
        "failure": "failure to reach an agreement would clearly demonstrate Putin’s unwillingness to engage in genuine "
        "negotiations",
    },
    {
        "ahead": "Ahead of the talks, Ukrainian officials met with high-level U.S. representatives, including "
        "Secretary of State Marco Rubio",
        "resolution": "who advocated for a peaceful resolution to the conflict",
    },
    {
        "reported": "were reported to have made hardline territorial demands",
        "sabotage": "leading to accusations that they were deliberately trying to sabotage the negotiations",
    },
    {
        "criticism": "criticism of the Russian delegation’s low-level representation",
        "mandate": "they insisted they had a mandate from Putin to seek possible solutions",
        "territory": "reiterating that Russia would not discuss relinquishing any territory it occupies",
    },
)
SAID = {name: words for paragraph in PASSAGES for name, words in paragraph.items()}


def text() -> str:
    if KEPT.exists() and not os.environ.get("TRACKER_SHOTS"):  # pictures go into docs, which the text must not
        return KEPT.read_text("utf-8")
    return "\n".join("; ".join(paragraph.values()) + "." for paragraph in PASSAGES)


@dataclass(frozen=True)
class Held:
    """A position, under the slug that the claims know it by; `taken` words of the article are its label."""

    slug: str
    party: str
    issue: str
    stance: Stance
    ascription: Ascription
    passage: str
    label: str = ""
    taken: str = ""
    condition: str = ""
    is_headline: bool = False


@dataclass(frozen=True)
class Said:
    """A statement, under the slug that the claims know it by; `described` are words of the article."""

    slug: str
    attribution: Attribution
    act: StatementAct
    text: str
    passage: str
    speaker: str = ""
    described: str = ""
    descriptor: str = ""
    behalf: str = ""
    quote: str = ""
    condition: str = ""
    person: str = ""
    about: tuple[tuple[str, str], ...] = field(default=())  # what is typed, and what is found
    this_talk: str = ""


Z = "Zelen"
ON_RECORD, BACKGROUND, REPORTED = Attribution.ON_RECORD, Attribution.BACKGROUND, Attribution.REPORTED
OUTLET = Attribution.OUTLET
A = StatementAct
RUSSIANS = ("of Rus", "Delegation of Russia")
THERE, NEITHER = "is where they said it", "is neither"

POSITIONS = (
    Held("ukraine-unconditional-ceasefire", "Ukraine", "Ceasefire", Stance.DEMANDS, Ascription.BY_MEDIA, "kyiv",
         taken="unconditional ceasefire", is_headline=True),
    Held("russia-root-causes", "Russia", "Root causes", Stance.DEMANDS, Ascription.BY_MEDIA, "roots",
         taken="root causes", is_headline=True),
    Held("russia-revive-2022-negotiations", "Russia", "Framework of the talks", Stance.DEMANDS, Ascription.BY_MEDIA,
         "revive", taken="revive the stalled negotiations from 2022", is_headline=True),
    Held("russia-territorial-demands", "Russia", "Territory", Stance.DEMANDS, Ascription.BY_COUNTERPARTY,
         "unacceptable", taken="territorial demands"),
    Held("russia-keeps-territory", "Russia", "Territory", Stance.RED_LINE, Ascription.SELF_STATED, "territory",
         label="Gives up no territory", is_headline=True),
    Held("ukraine-rejects-territorial-demands", "Ukraine", "Territory", Stance.REJECTS, Ascription.SELF_STATED,
         "unacceptable", label="Demands unacceptable", is_headline=True),
    Held("ukraine-putin-should-take-part", "Ukraine", "Meeting of the leaders", Stance.FAVOURS,
         Ascription.SELF_STATED, "reluctance", label="Putin should take part"),
)  # fmt: skip

STATEMENTS = (
    Said("zelensky-putin-afraid", ON_RECORD, A.CHARACTERISATION, "Putin shuns a direct meeting.", "afraid",
         speaker=Z, quote="afraid", person="Putin"),
    Said("zelensky-empty-heads", ON_RECORD, A.CHARACTERISATION, "Russia sent nobodies.", "heads",
         speaker=Z, quote="empty heads", about=(RUSSIANS,)),
    Said("zelensky-putin-reluctance", ON_RECORD, A.CHARACTERISATION, "Putin is reluctant to come.", "reluctance",
         speaker=Z, behalf="Ukraine", person="Putin"),
    Said("zelensky-russia-not-serious", ON_RECORD, A.ACCUSATION, "Russia is not serious.", "serious",
         speaker=Z, about=(("Rus", "Russia"),)),
    Said("turkish-source-on-length", BACKGROUND, A.FACTUAL_CLAIM, "It took over 90 minutes.", "length",
         described="a source from the Turkish foreign ministry", behalf="Ministry of Foreign Affairs of Türkiye"),
    Said("ukrainian-source-demands-unacceptable", BACKGROUND, A.REJECTION, "The demands are unacceptable.",
         "unacceptable", described="a Ukrainian diplomatic source", behalf="Ukraine"),
    Said("ukrainian-source-on-derailing", BACKGROUND, A.ACCUSATION, "They are meant to derail it.", "derail",
         described="a Ukrainian diplomatic source"),
    Said("russian-delegation-on-territory", REPORTED, A.REJECTION, "No talk of giving up land.", "territory",
         described="the Russian delegation", behalf="Russia", this_talk=THERE),
)  # fmt: skip

# The second time round on the same page.
MORE_STATEMENTS = (
    Said("outlet-on-low-expectations", OUTLET, A.ASSESSMENT, "The talks ended with little hope of progress.", "low"),
    Said("outlet-on-lack-of-progress", OUTLET, A.ASSESSMENT, "There was no substantial progress.", "progress"),
    Said("outlet-on-some-movement", OUTLET, A.ASSESSMENT, "That they met at all is some movement.", "movement"),
    Said("outlet-on-pressure-from-washington", OUTLET, A.FACTUAL_CLAIM, "Washington pressed both sides to talk.",
         "washington", about=(("United S", "United States"),)),
    Said("outlet-on-destruction", OUTLET, A.FACTUAL_CLAIM, "The conflict has destroyed much across Ukraine.",
         "destruction", this_talk=NEITHER),
    Said("outlet-on-displacement", OUTLET, A.FACTUAL_CLAIM, "The conflict has displaced millions.", "displacement",
         this_talk=NEITHER),
    Said("outlet-on-the-2022-negotiations", OUTLET, A.FACTUAL_CLAIM, "Moscow wants the talks of 2022 back.", "revive",
         about=(("Rus", "Russia"),), this_talk=NEITHER),
    Said("report-of-territorial-demands", REPORTED, A.FACTUAL_CLAIM, "The Russians made territorial demands.",
         "reported", descriptor="a report that the article does not name", about=(RUSSIANS,)),
    Said("accusation-of-sabotage", REPORTED, A.ACCUSATION, "Russia is accused of sabotage on purpose.", "sabotage",
         descriptor="accusers whom the article does not identify", about=(RUSSIANS,)),
    Said("criticism-of-low-level-delegation", REPORTED, A.CHARACTERISATION, "Russia sent people of low rank.",
         "criticism", descriptor="critics whom the article does not identify", about=(RUSSIANS,)),
    Said("russian-delegation-on-its-mandate", REPORTED, A.FACTUAL_CLAIM, "Has a mandate from Putin.", "mandate",
         described="the Russian delegation", behalf="Russia", this_talk=THERE),
    Said("zelensky-ceasefire-urgent", ON_RECORD, A.APPEAL, "A ceasefire is urgent, as ground for diplomacy.",
         "urgency", speaker=Z, behalf="Ukraine", about=(("Ceasef", "Ceasefire"),)),
    Said("zelensky-no-agreement-no-will", ON_RECORD, A.WARNING, "Failure would show that Putin lacks the will.",
         "failure", speaker=Z, condition="no agreement is reached", person="Putin"),
)  # fmt: skip

SUMMIT_STATEMENT = Said(
    "zelensky-strong-reaction", ON_RECORD, A.APPEAL, "Asks for a firm response with sanctions.", "summit", speaker=Z,
    behalf="Ukraine", quote="strong reaction", condition="the talks fail", this_talk=THERE,
    about=(("Sanct", "Sanctions"), ("Rus", "Russia")),
)  # fmt: skip
SUMMIT_POSITION = Held(
    "ukraine-sanctions-if-talks-fail", "Ukraine", "Sanctions", Stance.DEMANDS, Ascription.SELF_STATED, "summit",
    label="New sanctions on Russia", condition="the talks fail", is_headline=True,
)  # fmt: skip
RUBIO_STATEMENT = Said(
    "rubio-peaceful-resolution", REPORTED, A.APPEAL, "Spoke for a peaceful resolution.", "resolution",
    speaker="Rubio", behalf="United States", this_talk=NEITHER,
)  # fmt: skip
RUBIO_POSITION = Held(
    "united-states-peaceful-resolution", "United States", "Conduct of the talks", Stance.FAVOURS,
    Ascription.SELF_STATED, "resolution", label="A peaceful resolution", is_headline=True,
)  # fmt: skip
# Of no talk on these pages, so each is entered on a page of its own.
POSITIONS_OF_2022 = (
    Held("russia-territorial-demands-2022", "Russia", "Territory", Stance.DEMANDS, Ascription.BY_MEDIA,
         "demands of 2022", label="Far-reaching territorial demands"),
    Held("russia-political-demands-2022", "Russia", "Political demands", Stance.DEMANDS, Ascription.BY_MEDIA,
         "demands of 2022", label="Far-reaching political demands"),
)  # fmt: skip
CEASEFIRE_URGENT = Held(
    "ukraine-urgent-ceasefire", "Ukraine", "Ceasefire", Stance.FAVOURS, Ascription.SELF_STATED, "urgency",
    label="A ceasefire is urgent",
)  # fmt: skip

SAID_AS = {said.slug: said for said in (*STATEMENTS, *MORE_STATEMENTS, SUMMIT_STATEMENT, RUBIO_STATEMENT)}
HELD_AS = {
    held.slug: held
    for held in (*POSITIONS, *POSITIONS_OF_2022, SUMMIT_POSITION, RUBIO_POSITION, CEASEFIRE_URGENT)
}  # fmt: skip
