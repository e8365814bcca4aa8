"""Made-up texts and names in Latin and Cyrillic letters, from a seeded source of chance.

Words are as common as in real texts: the first of a list stands in every other one, the last in one of fifty, and of
the made-up names each in one of thousands. So searches find anything from a handful to half of all rows.
"""

from __future__ import annotations

from itertools import accumulate
from random import Random

LATIN = (
    "ceasefire talks border security withdrawal prisoners exchange guarantee corridor humanitarian observers monitors"
    " delegation territory status neutrality sanctions grain shipping detainees verification disengagement artillery"
    " demilitarised referendum autonomy language elections amnesty reconstruction refugees return mediation framework"
    " memorandum annex protocol timetable commission crossing checkpoint airspace reactor pipeline bridge harbour"
    " inspection heavy weapons tribunal frozen assets reparations custody remains wounded children deportation"
    " recognition sovereignty armistice trusteeship quarantine desalination plebiscite cadastre dredging ombudsman"
)
CYRILLIC = (
    "переговори припинення вогню безпека кордон обмін полоненими гарантії делегація переговоры прекращение огня"
    " граница безопасность статус территория санкции коридор гуманітарний спостерігачі наблюдатели вывод войск"
    " зброя оружие протокол меморандум додаток комиссия місія біженці беженцы возвращение відбудова восстановление"
    " вибори выборы мова язык амністія амнистия нейтралитет нейтралітет визнання признание суверенітет мост порт"
    " інспекція инспекция трибунал репарації заморожені активи плебисцит кадастр опріснення днопоглиблення"
)
BEGINNINGS = "Al Bar Cher Dor El Fen Gor Har Ist Kal Lem Mar Nov Os Par Rov Sel Tar Ur Vel Yal Zor"
MIDDLES = "a an e en i ik o ol u ur"
ENDINGS = "bek dal din grad ka lar lin man mir nov polis rov ska tan va vil zan"
RARE_WORDS = 1_500
TO_CYRILLIC = str.maketrans("abdefghiklmnoprstuvyzc", "абдефґгіклмнопрстувйзц")


class Texts:
    """Words, sentences and names, as chance has them."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._syllables = [parts.split() for parts in (BEGINNINGS, MIDDLES, ENDINGS)]
        names = sorted({self.name() for _ in range(RARE_WORDS)})
        self._vocabularies = [
            (words, list(accumulate(1 / place for place in range(2, len(words) + 2))))
            for words in (
                [*LATIN.split(), *names],
                [*LATIN.split(), *names],
                [*CYRILLIC.split(), *map(in_cyrillic, names)],
            )
        ]

    def words(self, count: int) -> str:
        """In Latin letters two times of three."""
        words, weights = self._chance.choice(self._vocabularies)
        return " ".join(self._chance.choices(words, cum_weights=weights, k=count))

    def line(self, count: int = 4) -> str:
        words = self.words(count)
        return words[0].upper() + words[1:]

    def prose(self, sentences: int = 2) -> str:
        return " ".join(f"{self.line(12)}." for _ in range(sentences))

    def name(self) -> str:
        """A name of a place or a family: one of 3,740."""
        return "".join(self._chance.choice(parts) for parts in self._syllables)


def in_cyrillic(name: str) -> str:
    return name.lower().translate(TO_CYRILLIC).title()
