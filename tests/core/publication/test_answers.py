"""Three different answers, none of which gives away what is held."""

import pytest

from xinheng.core.publication.answers import Answer, answer


@pytest.mark.parametrize(
    ("publish", "known", "shown", "expected"),
    [
        ("P", True, 2, None),
        ("P", True, 0, Answer.NOTHING_ON_RECORD),
        ("G", True, 0, Answer.NOT_PUBLIC),
        ("Q", True, 3, Answer.NOT_PUBLIC),
        ("P", False, 0, Answer.NO_SUCH_ORGANISATION),
        ("G", False, 0, Answer.NO_SUCH_ORGANISATION),
    ],
)
def test_the_answer_follows_from_the_kind_of_information_not_from_what_is_held(publish, known, shown, expected):
    assert answer(publish=publish, organisation_known=known, shown=shown) is expected


def test_the_three_answers_differ_in_heading_and_sentence():
    assert len({a.heading for a in Answer}) == len({a.sentence for a in Answer}) == 3
