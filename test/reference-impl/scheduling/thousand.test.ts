/** A thousand pods on a hundred machines, by three schedulers at once: each is placed, and no machine is promised twice. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Prng } from '../../../harness/core/prng.ts';
import type { Program } from '../../../harness/core/program.ts';
import { simulation } from '../../../harness/simulation/environment.ts';
import { cluster } from '../../../harness/workload/cluster.ts';
import { reference } from '../../../reference-impl/system.ts';
import { noOvercommit } from '../../../reference-impl/scheduling/judge/no-overcommit.ts';
import { noneStarved } from '../../../reference-impl/scheduling/judge/none-starved.ts';
import { placedWhereAllowed } from '../../../reference-impl/scheduling/judge/placed-where-allowed.ts';
import { placementsOf } from '../../../reference-impl/scheduling/judge/placements.ts';
import { podOperations } from '../../../reference-impl/scheduling/scenario.ts';

describe('a thousand pods on a hundred machines', () => {
  it('are placed by three schedulers, none of which locks anything', () => {
    const draw = new Prng(1);
    // On the average 1.5 each: 1,500 of the 1,600 that the machines have, a quarter of them tainted.
    const clients = podOperations(draw, { machines: 100, pods: 1_000, cpuMax: 2, pauseUs: 20_000 });
    const program: Program = {
      scenario: 'thousand',
      shape: cluster({ servers: 1, clients: clients.length }),
      faults: [],
      clients,
      durationUs: 30_000_000,
      noiseSeed: 3,
      settings: {
        policyDivisor: 1,
        deadlineUs: 5_000_000,
        mutant: null,
        extra: { modes: false, scheduling: {} },
      },
    };
    const { history } = simulation().run(reference, program);
    for (const promise of [noOvercommit(), placedWhereAllowed(), noneStarved()]) {
      const verdict = promise.judge(history, program);
      assert.equal(verdict.kind, 'holds', JSON.stringify(verdict));
    }
    const { wanted, on } = placementsOf(history);
    const placed = [...on.values()].flat().length;
    assert.ok(wanted.every((w) => w.ended?.type === 'ok' || w.ended?.type === 'fail'));
    assert.equal(on.size, 100);
    // The rest wants to be apart, or a zone, where no machine without taints is left.
    assert.ok(placed >= 980, `${placed} of ${wanted.length}`);
  });
});
