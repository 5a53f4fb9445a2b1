"""One word across the floors: `where WORD` lists its files, `new WORD` scaffolds them with a failing test on each."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "orderloom"
FLOORS = ["domain", "store", "rules", "connectors", "deciding", "actions", "queries", "trials"]
FLOORS += ["inbox", "outbox", "api", "cli", "worker", "world", "bench"]
SKIPPED = {"__pycache__", "node_modules", "dist"}

MEANING = {
    "domain": "its state, events and deciders. Pure: state, answers and the instant in, events or a refusal out",
    "store": "its rows, many at a time: arrays in, RETURNING out, locks in key order",
    "actions": "its writes: a few lines a verb over `transact`",
    "queries": "its reads for people: each takes a Viewer",
    "api": "its routes under /api/v1: lists take many and return an outcome per item",
    "cli": "its commands: the same verbs as the API",
}
WITH_SQL = {"store", "queries"}
SQL_HEAD = (
    "-- The statements of {word} on this floor; each begins with a line `-- name: <verb>` and says what it means.\n"
)
MODULE = '"""{Word}: {meaning}."""\n'
WITH_STATEMENTS = MODULE + "\nfrom orderloom.store import sql\n\nQ = sql.load(__file__)\n"
TEST = '''"""{Word} on the floor `{floor}`."""

import pytest


def test_{word}_do_what_they_are_for() -> None:
    pytest.fail("say here what {word} do on this floor, see it fail, then build it")
'''


def where(word: str) -> int:
    """Print the word's files floor by floor, with their lines."""
    places = [(floor, SOURCE / floor) for floor in FLOORS]
    places += [("migrations", SOURCE / "store" / "migrations"), ("tests", ROOT / "tests")]
    places += [("console", ROOT / "console" / "src"), ("docs", ROOT / "docs")]
    rows, seen = [], set()
    for floor, folder in places:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
            relative = path.relative_to(folder)
            if path.is_file() and path not in seen and not SKIPPED & set(path.parts) and _speaks_of(word, relative):
                seen.add(path)
                rows.append((floor, str(path.relative_to(ROOT)), len(path.read_bytes().splitlines())))
    if not rows:
        print(f"No file is named after {word!r}. Words are plural nouns, as in domain/: {', '.join(_words())}")
        return 1
    width = max(len(row[1]) for row in rows)
    for floor, path, lines in rows:
        print(f"{floor:<11} {path:<{width}} {lines:>5} lines")
    return 0


def new(word: str) -> int:
    """Write the word's modules, statements and failing tests; touches nothing that exists."""
    if not re.fullmatch(r"[a-z][a-z_]{2,39}", word):
        print(f"{word!r} is no word for a feature: one noun in the plural, a-z and _")
        return 1
    for floor, meaning in MEANING.items():
        places = {"word": word, "Word": word.replace("_", " ").capitalize(), "floor": floor, "meaning": meaning}
        module = WITH_STATEMENTS if floor in WITH_SQL else MODULE
        files = {SOURCE / floor / f"{word}.py": module, ROOT / "tests" / floor / f"test_{word}.py": TEST}
        if floor in WITH_SQL:
            files[SOURCE / floor / f"{word}.sql"] = SQL_HEAD
        for path, text in files.items():
            if path.exists():
                print(f"kept  {path.relative_to(ROOT)}")
                continue
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.format(**places), "utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    print(f"Next: a migration in src/orderloom/store/migrations/, texts of refusals in domain/codes.toml, make test "
          f"ARGS='-k {word}'")  # fmt: skip
    return 0


def _speaks_of(word: str, path: Path) -> bool:
    parts = [re.sub(r"^(test_|\d{4}_)", "", part.split(".")[0]) for part in path.parts]
    return word in parts or any(part.startswith(f"{word}_") for part in parts[-1:])


def _words() -> list[str]:
    return sorted(path.stem for path in (SOURCE / "domain").iterdir() if not path.name.startswith("_"))


if __name__ == "__main__":
    verbs = {"where": where, "new": new}
    if len(sys.argv) != 3 or sys.argv[1] not in verbs or not sys.argv[2]:
        sys.exit("usage: make where WORD=waybills, make new WORD=waybills")
    sys.exit(verbs[sys.argv[1]](sys.argv[2]))
