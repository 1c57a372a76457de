/** Keys are read as they were at earlier revisions while these are forgotten, one after the other, and the leader is lost. */
import {
  cluster,
  defineScenario,
  drawOperations,
  kvOperations,
  secondsUs,
  sideBySide,
} from '../harness/index.ts';
import type { Operation } from '../harness/index.ts';

const [writers, readers] = [4, 5];
const prefix = 'past/';
const keys = 6;
const lastsUs = secondsUs(14);

export const forgottenPasts = defineScenario({
  name: 'forgotten-pasts',
  claim:
    'Who reads at a revision is told what was then, by whichever server, until somebody has it forgotten; and then nobody is.',
  promises: ['past-as-it-was', 'linearizable'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  successesMin: 100,
  story(draw) {
    // About so many changes a second; what is to come is refused, and does no harm.
    const revisionAt = (us: number): number => 1 + Math.floor((us / secondsUs(1)) * 35);
    const steps = draw.between(4, 6);
    const stepUs = Math.floor(secondsUs(10) / steps);
    const keeper = Array.from({ length: steps }, (_, id): Operation => {
      const revision = revisionAt(id * stepUs + draw.below(stepUs >> 1));
      return {
        id,
        afterUs: id === 0 ? secondsUs(2) : stepUs,
        f: 'compact',
        key: prefix,
        value: revision,
      };
    });
    const borders = keeper.map(({ value }) => value as number);
    const key = (d: typeof draw): string => `${prefix}${d.below(keys)}`;
    return {
      shape: cluster({ servers: 3, clients: writers + readers + 1 }),
      faults: [
        { kind: 'crash', atUs: secondsUs(4), untilUs: secondsUs(6), nodes: { of: 'leader' } },
        {
          kind: 'partition',
          mode: draw.pick(['drop', 'stall']),
          atUs: secondsUs(8),
          untilUs: secondsUs(10),
          links: { from: { of: 'leader' }, to: { of: 'servers' }, bothWays: true },
        },
      ],
      clients: sideBySide(
        kvOperations(draw.fork('changes'), {
          clients: writers,
          count: 160,
          pauseUs: 60_000,
          keys,
          prefix,
          mix: { read: 2, write: 6, cas: 1, delete: 1 },
        }),
        drawOperations(
          draw.fork('pasts'),
          { clients: readers, count: 200, pauseUs: 50_000 },
          (d, id) => {
            // The earliest that is left, the one before it, and what was of late, or is soon.
            const border = d.pick(borders);
            const now = revisionAt(Math.floor(id / readers) * 60_000);
            const any = d.between(Math.max(1, now - 150), now + 5);
            const value = d.pick([border, Math.max(1, border - 1), any, any, any]);
            return { f: 'read-at', key: key(d), value };
          },
        ),
        [keeper],
      ),
      durationUs: lastsUs,
      deadlineUs: secondsUs(2),
    };
  },
});
