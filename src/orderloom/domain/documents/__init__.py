"""Documents: everything that business people shape. Kinds with their schemas, findings, drafts and versions.

Lives on the domain's floor: pure. Rows are in `store.documents`, publishing in `actions.documents`; what a document
of a kind means stands on the floor of its word.
"""
