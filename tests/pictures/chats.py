"""Made-up chats, such as somebody might have."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from desktop.chat.events import ContinuesFrom, ModelPhase, ModelState, ReadyAtOnce
from desktop.conversations.chat_tree import ChatTree
from desktop.conversations.folding import fold, places
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId
from desktop.conversations.search import SearchHit, SearchQuery, SearchResults
from tests.ui.fake_chats import FakeChats

MODEL = ModelState(ModelPhase.READY, None, "Qwen3 4B", "CPU, 8 threads", context_tokens=8192)

_HOURLY = """A dictionary of lists is enough: the first thirteen characters of the time name the hour.

```python
from collections import defaultdict
from statistics import mean

hours = defaultdict(list)
with open("garden.log") as log:
    for line in log:
        time, temperature, humidity = line.split(",")
        hours[time[:13]].append(float(temperature))

for hour, values in sorted(hours.items()):
    print(f"{hour}:00  {mean(values):5.1f} °C")
```

`2025-03-04T14:07` begins with `2025-03-04T14`, so **no date has to be parsed** at all."""

_HOURLY_FIRST = "Read the file with `csv`, parse each time with `datetime.fromisoformat`, and group by `time.hour`."

_CUT_SHORT = """Then let such a line go, and count how many there were:

```python
broken = 0
for line in log:
    try:
        time, temperature, _ = line.split(",")
        hours[time[:13]].append(float(temperature))
    except ValueError:  # too few fields, or half a number
        broken += 1
```

One thing to watch: half a number can look like a whole one. `1` instead of `12.4` passes, and pulls the mean down. Two ways
out of that:

1. Have the sensor end each line with a dot or a checksum.
2. Leave out what is more than 5 °C from the value before it."""

_SQLITE = """Yes, and it keeps the data as well. One table, one query:

```sql
CREATE TABLE reading (at TEXT, temperature REAL);

SELECT substr(at, 1, 13) AS hour,
       round(avg(temperature), 1) AS mean
FROM reading
GROUP BY hour ORDER BY hour;
```

`sqlite3.connect("garden.db")` opens the file, `executemany` fills it. For a year of minutes, half a million rows, the query takes
well under a second."""

_INDEX = """Only once you ask for single days: `CREATE INDEX reading_at ON reading (at)` makes those instant. The hourly mean reads all rows
anyway."""

_AWK = "`awk -F, '{ s[substr($1,1,13)] += $2; n[substr($1,1,13)]++ } END { for (h in s) print h, s[h]/n[h] }' garden.log | sort`"


_BEFORE, _BEHIND = 50, 110  # characters of an excerpt around what was found


class MadeUpChats(FakeChats):
    """Each family of chats has its own tree, versions are those of its chat, and what chats share is found once."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded = MODEL
        self.written_anew: dict[ConversationId, dict[MessageId, tuple[MessageId, ...]]] = {}
        self.search = MadeUpSearch(self)

    async def versions(self, conversation_id: ConversationId) -> dict[MessageId, tuple[MessageId, ...]]:
        return self.written_anew.get(conversation_id, {})

    async def tree(self, conversation_id: ConversationId) -> ChatTree:
        whole = await super().tree(conversation_id)
        root = self.path(self.chats[conversation_id].head_id)[0].id
        nodes = tuple(node for node in whole.nodes if self.path(node.id)[0].id == root)
        return ChatTree(nodes, tuple(chat for chat in whole.chats if self.path(chat.head_id)[:1] == [self.messages[root]]))


class MadeUpSearch:
    """Finds a word, as the search of the application does."""

    def __init__(self, chats: FakeChats) -> None:
        self._chats = chats

    async def find(self, query: SearchQuery) -> SearchResults:
        word, told, hits = fold(query.text), set[MessageId](), list[SearchHit]()
        for chat in self._chats.chats.values():
            for message in self._chats.path(chat.head_id):
                at = fold(message.text).find(word)
                if word and at >= 0 and message.id not in told:
                    told.add(message.id)
                    start = max(0, message.text.rfind(" ", 0, max(0, at - _BEFORE)) + 1)
                    excerpt = ("…" if start else "") + message.text[start : at + _BEHIND]
                    hits.append(SearchHit(chat.id, chat.title, message.id, excerpt, tuple(places(excerpt, [word])), message.created_at))
        return SearchResults(tuple(hits), is_complete=True)


class MadeUp:
    """The chats of one person, most of them of a day or two ago."""

    def __init__(self, chats: MadeUpChats) -> None:
        self._chats = chats
        self._now = datetime.now(UTC)
        self.station = self._station()
        self.fork = self._fork()
        self._others()

    def _station(self) -> Conversation:
        chats = self._chats
        chat = chats.add_chat("Hourly means of a weather log")
        self.asked = chats.person(
            chat,
            "My sensor in the garden writes a line a minute: time, temperature, humidity. "
            "How do I get the mean of each hour, without pandas?",
        )
        before = chats.reply(chat, _HOURLY_FIRST)
        chats._stand_at(chat.id, self.asked.id)
        self.answered = chats.reply(chat, _HOURLY)
        chats.written_anew[chat.id] = {self.answered.id: (before.id, self.answered.id)}
        chats.person(chat, "Some lines are cut short when the battery is low.")
        chats.reply(chat, _CUT_SHORT)
        awk = chats.add_chat("As one line of awk", parent=chat, at=self.answered)
        chats.person(awk, "And as one line in the shell?")
        chats.reply(awk, _AWK)
        self._used(awk, minutes=50)
        chats.readinesses[chat.id] = ReadyAtOnce(3912, 34.3, 0.041)
        chats.contexts[chat.id] = (3912, MODEL.context_tokens)
        return self._used(chat, minutes=2)

    def _fork(self) -> Conversation:
        chats = self._chats
        fork = chats.add_chat("With SQLite instead", parent=self.station, at=self.answered)
        chats.person(fork, "Could SQLite do that for me?")
        chats.reply(fork, _SQLITE)
        chats.person(fork, "Do I need an index?")
        chats.reply(fork, _INDEX)
        chats.readinesses[fork.id] = ContinuesFrom(2)
        chats.contexts[fork.id] = (2460, MODEL.context_tokens)
        return self._used(fork, minutes=1)

    def _others(self) -> None:
        add = self._round
        chats = self._chats
        letter = add("Letter to the landlord", "The heating has been off since Monday. A polite letter, please.", _LETTER, hours=3)
        firmer = chats.add_chat("Firmer", parent=letter, at=self._last(letter))
        chats.person(firmer, "The third letter, so without thanks this time.")
        chats.reply(firmer, "Dear Mr Weiss, this is my third letter about the heating …")
        self._used(firmer, hours=2.9)
        travel, garden = chats.order.add("Travel"), chats.order.add("Garden", is_folded=True)
        self._into(add("Four days in Porto", "Four days in Porto, with a child of six?", _PORTO, hours=30), folder_id=travel.id)
        self._into(
            add("Night trains to Vienna", "Which night trains go to Vienna?", "From Zurich, Hamburg and Rome …", hours=55),
            folder_id=travel.id,
        )
        for title in ("What grows in shade", "Compost that smells", "A pond for frogs"):
            self._into(add(title, f"{title}?", "It depends on the soil.", hours=80), folder_id=garden.id)
        self._into(add("How we review code", "Write down how we review code.", "1. Read the tests first.", hours=200), is_pinned=True)
        add("Dinner for six, no oven", "Dinner for six, one of them vegan, and no oven.", _DINNER, hours=28)
        add("Why leaves turn red", "Why do leaves turn red?", "The green goes, and on cool bright days red is made.", hours=100)

    def _round(self, title: str, question: str, answer: str, *, hours: float) -> Conversation:
        chat = self._chats.add_chat(title)
        self._chats.person(chat, question)
        self._chats.reply(chat, answer)
        return self._used(chat, hours=hours)

    def _last(self, chat: Conversation) -> Message:
        return self._chats.path(self._chats.chats[chat.id].head_id)[-1]

    def _used(self, chat: Conversation, *, hours: float = 0, minutes: float = 0) -> Conversation:
        at = self._now - timedelta(hours=hours, minutes=minutes)
        for message in self._chats.path(self._chats.chats[chat.id].head_id):
            if message.created_at < at:
                self._chats.messages[message.id] = replace(message, created_at=at)
        return self._into(chat, updated_at=at, model=MODEL.name)

    def _into(self, chat: Conversation, **fields: object) -> Conversation:
        self._chats.chats[chat.id] = replace(self._chats.chats[chat.id], **fields)  # type: ignore[arg-type]
        return self._chats.chats[chat.id]


_LETTER = """Dear Mr Weiss,

since Monday the heating in our flat has been off. Could you send somebody this week? We mean to be at home on every day after four."""
_PORTO = """By tram to the sea, the lighthouse at Foz, the blue tiles of São Bento. Leave a day without any plan: children mean it when they
say enough."""
_DINNER = (
    "A big pot of chickpea stew, flatbread from the pan, and oranges with cinnamon. What you mean by vegan matters for the honey only."
)
