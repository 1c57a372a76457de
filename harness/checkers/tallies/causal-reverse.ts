/**
 * Who sees a write sees all that were acknowledged before it was called. After
 * `jepsen.tests.causal-reverse` (Jepsen 0.3.14-SNAPSHOT, tests/causal_reverse.clj): `write` value, each
 * written once, `read` → the values that are there. Values that nobody wrote are another promise's matter.
 */
import { firstWhere } from '../bisect.ts';
import { identity } from '../canonical.ts';
import type { JepsenHistory } from '../formats/jepsen.ts';
import { isCompleted, type Op } from '../operations.ts';
import { moment, nameOp } from '../words.ts';
import { arrayOf, type Figures, named, type Tallied, type TallyFault } from './tally.ts';

/**
 * O(n log n) in what was read. The writes that had returned when one was called are a beginning of all,
 * ordered by their returns: so a read is right when it has as many of the longest such beginning as there
 * are. Throws E_HISTORY for a read of anything but a list.
 */
export function tallyCausalReverse({ ops }: JepsenHistory): Tallied {
  const writes = ops.filter((op) => op.f === 'write');
  const byValue = new Map<number | string, Op>();
  for (const op of writes) {
    const id = identity(op.input);
    // Written twice: what was called first asks for least.
    if (!byValue.has(id)) byValue.set(id, op);
  }
  const returned = writes.filter(isCompleted).sort((a, b) => a.ret - b.ret);
  let first: TallyFault | null = null;
  let [reads, wrong] = [0, 0];
  for (const read of ops) {
    const values = read.f === 'read' && isCompleted(read) ? arrayOf(read, 'causal-reverse') : null;
    if (values === null) continue;
    reads += 1;
    const seen = new Set(values.map((v) => identity(v)));
    const newest = [...seen]
      .flatMap((id) => byValue.get(id) ?? [])
      .reduce<Op | null>((a, b) => (a === null || b.call > a.call ? b : a), null);
    if (newest === null) continue;
    const due = firstWhere(returned.length, (i) => (returned[i] as Op).ret > newest.call);
    if (hasAll(seen, returned, due)) continue;
    wrong += 1;
    if (first === null || read.ret < first.position) {
      first = reversed(read, newest, missingOf(seen, returned.slice(0, due)));
    }
  }
  const figures: Figures = { writes: writes.length, reads, wrong };
  if (first !== null) return { kind: 'violated', figures, fault: first };
  if (reads === 0) return { kind: 'unknown', figures, reason: 'no read completed' };
  const sentence = `${reads} reads see no write without those that were acknowledged before it was called.`;
  return { kind: 'holds', figures, sentences: [sentence] };
}

/** A read of few values cannot have many. */
function hasAll(seen: ReadonlySet<number | string>, returned: readonly Op[], due: number): boolean {
  for (let i = 0; i < due; i++) {
    if (!seen.has(identity((returned[i] as Op).input))) return false;
  }
  return true;
}

function missingOf(seen: ReadonlySet<number | string>, due: readonly Op[]): Op[] {
  return due.filter((op) => !seen.has(identity(op.input)));
}

function reversed(read: Op, newest: Op, missing: readonly Op[]): TallyFault {
  const lost = missing[0] as Op;
  const all = missing.length === 1 ? '' : `, and neither ${named(missing.map((op) => op.input))}`;
  return {
    ops: [lost, newest, read],
    sentences: [
      `${nameOp(lost)} returned ${moment(lost.retUs, lost.ret)}.`,
      `${nameOp(newest)} was called ${moment(newest.callUs, newest.call)}, after that.`,
      `process ${read.process}'s read returned ${moment(read.retUs, read.ret)} and has ${named([newest.input])} without ${named([lost.input])}${all}.`,
    ],
    position: read.ret,
    isShortest: true,
  };
}
