/** What a search does at its limits: it says so, and how far it got. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { explainIllegal } from '../../harness/checkers/core.ts';
import { checkLinearizable } from '../../harness/checkers/linearizability.ts';
import { keyValueCells } from '../../harness/checkers/models/cells.ts';
import { fifoQueue } from '../../harness/checkers/models/collections.ts';
import type { Op } from '../../harness/checkers/operations.ts';
import { columnsOf } from '../../harness/checkers/search/columns.ts';
import { Search } from '../../harness/checkers/search/search.ts';
import { StepMachine } from '../../harness/checkers/search/step-machine.ts';
import { makeHistory } from '../bench/histories.ts';

describe('a search at its limits', () => {
  const shape = { kind: 'cas-register', values: 3, crashPermille: 100, isBroken: true } as const;
  const ops = makeHistory({ ...shape, clients: 20, operations: 400, seed: 2 });

  it('ends when its steps are used up, at the same place each time', () => {
    const first = checkLinearizable(ops, keyValueCells(), { stepsMax: 60 });
    assert.equal(first.kind, 'unknown');
    assert.match(
      first.kind === 'unknown' ? first.reason : '',
      /^the budget of 60 steps is used up; 0 of 1 parts are linearizable, it got through the history up to return \d+ of \d+$/,
    );
    assert.deepEqual(checkLinearizable(ops, keyValueCells(), { stepsMax: 60 }), first);
  });

  it('explains with the work that it may, and keeps in the core what that did not suffice to give up', () => {
    const small = makeHistory({ ...shape, clients: 4, operations: 60, seed: 9 });
    const model = keyValueCells();
    const core = (stepsMax?: number): readonly Op[] =>
      explainIllegal(small, model, new Search(1 << 24), 1_000, stepsMax).core;
    const [none, all] = [core(0), core()];
    assert.ok(all.length < none.length, `${all.length} of ${none.length}`);
    assert.deepEqual(core(0), none);
  });

  it('ends when it may remember no more', () => {
    const result = checkLinearizable(ops, keyValueCells(), { bytesMax: 2_000 });
    assert.match(result.kind === 'unknown' ? result.reason : result.kind, /needs more memory/);
  });

  it('ends when the states of a model take more than they may', () => {
    const queue = [0, 1, 2, 3].map((id) => {
      const f = id < 2 ? 'enqueue' : 'dequeue';
      const times = { call: id, ret: 10 + id, callUs: id, retUs: 10 + id };
      return { id, process: id, f, key: '', input: 'a long text', output: null, ...times };
    });
    const machine = new StepMachine(queue, fifoQueue(), 8);
    const result = new Search(1 << 20).machine(columnsOf(queue), machine as never, 1_000);
    assert.equal(result.kind, 'memory');
  });
});
