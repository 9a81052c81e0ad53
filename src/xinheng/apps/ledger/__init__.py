"""The ledger (台账): what was accepted, in order, in a hash tree anyone can check."""
