"""Passwords: hashed by Argon2id, so that whoever has the database still has to try each one slowly."""

import functools
import threading

import argon2

from orderloom.kit import limits

_HASHER = argon2.PasswordHasher(
    time_cost=limits.PASSWORD_ROUNDS, memory_cost=limits.PASSWORD_MEMORY_KIB, parallelism=1, type=argon2.Type.ID
)
# Each takes its memory while it is worked out: a crowd at the door waits here instead of filling the machine.
_WORKING = threading.BoundedSemaphore(limits.PASSWORDS_AT_ONCE)


def hashed(password: str) -> str:
    """What is kept of a password: salt, cost and hash in argon2's own form."""
    with _WORKING:
        return _HASHER.hash(password)


def fits(password: str, kept: str) -> bool:
    """Whether this is the password that was kept; where none was, as slowly, False."""
    with _WORKING:
        try:
            return _HASHER.verify(kept or _nobody(), password) and bool(kept)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Whether it was hashed at another cost than is asked for now, and should be hashed anew when it is next seen."""
    return _HASHER.check_needs_rehash(kept)


def weakness(password: str, *, known: tuple[str, ...] = ()) -> str:
    """The code of why a password may not be chosen: too short or long, few different characters, little more than what
    is known of its user (the login, the name, the address), or soon guessed; empty where it may."""
    if len(password) < limits.PASSWORD_CHARS_MIN:
        return "password.short"
    if len(password) > limits.PASSWORD_CHARS_MAX:
        return "password.long"
    if len(set(password)) < _DIFFERENT_MIN:
        return "password.plain"
    lower = password.casefold()
    for each in known:
        if len(each) >= _KNOWN_MIN and each.casefold() in lower and len(password) - len(each) < _OWN_MIN:
            return "password.known"
    return "password.common" if _guesses(password, known) < limits.PASSWORD_GUESSES_MIN else ""


def _guesses(password: str, known: tuple[str, ...]) -> float:
    """How often somebody guesses who tries leaked passwords, words, dates, keyboard paths and repetitions first."""
    import zxcvbn  # Its lists take a tenth of a second to load, and only who chooses a password needs them.

    # Its work grows with the square of the length, and what begins so well is not made weaker by what follows.
    judged = zxcvbn.zxcvbn(password[:_JUDGED_CHARS], user_inputs=[each for each in known if each])
    return float(judged["guesses"])


@functools.cache
def _nobody() -> str:
    """What a password is held against where there is none, so that nobody learns from the time it takes which logins
    there are."""
    return _HASHER.hash("nobody signs in with this")


_DIFFERENT_MIN = 5
_KNOWN_MIN = 3
_OWN_MIN = 8
_JUDGED_CHARS = 72
