// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// Anchors the checkpoints of append-only logs. A log belongs to whoever anchored it first; what is anchored only grows, and
/// nothing is ever replaced: two different roots for one size cannot both be here.
contract CheckpointAnchor {
    struct Anchor {
        bytes32 root;
        bytes32 note; // SHA-256 (or SM3) of the checkpoint's text
        uint64 at; // the block's time
    }

    /// Log (hash of its origin) → who may anchor it.
    mapping(bytes32 => address) public keeper;
    /// Log → the largest size anchored.
    mapping(bytes32 => uint64) public size;
    /// Log → size → what was anchored.
    mapping(bytes32 => mapping(uint64 => Anchor)) public anchors;

    event Anchored(bytes32 indexed log, uint64 indexed size, bytes32 root, bytes32 note);

    error NotKeeper(address keeper);
    error NotGrowing(uint64 size);

    /// Anchor a checkpoint: larger than every one before.
    function anchor(bytes32 log, uint64 newSize, bytes32 root, bytes32 note) external {
        if (keeper[log] == address(0)) keeper[log] = msg.sender;
        if (keeper[log] != msg.sender) revert NotKeeper(keeper[log]);
        if (newSize <= size[log]) revert NotGrowing(size[log]);
        size[log] = newSize;
        anchors[log][newSize] = Anchor(root, note, uint64(block.timestamp));
        emit Anchored(log, newSize, root, note);
    }
}
