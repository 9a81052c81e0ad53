"""Speed and memory, shown beside a peer or a physical limit in the same run. ``python -m benchmarks NAME`` or ``make bench``."""
