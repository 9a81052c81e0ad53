"""Anchor a checkpoint in the contract, and compare one with what is anchored. Chains differ by endpoint and account only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xinheng.core.ledger.checkpoint import Checkpoint
from xinheng.core.ledger.hashing import SHA256, Hashing
from xinheng.core.refusal import Refusal

CONTRACT = Path(__file__).with_name("contract.json")  # made by scripts/contract from contracts/CheckpointAnchor.sol
_SECONDS = 60
_REFUSALS = {"NotKeeper": "该台账由另一个账户存证", "NotGrowing": "该台账已存证到同样或更大的检查点"}


class ChainMissing(Refusal):
    """The optional package is not installed."""

    code = "chain.missing"
    message = "上链存证需要可选组件，请安装 xinheng[chain]。"


class ChainUnreachable(Refusal):
    """The node does not answer."""

    code = "chain.unreachable"
    message = "连不上区块链节点 {url}：{why}。"


class ChainRefused(Refusal):
    """The contract or the node would not take the transaction."""

    code = "chain.refused"
    message = "区块链没有接受：{why}。"


class NotAnchored(Refusal):
    """What is anchored is something else, or nothing."""

    code = "chain.not-anchored"
    message = "链上存证不符：{what}。"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a checkpoint was anchored."""

    contract: str
    transaction: str
    block: int
    size: int


def _web3() -> Any:
    try:
        import web3
    except ImportError:
        raise ChainMissing from None
    return web3


@dataclass(frozen=True, slots=True)
class Chain:
    """A node reached over JSON-RPC, an account's secret key, and the contract once it is there."""

    url: str
    secret: str = ""  # only for writing
    contract: str = ""
    hashing: Hashing = SHA256

    def deploy(self) -> str:
        """Put the contract on the chain; return its address."""
        made = json.loads(CONTRACT.read_text(encoding="ascii"))
        node = self._node()
        receipt = self._send(node, node.eth.contract(abi=made["abi"], bytecode=made["bytecode"]).constructor())
        return str(receipt["contractAddress"])

    def anchor(self, checkpoint: Checkpoint) -> Receipt:
        """Anchor a checkpoint. One that is anchored already, the same, is not anchored twice."""
        node = self._node()
        contract = self._contract(node)
        log = self.hashing.of(checkpoint.origin.encode())
        note = self.hashing.of(checkpoint.text.encode())
        receipt = self._send(node, contract.functions.anchor(log, checkpoint.size, checkpoint.root, note))
        return Receipt(self.contract, receipt["transactionHash"].to_0x_hex(), receipt["blockNumber"], checkpoint.size)

    def require_anchored(self, checkpoint: Checkpoint) -> int:
        """Return the time (seconds since 1970) of the block in which exactly this checkpoint was anchored, or raise NotAnchored."""
        contract = self._contract(self._node())
        log = self.hashing.of(checkpoint.origin.encode())
        root, note, at = contract.functions.anchors(log, checkpoint.size).call()
        if not at:
            raise NotAnchored(what=f"第 {checkpoint.size} 项处没有存证")
        if root != checkpoint.root or note != self.hashing.of(checkpoint.text.encode()):
            raise NotAnchored(what=f"第 {checkpoint.size} 项处存的是另一个根")
        return int(at)

    def anchored_size(self, origin: str) -> int:
        """Return the largest size anchored for a log."""
        contract = self._contract(self._node())
        return int(contract.functions.size(self.hashing.of(origin.encode())).call())

    def _node(self) -> Any:
        web3 = _web3()
        node = web3.Web3(web3.Web3.HTTPProvider(self.url, request_kwargs={"timeout": _SECONDS}))
        try:
            _ = node.eth.chain_id
        except Exception as fault:  # noqa: BLE001  every provider raises its own
            raise ChainUnreachable(url=self.url, why=type(fault).__name__) from None
        return node

    def _contract(self, node: Any) -> Any:
        abi = json.loads(CONTRACT.read_text(encoding="ascii"))["abi"]
        address = node.to_checksum_address(self.contract)
        if not node.eth.get_code(address):
            raise NotAnchored(what=f"{self.contract} 处没有合约")
        return node.eth.contract(address=address, abi=abi)

    def _send(self, node: Any, call: Any) -> Any:
        """Sign here, send, wait for the receipt: the secret never leaves this process."""
        web3 = _web3()
        account = node.eth.account.from_key(self.secret)
        try:
            told = {
                "from": account.address,
                "nonce": node.eth.get_transaction_count(account.address, "pending"),
                "gasPrice": node.eth.gas_price,  # zero on chains without gas; chains without dynamic fees know only this
                "chainId": node.eth.chain_id,
            }
            signed = account.sign_transaction(call.build_transaction(told))
            sent = node.eth.send_raw_transaction(signed.raw_transaction)
            receipt = node.eth.wait_for_transaction_receipt(sent, timeout=_SECONDS)
        except web3.exceptions.Web3Exception as refused:
            raise ChainRefused(why=_why(refused)) from None
        if receipt["status"] != 1:
            raise ChainRefused(why="交易被退回")
        return receipt


def _why(refused: Exception) -> str:
    """Name the contract's own refusals; of everything else, say what the node said."""
    keccak, text = _web3().Web3.keccak, str(refused)
    for part in json.loads(CONTRACT.read_text(encoding="ascii"))["abi"]:
        if part["type"] == "error":
            signature = f"{part['name']}({','.join(one['type'] for one in part['inputs'])})"
            if keccak(text=signature)[:4].hex() in text:
                return _REFUSALS[part["name"]]
    return text[:200]
