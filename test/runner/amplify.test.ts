/** One step is put back where it makes the violation show clearly more often, and only there. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Operation, Program } from '../../harness/core/program.ts';
import { amplify } from '../../harness/runner/amplify.ts';
import { cluster } from '../../harness/workload/cluster.ts';

const op = (id: number, afterUs: number): Operation => ({
  id,
  afterUs,
  f: 'read',
  key: 'k',
  value: null,
});

function program(operations: Operation[]): Program {
  return {
    scenario: 'made-up',
    shape: cluster({ servers: 1, clients: 1 }),
    faults: [],
    clients: [operations],
    durationUs: 10_000_000,
    noiseSeed: 12,
    settings: { policyDivisor: 1, deadlineUs: 1_000_000, mutant: null, extra: {} },
  };
}

const original = program([op(0, 100), op(1, 100), op(2, 100), op(3, 100)]);
const small = program([op(3, 400)]);
const ids = (p: Program): number[] => (p.clients[0] ?? []).map((o) => o.id);
const options = { workMax: 10_000, noises: 20 };

describe('harden', () => {
  it('puts back the operation that makes every noise fail, at its own time', () => {
    const { program: hard, ratePermille } = amplify(small, original, {
      ...options,
      attempt: (p) => ({
        violatedUs: ids(p).includes(1) || p.noiseSeed % 4 === 0 ? 1 : null,
        work: 1,
      }),
    });
    assert.deepEqual(hard.clients, [[op(1, 200), op(3, 200)]]);
    assert.equal(ratePermille, 1000);
  });

  it('leaves a program alone that nothing makes clearly better', () => {
    const { program: hard } = amplify(small, original, {
      ...options,
      attempt: (p) => ({ violatedUs: p.noiseSeed % 4 === 0 ? 1 : null, work: 1 }),
    });
    assert.equal(hard, small);
  });

  it('asks a step to bring at least 150 per thousand: 100 is not worth it, 200 is', () => {
    for (const [failing, isWorthIt] of [
      [7, false],
      [9, true],
    ] as const) {
      const seen: number[] = [];
      const { program: hard } = amplify(small, original, {
        ...options,
        attempt: (p) => {
          if (!seen.includes(p.noiseSeed)) seen.push(p.noiseSeed);
          const nth = seen.indexOf(p.noiseSeed);
          return { violatedUs: nth < (ids(p).includes(1) ? failing : 5) ? 1 : null, work: 1 };
        },
      });
      assert.equal(ids(hard).includes(1), isWorthIt);
    }
  });

  it('leaves a program alone that shows often enough', () => {
    let tries = 0;
    amplify(small, original, {
      ...options,
      attempt: () => ({ violatedUs: 1, work: (tries += 1) }),
    });
    assert.equal(tries, options.noises);
  });

  it('stops at its budget', () => {
    let work = 0;
    amplify(small, original, {
      ...options,
      workMax: 25,
      attempt: () => ({ violatedUs: null, work: (work += 1) && 1 }),
    });
    assert.ok(work <= 41, `${work}`);
  });
});
