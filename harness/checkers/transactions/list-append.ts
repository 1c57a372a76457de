/**
 * Transactions that append to lists and read them: a read shows the order of all appends before it, so
 * dependencies are known, not guessed (Kingsbury & Alvaro, "Elle", 2020, section 4).
 */
import type { Json } from '../../core/host.ts';
import { canonical, identity } from '../canonical.ts';
import type { Anomaly } from './anomalies.ts';
import { edge, type Graph } from './graph.ts';
import type { Txn } from './txn.ts';
import { addFollows, type Id, type Writers, writersOf } from './versions.ts';
import { nameTxn } from './words.ts';

interface Read {
  readonly txn: Txn;
  /** What others had appended when it read first. */
  readonly list: readonly Json[];
  /** The longest list it saw, with what it appended itself. */
  full: readonly Json[];
}

/** Adds all dependencies to `graph`; gives the anomalies that need no cycle. */
export function listAppend(txns: readonly Txn[], graph: Graph): Anomaly[] {
  const found: Anomaly[] = [];
  const report = (kind: Anomaly['kind'], of: readonly Txn[], ...sentences: string[]): void => {
    found.push({ kind, txns: of, sentences });
  };
  const writers = writersOf(txns, (key, value, a, b) =>
    report(
      'duplicate-elements',
      [a, b],
      `${nameTxn(a)} and ${nameTxn(b)} both append ${canonical(value)} to ${key}: appends must be unique.`,
    ),
  );
  const reads = new Map<Id, Read[]>();
  for (const txn of txns) {
    if (txn.status !== 'committed') continue;
    const fault = readsOf(txn, reads);
    if (fault !== null) report('internal', [txn], fault);
  }
  for (const [key, of] of reads) {
    const longest = of.reduce((a, b) => (b.full.length > a.full.length ? b : a));
    checkPrefixes(key, of, longest, report);
    checkSources(key, of, longest, writers, report);
    addKey(graph, longest.full, of, writers.get(key) ?? new Map());
  }
  return found;
}

type Report = (kind: Anomaly['kind'], of: readonly Txn[], ...sentences: string[]) => void;

/**
 * Adds the reads of `txn` that show what others did: the first of each key, without what the
 * transaction appended itself. A sentence when a later one contradicts it.
 */
function readsOf(txn: Txn, reads: Map<Id, Read[]>): string | null {
  let fault: string | null = null;
  const states = new Map<Id, { read: Read | null; own: Json[] }>();
  for (const m of txn.micros) {
    const key = identity(m.key);
    const s = states.get(key) ?? { read: null, own: [] };
    states.set(key, s);
    if (m.f === 'append') s.own.push(m.value);
    if (m.f !== 'r') continue;
    const list = Array.isArray(m.value) ? (m.value as readonly Json[]) : [];
    const seen = Math.max(0, list.length - s.own.length);
    const others = seen === list.length ? list : list.slice(0, seen);
    const tail = seen === list.length ? [] : list.slice(seen);
    const isOwnSeen = isEqual(tail, s.own);
    const isStable = s.read === null || isEqual(others, s.read.list);
    if (!isOwnSeen || !isStable) {
      fault ??= `${nameTxn(txn)} read ${canonical(m.value)} from ${key}, but had ${s.read === null ? '' : `read ${canonical(s.read.list)} and `}appended ${canonical(s.own)} before.`;
    } else if (s.read !== null) s.read.full = list;
    else {
      s.read = { txn, list: others, full: list };
      const of = reads.get(key);
      if (of === undefined) reads.set(key, [s.read]);
      else of.push(s.read);
    }
  }
  return fault;
}

function isEqual(a: readonly Json[], b: readonly Json[]): boolean {
  return a.length === b.length && a.every((v, i) => isSame(v, b[i] ?? null));
}

function isSame(a: Json, b: Json): boolean {
  return a === b || (typeof a === 'object' && canonical(a) === canonical(b));
}

/** All reads of a key must be prefixes of the longest. */
function checkPrefixes(key: Id, reads: readonly Read[], longest: Read, report: Report): void {
  if (new Set(longest.full.map((v) => identity(v))).size < longest.full.length) {
    report(
      'duplicate-elements',
      [longest.txn],
      `${nameTxn(longest.txn)} read an element of ${key} twice: ${canonical(longest.full)}.`,
    );
  }
  const odd = reads.find((r) => !r.full.every((v, i) => isSame(v, longest.full[i] ?? null)));
  if (odd === undefined) return;
  report(
    'incompatible-order',
    [odd.txn, longest.txn],
    `${nameTxn(odd.txn)} read ${canonical(odd.full)} from ${key}.`,
    `${nameTxn(longest.txn)} read ${canonical(longest.full)}: neither continues the other.`,
  );
}

/** Every element was appended by a transaction that did not abort, and a read ends with a final one. */
function checkSources(
  key: Id,
  reads: readonly Read[],
  longest: Read,
  writers: Writers,
  report: Report,
): void {
  const of = writers.get(key);
  // All are prefixes of the longest, or reported already: of the others only the end tells more.
  const others = reads.filter((r) => r !== longest);
  for (const { txn, list } of [{ txn: longest.txn, list: longest.full }, ...others]) {
    const isWhole = list === longest.full;
    for (let i = isWhole ? 0 : Math.max(0, list.length - 1); i < list.length; i++) {
      const element = list[i] ?? null;
      const w = of?.get(identity(element));
      const what = `${nameTxn(txn)} read ${canonical(element)} in ${key}`;
      if (w === undefined) {
        if (isWhole) report('unwritten-read', [txn], `${what}, which nobody appended.`);
      } else if (w.txn.status === 'aborted') {
        const sentence = `${what}, which ${nameTxn(w.txn)} appended and then aborted.`;
        if (isWhole) report('G1a', [w.txn, txn], sentence);
      } else if (i === list.length - 1 && !w.isFinal && w.txn !== txn) {
        const sentence = `${what} as the last element, but ${nameTxn(w.txn)} appended more after it.`;
        report('G1b', [w.txn, txn], sentence);
      }
    }
  }
}

function addKey(
  graph: Graph,
  order: readonly Json[],
  reads: readonly Read[],
  writers: ReadonlyMap<Id, { txn: Txn }>,
): void {
  const readersAt: Txn[][] = Array.from({ length: order.length + 1 }, () => []);
  for (const { txn, list } of reads) readersAt[list.length]?.push(txn);
  let before: Txn | null = null;
  for (let i = 0; i <= order.length; i++) {
    const readers = readersAt[i] as Txn[];
    if (before !== null) for (const r of readers) graph.add(before.id, r.id, edge.wr);
    if (i === order.length) {
      // What committed and nobody saw was appended after all that was seen: lists only grow.
      const seen = new Set(order.map((v) => identity(v)));
      for (const [value, { txn }] of writers) {
        if (txn.status === 'committed' && !seen.has(value)) addFollows(graph, before, readers, txn);
      }
      break;
    }
    const next = writers.get(identity(order[i] ?? null))?.txn;
    if (next === undefined) return;
    addFollows(graph, before, readers, next);
    before = next;
  }
}
