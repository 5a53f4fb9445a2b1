"""The stages of a decision over an in-memory state: rules are asked here, no database is known here."""
