/** The unordered queue that is found empty, against a twin that tries every value a lost dequeue may have taken. */
import assert from 'node:assert/strict';
import { checkLinearizable } from '../../harness/checkers/linearizability.ts';
import { unorderedQueue } from '../../harness/checkers/models/unordered-queue.ts';
import { isCompleted, type Op } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import { randomHistory } from './twin.ts';

describe('an unordered queue', () => {
  it('that is found empty is judged as its twin does, lost dequeues included', () => {
    const seen = { holds: 0, violated: 0 };
    for (let seed = 0; seed < 3_000; seed++) {
      const draw = new Prng(seed);
      const ops = randomHistory(draw, { n: 7, processes: 3, crashPermille: 200 }, (d) =>
        d.chance(500)
          ? { f: 'enqueue', input: d.below(2), output: null }
          : { f: 'dequeue', input: null, output: d.pick([null, 0, 1]) },
      );
      const { kind } = checkLinearizable(ops, unorderedQueue(ops), { isExplained: false });
      assert.equal(kind, isPossible(ops, []) ? 'holds' : 'violated', `seed ${seed}`);
      seen[kind] += 1;
    }
    assert.ok(seen.holds > 300 && seen.violated > 300, JSON.stringify(seen));
  });
});

/** Tries every order and, for a dequeue of unknown outcome, every value that is there, and none. */
function isPossible(ops: readonly Op[], queue: readonly Json[]): boolean {
  if (!ops.some(isCompleted)) return true;
  const firstReturn = Math.min(...ops.map((op) => op.ret));
  return ops.some((op) => {
    if (op.call > firstReturn) return false;
    const rest = ops.filter((o) => o !== op);
    return after(op, queue).some((next) => isPossible(rest, next));
  });
}

function after(op: Op, queue: readonly Json[]): (readonly Json[])[] {
  if (op.f === 'enqueue') return [[...queue, op.input]];
  const without = (i: number) => queue.filter((_, at) => at !== i);
  if (!isCompleted(op)) return [queue, ...queue.map((_, i) => without(i))];
  if (op.output === null) return queue.length === 0 ? [queue] : [];
  const at = queue.indexOf(op.output);
  return at < 0 ? [] : [without(at)];
}
