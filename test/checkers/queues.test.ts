/** The twin of `queues.ts` is in `model-twins.ts`; here it must do without the search that would cover for it. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkLinearizable } from '../../harness/checkers/linearizability.ts';
import { fifoQueue } from '../../harness/checkers/models/collections.ts';
import { isCompleted, type Op } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import { randomHistory, runHonestly } from './twin.ts';

describe('a queue of values that are enqueued once', () => {
  const seeds = Array.from({ length: 50 }, (_, i) => i);

  for (const crashPermille of [0, 100]) {
    it(`is decided without a search, ${crashPermille} ‰ of the operations lost`, () => {
      for (const seed of seeds) {
        const { kind, steps } = check(history(seed, crashPermille));
        assert.deepEqual({ seed, kind, steps }, { seed, kind: 'holds', steps: 0 });
      }
    });
  }

  it('is refuted without a search when two values come out in the wrong order', () => {
    for (const seed of seeds) {
      const ops = history(seed, 0);
      const enqueued = new Map(ops.map((op) => [op.f === 'enqueue' ? op.input : null, op]));
      const taken = ops.filter((op) => op.f === 'dequeue' && op.output !== null);
      // Both were in the queue when the first was taken: only their order tells.
      const at = taken.findIndex((a, i) => {
        const b = taken[i + 6];
        const [inA, inB] = [enqueued.get(a.output), enqueued.get(b?.output ?? null)];
        if (b === undefined || inA === undefined || inB === undefined) return false;
        return inA.ret < inB.call && inB.ret < a.call && a.ret < b.call;
      });
      const [first, last] = [taken[at], taken[at + 6]];
      assert.ok(first !== undefined && last !== undefined);
      const changed = ops.map((op) => {
        if (op === first) return { ...op, output: last.output };
        return op === last ? { ...op, output: first.output } : op;
      });
      const { kind, steps } = check(changed);
      assert.deepEqual({ seed, kind, steps }, { seed, kind: 'violated', steps: 0 });
    }
  });

  it('is refuted without a search when somebody found it empty while a value was in it', () => {
    for (const seed of seeds) {
      // Nearly all that is put in is taken out again: nothing is left to tell on the one who lies.
      const ops = history(seed, 0, 450);
      const enqueued = new Map(ops.map((op) => [op.f === 'enqueue' ? op.input : null, op]));
      const last = ops.findLast((op) => {
        const by = op.f === 'dequeue' ? enqueued.get(op.output) : undefined;
        return by !== undefined && by.ret + 1 < op.call;
      });
      assert.ok(last !== undefined);
      // Between the positions of two events: the last one before the dequeue, and its call.
      const [call, ret] = [last.call - 0.6, last.call - 0.3];
      const look = { ...last, id: ops.length, process: 99, output: null, call, ret };
      const { kind, steps } = check([...ops, look].sort((a, b) => a.call - b.call));
      assert.deepEqual({ seed, kind, steps }, { seed, kind: 'violated', steps: 0 });
    }
  });
});

function check(ops: readonly Op[]): { kind: string; steps: number } {
  return checkLinearizable(ops, fifoQueue(), { isExplained: false });
}

/** 400 operations by up to 8 processes. */
function history(seed: number, crashPermille: number, enqueuesPermille = 550): Op[] {
  const draw = new Prng(seed);
  let next = 1;
  const drawn = randomHistory(draw, { n: 400, processes: 8, crashPermille }, (d) => ({
    ...(d.chance(enqueuesPermille)
      ? { f: 'enqueue', input: next++ }
      : { f: 'dequeue', input: null }),
    output: null,
  }));
  const ops = runHonestly(draw, drawn, [], (state, op) => {
    const items = state as readonly Json[];
    if (op.f === 'enqueue') return { state: [...items, op.input], output: op.input };
    return { state: items.slice(1), output: items[0] ?? null };
  });
  assert.ok(ops.filter(isCompleted).length > 300);
  return ops;
}
