/** A program that throws kills its machine, as it would a process, and nothing else. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { HistoryEvent, Invariant, Program, Run, System } from '../../harness/index.ts';
import { simulation } from '../../harness/index.ts';
import { judge } from '../../harness/runner/judge.ts';
import { echoSystem } from '../conformance/echo-system.ts';
import { storm } from './storm.ts';

/** The echo system, whose node 1 throws at its first message after `afterUs`, once. */
function failing(afterUs: number, error: () => Error): System {
  const machine = echoSystem.machine ?? assert.fail('no machine');
  let isDone = false;
  return {
    ...echoSystem,
    machine: {
      ...machine,
      node: (config) =>
        machine.node(config).map((lane) => {
          if (config.id !== 1) return lane;
          const { component } = lane;
          const message: typeof component.message = (from, m, w, fx) => {
            component.message(from, m, w, fx);
            if (isDone || w.nowUs < afterUs) return;
            isDone = true;
            throw error();
          };
          return {
            ...lane,
            component: Object.assign(Object.create(component) as object, {
              message,
            }) as typeof component,
          };
        }),
    },
  };
}

const calm: Program = { ...storm(1, 0), faults: [] };
const holds: Invariant = {
  id: 'any',
  area: 'SAFETY',
  claim: 'c',
  faultModel: 'any',
  judge: () => ({ kind: 'holds', invariant: 'any', basis: 'nothing' }),
};
const failures = ({ history }: Run): HistoryEvent[] =>
  history.events.filter((e) => e.type === 'node' && e.change === 'failed');
const judged = (run: Run, nodeFailures?: 'expected') =>
  judge(run, calm, {
    invariants: [holds],
    successesMin: 1,
    isEveryKindEffective: true,
    nodeFailures,
  });

describe('a node whose program throws', () => {
  const broken = (): System => failing(3_000_000, () => new RangeError('no such shard'));

  it('has failed, with what it threw, and the others go on', () => {
    const run = simulation().run(broken(), calm);
    const [failed, ...more] = failures(run);
    assert.deepEqual(more, []);
    assert.ok(failed?.type === 'node' && failed.node === 1);
    assert.equal(failed.reason, 'RangeError: no such shard');
    const after = run.history.events.filter((e) => e.type === 'ok' && e.timeUs > failed.timeUs);
    assert.ok(after.length > 0, 'others answered afterwards');
  });

  it('makes the run unknown, naming node, time and reason, unless that is expected', () => {
    const run = simulation().run(broken(), calm);
    const judgement = judged(run);
    assert.equal(judgement.verdict, 'unknown');
    assert.match(
      judgement.verdicts.flatMap((v) => (v.kind === 'unknown' ? v.reason : [])).join(),
      /ended by itself after [\d.]+ m?s: RangeError: no such shard/,
    );
    assert.equal(judged(run, 'expected').verdict, 'holds');
    assert.equal(judged(simulation().run(echoSystem, calm)).verdict, 'holds');
  });

  it('is the same run again', () => {
    const again = simulation().run(broken(), calm);
    assert.deepEqual(simulation().run(broken(), calm), again);
  });

  it('cannot be paused, and comes back after a crash', () => {
    const nodes = { of: 'node', node: 1 } as const;
    const program: Program = {
      ...calm,
      durationUs: 12_000_000,
      faults: [
        { kind: 'pause', atUs: 5_000_000, untilUs: 6_000_000, nodes },
        { kind: 'crash', atUs: 8_000_000, untilUs: 9_000_000, nodes },
      ],
    };
    const { history } = simulation().run(
      failing(3_000_000, () => new Error('x')),
      program,
    );
    const story = history.events.flatMap((e) =>
      e.type === 'node' && e.node === 1 ? [e.change] : [],
    );
    assert.deepEqual(story.slice(0, 3), ['started', 'failed', 'started']);
  });

  it('before the cluster was ready is what keeps it from being so', () => {
    assert.throws(
      () =>
        simulation().run(
          failing(0, () => new Error('no licence')),
          calm,
        ),
      /E_NOT_READY: .* ended before the cluster was ready: Error: no licence/,
    );
  });

  it('is not blamed for what a judge throws, nor is a client', () => {
    const bad: Invariant = {
      ...holds,
      monitor: () => ({
        event: (e) => {
          if (e.type === 'ok') throw new TypeError('a bug in the judge');
          return null;
        },
      }),
    };
    assert.throws(
      () => simulation().run(echoSystem, calm, { monitors: [bad] }),
      /a bug in the judge/,
    );
    const machine = echoSystem.machine ?? assert.fail('no machine');
    const client: System = {
      ...echoSystem,
      machine: {
        ...machine,
        client: () => {
          throw new Error('a bug in the client');
        },
      },
    };
    assert.throws(() => simulation().run(client, calm), /a bug in the client/);
  });
});
