/** Sides of nodes that were out of the ordinary, and how old what they know was. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { HistoryEvent } from '../../harness/core/history.ts';
import type { Ageing, Facet } from '../../harness/core/system.ts';
import { cluster } from '../../harness/index.ts';
import { agesView } from '../../harness/page/prepare/ages.ts';
import { aspectLanes } from '../../harness/page/prepare/aspects.ts';

const shape = cluster({ servers: 2, clients: 2 });

function observe(timeMs: number, node: number, value: object): HistoryEvent {
  return { type: 'observe', timeUs: timeMs * 1_000, node, value } as HistoryEvent;
}

/** A copy that lives for 100 ms, and is told again after 20 ms of it at the latest. */
const copies: Ageing = {
  name: 'copy',
  read(o) {
    const { kind, ageUs = 0 } = o as unknown as { kind: string; ageUs?: number };
    return kind === 'copy' ? { ageUs, lifetimeUs: 100_000, untoldUs: 20_000 } : null;
  },
};

describe('sides of nodes', () => {
  const circuits: Facet = {
    name: 'circuits',
    values: ['closed', 'open'],
    read: (o) => {
      const { kind, to } = o as unknown as { kind: string; to: string };
      return kind === 'circuit' ? { value: to, subject: 'back' } : null;
    },
  };
  const sides = { facets: [circuits], ageings: [copies] };
  const lanes = (events: readonly HistoryEvent[]): unknown =>
    aspectLanes({ events, readyUs: 0, endUs: 1_000_000 }, shape, sides).map((l) => [
      l.label,
      ...l.segments.map((s) => [s.text, s.look, s.fromUs / 1_000, s.untilUs / 1_000]),
    ]);

  it('are rows where they were out of the ordinary', () => {
    const told = (at: number, node: number, to: string) =>
      observe(at, node, { kind: 'circuit', to });
    assert.deepEqual(
      lanes([
        told(10, 0, 'closed'),
        told(20, 0, 'open'),
        told(30, 0, 'closed'),
        told(40, 1, 'closed'),
      ]),
      [
        [
          'server-0 circuits back',
          ['closed', 'up', 10, 20],
          ['open', 'odd', 20, 30],
          ['closed', 'up', 30, 1_000],
        ],
      ],
    );
  });

  it('have what was not confirmed in time, once it is sure', () => {
    const confirm = (at: number, ageMs: number) =>
      observe(at, 1, { kind: 'copy', ageUs: ageMs * 1_000 });
    assert.deepEqual(lanes([confirm(100, 0), confirm(150, 10), confirm(400, 0)]), [
      [
        'server-1 copy',
        ['in force', 'up', 100, 150],
        ['in force', 'up', 150, 260],
        ['expired', 'odd', 260, 400],
        ['in force', 'up', 400, 520],
        ['expired', 'odd', 520, 1_000],
      ],
    ]);
  });
});

describe('the age of what nodes know', () => {
  const told = (at: number, node: number, ageMs = 0) =>
    observe(at, node, { kind: 'copy', ageUs: ageMs * 1_000 });
  const view = (events: readonly HistoryEvent[]) =>
    agesView({ events, readyUs: 0, endUs: 500_000 }, shape, [copies]);

  it('is known at each moment, and of a node that is down not at all', () => {
    const crash: HistoryEvent = { type: 'node', timeUs: 80_000, node: 1, change: 'crashed' };
    assert.deepEqual(view([told(10, 1), told(50, 1, 5), crash, told(90, 1)])?.tracks, [
      {
        of: 'server-1',
        what: 'copy',
        lifetimeUs: 100_000,
        atUs: [10_000, 50_000, 80_000, 90_000],
        ageUs: [0, 5_000, -1, 0],
      },
    ]);
    assert.equal(view([crash]), null);
  });

  it('is drawn of those that got oldest', () => {
    const five = cluster({ servers: 5, clients: 0 });
    const events = [0, 1, 2, 3, 4].flatMap((n) => [told(10, n), told(20 + 10 * n, n)]);
    const end = [0, 1, 2, 3, 4].map((n) => told(99, n));
    const ages = agesView({ events: [...events, ...end], readyUs: 0, endUs: 100_000 }, five, [
      copies,
    ]);
    assert.deepEqual(
      [ages?.tracks.map((t) => t.of), ages?.others],
      [['server-0', 'server-1', 'server-2', 'server-4'], 1],
    );
  });
});
