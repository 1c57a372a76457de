/** The reference cluster by the public API alone, as a user would test a system of their own. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { kv, property, simulation } from '../../harness/index.ts';
import { reference } from '../../reference-impl/system.ts';

const shared = {
  environment: simulation(),
  system: reference,
  cluster: { servers: [3, 5], clients: 3 },
  operations: kv({ count: 20, keys: 2 }),
  faults: { kinds: ['partition', 'crash', 'pause', 'loss', 'latency'], count: [1, 6] },
  promises: ['linearizable', 'election-safety', 'log-matching'],
} as const;

describe('reference cluster', function () {
  this.timeout(240_000);

  it('keeps its promises whatever the mixture of faults', () => {
    property({ ...shared, runs: 60 });
  });

  it('breaks one when its leader answers reads without asking, in numbered steps', () => {
    const settings = { mutant: 'stale-read' };
    assert.throws(
      () => property({ ...shared, name: 'stale', settings, runs: 300 }),
      (e: Error) => {
        assert.match(e.message, /^stale: linearizable is violated \(run \d+, seed 1\)/);
        assert.match(e.message, /\n +1 .*[^]*\n +2 /);
        assert.match(e.message, /\n  replay: antlion replay antlion2\.[\w-]+$/);
        return true;
      },
    );
  });
});
