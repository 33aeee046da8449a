"""Documents that belong to files: proofs of changes, encrypted on disk."""
