/** A property is green only when its runs ran, were judged, and proved something. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { kv, linearizableAs, property, simulation } from '../../harness/index.ts';
import type { Environment, Invariant, PropertyOptions, Run } from '../../harness/index.ts';
import { reference } from '../../reference-impl/system.ts';

const sound: PropertyOptions<Run> = {
  environment: simulation(),
  system: reference,
  cluster: { servers: 3, clients: 2 },
  operations: kv(),
  faults: { kinds: ['crash', 'partition'], count: [1, 3] },
  promises: ['linearizable'],
  runs: 3,
};

const judged = (judge: Invariant['judge']): Invariant => ({
  id: 'mine',
  area: 'SAFETY',
  claim: 'c',
  faultModel: 'any',
  judge,
});

const throwing = (what: string): never => {
  throw new TypeError(what);
};

/** The simulation, whose results arrive later: what a real environment looks like. */
const later: Environment<Promise<Run>> = {
  ...simulation(),
  name: 'processes',
  time: 'real',
  isSynchronous: false,
  run: (...given) => Promise.resolve(simulation().run(...given)),
};

describe('a property', () => {
  it('passes when its runs hold', () => property(sound));

  it('fails with the error of a judge that throws, and says in which run', () => {
    assert.throws(
      () => property({ ...sound, promises: [judged(() => throwing('a bug in my judge'))] }),
      (e: Error) => {
        assert.match(e.message, /run 1, seed 1.*TypeError: a bug in my judge/);
        assert.match((e.cause as Error).message, /a bug in my judge/);
        return true;
      },
    );
  });

  it('fails when a monitor throws', () => {
    const monitored: Invariant = {
      ...judged(() => ({ kind: 'holds', invariant: 'mine', basis: '' })),
      monitor: () => ({ event: () => throwing('a bug in my monitor') }),
    };
    assert.throws(() => property({ ...sound, promises: [monitored] }), /a bug in my monitor/);
  });

  it('fails when the model of a promise has a typo', () => {
    const mine = linearizableAs(
      { id: 'mine', area: 'CONSISTENCY', claim: 'c', faultModel: 'any' },
      {
        operations: ['read', 'write'],
        model: {
          kind: 'step',
          name: 'register',
          initial: null,
          step: (_, op) => (op as unknown as { inptu: { x: number } }).inptu.x,
          isPure: () => false,
        },
      },
    );
    assert.throws(() => property({ ...sound, promises: [mine] }), /TypeError.*undefined/);
  });

  it('fails when the environment throws, or rejects', async () => {
    const broken = { ...simulation(), run: () => throwing('E_NOT_READY: it did not come up') };
    assert.throws(() => property({ ...sound, environment: broken }), /it did not come up/);
    const rejecting = { ...later, run: () => Promise.reject(new Error('cluster did not come up')) };
    await assert.rejects(
      property<Promise<Run>>({ ...sound, environment: rejecting }),
      /cluster did not come up/,
    );
  });

  it('rejects as it would throw where runs take real time', async () => {
    await property<Promise<Run>>({ ...sound, environment: later });
    const mine = judged(() => throwing('a bug in my judge'));
    await assert.rejects(
      property<Promise<Run>>({ ...sound, environment: later, promises: [mine] }),
      /a bug in my judge/,
    );
  });

  const refused: Readonly<Record<string, [object, RegExp]>> = {
    'a mutant that does not exist': [
      { settings: { mutant: 'stale-raed' } },
      /E_MUTANT_UNKNOWN: .*"stale-raed"/,
    ],
    'a mutant at the wrong level': [{ mutant: 'stale-read' }, /E_CONFIG: .*mutant/],
    'no servers': [{ cluster: { servers: 0, clients: 2 } }, /E_CONFIG: .*servers/],
    'no servers among others': [
      { cluster: { servers: [3, 0], clients: 2 } },
      /E_CONFIG: .*servers/,
    ],
    'no clients': [{ cluster: { servers: 3, clients: 0 } }, /E_CONFIG: .*clients/],
    'no runs': [{ runs: 0 }, /E_CONFIG: .*runs/],
    'fewer runs than none': [{ runs: -1 }, /E_CONFIG: .*runs/],
    'half a run': [{ runs: 1.5 }, /E_CONFIG: .*runs/],
    'a seed of more than 32 bits': [{ seed: 2 ** 32 }, /E_CONFIG: .*seed.*4294967295/],
    'a negative seed': [{ seed: -1 }, /E_CONFIG: .*seed/],
    'a kind of fault that does not exist': [
      { faults: { kinds: ['partitoin'], count: [1, 2] } },
      /E_CONFIG: .*kinds/,
    ],
    'faults from more to fewer': [
      { faults: { kinds: ['crash'], count: [3, 1] } },
      /E_CONFIG: .*count/,
    ],
    'no promise': [{ promises: [] }, /E_CONFIG: .*promises/],
    'a promise that the system does not make': [
      { promises: ['lineraizable'] },
      /E_CONFIG: .*reference does not promise lineraizable/,
    ],
    'operations that the system does not know': [
      { operations: () => [[{ id: 0, afterUs: 0, f: 'raed', key: 'k', value: null }]] },
      /E_PLAN: .*raed/,
    ],
  };
  for (const [what, [change, message]] of Object.entries(refused)) {
    it(`refuses ${what}`, () => {
      assert.throws(() => property({ ...sound, ...change } as typeof sound), message);
    });
  }

  it('can expect a violation, and fails where none is found', () => {
    const explanation = { atUs: 0, sentences: [], ops: [] };
    const broken = judged(() => ({ kind: 'violated', invariant: 'mine', claim: 'c', explanation }));
    property({ ...sound, promises: [broken], expect: 'violated' });
    assert.throws(
      () => property({ ...sound, expect: 'violated' }),
      /a violation of linearizable was expected, and none was found in 3 runs of seed 1/,
    );
  });

  it('draws the same runs from the same seed, and others from another', () => {
    const drawn = (seed: number): string => {
      const seen: number[] = [];
      const inner = simulation();
      const environment: typeof inner = {
        ...inner,
        run: (system, program, options) => {
          seen.push(program.noiseSeed);
          return inner.run(system, program, options);
        },
      };
      property({ ...sound, environment, seed });
      return seen.join();
    };
    assert.equal(drawn(1), drawn(1));
    assert.equal(drawn(1).split(',').length, 3);
    assert.notEqual(drawn(1), drawn(2));
  });
});
