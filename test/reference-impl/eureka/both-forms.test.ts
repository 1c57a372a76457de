/** One fault, two forms of registry: what agrees gives up the instances that it cannot hear, what does not keeps them. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { programOf, runScenario } from '../../../harness/runner/run-scenario.ts';
import { simulation } from '../../../harness/simulation/environment.ts';
import { renewalsLost } from '../../../reference-impl/eureka/scenarios/renewals-lost.ts';
import { reference } from '../../../reference-impl/system.ts';

describe('a registry that a third of the instances cannot reach', () => {
  it('gives their leases up where it agrees (CP), and keeps them where it does not (AP)', () => {
    const program = programOf(renewalsLost, 1, 'virtual', null);
    const { run, verdict } = runScenario(simulation(), reference, renewalsLost, program);
    assert.equal(verdict, 'holds');
    const [cut] = program.faults.flatMap((f) => (f.kind === 'partition' ? [f.links.from] : []));
    assert.ok(cut?.of === 'nodes');
    const expired = new Set<number | string>();
    const evicted = new Set<string>();
    for (const e of run.history.events) {
      if (e.type !== 'observe') continue;
      if (e.value.kind === 'lease' && e.value.change === 'expired') expired.add(e.value.instance);
      if (e.value.kind === 'eureka-lease' && e.value.change === 'evicted') {
        evicted.add(e.value.instance.replace(/^.*\//, ''));
      }
    }
    const names = cut.nodes.map((n) => program.shape.nodes[n]?.name ?? '');
    assert.deepEqual(
      names.filter((n) => evicted.has(n)),
      [],
    );
    assert.ok(evicted.size === 1, 'the one that died is evicted');
    const given = cut.nodes.filter((n) => expired.has(n));
    assert.ok(
      given.length >= cut.nodes.length / 2,
      `${given.length} of ${cut.nodes.length} leases ended`,
    );
  });
});
