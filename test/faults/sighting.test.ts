/** Faults that end when something is observed: which event it is, and that it ends them. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Fault, Sighting } from '../../harness/core/fault.ts';
import type { HistoryEvent } from '../../harness/core/history.ts';
import { Lookout } from '../../harness/faults/sighting.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { echoSystem } from '../conformance/echo-system.ts';
import { timetable } from '../conformance/script.ts';

describe('what a fault waits for', () => {
  const operation = { process: 0, op: 0, key: 'k', value: 7, node: 1 };
  const events: readonly HistoryEvent[] = [
    { type: 'ok', timeUs: 1, f: 'write', ...operation },
    { type: 'invoke', timeUs: 5, f: 'write', ...operation },
    { type: 'ok', timeUs: 6, f: 'read', ...operation },
    { type: 'ok', timeUs: 7, f: 'write', ...operation, node: 2 },
    { type: 'node', timeUs: 8, node: 1, change: 'started' },
    { type: 'observe', timeUs: 9, node: 1, value: { kind: 'role', role: 'follower', term: 3 } },
    { type: 'observe', timeUs: 10, node: 2, value: { kind: 'role', role: 'leader', term: 3 } },
    { type: 'ok', timeUs: 11, f: 'write', ...operation },
  ];
  const table: readonly (readonly [Sighting, number | null])[] = [
    [{ observed: 'ok' }, 6],
    [{ observed: 'ok', like: { f: 'write' } }, 7],
    [{ observed: 'ok', like: { f: 'write' }, nth: 2 }, 11],
    [{ observed: 'ok', like: { f: 'write', value: 7 }, by: 1 }, 11],
    [{ observed: 'ok', like: { f: 'write', value: '7' } }, null],
    [{ observed: 'started', by: 1 }, 8],
    [{ observed: 'role', like: { role: 'leader', term: 3 } }, 10],
    [{ observed: 'roll' }, null],
  ];
  for (const [sighting, atUs] of table) {
    it(`${JSON.stringify(sighting)} is ${atUs === null ? 'nothing' : `at ${atUs}`} since 3`, () => {
      const lookout = new Lookout(sighting, 3);
      const seen = events.filter((e) => lookout.event(e)).map((e) => e.timeUs);
      assert.deepEqual(seen, atUs === null ? [] : [atUs]);
      assert.equal(lookout.whatIsMissing === null, atUs !== null);
    });
  }
});

describe('a fault until something is observed, simulated', () => {
  const pauseUntil = (until: Sighting): Fault => ({
    kind: 'pause',
    atUs: 100_000,
    untilUs: 2_000_000,
    until,
    nodes: { of: 'node', node: 2 },
  });
  const run = (until: Sighting, faults: readonly Fault[] = [pauseUntil(until)]) =>
    simulation().run(
      echoSystem,
      timetable({
        name: 'until',
        durationMs: 3_000,
        deadlineMs: 500,
        faults,
        lines: [
          [200, 0, 'write', '1', 'a'],
          [400, 0, 'write', '1', 'b'],
        ],
      }),
    );

  it('ends in the microsecond in which that is recorded', () => {
    const { history, faultNotes } = run({ observed: 'ok', like: { f: 'write' }, nth: 2 });
    const ok = history.events.filter((e) => e.type === 'ok')[1]?.timeUs;
    const end = history.events.find((e) => e.type === 'fault' && e.phase === 'end')?.timeUs;
    assert.equal(end, ok);
    assert.equal(faultNotes, undefined);
  });

  it('ends at its time where it is not observed, and says so', () => {
    const { history, faultNotes } = run({ observed: 'ok', like: { f: 'erase' } });
    const end = history.events.find((e) => e.type === 'fault' && e.phase === 'end')?.timeUs;
    assert.equal(end, history.readyUs + 2_000_000);
    assert.deepEqual(
      faultNotes?.map(({ about, text }) => `${about}: ${text}`),
      ['odd: ok (f erase) was not observed'],
    );
  });

  it('lets those that follow in a sequence begin with its end, and last as long as they were to', () => {
    const sighting: Sighting = { observed: 'ok', like: { f: 'write' }, nth: 2 };
    const never: Sighting = { observed: 'ok', like: { f: 'erase' } };
    const first = { sighting, fromUs: 100_000, untilUs: 2_000_000 };
    const second = { sighting: never, fromUs: 2_000_000, untilUs: 2_200_000 };
    const node = { of: 'node', node: 1 } as const;
    const faults: Fault[] = [
      pauseUntil(sighting),
      // It waits for what does not come: the third comes as much sooner as this one.
      {
        kind: 'pause',
        atUs: 2_000_000,
        untilUs: 2_200_000,
        nodes: node,
        until: never,
        sooner: [first],
      },
      { kind: 'crash', atUs: 2_300_000, untilUs: 2_400_000, nodes: node, sooner: [first, second] },
    ];
    const { history } = run(sighting, faults);
    const at = (fault: number, phase: string): number =>
      history.events.find((e) => e.type === 'fault' && e.fault === fault && e.phase === phase)
        ?.timeUs ?? NaN;
    const end = at(0, 'end');
    assert.ok(end < history.readyUs + 1_000_000);
    assert.deepEqual(
      [at(1, 'begin'), at(1, 'end'), at(2, 'begin'), at(2, 'end')],
      [end, end + 200_000, end + 300_000, end + 400_000],
    );
    assert.equal(history.events.filter((e) => e.type === 'fault' && e.phase === 'begin').length, 3);
  });
});
