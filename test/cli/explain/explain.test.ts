/** The four questions: each with a planted cause, and without; from runs, from nodes that answer, and from none. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { explainCommand } from '../../../harness/cli/explain/explain.ts';
import { sceneOfCluster } from '../../../harness/cli/explain/scene-of-cluster.ts';
import { sceneOfRun } from '../../../harness/cli/explain/scene-of-run.ts';
import type { Scene } from '../../../harness/cli/explain/scene.ts';
import { answersTo } from '../../../harness/cli/explain/walk.ts';
import type { Answer, QuestionId } from '../../../harness/cli/explain/walk.ts';
import { scenariosMatching } from '../../../harness/cli/scenarios.ts';
import { secondsUs } from '../../../harness/core/duration.ts';
import { programOf } from '../../../harness/runner/run-scenario.ts';
import { simulation } from '../../../harness/simulation/environment.ts';
import { reference } from '../../../reference-impl/system.ts';
import { antlion, skipUnlessBuilt } from '../antlion.ts';

function sceneOf(name: string, mutant: string | null, atS?: number): Scene {
  const [scenario] = scenariosMatching([name]);
  assert.ok(scenario !== undefined);
  const drawn = programOf(scenario, 1, 'virtual', mutant);
  // What comes after the moment is not run.
  const durationUs = atS === undefined ? drawn.durationUs : secondsUs(atS);
  const program = { ...drawn, durationUs };
  const { history } = simulation().run(reference, program);
  return sceneOfRun(history, program, atS === undefined ? history.endUs : secondsUs(atS));
}

function answer(scene: Scene, question: QuestionId, service: string | null = null): Answer {
  const [only] = answersTo({ question, service, key: null }, scene);
  assert.ok(only !== undefined);
  return only;
}

/** What was found to be a cause: looked at, and in words. */
function causes({ steps }: Answer): string[] {
  return steps.filter((s) => s.kind === 'cause').map((s) => `${s.looked}: ${s.found}`);
}

describe('service not found?', () => {
  it('finds the process that is down, the lease that expired, the checks that fail', () => {
    const told = answer(sceneOf('instance-crash', null, 45), 'not-found', 'back');
    assert.equal(told.kind, 'cause');
    const [process, lease, path, check] = causes(told);
    assert.match(process ?? '', /^processes: down: back-1$/);
    assert.match(lease ?? '', /^registration: back-1's lease is expired since 3\d\.\d{3} s$/);
    assert.match(path ?? '', /^paths: crash back-1/);
    assert.match(check ?? '', /^health checks: front-0's checks of back-1 fail/);
    assert.ok(told.steps.every((s) => s.kind !== 'cause' || s.next !== null));
  });

  it('finds nothing where nothing is wrong, and says of what is not there that nobody knows', () => {
    const scene = sceneOf('steady-load', null, 20);
    assert.equal(answer(scene, 'not-found', 'back').kind, 'clear');
    assert.equal(answer(scene, 'not-found', 'nothing').kind, 'unknown');
  });

  it('does not know what no registry tells', () => {
    const scene = { ...sceneOf('steady-load', null, 20), leases: null };
    assert.equal(answer(scene, 'not-found', 'back').kind, 'unknown');
  });
});

describe('configuration drift?', () => {
  it('tells news that are not taken from news that are late', () => {
    const scene = sceneOf('config-changes', 'config-never-refreshed');
    const told = answer(scene, 'drift');
    assert.equal(told.steps[0]?.kind, 'symptom');
    assert.match(causes(told)[0] ?? '', /propagation to front-0: .* does not go by them/);
    const late = {
      ...scene,
      nodes: scene.nodes.map((n) => ({ ...n, configAgeUs: secondsUs(70) })),
    };
    assert.match(causes(answer(late, 'drift'))[0] ?? '', /last confirmed 70 s ago, more than 60 s/);
    const silent = { ...scene, nodes: scene.nodes.map((n) => ({ ...n, configAgeUs: null })) };
    assert.equal(answer(silent, 'drift').kind, 'unknown');
  });

  it('finds none in the same story of the sound node', () => {
    assert.equal(answer(sceneOf('config-changes', null), 'drift').kind, 'clear');
  });
});

describe('cascading failure?', () => {
  it('finds the circuit that should be open and is not', () => {
    const told = answer(sceneOf('failing-dependency', 'breaker-never-opens', 60), 'cascade');
    const [first] = causes(told);
    assert.match(first ?? '', /^circuit of front-\d to back: should have opened by 5 failures/);
  });

  it('finds none where circuits keep it where it is', () => {
    const told = answer(sceneOf('failing-dependency', null, 60), 'cascade');
    assert.equal(told.kind, 'clear', causes(told).join('\n'));
    assert.match(told.steps[0]?.found ?? '', /of \d+ calls of back failed/);
  });

  it('does not know where nobody called anything', () => {
    const scene = sceneOf('steady-load', null, 20);
    const idle = { ...scene, nodes: scene.nodes.map((n) => ({ ...n, calls: [] })) };
    assert.equal(answer(idle, 'cascade').kind, 'unknown');
  });
});

describe('load imbalance?', () => {
  it('finds the choice that is uneven', () => {
    const told = answer(sceneOf('steady-load', 'balancer-first'), 'imbalance', 'back');
    assert.equal(told.kind, 'cause');
    assert.match(causes(told).join('\n'), /^choice \(hash function, ties\): front-0: back-0 \d+/);
  });

  it('finds the instance that callers do not know, or spare for its health', () => {
    const scene = sceneOf('steady-load', 'balancer-first');
    const short = {
      ...scene,
      nodes: scene.nodes.map((n) => ({ ...n, lists: new Map([['back', ['back-0', 'back-1']]]) })),
    };
    assert.match(causes(answer(short, 'imbalance', 'back'))[0] ?? '', /does not list back-2/);
    const sick = { ...scene, nodes: scene.nodes.map((n) => ({ ...n, critical: ['back-2'] })) };
    assert.match(causes(answer(sick, 'imbalance', 'back'))[0] ?? '', /spares back-2/);
  });

  it('finds none where load is even, and does not know where there is little', () => {
    const scene = sceneOf('steady-load', null);
    assert.equal(answer(scene, 'imbalance', 'back').kind, 'clear');
    const few = { ...scene, nodes: scene.nodes.map((n) => ({ ...n, calls: n.calls.slice(-2) })) };
    assert.equal(answer(few, 'imbalance', 'back').kind, 'unknown');
  });
});

describe('nodes that answer over HTTP', () => {
  const servers: Server[] = [];
  const urls: string[] = [];
  const evidence = (kind: string, subject: string, value: unknown): object => {
    return { kind, subject, binding: 'five failures', value, issuedUs: 1_000_000, staleUsMax: 0 };
  };
  const told = (
    health: Readonly<Record<string, unknown>>,
    more: Readonly<Record<string, unknown>>,
  ): Record<string, unknown> => ({
    '/health': { role: 'follower', upUs: 90_000_000, ...health },
    '/members': [
      { member: 1, status: 'dead', incarnation: 0 },
      { member: 3, status: 'alive', name: 'back-0', role: 'service', service: 'back' },
      { member: 4, status: 'dead', name: 'back-1', role: 'service', service: 'back' },
    ],
    '/services': { services: { back: {} }, revision: 1 },
    '/services/back': { instances: [{ service: 'back', instance: 'back-0' }] },
    ...more,
  });
  const server = (id: number, value: number, version: number): Record<string, unknown> =>
    told(
      { name: `server-${id}`, id },
      {
        '/kv': { entries: [{ key: 'config/limit', value, version }] },
        '/decisions': {
          mode: { mode: 'target' },
          evidence: [evidence('config', 'config/', {})],
          calls: [],
        },
      },
    );

  before(async () => {
    const call = { service: 'back', instance: 3, outcome: 'timeout' };
    const front = told(
      { name: 'front-0', id: 2, role: 'service', service: 'front' },
      {
        '/decisions': {
          mode: { mode: 'target' },
          evidence: [
            evidence('circuit', 'back', 'closed'),
            evidence('routing-table', 'back', { source: 'registry', size: 1, digest: 1 }),
          ],
          calls: Array.from({ length: 8 }, () => call),
        },
      },
    );
    for (const answers of [server(0, 2, 9), server(1, 1, 5), front]) {
      const one = createServer((q, r) => {
        const path = (q.url ?? '').replace(/\?.*/, '');
        r.writeHead(path in answers ? 200 : 404).end(JSON.stringify(answers[path] ?? {}));
      });
      await new Promise<void>((done) => void one.listen(0, '127.0.0.1', done));
      servers.push(one);
      urls.push(`http://127.0.0.1:${(one.address() as AddressInfo).port}`);
    }
  });
  after(() => servers.forEach((s) => s.close()));

  it('are walked through as runs are', async () => {
    const scene = await sceneOfCluster(urls);
    const drift = answer(scene, 'drift');
    assert.match(drift.steps[0]?.found ?? '', /server-1 has 1 of revision 5 .* 2 of revision 9/);
    assert.match(
      causes(drift).join('\n'),
      /last confirmed 89 s ago[^]*server-0 takes server-1 for dead/,
    );
    const [circuit] = causes(answer(scene, 'cascade'));
    assert.match(circuit ?? '', /should be OPEN, by 8 failures .* is CLOSED/);
    assert.equal(answer(scene, 'imbalance', 'front').kind, 'unknown');
  });

  it('know who is there beside those that were asked, and who is down', async () => {
    const told = causes(answer(await sceneOfCluster(urls), 'not-found', 'back'));
    assert.equal(told[0], 'processes: down: back-1');
    assert.match(told[1] ?? '', /^registration: back-1 is not registered$/);
  });

  it('that are silent are trouble, and none at all is an error', async () => {
    const scene = await sceneOfCluster([...urls, 'http://127.0.0.1:1']);
    assert.ok(scene.troubles.some((t) => t.text === 'http://127.0.0.1:1 does not answer'));
    await assert.rejects(sceneOfCluster(['http://127.0.0.1:1']), /answers GET \/health/);
  });
});

describe('antlion explain', () => {
  before(function () {
    skipUnlessBuilt(this);
  });

  it('says what was looked at, what was found, and what to do next', async () => {
    const words = ['steady-load', '--mutant', 'balancer-first', '--question', 'imbalance'];
    const { code, stdout } = await antlion(['explain', ...words, '--service', 'back']);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^Evidence at \d+\.\d{3} s:\n\nLoad imbalance\? back: a cause was found\n! calls by/,
    );
    assert.match(stdout, /✖ choice[^]*Next: These know all instances/);
  });

  const flags = { seed: 1, json: false } as const;
  for (const [sources, more, wanted] of [
    [['steady-load'], { question: 'why' }, /no such question, got why.*not-found/],
    [['steady-load', 'election'], {}, /one run is explained/],
    [['http://127.0.0.1:1', 'steady-load'], {}, /Name addresses alone/],
    [['http://127.0.0.1:1'], { at: '1s' }, /as it is now/],
    [['election'], { at: '1h' }, /after the end of the run/],
    [['*'], {}, /one run is explained/],
  ] as const) {
    it(`refuses ${sources.join(' ')} ${JSON.stringify(more)}`, async () => {
      await assert.rejects(explainCommand(sources, { ...flags, ...more }), wanted);
    });
  }
});
