/** Lists of many small pages while what they list changes, goes all at once, and its past is forgotten; the leader is lost. */
import {
  cluster,
  defineScenario,
  drawOperations,
  kvOperations,
  secondsUs,
  sideBySide,
} from '../../../harness/spec.ts';
import type { Json, Prng } from '../../../harness/spec.ts';

const keys = 7;
const folders = ['r/a', 'r/b'] as const;
const [writers, listers] = [2, 4];

export const listsInPages = defineScenario({
  name: 'lists-in-pages',
  claim:
    'A list tells what was there at one moment, however many pages it takes and whatever changes between them; what is removed by its beginning is gone at once.',
  promises: ['past-as-it-was', 'linearizable', 'state-agrees'],
  environments: ['simulation'],
  successesMin: 200,
  story(draw) {
    const cutUs = secondsUs(9) + draw.below(1_000_000);
    return {
      shape: cluster({ servers: 3, clients: folders.length * writers + listers + 2 }),
      faults: [
        { kind: 'crash', atUs: secondsUs(4), untilUs: secondsUs(6), nodes: { of: 'leader' } },
        {
          kind: 'partition',
          mode: draw.pick(['drop', 'stall']),
          atUs: cutUs,
          untilUs: cutUs + secondsUs(2),
          links: { from: { of: 'leader' }, to: { of: 'servers' }, bothWays: true },
        },
      ],
      clients: sideBySide(
        ...folders.map((prefix) =>
          kvOperations(draw.fork(prefix), {
            clients: writers,
            count: 70,
            pauseUs: 170_000,
            keys,
            prefix,
            mix: { write: 6, delete: 1, cas: 1, read: 2 },
          }),
        ),
        drawOperations(
          draw.fork('lists'),
          { clients: listers, count: 90, pauseUs: 130_000 },
          (d) => {
            return { f: 'list', key: d.pick(['r/', 'r/', ...folders]), value: rangeOf(d) };
          },
        ),
        drawOperations(draw.fork('removals'), { clients: 1, count: 14, pauseUs: 900_000 }, (d) => {
          const key = d.pick(folders);
          const named = Array.from({ length: keys }, (_, i) => `${key}${i}`);
          return { f: 'delete-prefix', key, value: { keys: named } };
        }),
        drawOperations(draw.fork('pasts'), { clients: 1, count: 60, pauseUs: 200_000 }, (d, id) => {
          // About so many changes have been by then.
          const revision = 1 + d.below(6 * (id + 1));
          return d.chance(100)
            ? { f: 'compact', key: 'r/', value: 1 + (revision >> 1) }
            : {
                f: 'write-if-known',
                key: `${d.pick(folders)}0`,
                value: { value: `if known ${id}`, revision },
              };
        }),
      ),
      durationUs: secondsUs(15),
      deadlineUs: secondsUs(2),
      extra: { pageBytes: draw.pick([60, 120, 240]) },
    };
  },
});

/** All of it, or a part; now and then as it was, or as the leader believes that it is. */
function rangeOf(d: Prng): Json {
  return {
    ...(d.chance(300) && { limit: d.between(1, 5) }),
    ...(d.chance(300) && { after: `${d.pick(folders)}${d.below(keys)}` }),
    ...(d.chance(200) && { revision: d.between(1, 300) }),
    ...(d.chance(200) && { consistency: d.pick(['default', 'stale']) }),
  };
}
