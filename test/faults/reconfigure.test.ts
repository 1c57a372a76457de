/** Members taken out and in again by the reference cluster's own operation, simulated. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { cluster, defineScenario, kvOperations, secondsUs } from '../../harness/index.ts';
import type { System } from '../../harness/core/system.ts';
import { programOf, runScenario } from '../../harness/runner/run-scenario.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { reference } from '../../reference-impl/system.ts';
import { echoSystem } from '../conformance/echo-system.ts';
import { timetable } from '../conformance/script.ts';

const story = defineScenario({
  name: 'members-replaced',
  claim: 'While the leader, and then a follower, is out of the members, the cluster goes on.',
  promises: ['membership-change-safe', 'linearizable', 'election-safety', 'log-matching'],
  story: (draw) => ({
    shape: cluster({ servers: 4, clients: 3 }),
    faults: [
      { kind: 'reconfigure', atUs: secondsUs(1), untilUs: secondsUs(4), nodes: { of: 'leader' } },
      { kind: 'reconfigure', atUs: secondsUs(6), untilUs: secondsUs(9), nodes: { of: 'follower' } },
    ],
    clients: kvOperations(draw.fork('operations'), {
      clients: 3,
      count: 60,
      pauseUs: 200_000,
      keys: 2,
      mix: { read: 4, write: 4, cas: 2 },
    }),
    durationUs: secondsUs(14),
  }),
});

describe('members that are taken out', () => {
  it('are out, and in again, and every promise is kept', () => {
    for (let seed = 1; seed <= 3; seed++) {
      const program = programOf(story, seed, 'virtual', null);
      const { run, judgement } = runScenario(simulation(), reference, story, program);
      const kinds = judgement.verdicts.map((v) => `${v.invariant} ${v.kind}`);
      assert.deepEqual(
        kinds.filter((k) => !k.endsWith(' holds')),
        [],
        `seed ${seed}`,
      );
      const effective = run.history.events.filter(
        (e) => e.type === 'fault' && e.phase === 'effective',
      );
      assert.equal(effective.length, 2, `seed ${seed}`);
      // Who leads when he is taken out steps down.
      const leaders = new Set(
        run.history.events.flatMap((e) =>
          e.type === 'observe' && e.value.kind === 'role' && e.value.role === 'leader'
            ? [e.node]
            : [],
        ),
      );
      assert.ok(leaders.size > 1, `seed ${seed}`);
    }
  });

  it('took no effect where the system only says so', () => {
    const lying = { ...echoSystem, reconfigure: () => ({ f: 'note', key: '0', value: null }) };
    const nodes = { of: 'node', node: 1 } as const;
    const program = timetable({
      name: 'x',
      durationMs: 2_500,
      deadlineMs: 100,
      lines: [],
      faults: [{ kind: 'reconfigure', atUs: 0, untilUs: 2_000_000, nodes }],
    });
    const phasesIn = (system: System): readonly string[] =>
      simulation()
        .run(system, program)
        .history.events.flatMap((e) => (e.type === 'fault' ? [e.phase] : []));
    assert.deepEqual(phasesIn(echoSystem), ['begin', 'effective', 'end']);
    assert.deepEqual(phasesIn(lying), ['begin', 'end']);
  });

  it('are skipped where the system has no operation for it', () => {
    const { reconfigure: _, ...without } = echoSystem;
    const nodes = { of: 'node', node: 1 } as const;
    const program = timetable({
      name: 'x',
      durationMs: 500,
      deadlineMs: 100,
      lines: [],
      faults: [{ kind: 'reconfigure', atUs: 0, untilUs: 100_000, nodes }],
    });
    const { skippedFaults, history } = simulation().run(without, program);
    assert.match(skippedFaults[0]?.reason ?? '', /no operation for it/);
    assert.equal(history.events.filter((e) => e.type === 'fault').length, 0);
  });
});
