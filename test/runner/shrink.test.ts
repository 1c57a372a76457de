/** Shrinking against made-up failures, whose smallest cause is known. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Faults } from '../../harness/core/fault.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { Program } from '../../harness/core/program.ts';
import { shrink, size } from '../../harness/runner/shrink.ts';
import { cluster } from '../../harness/workload/cluster.ts';

const crash = (node: number, atUs: number): Faults['crash'] => ({
  kind: 'crash',
  atUs,
  untilUs: atUs + 1_000_000,
  nodes: { of: 'node', node },
});

function program(faults: number, operations: number): Program {
  return {
    scenario: 'made-up',
    shape: cluster({ servers: 3, clients: 2 }),
    faults: Array.from({ length: faults }, (_, i) => crash(i, 100_000 * i)),
    clients: [0, 1].map((c) =>
      Array.from({ length: operations }, (_, i) => ({
        id: 2 * i + c,
        afterUs: 10_000,
        f: 'read',
        key: 'k',
        value: null,
      })),
    ),
    durationUs: 60_000_000,
    noiseSeed: 7,
    settings: { policyDivisor: 1, deadlineUs: 1_000_000, mutant: null, extra: {} },
  };
}

const crashed = (p: Program): number[] =>
  p.faults.flatMap((f) => (f.kind === 'crash' && f.nodes.of === 'node' ? [f.nodes.node] : []));
const asked = (p: Program): number[] => p.clients.flatMap((ops) => ops.map((op) => op.id));

describe('shrink', () => {
  it('keeps exactly the faults and operations that matter, for 50 made-up causes', () => {
    for (let seed = 0; seed < 50; seed++) {
      const draw = new Prng(seed);
      const nodes = draw.shuffle([...Array(40).keys()]).slice(0, draw.between(1, 4));
      const ops = draw.shuffle([...Array(30).keys()]).slice(0, draw.between(0, 3));
      const fails = (p: Program): boolean =>
        nodes.every((n) => crashed(p).includes(n)) && ops.every((id) => asked(p).includes(id));
      const { program: small, stopped } = shrink(program(40, 20), {
        attempt: (p) => ({ violatedUs: fails(p) ? 30_000_000 : null, work: 1 }),
        workMax: 100_000,
        noiseQuick: 1,
        noiseThorough: 1,
      });
      assert.equal(stopped, null);
      assert.deepEqual(crashed(small).sort(), [...nodes].sort(), `seed ${seed}`);
      assert.deepEqual(asked(small).sort(), [...ops].sort(), `seed ${seed}`);
    }
  });

  it('draws the noise again: a cause that shows under one noise in five still gets small', () => {
    const { program: small } = shrink(program(40, 0), {
      attempt: (p) => ({
        violatedUs:
          crashed(p).includes(3) && (p.faults.length > 30 || p.noiseSeed % 5 === 0) ? 1 : null,
        work: 1,
      }),
      workMax: 100_000,
      noiseQuick: 3,
      noiseThorough: 30,
    });
    assert.deepEqual(crashed(small), [3]);
  });

  it('stops at its budget and gives the best so far', () => {
    const result = shrink(program(40, 20), {
      attempt: (p) => ({ violatedUs: crashed(p).includes(3) ? 30_000_000 : null, work: 1 }),
      workMax: 5,
      noiseQuick: 1,
      noiseThorough: 1,
    });
    assert.equal(result.stopped, 'budget');
    assert.ok(result.work <= 6 && size(result.program) < size(program(40, 20)));
    assert.ok(crashed(result.program).includes(3));
  });

  it('gives up on a story of which every part is needed, long before its budget', () => {
    const tried = (needed: (p: Program) => boolean): ReturnType<typeof shrink> =>
      shrink(program(1, 1_500), {
        attempt: (p) => ({ violatedUs: needed(p) ? 30_000_000 : null, work: 1 }),
        workMax: 100_000,
        noiseQuick: 3,
        noiseThorough: 30,
      });
    const rate = tried((p) => asked(p).length >= 2_990);
    assert.equal(rate.stopped, 'length');
    assert.ok(rate.work < 500, String(rate.work));
    assert.deepEqual(crashed(rate.program), []);
    // Small parts can go, one in twenty that are tried, and thousands of steps are left.
    let [tries, least] = [0, 3_000];
    const slow = tried((p) => {
      const { length } = asked(p);
      const isShown = length >= Math.max(2_000, least - 30) && tries++ % 20 === 0;
      if (isShown) least = length;
      return isShown;
    });
    assert.equal(slow.stopped, 'length');
    assert.ok(slow.work < 500, String(slow.work));
    const pair = tried((p) => asked(p).includes(7) && asked(p).includes(2_900));
    assert.equal(pair.stopped, null);
    assert.deepEqual(asked(pair.program).sort(), [2_900, 7].sort());
  });

  it('ends the run soon after the violation, and drops what would begin later', () => {
    const { program: small } = shrink(program(40, 0), {
      attempt: (p) => ({ violatedUs: crashed(p).includes(0) ? 500_000 : null, work: 1 }),
      workMax: 1_000,
      noiseQuick: 1,
      noiseThorough: 1,
    });
    assert.equal(small.durationUs, 1_500_000);
    assert.deepEqual(crashed(small), [0]);
  });

  it('is minimal, and says how that was tried: each single step, under each noise', () => {
    const failing = program(6, 3);
    let last: Program[] = [];
    const { program: small, minimal } = shrink(failing, {
      attempt: (p) => {
        const isFailing = crashed(p).includes(3) && asked(p).includes(2);
        last = isFailing ? [] : [...last, p];
        return { violatedUs: isFailing ? 1_000_000 : null, work: 1 };
      },
      workMax: 10_000,
      noiseQuick: 1,
      noiseThorough: 5,
    });
    assert.deepEqual([crashed(small), asked(small)], [[3], [2]]);
    assert.equal(minimal?.noises, 5);
    const without = (p: Program): boolean => p.faults.length === 0 || asked(p).length === 0;
    assert.ok(last.filter(without).length >= 2 * 5, 'each step was left out five times at the end');
  });

  it('finds a short stretch of a long story that fails by luck', () => {
    // Any two crashes of node 3 and 4 in a row fail, under one noise in ten.
    const long = program(200, 0);
    const faults = long.faults.map((f, i) => crash(i % 5, f.atUs));
    const isPair = (p: Program): boolean =>
      crashed(p).some((node, i) => node === 3 && crashed(p)[i + 1] === 4);
    const { program: small, attempts } = shrink(
      { ...long, faults },
      {
        attempt: (p) => ({
          violatedUs: isPair(p) && p.noiseSeed % 10 === 7 ? 30_000_000 : null,
          spans: new Map(),
          work: p.faults.length,
        }),
        workMax: 100_000,
        noiseQuick: 3,
        noiseThorough: 30,
      },
    );
    assert.deepEqual(crashed(small), [3, 4]);
    assert.ok(attempts < 400, `${attempts} tries`);
  });

  it('refuses a program that does not fail', () => {
    assert.throws(
      () =>
        shrink(program(1, 1), {
          attempt: () => ({ violatedUs: null, work: 1 }),
          workMax: 10,
          noiseQuick: 1,
          noiseThorough: 1,
        }),
      /does not fail/,
    );
  });
});
