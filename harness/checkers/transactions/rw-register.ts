/**
 * Transactions that write registers, every value once, and read them. The order of versions is known
 * only in part: the initial null comes first, and what a transaction overwrites after it read it comes
 * at once before what it writes.
 */
import type { Json } from '../../core/host.ts';
import { canonical, identity } from '../canonical.ts';
import type { Anomaly } from './anomalies.ts';
import { edge, type Graph } from './graph.ts';
import type { Txn } from './txn.ts';
import { addFollows, type Id, writersOf } from './versions.ts';
import { nameTxn } from './words.ts';

/** By key: what a transaction read first, and what it wrote last. */
interface Access {
  readonly txn: Txn;
  read?: Json;
  wrote?: Json;
}

export function rwRegister(txns: readonly Txn[], graph: Graph): Anomaly[] {
  const found: Anomaly[] = [];
  const report = (kind: Anomaly['kind'], of: readonly Txn[], sentence: string): void => {
    found.push({ kind, txns: of, sentences: [sentence] });
  };
  const writers = writersOf(txns, (key, value, a, b) =>
    report(
      'duplicate-elements',
      [a, b],
      `${nameTxn(a)} and ${nameTxn(b)} both write ${canonical(value)} to ${key}: values must be unique.`,
    ),
  );
  const accesses = new Map<Id, Access[]>();
  for (const txn of txns) {
    const fault = accessesOf(txn, accesses);
    if (fault !== null) report('internal', [txn], fault);
  }
  for (const [key, of] of accesses) {
    const written = writers.get(key);
    const readers = new Map<Id, Txn[]>();
    for (const { txn, read } of of) {
      if (read === undefined || txn.status !== 'committed') continue;
      const value = identity(read);
      const list = readers.get(value);
      if (list === undefined) readers.set(value, [txn]);
      else list.push(txn);
      if (read === null) continue;
      const w = written?.get(value);
      const what = `${nameTxn(txn)} read ${value} from ${key}`;
      if (w === undefined)
        report('unrecorded-write', [txn], `${what}, whose write is not recorded.`);
      else if (w.txn.status === 'aborted') {
        report('G1a', [w.txn, txn], `${what}, which ${nameTxn(w.txn)} wrote and then aborted.`);
      } else if (!w.isFinal && w.txn !== txn) {
        report('G1b', [w.txn, txn], `${what}, which ${nameTxn(w.txn)} overwrote itself.`);
      } else graph.add(w.txn.id, txn.id, edge.wr);
    }
    // Before every write there is null.
    for (const { txn, wrote } of of) {
      if (wrote !== undefined) addFollows(graph, null, readers.get('null') ?? [], txn);
    }
    overwrites(key, of, readers, (value) => written?.get(value)?.txn ?? null, graph, report);
  }
  return found;
}

/** What a transaction wrote after it had read the key follows what it read; only one may do so. */
function overwrites(
  key: Id,
  accesses: readonly Access[],
  readers: ReadonlyMap<Id, readonly Txn[]>,
  writerOf: (value: Id) => Txn | null,
  graph: Graph,
  report: (kind: Anomaly['kind'], of: readonly Txn[], sentence: string) => void,
): void {
  const next = new Map<Id, Txn>();
  for (const { txn, read, wrote } of accesses) {
    if (read === undefined || wrote === undefined || txn.status !== 'committed') continue;
    const value = identity(read);
    const other = next.get(value);
    if (other !== undefined) {
      const sentence = `${nameTxn(other)} and ${nameTxn(txn)} both read ${value} from ${key} and both overwrote it.`;
      report('lost-update', [other, txn], sentence);
    } else next.set(value, txn);
    if (read !== null) addFollows(graph, writerOf(value), readers.get(value) ?? [], txn);
  }
}

function accessesOf(txn: Txn, accesses: Map<Id, Access[]>): string | null {
  let fault: string | null = null;
  const mine = new Map<Id, Access>();
  for (const { f, key: k, value } of txn.micros) {
    const key = identity(k);
    const a: Access = mine.get(key) ?? { txn };
    mine.set(key, a);
    if (f !== 'r') a.wrote = value;
    else if (txn.status === 'committed') {
      const expected = a.wrote !== undefined ? a.wrote : a.read;
      if (expected === undefined) a.read = value;
      else if (canonical(expected) !== canonical(value)) {
        fault ??= `${nameTxn(txn)} read ${canonical(value)} from ${key} after it had ${a.wrote === undefined ? 'read' : 'written'} ${canonical(expected)}.`;
      }
    }
  }
  for (const [key, a] of mine) {
    const list = accesses.get(key);
    if (list === undefined) accesses.set(key, [a]);
    else list.push(a);
  }
  return fault;
}
