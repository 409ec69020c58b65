"""What a currency did around the news: an event study, pure arithmetic on lines of `lib.series` and articles.

    line = impact.prepare(annotated, "KZT", fixing=impact.OWN_BANK["KZT"])
    news = impact.calendar(impact.Event.of(article) for article in articles)
    made = impact.study(line, news, news.select(["KZ"], ["energy"]))
    answer = impact.answer(made, ["energy"])
    print(impact.sentence(answer) if answer else made.why)

`prepare` (by line) and `calendar` (by revision of the articles) are the slow half, and made to be cached. All returns
are log changes in percent; positive: the currency is weaker.

events.py      articles as events, in columns
reactive.py    articles that report the rate itself
returns.py     a line made ready: which trading its days show, its drivers, whether it can be studied
windows.py     estimation and event windows around every observation
episodes.py    events to episodes, and who was left out
statistics.py  the tests        student.py  their distribution
outcome.py     which tests a set of episodes gets, and which one decides
study.py       one study        grid.py     countries x topics
missing.py     what a study lacks, in a sentence
answer.py      what it answers, in a sentence; the method note
"""

from __future__ import annotations

from lib.impact.answer import Answer, answer, method, sentence
from lib.impact.episodes import WHY, LeftOut
from lib.impact.events import Calendar, Event, calendar
from lib.impact.grid import DISCOVERY, Cell, Grid, grid
from lib.impact.missing import MIN_EPISODES
from lib.impact.outcome import Outcome
from lib.impact.reactive import reports_rate
from lib.impact.returns import OWN_BANK, Fixing, Returns, prepare
from lib.impact.statistics import DRAWS, SEED, Difference, Placebo, Test, q_values
from lib.impact.study import Episode, Point, Study, pool, study, table
from lib.impact.windows import PATH, WINDOWS

__all__ = [
    "DISCOVERY",
    "DRAWS",
    "MIN_EPISODES",
    "OWN_BANK",
    "PATH",
    "SEED",
    "WHY",
    "WINDOWS",
    "Answer",
    "Calendar",
    "Cell",
    "Difference",
    "Episode",
    "Event",
    "Fixing",
    "Grid",
    "LeftOut",
    "Outcome",
    "Placebo",
    "Point",
    "Returns",
    "Study",
    "Test",
    "answer",
    "calendar",
    "grid",
    "method",
    "pool",
    "prepare",
    "q_values",
    "reports_rate",
    "sentence",
    "study",
    "table",
]
