"""The benches: `orderloom bench <name>`; each prints one JSON object on its last line."""
