"""Small trees and keys."""

from xinheng.core.ledger.hashing import SHA256
from xinheng.core.ledger.tree import Tree


def entries_of(n):
    """Return n different entries."""
    return [str(i).encode() for i in range(n)]


def tree_of(n, hashing=SHA256):
    """Return the tree over them."""
    tree = Tree(hashing)
    tree.append(b"".join(map(hashing.leaf, entries_of(n))))
    return tree
