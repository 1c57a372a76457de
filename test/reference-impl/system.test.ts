/** The reference cluster as a whole: what it refuses, when it is ready, and that health is quiet. */
import assert from 'node:assert/strict';
import { minutesUs, secondsUs } from '../../harness/core/duration.ts';
import type { HistoryEvent } from '../../harness/core/history.ts';
import type { Json } from '../../harness/core/host.ts';
import type { Observation } from '../../harness/core/observation.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { Program, Shape } from '../../harness/core/program.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { cluster } from '../../harness/workload/cluster.ts';
import { requestOperations } from '../../harness/workload/request/index.ts';
import { reference } from '../../reference-impl/system.ts';
import { promisesFor } from '../../harness/runner/run-scenario.ts';

const shape = cluster({
  servers: 3,
  services: [
    { name: 'front', instances: 2, calls: ['back'] },
    { name: 'back', instances: 2 },
  ],
  clients: 2,
});

function program(parts: Partial<Program>, extra: Record<string, Json> = {}): Program {
  return {
    scenario: 'health',
    shape,
    faults: [],
    clients: [[], []],
    durationUs: secondsUs(1),
    noiseSeed: 1,
    settings: { policyDivisor: 1, deadlineUs: secondsUs(2), mutant: null, extra },
    ...parts,
  };
}

describe('the reference system', () => {
  it('refuses a shape without servers, and roles that it does not know', () => {
    const run = (bad: Shape): void => void simulation().run(reference, program({ shape: bad }));
    const [server] = shape.nodes;
    assert.ok(server !== undefined);
    assert.throws(
      () => run({ clients: 0, nodes: shape.nodes.slice(3) }),
      /E_CONFIG: the shape has 0 servers/,
    );
    assert.throws(
      () => run({ clients: 0, nodes: [server, { ...server, role: 'router' }] }),
      /E_CONFIG: .* and a "router"/,
    );
  });

  it('is launched by its compiled entry, from sources too', () => {
    assert.match(reference.machine?.entry ?? '', /\/dist\/reference-impl\/main\.js$/);
  });

  it('is ready when a leader leads and every instance is registered', () => {
    const readiness = reference.readiness?.(program({}));
    const says = (node: number, value: Observation): boolean | undefined =>
      readiness?.event({ type: 'observe', timeUs: 0, node, value } satisfies HistoryEvent);
    const lease = (instance: number): Observation => ({
      kind: 'lease',
      change: 'registered',
      service: 'any',
      instance,
      ttlUs: 1,
      revision: 1,
    });
    assert.equal(says(1, { kind: 'role', role: 'leader', term: 1 }), false);
    for (const instance of [3, 4, 6]) assert.equal(says(1, lease(instance)), false);
    assert.equal(says(1, lease(5)), true);
  });

  it('is quiet for half an hour of health: calls succeed, modes and circuits stay, all promises hold', () => {
    const healthy = program(
      {
        durationUs: minutesUs(30),
        clients: requestOperations(new Prng(1), {
          clients: 2,
          count: 340,
          pauseUs: secondsUs(5),
          services: ['front', 'back'],
        }),
      },
      { trafficUs: secondsUs(2) },
    );
    const { history } = simulation().run(reference, healthy);
    const seen = new Map<string, number>();
    for (const e of history.events) {
      const kind = e.type === 'observe' ? e.value.kind : e.type;
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    }
    assert.equal(seen.get('ok'), 680);
    for (const kind of ['mode', 'circuit', 'fail', 'info']) assert.equal(seen.get(kind), undefined);
    for (const id of ['discovery', 'resilience', 'efficiency', 'mode-transitions']) {
      const [invariant] = promisesFor(reference, [id]).invariants;
      assert.equal(invariant?.judge(history, healthy).kind, 'holds', id);
    }
  });
});
