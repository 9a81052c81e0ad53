"""The ledger (台账): a hash tree over commitments, signed tree heads, proofs. Formats: docs/formats/ledger.md."""
