/** What a mutant changes is what runs: four of them once changed rules that another mechanism put back. */
import assert from 'node:assert/strict';
import { cluster } from '../../harness/workload/cluster.ts';
import { rulesInForce } from '../../reference-impl/consensus/index.ts';
import { mechanisms } from '../../reference-impl/mechanisms.ts';

describe('the rules of a mutant of the servers', () => {
  const own = mechanisms.filter((m) => m.id === 'consensus' || m.shape === 'table');
  for (const [id, { rules = {} }] of own.flatMap((m) => Object.entries(m.mutants ?? {}))) {
    if (Object.keys(rules).length === 0) continue;
    it(`are in force: ${id}`, () => {
      const settings = { policyDivisor: 1, deadlineUs: 1, mutant: id, extra: {} };
      const config = { id: 0, shape: cluster({ servers: 3, clients: 1 }), settings };
      const inForce = rulesInForce(mechanisms, config) as unknown as Record<string, unknown>;
      for (const [name, rule] of Object.entries(rules)) assert.equal(inForce[name], rule, name);
    });
  }
});
