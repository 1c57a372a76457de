/** The suite: what a system knows and promises, under each trouble; and it holds on the reference cluster. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { programOf, runScenario, simulation } from '../../harness/index.ts';
import type { Fault } from '../../harness/index.ts';
import { suiteFor } from '../../harness/cli/products/suites.ts';
import { suiteOf } from '../../scenarios/suite/suite.ts';
import type { SuiteOptions } from '../../scenarios/suite/suite.ts';
import { redis } from '../../harness/systems/redis/index.ts';
import { redlock } from '../../harness/systems/redis/redlock.ts';
import { reference } from '../../reference-impl/system.ts';

const locksOnly: SuiteOptions = {
  servers: 5,
  hasLeader: false,
  arePeersOurs: false,
  operations: 1_000,
  known: new Set(['acquire', 'release', 'write-fenced', 'read']),
  promised: new Set(['mutual-exclusion', 'fencing']),
};

const faultsOf = (options: SuiteOptions, name: string, seed: number): readonly Fault[] => {
  const scenario = suiteOf(options).find((s) => s.name === name);
  assert.ok(scenario !== undefined, name);
  return programOf(scenario, seed, 'real', null).faults;
};

const aimOf = (fault: Fault | undefined): string => {
  if (fault === undefined) return 'nothing';
  if ('nodes' in fault) return `${fault.kind} ${fault.nodes.of}`;
  const { from, to, bothWays } = fault.links;
  return `${fault.kind} ${from.of} ${bothWays ? '⇎' : '⇏'} ${to.of}`;
};

describe('the suite', function () {
  this.timeout(120_000);

  it('asks for what a system knows and promises, and first does nothing to it', () => {
    const names = suiteOf(locksOnly).map((s) => s.name);
    const troubles = ['calm', 'kill', 'pause', 'partition', 'one-way', 'slow', 'rolling', 'clock'];
    assert.deepEqual(
      names,
      troubles.map((t) => `locks-${t}`),
    );
    assert.deepEqual(suiteOf(locksOnly)[0]?.promises, ['mutual-exclusion', 'fencing']);
    assert.deepEqual(suiteOf({ ...locksOnly, promised: new Set(['linearizable-ish']) }), []);
    const ofReference = suiteFor(reference, { members: 3, arePeersOurs: true });
    assert.equal(ofReference.length, 11 * troubles.length);
    assert.ok(ofReference.slice(0, 11).every((s) => s.name.endsWith('-calm')));
  });

  it('troubles any member where nobody leads, and clients where members have no links', () => {
    const aims = (options: SuiteOptions): string[] =>
      ['kill', 'pause', 'partition', 'one-way', 'slow', 'rolling'].map((trouble) =>
        aimOf(faultsOf(options, `locks-${trouble}`, 1)[0]),
      );
    assert.deepEqual(aims(locksOnly), [
      'crash node',
      'pause node',
      'partition nodes ⇎ node',
      'partition nodes ⇏ node',
      'latency nodes ⇎ node',
      'crash node',
    ]);
    assert.deepEqual(aims({ ...locksOnly, servers: 3, hasLeader: true, arePeersOurs: true }), [
      'crash leader',
      'pause leader',
      'partition leader ⇎ follower',
      'partition leader ⇏ servers',
      'latency leader ⇎ servers',
      'crash node',
    ]);
  });

  it('restarts every member, and each one cleanly', () => {
    const faults = faultsOf(locksOnly, 'locks-rolling', 1);
    const nodes = faults.map((f) => ('nodes' in f && f.nodes.of === 'node' ? f.nodes.node : -1));
    assert.deepEqual(nodes, [0, 1, 2, 3, 4]);
    assert.ok(faults.every((f) => f.kind === 'crash' && f.clean === true));
    assert.ok(faults.every((f, i) => i === 0 || f.atUs > (faults[i - 1] as Fault).untilUs));
  });

  it('has more rounds of trouble for more operations, and as many operations as are wanted', () => {
    const many = { ...locksOnly, operations: 5_000 };
    assert.equal(faultsOf(locksOnly, 'locks-kill', 1).length, 1);
    assert.equal(faultsOf(many, 'locks-kill', 1).length, 4);
    for (const scenario of suiteFor(reference, {
      members: 3,
      arePeersOurs: true,
      operations: 5_000,
    })) {
      const { clients } = programOf(scenario, 1, 'real', null);
      const all = clients.reduce((n, operations) => n + operations.length, 0);
      assert.ok(all >= 5_000, `${scenario.name} has ${all}`);
    }
  });

  it('fits what is built in: Redis has one member, Redlock neither leader nor links', () => {
    const of = (m: typeof redis): string[] => {
      const { system, launch } = m.open({});
      const ground = { members: launch?.members ?? 3, arePeersOurs: false };
      return suiteFor(system, ground).map((s) => s.claim);
    };
    assert.ok(of(redis).some((claim) => claim.includes('while its one member is killed')));
    assert.ok(
      of(redlock).some((claim) => claim.endsWith('while a member is killed and comes back.')),
    );
  });

  for (const scenario of suiteFor(reference, { members: 3, arePeersOurs: true, operations: 500 })) {
    it(`holds on the reference cluster: ${scenario.name}`, () => {
      const program = programOf(scenario, 1, 'virtual', null);
      const { verdict, judgement } = runScenario(simulation(), reference, scenario, program);
      assert.equal(verdict, 'holds', JSON.stringify(judgement.verdicts));
      assert.ok(judgement.operations >= 500, `${judgement.operations} operations`);
    });
  }
});
