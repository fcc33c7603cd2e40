"""One message's whole way, on both databases: what is stored, what is repeated, and what is not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from assistant.conversation import chat
from assistant.conversation.chat import MAX_MESSAGE, Turn
from assistant.conversation.models import Conversation, Message
from assistant.db import Database
from assistant.errors import Conflict, Invalid, NotFound, Unavailable
from assistant.knowledge.content import Service
from assistant.knowledge.shelf import Shelf
from assistant.language.encoder import Encoder
from assistant.language.understanding import understand
from assistant.settings import Tuning
from tests.fixtures_service import NOW

TOKEN = "one-citizen"


class Chat:
    """A citizen's side of the conversation, straight through `reply_to`."""

    def __init__(self, database: Database, shelf: Shelf, encoder: Encoder, tuning: Tuning) -> None:
        self.database = database
        self.shelf = shelf
        self._encoder = encoder
        self.tuning = tuning

    def say(self, words: str, token: str = TOKEN, key: str | None = None, now=NOW) -> Turn:  # type: ignore[no-untyped-def]
        heard = understand([chat.understood_part(words)], self.shelf.index, None, self._encoder)[0]
        return self.database.write(
            lambda session: chat.reply_to(
                session, token, words, heard, self.shelf, self.tuning, now, "web", key
            )
        )

    def count(self, table: type) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def talk(database: Database, shelf: Shelf, encoder: Encoder, tuning: Tuning) -> Chat:
    return Chat(database, shelf, encoder, tuning)


def test_turn_is_stored_as_it_was_said(talk: Chat) -> None:
    turn = talk.say("取水许可要哪些材料")
    assert (turn.turn, turn.outcome, turn.answer_id) == (1, "answered", "service.water_permit")
    with talk.database.reading() as session:
        row = session.scalars(select(Message)).one()
        assert row.question == "取水许可要哪些材料"
        assert row.reply == turn.reply
        assert row.reply["text"]
        assert row.reply["sources"]
        assert row.asked_at == NOW
        assert 0 < row.scores["confidence"] <= 1


def test_conversation_remembers_the_item(talk: Chat) -> None:
    talk.say("取水许可要哪些材料")
    turn = talk.say("那要几天")
    assert (turn.turn, turn.answer_id) == (2, "service.water_permit")
    assert "办理时限" in turn.reply["text"]


def test_other_conversation_remembers_nothing_of_it(talk: Chat) -> None:
    talk.say("取水许可要哪些材料")
    turn = talk.say("那要几天", token="somebody-else")
    assert turn.turn == 1
    assert turn.answer_id is None


def test_question_is_stored_masked(talk: Chat) -> None:
    turn = talk.say("我叫王小明，手机13800001357，取水许可要哪些材料")
    assert "13800001357" not in turn.asked
    with talk.database.reading() as session:
        row = session.scalars(select(Message)).one()
        stored = f"{row.question} {row.reply} {row.scores}"
    assert "13800001357" not in stored
    assert "王小明" not in stored
    assert any("手机" in note or "电话" in note for note in turn.reply["notes"])


def test_token_is_stored_as_a_hash_only(talk: Chat) -> None:
    talk.say("您好")
    with talk.database.reading() as session:
        row = session.scalars(select(Conversation)).one()
        assert row.token_hash == chat.hash_token(TOKEN)
        assert TOKEN not in row.token_hash


def test_repeated_message_is_the_same_turn(talk: Chat) -> None:
    first = talk.say("取水许可要哪些材料", key="k1")
    again = talk.say("取水许可要哪些材料", key="k1")
    assert again == first
    assert talk.count(Message) == 1
    assert talk.say("要几天", key="k2").turn == 2


def test_repeated_message_with_personal_data_is_the_same_turn(talk: Chat) -> None:
    """The stored text is masked, the repeated one is not yet: they are still the same."""
    words = "我的手机13800001357，采伐证怎么办"
    assert talk.say(words, key="k1") == talk.say(words, key="k1")
    assert talk.count(Message) == 1


def test_same_key_with_other_words_is_a_conflict(talk: Chat) -> None:
    talk.say("取水许可要哪些材料", key="k1")
    with pytest.raises(Conflict):
        talk.say("林木采伐要哪些材料", key="k1")
    assert talk.count(Message) == 1


def test_same_key_in_another_conversation_is_another_message(talk: Chat) -> None:
    talk.say("您好", key="k1")
    assert talk.say("取水许可怎么办", token="other", key="k1").turn == 1
    assert talk.count(Message) == 2


def test_same_message_delivered_at_once_is_one_turn(talk: Chat) -> None:
    """A gateway that delivers three times in parallel (trust F12) gets one answer three times, or a refusal."""
    talk.say("您好")

    def deliver(_: int) -> int | None:
        try:
            return talk.say("取水许可要哪些材料", key="msg-1").turn
        except (Conflict, Unavailable, DBAPIError):
            return None

    with ThreadPoolExecutor(6) as pool:
        turns = list(pool.map(deliver, range(6)))
    assert set(turns) - {None} == {2}
    assert talk.count(Message) == 2


def test_first_messages_at_once_make_one_conversation(talk: Chat) -> None:
    def deliver(number: int) -> int | None:
        try:
            return talk.say("取水许可要哪些材料", key=f"k{number}").turn
        except (Conflict, Unavailable, DBAPIError):
            return None

    with ThreadPoolExecutor(6) as pool:
        turns = [turn for turn in pool.map(deliver, range(6)) if turn is not None]
    assert talk.count(Conversation) == 1
    assert sorted(turns) == list(range(1, len(turns) + 1))
    assert talk.count(Message) == len(turns)
    assert len(turns) == 6, "nobody's first message may be refused because of another tab"


def test_nothing_is_stored_when_the_commit_fails(talk: Chat) -> None:
    database = talk.database
    if database.is_sqlite:
        steps = [
            "CREATE TABLE proof (name TEXT PRIMARY KEY)",
            "CREATE TABLE claim (name TEXT REFERENCES proof (name) DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TRIGGER unproven AFTER INSERT ON message "
            "BEGIN INSERT INTO claim VALUES (NEW.id); END",
        ]
    else:
        steps = [
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'not kept' USING ERRCODE = 'disk_full'; END $$",
            "CREATE CONSTRAINT TRIGGER unproven AFTER INSERT ON message DEFERRABLE "
            "INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()",
        ]
    with database.migrating() as connection:
        for step in steps:
            connection.execute(text(step))
    said: list[Turn] = []
    with pytest.raises((Unavailable, DBAPIError)):
        said.append(talk.say("取水许可要哪些材料"))
    assert said == []
    assert (talk.count(Message), talk.count(Conversation)) == (0, 0)


def test_rating_is_stored(talk: Chat) -> None:
    turn = talk.say("取水许可要哪些材料")
    talk.database.write(lambda s: chat.rate(s, TOKEN, turn.turn, True))
    with talk.database.reading() as session:
        assert session.scalars(select(Message.helpful)).one() is True


def test_rating_can_be_changed(talk: Chat) -> None:
    talk.say("取水许可要哪些材料")
    talk.database.write(lambda s: chat.rate(s, TOKEN, 1, True))
    talk.database.write(lambda s: chat.rate(s, TOKEN, 1, False))
    with talk.database.reading() as session:
        assert session.scalars(select(Message.helpful)).one() is False


@pytest.mark.parametrize(("token", "turn"), [("somebody-else", 1), (TOKEN, 2), (TOKEN, 0)])
def test_only_ones_own_turn_can_be_rated(talk: Chat, token: str, turn: int) -> None:
    talk.say("取水许可要哪些材料")
    with pytest.raises(NotFound):
        talk.database.write(lambda s: chat.rate(s, token, turn, True))
    with talk.database.reading() as session:
        assert session.scalars(select(Message.helpful)).one() is None


def test_history_is_ones_own_and_in_order(talk: Chat) -> None:
    for words in ("您好", "取水许可要哪些材料", "那要几天"):
        talk.say(words)
    talk.say("林木采伐", token="other")
    with talk.database.reading() as session:
        turns = chat.history(session, TOKEN)
        assert [turn.turn for turn in turns] == [1, 2, 3]
        assert [turn.asked for turn in turns] == ["您好", "取水许可要哪些材料", "那要几天"]
        assert [turn.turn for turn in chat.history(session, TOKEN, most=2)] == [2, 3]
        assert chat.history(session, "nobody") == []
        assert chat.conversation_id_of(session, TOKEN) == turns[0].conversation_id
        assert chat.conversation_id_of(session, "nobody") is None
        assert chat.count_turns(session) == 4


def test_expired_answer_is_not_given_out(talk: Chat) -> None:
    """On its last day it still is; the day after (in Shanghai) it is not."""
    service = talk.shelf.records["service.water_permit"]
    assert isinstance(service, Service)
    last = service.model_copy(update={"expires_on": date(2026, 5, 22)})
    talk.shelf = replace(talk.shelf, records={**talk.shelf.records, last.id: last})
    midnight = NOW.replace(hour=16)  # 24:00 in Shanghai
    before = talk.say("取水许可要哪些材料", now=midnight - timedelta(seconds=1))
    after = talk.say("取水许可要哪些材料", now=midnight)
    assert before.outcome == "answered"
    assert (after.outcome, after.reason) == ("unanswerable", "expired_answer")
    assert after.answer_id is None
    assert "有效期" in after.reply["text"]
    assert after.reply["person"] is True


def test_third_miss_offers_a_person(talk: Chat) -> None:
    turns = [talk.say(words) for words in ("？？？", "😀😀", "qqqq")]
    assert {turn.outcome for turn in turns} == {"unanswerable"}
    with talk.database.reading() as session:
        assert session.scalars(select(Conversation.miss_count)).one() == 3
    assert turns[2].reply["text"] != turns[0].reply["text"]
    assert turns[2].reply["person"] is True


def test_last_answer_is_told_again(talk: Chat) -> None:
    told = talk.say("取水许可要哪些材料")
    again = talk.say("再说一遍")
    assert (again.answer_id, again.reply["text"]) == (told.answer_id, told.reply["text"])


def test_several_questions_are_one_turn_of_several_parts(talk: Chat) -> None:
    talk.tuning = talk.tuning.model_copy(
        update={"answer_at": 0.0}
    )  # weights are not the matter here
    turn = talk.say("取水许可要哪些材料？林木采伐要几天？")
    assert turn.turn == 1
    assert turn.reply["parts"] == ["service.water_permit", "service.felling"]
    assert turn.reply["text"].startswith("一、")
    assert "\n\n二、" in turn.reply["text"]
    with talk.database.reading() as session:
        row = session.scalars(select(Message)).one()
        assert len(row.version_ids) == 2
        assert session.scalars(select(Conversation.subject)).one() == "service.felling"


def test_sum_of_the_fee_is_told_with_its_working(talk: Chat) -> None:
    turn = talk.say("一个月申请公开35件要交多少钱")
    assert turn.answer_id == "disclosure.fee_rates"
    assert "3000" in turn.reply["text"]


def test_choices_turned_down_are_remembered(talk: Chat) -> None:
    talk.say("取水许可要哪些材料")
    left = ["service.felling", "service.gone"]
    talk.database.write(lambda s: s.execute(update(Conversation).values(remaining=left)))
    more = talk.say("都不是")
    assert (more.outcome, more.reason) == ("clarification", "more_choices")
    assert [choice["id"] for choice in more.reply["choices"]] == ["service.felling"]
    assert talk.say("都不是").outcome == "handover"


def test_deleted_aspect_in_memory_is_no_crash(talk: Chat) -> None:
    """A conversation stored by an older program must not break the newer one."""
    talk.say("取水许可要哪些材料")
    talk.database.write(lambda s: s.execute(update(Conversation).values(subject="service.gone")))
    assert talk.say("那要几天").outcome in ("clarification", "unanswerable", "answered")


@pytest.mark.parametrize(
    "words", ["", "   ", "\u200b\u200d", "\x00\x01", None, 5, ["问"], {"a": 1}]
)
def test_message_that_says_nothing_is_refused(words: object) -> None:
    with pytest.raises(Invalid) as refusal:
        chat.check_message(words)
    assert refusal.value.details["field"] == "text"


def test_message_too_long_is_refused_with_its_length() -> None:
    assert chat.check_message("水" * MAX_MESSAGE) == "水" * MAX_MESSAGE
    with pytest.raises(Invalid, match=str(MAX_MESSAGE + 1)):
        chat.check_message("水" * (MAX_MESSAGE + 1))


def test_checked_message_can_be_stored() -> None:
    assert chat.check_message(" 取水\x00\ud800许可\u202e ") == "取水许可"


def test_witnesses_are_asked_about_the_masked_and_corrected_text() -> None:
    assert chat.understood_part("不是，我说的是取水许可证延續") == "取水许可证延续"
    assert "13800001357" not in chat.understood_part("１３８００００１３５７ 采伐证")


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = {chat.new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert min(map(len, tokens)) >= 43
