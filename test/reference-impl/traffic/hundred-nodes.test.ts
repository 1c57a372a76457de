/** A limit of 1,000 a second over 100 nodes (R7): used up when whole, never passed when cut in two. */
import assert from 'node:assert/strict';
import type { Fault } from '../../../harness/core/fault.ts';
import type { History } from '../../../harness/core/history.ts';
import type { Program } from '../../../harness/core/program.ts';
import { programOf } from '../../../harness/runner/run-scenario.ts';
import { rateLimit } from '../../../harness/invariants/rate-limit.ts';
import { simulation } from '../../../harness/simulation/environment.ts';
import { cluster, defineScenario, drawOperations, secondsUs } from '../../../harness/spec.ts';
import { reference } from '../../../reference-impl/system.ts';

const [nodes, clients] = [100, 120];
const perSecond = 1_000;
/** Seconds: twice the limit is asked of everybody from 12 on, after a time in which tokens were saved. */
const [from, until] = [12, 36];

function run(faults: readonly Fault[], isHot: boolean): { history: History; program: Program } {
  const pauseUs = Math.floor((secondsUs(1) * clients) / (2 * perSecond));
  const story = defineScenario({
    name: 'hundred-nodes',
    claim: 'a limit over 100 nodes',
    promises: ['rate-limit'],
    story: (draw) => ({
      shape: cluster({ servers: 1, services: [{ name: 'front', instances: nodes - 1 }], clients }),
      faults,
      clients: drawOperations(
        draw.fork('takes'),
        { clients, count: Math.floor(secondsUs(until - from) / pauseUs), pauseUs },
        (d) => ({ f: 'take', key: 'limit', value: d.below(isHot ? 3 : nodes) }),
      ).map((list) => list.map((o, i) => (i === 0 ? { ...o, afterUs: secondsUs(from) } : o))),
      durationUs: secondsUs(until + 2),
      deadlineUs: secondsUs(1) / 5,
      extra: { modes: false, rateLimit: {} },
    }),
  });
  const program = programOf(story, 1, 'virtual', null);
  return { history: simulation().run(reference, program).history, program };
}

/** Admitted between these seconds. */
function admitted({ events }: History, a: number, b: number): number {
  const isIn = (us: number): boolean => us >= secondsUs(a) && us < secondsUs(b);
  return events.filter((e) => e.type === 'ok' && e.f === 'take' && isIn(e.timeUs)).length;
}

describe('a limit over 100 nodes', () => {
  it('lets twice the limit through for ten seconds, then what it is within 5 %', () => {
    const { history, program } = run([], false);
    assert.ok(admitted(history, 13, 22) > 9 * 1.9 * perSecond);
    const after = admitted(history, 26, 36) / 10;
    assert.ok(Math.abs(after - perSecond) <= 0.05 * perSecond, `${after} a second`);
    assert.equal(rateLimit().judge(history, program).kind, 'holds');
  });

  it('is never passed while it is cut in two, and used up by both halves', () => {
    const half = (first: number): number[] => Array.from({ length: 50 }, (_, i) => first + i);
    const cut: Fault = {
      kind: 'partition',
      mode: 'drop',
      atUs: secondsUs(18),
      untilUs: secondsUs(34),
      links: {
        from: { of: 'nodes', nodes: half(0) },
        to: { of: 'nodes', nodes: half(50) },
        bothWays: true,
      },
    };
    const { history, program } = run([cut], false);
    assert.equal(rateLimit().judge(history, program).kind, 'holds');
    const during = admitted(history, 26, 34) / 8;
    assert.ok(Math.abs(during - perSecond) <= 0.05 * perSecond, `${during} a second`);
  });

  it('spills over: three nodes that get all calls let most of the limit of all hundred through', () => {
    const { history, program } = run([], true);
    assert.equal(rateLimit().judge(history, program).kind, 'holds');
    // By themselves they may let 30 a second through.
    assert.ok(admitted(history, 26, 36) / 10 > 0.8 * perSecond);
  });
});
