"""What every action stands on: one workspace of one database, with its ids, its seal and its reference data."""

import threading

from orderloom.deciding import contexts, snapshots
from orderloom.deciding.reference import Reference
from orderloom.domain import geography
from orderloom.kit.ids import Ids
from orderloom.kit.sealing import Sealer
from orderloom.store import database as db
from orderloom.store import files as files_store
from orderloom.store import log as log_store
from orderloom.store import reference as reference_store


class Hub:
    """One workspace, as one process sees it. Safe to share between threads; holds no state of the business."""

    def __init__(
        self,
        *,
        database: db.Database,
        workspace: str,
        sealer: Sealer,
        ids: Ids,
        places: geography.Places,
        files: files_store.Objects | None = None,
    ) -> None:
        self.database = database
        self.workspace = workspace
        self.sealer = sealer
        self.ids = ids
        self.places = places
        self._files = files
        self._reference: Reference | None = None
        self._reading = threading.Lock()
        self._numbers: dict[str, tuple[int, int]] = {}
        self.numbering = threading.Lock()
        # SKUs that promotions have added to orders here: loaded with every batch, so that it is decided once.
        self.gift_skus: frozenset[str] = frozenset()

    def reference(self, connection: db.Connection) -> Reference:
        """Reference data at the version in force: read anew only when that number has changed."""
        version = reference_store.version(connection)
        found = self._reference
        if found is not None and found.version == version:
            return found
        with self._reading:
            if self._reference is None or self._reference.version != version:
                before = self._reference
                read = reference_store.read(connection, known=before.documents if before is not None else {})
                reference = snapshots.compile(read, self.places, before=before)
                self._keep_shape(reference)
                self._reference = reference
            return self._reference

    def _keep_shape(self, reference: Reference) -> None:
        """Keep the names of what the rules will be asked: committed before the first row that leaves them out."""
        found = contexts.of(reference)
        with self.database.workspace(self.workspace) as connection:
            log_store.keep_shape(connection, found.shape_id, found.shape)

    @property
    def files(self) -> files_store.Objects:
        """Where the bytes of uploaded files are."""
        assert self._files is not None, "a process that takes files is given a place for them"
        return self._files

    @property
    def numbers(self) -> dict[str, tuple[int, int]]:
        """Number blocks taken and not used up: series → (next, end). Guarded by `numbering`."""
        return self._numbers
