// Checks a proof in this browser, with the public keys on the page and nothing else: no file and no word leaves the page.
// The rules are those of docs/formats/ledger.md and of verify_alone.py, which does the same outside a browser.
"use strict";

const text = new TextEncoder();
class Unreadable extends Error {}
class NotProved extends Error {}

const join = (...parts) => {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length; }
  return all;
};
const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
const hash = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
const need = (good, word, Kind = Unreadable) => { if (!good) throw new Kind(word); };

function decode64(encoded) {
  let raw;
  try { raw = atob(encoded); } catch { throw new Unreadable("malformed"); }
  need(btoa(raw) === encoded, "malformed");
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

function unhex(digits, size) {
  need(typeof digits === "string" && /^([0-9a-f]{2})*$/.test(digits) && (!size || digits.length === 2 * size), "malformed");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function number(digits) {
  need(/^(0|[1-9][0-9]{0,18})$/.test(digits), "malformed");
  return BigInt(digits);
}

function bytes(value, count) {
  const all = new Uint8Array(count);
  for (let i = count - 1, rest = BigInt(value); i >= 0; i--, rest >>= 8n) all[i] = Number(rest & 255n);
  return all;
}

// RFC 8785: names in the order of their UTF-16 units, which is how JavaScript sorts; strings as JavaScript writes them.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value && typeof value === "object") {
    return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  need(typeof value !== "number" || Number.isSafeInteger(value), "malformed");
  return JSON.stringify(value);
}

async function key(vkey) {
  const [name, id, ...rest] = vkey.split("+");
  const data = decode64(rest.join("+"));
  need(data[0] !== 0xff, "gm");
  need(name && !/\s/.test(name) && data.length === 33 && (data[0] === 1 || data[0] === 4), "key");
  const keyId = (await hash(text.encode(`${name}\n`), data)).slice(0, 4);
  need(same(keyId, unhex(id, 4)), "key");
  const publicKey = await crypto.subtle.importKey("raw", data.slice(1), "Ed25519", false, ["verify"]);
  return { name, keyId, publicKey, witness: data[0] === 4 };
}

function signed(by, note, signature) {
  if (!by.witness) return crypto.subtle.verify("Ed25519", by.publicKey, signature, note);
  const at = signature.slice(0, 8).reduce((n, byte) => (n << 8n) | BigInt(byte), 0n);
  const head = text.encode(`cosignature/v1\ntime ${at}\n`);
  return at < 1n << 63n && crypto.subtle.verify("Ed25519", by.publicKey, signature.slice(8), join(head, note));
}

async function trustOf(policy) {
  const trust = { logs: [], witnesses: [], groups: new Map(), quorum: null };
  const used = new Set();
  const named = (name) => trust.groups.has(name) || trust.witnesses.some((w) => w.called === name);
  for (const line of policy.split("\n")) {
    const words = line.trim().split(/[ \t]+/);
    if (!words[0] || words[0].startsWith("#")) continue;
    if (words[0] === "log" && words.length <= 3) {
      trust.logs.push(await key(words[1]));
      need(!trust.logs.at(-1).witness, "policy");
    } else if (words[0] === "witness" && words.length <= 4 && words[2] && !named(words[1])) {
      trust.witnesses.push({ called: words[1], ...await key(words[2]) });
      need(trust.witnesses.at(-1).witness, "policy");
    } else if (words[0] === "group" && words.length > 3 && !named(words[1])) {
      const members = words.slice(3);
      const least = { any: 1, all: members.length }[words[2]] ?? Number(number(words[2]));
      need(least >= 1 && least <= members.length && members.every((m) => named(m) && !used.has(m)), "policy");
      members.forEach((m) => used.add(m));
      need(new Set(members).size === members.length, "policy");
      trust.groups.set(words[1], { least, members });
    } else if (words[0] === "quorum" && words.length === 2 && trust.quorum === null) {
      need(words[1] === "none" || named(words[1]), "policy");
      trust.quorum = words[1];
    } else throw new Unreadable("policy");
  }
  need(trust.logs.length && trust.quorum !== null, "policy");
  return trust;
}

function met(trust, names, what = trust.quorum) {
  if (what === "none") return true;
  const group = trust.groups.get(what);
  return group ? group.members.filter((m) => met(trust, names, m)).length >= group.least : names.includes(what);
}

async function openCheckpoint(note, trust) {
  const cut = note.lastIndexOf("\n\n");
  need(cut > 0 && note.endsWith("\n") && !/[\u0000-\u0009\u000b-\u001f]/.test(note), "malformed");
  const body = note.slice(0, cut + 1);
  const lines = body.split("\n").slice(0, -1);
  need(lines.length >= 3 && lines.every(Boolean), "malformed");
  const [origin, size, root] = [lines[0], number(lines[1]), decode64(lines[2])];
  need(root.length === 32, "malformed");
  const log = trust.logs.find((one) => one.name === origin);
  need(log, "unknown-log", NotProved);
  const good = new Set();
  for (const line of note.slice(cut + 2, -1).split("\n")) {
    const [, name, encoded] = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line) ?? [];
    need(name, "malformed");
    const data = decode64(encoded);
    const by = [log, ...trust.witnesses].find((one) => one.name === name && same(one.keyId, data.slice(0, 4)));
    if (!by || good.has(by)) continue;
    need(await signed(by, text.encode(body), data.slice(4)), "signature", NotProved);
    good.add(by);
  }
  need(good.has(log), "unsigned", NotProved);
  const witnesses = [...good].filter((one) => one !== log).map((one) => one.called);
  need(met(trust, witnesses), "unwitnessed", NotProved);
  return { origin, size, root, witnesses };
}

async function rootOfInclusion(index, size, leaf, path) {
  need(index < size, "inclusion", NotProved);
  let [at, last, found] = [index, size - 1n, leaf];
  for (const other of path) {
    need(last > 0n && other.length === 32, "inclusion", NotProved);
    if (at & 1n || at === last) {
      found = await hash([1], other, found);
      while (!(at & 1n) && at) { at >>= 1n; last >>= 1n; }
    } else found = await hash([1], found, other);
    at >>= 1n; last >>= 1n;
  }
  need(last === 0n, "inclusion", NotProved);
  return found;
}

async function versionEntry(told) {
  need(typeof told.item === "string" && told.record && Object.values(told.record).every((v) => typeof v === "string"), "malformed");
  const commitment = await hash(unhex(told.salt, 16), text.encode(canonical(told.record)));
  return join([1], commitment, text.encode(told.item));
}

async function rootOfMap(told) {
  const sought = await hash(text.encode(`xinheng/subject/v1\n${told.subject}`));
  let [listed, before, found] = [new Uint8Array(0), -1, null];
  for (const one of told.leaves) {
    need(fields(one, ["index", "leaf"]) || fields(one, ["index", "item", "record", "salt"]), "malformed");
    need(Number.isSafeInteger(one.index) && one.index > before, "order", NotProved);
    const leaf = "leaf" in one ? unhex(one.leaf, 32) : await hash([0], await versionEntry(one));
    listed = join(listed, bytes(one.index, 8), leaf);
    before = one.index;
  }
  if (told.leaves.length) {
    need(told.other === null, "order", NotProved);
    found = await hash([2], sought, await hash([4], listed));
  } else if (told.other === null) {
    need(!told.path.length && told.subjects === 0, "absence", NotProved);
    return hash([]);
  } else {
    const [there, value] = [unhex(told.other[0], 32), unhex(told.other[1], 32)];
    need(!same(there, sought), "absence", NotProved);
    found = await hash([2], there, value);
  }
  let below = 256;
  for (const [depth, digits] of told.path) {
    need(Number.isInteger(depth) && depth >= 0 && depth < below, "path", NotProved);
    const other = unhex(digits, 32);
    const right = (sought[depth >> 3] >> (7 - (depth & 7))) & 1;
    found = await hash([3], bytes(depth, 2), ...(right ? [other, found] : [found, other]));
    below = depth;
  }
  return found;
}

const fields = (value, names) => value && typeof value === "object" && Object.keys(value).sort().join() === names.join();

async function entryOf(told, index, size) {
  if (told.type === "xinheng/record@v1" && fields(told, ["item", "record", "salt", "type"])) return versionEntry(told);
  if (told.type === "xinheng/entry@v1" && fields(told, ["entry", "type"])) return unhex(told.entry);
  need(told.type === "xinheng/subject@v1" && fields(told, ["leaves", "other", "path", "subject", "subjects", "type"]), "malformed");
  need(Number.isSafeInteger(told.subjects) && told.subjects >= 0 && typeof told.subject === "string", "malformed");
  need(index === size - 1n, "order", NotProved);
  return join([6], await rootOfMap(told), bytes(told.subjects, 8));
}

async function verify(proof, policy) {
  const cut = proof.indexOf("\n\n");
  const lines = proof.slice(0, cut).split("\n");
  need(cut > 0 && lines[0] === "c2sp.org/tlog-proof@v1" && lines[1]?.startsWith("extra ") && lines[2]?.startsWith("index "), "malformed");
  const extra = new TextDecoder("utf-8", { fatal: true }).decode(decode64(lines[1].slice(6)));
  const told = JSON.parse(extra);
  need(canonical(told) === extra && lines.length <= 67, "malformed");
  const checkpoint = await openCheckpoint(proof.slice(cut + 2), await trustOf(policy));
  const index = number(lines[2].slice(6));
  const entry = await entryOf(told, index, checkpoint.size);
  const root = await rootOfInclusion(index, checkpoint.size, await hash([0], entry), lines.slice(3).map(decode64));
  need(same(root, checkpoint.root), "root", NotProved);
  return { checkpoint, index, told };
}

// ── the page ────────────────────────────────────────────────────────────────────────────────────────────────────────

const form = document.getElementById("verify");
const words = Object.fromEntries([...document.querySelectorAll("#words [data-word]")].map((e) => [e.dataset.word, e.textContent]));
const say = (word, facts = {}) => Object.entries(facts).reduce((t, [k, v]) => t.replaceAll(`{${k}}`, v), words[word] ?? words.malformed);

function show(tone, heading, lines) {
  const box = document.getElementById("verdict");
  box.className = `notice ${tone}`;
  box.replaceChildren();
  const title = box.appendChild(document.createElement("h2"));
  title.textContent = heading;
  for (const line of lines) box.appendChild(document.createElement("p")).textContent = line;
  box.hidden = false;
  box.focus();
}

function* sentences({ checkpoint, index, told }) {
  yield say("checkpoint", { origin: checkpoint.origin, size: checkpoint.size, witnesses: checkpoint.witnesses.join(" ") || "—" });
  if (told.type === "xinheng/record@v1") {
    yield say("record", { item: told.item, index });
    for (const [name, value] of Object.entries(told.record)) yield `${name}: ${value}`;
  } else if (told.type === "xinheng/subject@v1") {
    yield say(told.leaves.length ? "all" : "none", { subject: told.subject, count: told.leaves.length });
    for (const one of told.leaves) yield `#${one.index} ${one.record ? Object.values(one.record).join(" · ") : say("withheld")}`;
  } else yield say("entry", { index });
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [file] = form.elements.proof.files;
  if (!file) return;
  try {
    need(file.size <= 16 << 20, "too-large");
    const found = await verify(new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer()), form.elements.trust.value);
    show("is-good", say("holds"), [...sentences(found)]);
  } catch (fault) {
    const known = fault instanceof Unreadable || fault instanceof NotProved;
    const why = known ? fault.message : fault.name === "NotSupportedError" ? "browser" : "malformed";
    show("is-bad", say(fault instanceof NotProved ? "fails" : "unreadable"), [say(why)]);
  }
});
if (form) form.hidden = false;
