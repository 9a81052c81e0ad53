"""Anchoring checkpoints in an EVM chain (FISCO BCOS, Besu, …): one more place where a history cannot be replaced. Optional: xinheng[chain]."""
