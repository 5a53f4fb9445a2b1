"""Passwords: which may be chosen, and that a wrong one tells nothing by the time it takes."""

import time

import pytest

from orderloom.kit import passwords


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "qwertyuiop",
        "1234567890",
        "Password1!",
        "iloveyou123",
        "1q2w3e4r5t6y",
        "abcdefghij",
        "zxcvbnm,./",
    ],
)
def test_a_password_that_leaked_or_lies_on_the_keyboard_is_refused(password: str) -> None:
    assert passwords.weakness(password) == "password.common"


@pytest.mark.parametrize(
    "password", ["correct horse battery", "贝乐童品的密码一二三", "x9#Lm2!qWv", "a" * 4 + "bcdefg häuser"]
)
def test_a_sentence_or_what_nobody_guesses_may_be_chosen(password: str) -> None:
    assert passwords.weakness(password) == ""


def test_the_longest_password_is_judged_at_once() -> None:
    began = time.process_time()
    assert passwords.weakness("ab" * 128, known=("li", "li@example.com")) in ("password.plain", "password.common")
    assert passwords.weakness("0123456789abcdefghij" * 12) in ("", "password.common")
    assert time.process_time() - began < 2


def test_where_there_is_no_password_the_no_takes_as_long() -> None:
    kept = passwords.hashed("correct horse battery")
    passwords.fits("x", "")

    def took(kept: str) -> float:
        began = time.process_time()
        assert not passwords.fits("wrong horse battery", kept)
        return time.process_time() - began

    known, nobody = (min(took(each) for _ in range(5)) for each in (kept, ""))
    assert 0.5 < nobody / known < 2
