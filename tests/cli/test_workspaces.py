"""orderloom workspace: a workspace that has worked is written whole, and stands again from its file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from tests import relaying
from tests.cli.test_orders import PLACE

from orderloom.actions.hub import Hub
from orderloom.cli import desk as desks
from orderloom.kit import clock
from orderloom.store import workspaces


@pytest.fixture
def worked(founded: Hub, read) -> Iterator[Hub]:
    """An order was placed and its entries are sealed; what a test restores is dropped after it."""
    read(*PLACE)
    relaying.follow(founded, now=clock.now())
    yield founded
    workspaces.drop(founded.database, name="again", confirmation="again")


def test_a_worked_workspace_is_exported_restored_and_proved(worked, run, read, tmp_path: Path) -> None:
    file, second = tmp_path / "main.zip", tmp_path / "again.zip"
    exported = run("workspace", "export", worked.workspace, str(file))
    assert exported.exit_code == 0 and file.stat().st_size > 0, exported.output
    assert run("workspace", "restore", str(file), "again").exit_code == 0
    proved = run("-w", "again", "check", "--whole")
    assert proved.exit_code == 0 and "全部相符" in proved.output
    assert [each["order_no"] for each in read("-w", "again", "order", "list")["rows"]]
    assert run("workspace", "export", "again", str(second)).exit_code == 0


def test_what_could_not_be_written_whole_leaves_no_file(house, tmp_path: Path) -> None:
    desk = desks.Desk(settings=house.settings, open_house=lambda _: house)
    cut, kept = tmp_path / "cut.zip", tmp_path / "kept.zip"
    with pytest.raises(OSError, match="full"), desk.writing(cut) as file:
        file.write(b"half")
        raise OSError("full")
    assert not cut.exists()
    kept.write_bytes(b"mine")
    with pytest.raises(typer.Exit), desk.writing(kept):
        pass
    assert kept.read_bytes() == b"mine"
