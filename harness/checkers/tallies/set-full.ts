/**
 * Sets to which elements are added and which are read as a whole, whatever the level of consistency:
 * what became of each element. After `jepsen.checker/set-full` (Jepsen 0.3.14-SNAPSHOT, checker.clj).
 *
 * An element is *known* from the return of its add, or of the first read that has it. It is *stable*
 * when the last read to be called that lacks it was called before the last one that has it; *lost* when
 * it is the other way round and the read that lacks it was called after the element was known; otherwise
 * *never read*. A stable element that a read lacked which was called after it was known is *stale*.
 *
 * Two things are violations here that Jepsen passes over: an element that a read has twice, and one that
 * nobody had begun to add. Staleness goes by the order of events, not by whole milliseconds.
 */
import type { Json } from '../../core/host.ts';
import { identity } from '../canonical.ts';
import type { JepsenHistory } from '../formats/jepsen.ts';
import { isCompleted, never, type Op } from '../operations.ts';
import { moment, nameOp } from '../words.ts';
import {
  arrayOf,
  elementsOf,
  type Figures,
  named,
  quantilesOf,
  type Tallied,
  type TallyFault,
} from './tally.ts';

interface Read {
  readonly op: Op;
  readonly has: ReadonlySet<number | string>;
}

interface Element {
  readonly value: Json;
  /** The first add that was called, of those that failed, too: what it added may be read. */
  readonly add: Op;
  /** The add or the read that made it known, whichever returned first. */
  known: Op | null;
  /** Of the reads that have it the one that was called last. */
  present: Op | null;
  /** Of the reads that lack it, and had not returned when it was added, likewise. */
  absent: Op | null;
}

/** Linear in what the reads returned. Throws E_HISTORY for a read of anything but a list. */
export function tallySetFull({ ops, failed }: JepsenHistory): Tallied {
  const elements = addedTo([...ops, ...failed].sort((a, b) => a.call - b.call));
  const fault = readInto(elements, ops);
  for (const op of ops) {
    const element = op.f === 'add' ? elements.get(identity(op.input)) : undefined;
    if (element !== undefined && isCompleted(op)) learn(element, op);
  }
  const reads = readsOf(ops);
  findAbsences(elements, reads);
  const { figures, lost, stable, stale } = outcomes([...elements.values()]);
  const first = fault ?? earliestLoss(lost, reads);
  if (first !== null) return { kind: 'violated', figures, fault: first };
  if (reads.length === 0) return { kind: 'unknown', figures, reason: 'no read completed' };
  if (stable === 0) {
    return { kind: 'unknown', figures, reason: 'no element is known to have stayed in the set' };
  }
  const sentence = `${stable} of ${elements.size} elements are stable, ${stale} of them were missing for a while; none is lost.`;
  return { kind: 'holds', figures, sentences: [sentence] };
}

function addedTo(ops: readonly Op[]): Map<number | string, Element> {
  const elements = new Map<number | string, Element>();
  for (const add of ops) {
    const id = identity(add.input);
    if (add.f !== 'add' || elements.has(id)) continue;
    elements.set(id, { value: add.input, add, known: null, present: null, absent: null });
  }
  return elements;
}

/** Enters which read has which element. The first read that is wrong by itself, or null. */
function readInto(
  elements: ReadonlyMap<number | string, Element>,
  ops: readonly Op[],
): TallyFault | null {
  let first: TallyFault | null = null;
  const blame = (op: Op, others: readonly Op[], sentence: string): void => {
    if (first !== null && first.position <= op.ret) return;
    const read = `${nameOp(op)} returned ${moment(op.retUs, op.ret)}: ${sentence}`;
    first = { ops: [...others, op], sentences: [read], position: op.ret, isShortest: true };
  };
  for (const op of ops) {
    if (op.f !== 'read' || !isCompleted(op)) continue;
    const seen = new Set<number | string>();
    for (const value of arrayOf(op, 'set-full') ?? []) {
      const id = identity(value);
      if (seen.has(id)) blame(op, [], `it has ${named([value])} twice.`);
      seen.add(id);
      const element = elements.get(id);
      if (element === undefined || element.add.call > op.ret) {
        blame(op, [], `nobody had begun to add ${named([value])} by then.`);
        continue;
      }
      learn(element, op);
      if (element.present === null || op.call > element.present.call) element.present = op;
    }
  }
  return first;
}

function learn(element: Element, op: Op): void {
  if (element.known === null || op.ret < element.known.ret) element.known = op;
}

/** Those that completed with a list, the last to be called first. */
function readsOf(ops: readonly Op[]): Read[] {
  return ops
    .flatMap((op): Read[] => {
      const values = op.f === 'read' && isCompleted(op) ? arrayOf(op, 'set-full') : null;
      return values === null ? [] : [{ op, has: new Set(values.map((v) => identity(v))) }];
    })
    .sort((a, b) => b.op.call - a.op.call);
}

/** Each read that is passed has the element, or was over before it: together not more than was read. */
function findAbsences(
  elements: ReadonlyMap<number | string, Element>,
  reads: readonly Read[],
): void {
  // The latest return among this read and those that were called before it.
  const latest = new Float64Array(reads.length + 1);
  for (let i = reads.length - 1; i >= 0; i--) {
    latest[i] = Math.max(latest[i + 1] as number, (reads[i] as Read).op.ret);
  }
  for (const [id, element] of elements) {
    for (let i = 0; i < reads.length && (latest[i] as number) > element.add.call; i++) {
      const { op, has } = reads[i] as Read;
      if (op.ret < element.add.call || has.has(id)) continue;
      element.absent = op;
      break;
    }
  }
}

interface Outcomes {
  readonly figures: Figures;
  readonly lost: readonly Element[];
  readonly stable: number;
  readonly stale: number;
}

function outcomes(all: readonly Element[]): Outcomes {
  const stable = all.filter(isStable);
  const lost = all.filter(isLost);
  const stale = stable.filter(({ known, absent }) => (absent?.call ?? -1) > (known?.ret ?? never));
  const unread = all.filter((e) => !isStable(e) && !isLost(e));
  const hasTimes = all.every((e) => e.add.callUs >= 0);
  const valuesOf = (some: readonly Element[]): Json => elementsOf(some.map((e) => e.value));
  const worst = [...stale].sort((a, b) => stableAfterUs(b) - stableAfterUs(a)).slice(0, 8);
  const figures: Figures = {
    attempts: all.length,
    stable: stable.length,
    lost: lost.length,
    neverRead: unread.length,
    stale: stale.length,
    ...(lost.length > 0 && { lostElements: valuesOf(lost) }),
    ...(unread.length > 0 && { neverReadElements: valuesOf(unread) }),
    ...(worst.length > 0 && { worstStaleElements: valuesOf(worst) }),
    ...(hasTimes &&
      stable.length > 0 && { stableLatencyMs: quantilesOf(stable.map(stableAfterUs)) }),
    ...(hasTimes && lost.length > 0 && { lostLatencyMs: quantilesOf(lost.map(lostAfterUs)) }),
  };
  return { figures, lost, stable: stable.length, stale: stale.length };
}

function isStable({ present, absent }: Element): boolean {
  return present !== null && (absent?.call ?? -1) < present.call;
}

function isLost({ known, present, absent }: Element): boolean {
  if (known === null || absent === null) return false;
  return (present?.call ?? -1) < absent.call && known.ret < absent.call;
}

/** From when it was known until no read lacked it any more. */
function stableAfterUs({ known, absent }: Element): number {
  return Math.max(0, (absent?.callUs ?? 0) - (known?.retUs ?? 0));
}

/** From when it was known until the last read that had it. */
function lostAfterUs({ known, present }: Element): number {
  return Math.max(0, (present?.callUs ?? 0) - (known?.retUs ?? 0));
}

/** Of so many lost elements the one is looked for that shows first. */
const lossesTold = 100;

function earliestLoss(lost: readonly Element[], reads: readonly Read[]): TallyFault | null {
  let first: TallyFault | null = null;
  for (const element of lost.slice(0, lossesTold)) {
    const { known, present } = element as Element & { known: Op };
    const since = Math.max(known.ret, present?.call ?? -1);
    const lacking = reads.filter(({ op }) => op.call > since).map(({ op }) => op);
    const read = lacking.reduce((a, b) => (b.ret < a.ret ? b : a));
    if (first !== null && first.position <= read.ret) continue;
    const last =
      present === null
        ? 'no read has it'
        : `the last read that has it is process ${present.process}'s, called ${moment(present.callUs, present.call)}`;
    const what = named([element.value]);
    const all = lacking.length === 1 ? 'the only one' : `one of ${lacking.length}`;
    first = {
      ops: [...new Set([element.add, known, ...(present === null ? [] : [present]), read])],
      sentences: [
        known.f === 'add'
          ? `${nameOp(known)} returned ${moment(known.retUs, known.ret)}.`
          : `process ${known.process}'s read, which has ${what}, returned ${moment(known.retUs, known.ret)}.`,
        `process ${read.process}'s read was called ${moment(read.callUs, read.call)} and lacks ${what}: ${all} after that; ${last}.`,
      ],
      position: read.ret,
      // It may have been lost before, and found again.
      isShortest: false,
    };
  }
  return first;
}
