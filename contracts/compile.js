// Compiles the contract to the file the program carries: node compile.js [TARGET]. The same source gives the same bytes.
"use strict";

const fs = require("fs");
const path = require("path");
const solc = require("solc");

const name = "CheckpointAnchor";
const source = fs.readFileSync(path.join(__dirname, `${name}.sol`), "utf8");
const settings = {
  optimizer: { enabled: true, runs: 200 },
  evmVersion: "london", // what consortium chains run: no newer instructions
  metadata: { bytecodeHash: "none" },
  outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
};
const input = { language: "Solidity", sources: { [`${name}.sol`]: { content: source } }, settings };
const output = JSON.parse(solc.compile(JSON.stringify(input)));
const faults = (output.errors ?? []).filter((e) => e.severity === "error" || e.type === "Warning");
if (faults.length) {
  console.error(faults.map((e) => e.formattedMessage).join("\n"));
  process.exit(1);
}
const { abi, evm } = output.contracts[`${name}.sol`][name];
const made = { contract: name, compiler: solc.version(), abi, bytecode: `0x${evm.bytecode.object}` };
const target = process.argv[2] ?? path.join(__dirname, "..", "src", "xinheng", "chain", "contract.json");
fs.mkdirSync(path.dirname(target), { recursive: true });
fs.writeFileSync(target, `${JSON.stringify(made, null, 1)}\n`);
