/** Three schedulers place pods on the same machines at once, until they are full; the store's leader is lost meanwhile. */
import { cluster, defineScenario, secondsUs } from '../../harness/spec.ts';
import type { Operation, Prng } from '../../harness/spec.ts';

const schedulers = 3;
const [machines, pods] = [12, 90];
const zones = ['east', 'west'];

export const threeSchedulers = defineScenario({
  name: 'three-schedulers',
  claim:
    'Three schedulers that place pods on the same machines promise no machine twice, keep what pods want, and starve none while there is room.',
  promises: ['no-overcommit', 'placed-where-allowed', 'none-starved', 'election-safety'],
  environments: ['simulation'],
  story(draw) {
    const atUs = secondsUs(draw.between(4, 6));
    return {
      shape: cluster({ servers: 3, clients: 1 + schedulers }),
      faults: [
        {
          kind: 'crash',
          atUs,
          untilUs: atUs + secondsUs(draw.between(1, 3)),
          nodes: { of: 'leader' },
        },
        {
          kind: 'loss',
          atUs: secondsUs(2),
          untilUs: secondsUs(8),
          permille: draw.between(10, 50),
          links: { from: { of: 'everyone' }, to: { of: 'everyone' }, bothWays: false },
        },
      ],
      clients: podOperations(draw, { machines, pods, cpuMax: 4, pauseUs: 200_000 }),
      durationUs: secondsUs(20),
      deadlineUs: secondsUs(6),
      extra: { modes: false, scheduling: {} },
    };
  },
});

/** One client writes what machines there are; the others place pods, some of which want more than room. */
export function podOperations(
  draw: Prng,
  of: {
    readonly machines: number;
    readonly pods: number;
    readonly cpuMax: number;
    readonly pauseUs: number;
  },
): Operation[][] {
  const own = Array.from({ length: of.machines }, (_, i): Operation => {
    const taints = i % 4 === 3 ? ['gpu', 'spot'].slice(0, 1 + (i % 8 === 7 ? 1 : 0)) : [];
    const value = { cpu: 16, zone: zones[i % 2] ?? '', taints, pods: [] };
    return { id: i, afterUs: 0, f: 'write', key: `machines/${String(i).padStart(3, '0')}`, value };
  });
  const placing = Array.from({ length: schedulers }, (_, s) => {
    const each = Math.ceil(of.pods / schedulers);
    return Array.from({ length: each }, (_unused, i): Operation => {
      const d = draw.fork(`pod ${s} ${i}`);
      const value = {
        app: `app-${d.below(Math.max(3, of.pods >> 3))}`,
        cpu: d.between(1, of.cpuMax),
        isApart: d.chance(400),
        zone: d.chance(200) ? d.pick(zones) : '',
        tolerates: d.chance(300) ? d.pick([['gpu'], ['spot'], ['gpu', 'spot']]) : [],
      };
      const afterUs = i === 0 ? secondsUs(1) : d.below(of.pauseUs);
      return { id: of.machines + s * each + i, afterUs, f: 'schedule', key: `${s}-${i}`, value };
    });
  });
  return [own, ...placing];
}
