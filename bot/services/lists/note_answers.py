"""What people said of texts that may say no to calls, kept for the same texts in later files: hashes, no words."""

from collections.abc import Mapping

from sqlmodel import Session

from bot.services.deps import Deps
from bot.services.errors import FileRefused
from bot.services.files.spoken.answers import key_of_text
from bot.services.quoting import quoted
from bot.services.retries import retry_lost_turn
from storage.queries import list_imports, setup

STOP, NOTHING = "stop", "nothing"
_KEPT_AS = "notes:"  # a mapping that a person names has no colon at its end
_MOST = 20_000  # texts


def keyed(answers: Mapping[str, str]) -> dict[str, bool]:
    """Whether each text is a stop, by its key. Raises FileRefused for an answer that is none."""
    for text, word in answers.items():
        if word not in (STOP, NOTHING):
            raise FileRefused(f'"{quoted(word)}" is no answer about "{quoted(text)}": say stop, or nothing.')
    return {key_of_text(text): word == STOP for text, word in answers.items()}


def kept(session: Session, organisation_id: int) -> dict[str, bool]:
    """What was said before, by the key of a text."""
    return {key: word == STOP for key, word in _words(session, organisation_id).items()}


@retry_lost_turn
def keep(deps: Deps, organisation_id: int, answers: Mapping[str, bool]) -> None:
    """Keep answers, by the key of a text, in place of earlier ones."""
    if not answers:
        return
    with deps.unit_of_work() as uow:
        setup.let_one_at_a_time(uow.session, organisation_id)
        said = {key: STOP if is_stop else NOTHING for key, is_stop in answers.items()}
        before = {key: word for key, word in _words(uow.session, organisation_id).items() if key not in said}
        newest = dict(list({**before, **said}.items())[-_MOST:])
        list_imports.keep_mapping(uow.session, organisation_id, _KEPT_AS, newest, deps.clock())


def _words(session: Session, organisation_id: int) -> Mapping[str, str]:
    row = list_imports.mapping_named(session, organisation_id, _KEPT_AS)
    return row.columns if row else {}
