/** What a suite must come across: each of the usual ones is reached by some run, and missed by others. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { HistoryEvent } from '../../harness/core/history.ts';
import type { Program } from '../../harness/core/program.ts';
import { kv, property, simulation, usualSometimes } from '../../harness/index.ts';
import type { Sometimes } from '../../harness/index.ts';
import { programOf, runScenario } from '../../harness/runner/run-scenario.ts';
import { SometimesCoverage } from '../../harness/runner/sometimes.ts';
import { cluster } from '../../harness/workload/cluster.ts';
import { reference } from '../../reference-impl/system.ts';
import { instanceCrash } from '../../reference-impl/discovery/scenario.ts';
import { mixedFaults } from '../../scenarios/mixed-faults.ts';
import { pausedHolder } from '../../scenarios/paused-holder.ts';
import { registryLost } from '../../reference-impl/mode/scenarios/registry-lost.ts';

const all = [...usualSometimes, ...(reference.sometimes ?? [])];
const named = (id: string) => all.find((s) => s.id === id) ?? assert.fail(`no sometimes ${id}`);
const program: Program = {
  scenario: 's',
  shape: cluster({ servers: 3, services: [{ name: 'back', instances: 1 }], clients: 1 }),
  faults: [],
  clients: [],
  durationUs: 100,
  noiseSeed: 1,
  settings: { policyDivisor: 1, deadlineUs: 1, mutant: null, extra: {} },
};
const reached = (id: string, events: HistoryEvent[]): boolean =>
  named(id).reached({ events, readyUs: 0, endUs: 100 }, program);
const node = (timeUs: number, change: 'started' | 'crashed'): HistoryEvent => ({
  type: 'node',
  timeUs,
  node: 3,
  change,
});
const expired = (timeUs: number): HistoryEvent => ({
  type: 'observe',
  timeUs,
  node: 0,
  value: {
    kind: 'lease',
    change: 'expired',
    service: 'back',
    instance: 3,
    ttlUs: 1,
    revision: 1,
  },
});
const op = (type: 'invoke' | 'ok', id: number, f: string, version?: number): HistoryEvent => ({
  type,
  timeUs: id,
  process: id,
  op: id,
  f,
  key: 'k',
  value: null,
  ...(version !== undefined && { version }),
});

describe('sometimes', () => {
  it('tells an expired lease of a living instance from one of a dead one', () => {
    const up = [node(1, 'started'), expired(2)];
    const down = [node(1, 'started'), node(2, 'crashed'), expired(3)];
    assert.equal(reached('lease-expired-up', up), true);
    assert.equal(reached('lease-expired-down', up), false);
    assert.equal(reached('lease-expired-up', down), false);
    assert.equal(reached('lease-expired-down', down), true);
  });

  it('calls a read stale when a newer version had been acknowledged before it began', () => {
    const write = [op('invoke', 1, 'write'), op('ok', 1, 'write', 5)];
    const old = op('ok', 2, 'read-stale', 4);
    assert.equal(
      reached('stale-read-served', [...write, op('invoke', 2, 'read-stale'), old]),
      true,
    );
    assert.equal(
      reached('stale-read-served', [op('invoke', 2, 'read-stale'), ...write, old]),
      false,
    );
  });

  it('sees a write under a partition only while both last', () => {
    const partition = (phase: 'begin' | 'end'): HistoryEvent => ({
      type: 'fault',
      timeUs: 1,
      phase,
      fault: 0,
      kind: 'partition',
      nodes: [],
    });
    const write = [op('invoke', 1, 'write'), op('ok', 1, 'write', 5)];
    const id = 'partition-overlapped-write';
    assert.equal(reached(id, [partition('begin'), ...write, partition('end')]), true);
    assert.equal(reached(id, [partition('begin'), partition('end'), ...write]), false);
  });

  it('reaches all of it in eight runs of four scenarios', function () {
    // Half a minute of computing; a busy machine takes minutes for it.
    this.timeout(300_000);
    const suite = new SometimesCoverage(all);
    for (const scenario of [mixedFaults, instanceCrash, registryLost, pausedHolder]) {
      for (let seed = 1; seed <= 8; seed++) {
        const drawn = programOf(scenario, seed, 'virtual', null);
        const { run } = runScenario(simulation(), reference, scenario, drawn);
        suite.add(run.history, drawn);
      }
    }
    assert.deepEqual(suite.lines(), []);
  });

  const quiet = {
    environment: simulation(),
    system: reference,
    cluster: { servers: 3, clients: 2 },
    operations: kv(),
    promises: ['linearizable'],
    sometimes: all,
    runs: 5,
  } as const;

  it('fails a property that never reached one that it could have', () => {
    const impossible: Sometimes = {
      id: 'pigs-flew',
      claim: 'a pig flew',
      applies: () => true,
      reached: () => false,
    };
    const slow = { kinds: ['latency'], count: [1, 1] } as const;
    assert.throws(
      () => property({ ...quiet, faults: slow, runs: 1, sometimes: [impossible] }),
      /did not reach all that it must:\n {2}never in 1 runs: a pig flew \(pigs-flew\)/,
    );
  });

  it('asks for nothing that its programs cannot reach', () => {
    property({ ...quiet, faults: { kinds: ['latency'], count: [0, 0] } });
  });
});
