/** Clients keep keys by a lease, give it back, make one key last, or fall silent; the store's leader is lost meanwhile. */
import {
  cluster,
  defineScenario,
  drawOperations,
  secondsUs,
  sideBySide,
} from '../../../harness/spec.ts';
import type { Operation, Prng } from '../../../harness/spec.ts';

const [holders, readers] = [4, 2];
const ttlUs = secondsUs(4);

export const keysOnLeases = defineScenario({
  name: 'keys-on-leases',
  claim:
    'Keys that go with a lease are there, all of them, for as long as it is renewed, and none of them once it is not; what was written without one stays.',
  promises: ['keys-live-with-lease'],
  environments: ['simulation'],
  successesMin: 100,
  story(draw) {
    const [crashUs, cutUs] = [secondsUs(draw.between(8, 12)), secondsUs(draw.between(28, 32))];
    return {
      shape: cluster({ servers: 3, clients: holders + readers }),
      faults: [
        {
          kind: 'crash',
          atUs: crashUs,
          untilUs: crashUs + secondsUs(3),
          nodes: { of: 'leader' },
        },
        {
          kind: 'partition',
          mode: draw.pick(['drop', 'stall']),
          atUs: cutUs,
          untilUs: cutUs + secondsUs(3),
          links: { from: { of: 'leader' }, to: { of: 'servers' }, bothWays: true },
        },
      ],
      clients: sideBySide(
        Array.from({ length: holders }, (_, n) => holder(draw.fork(`holder-${n}`), `live/${n}`)),
        drawOperations(
          draw.fork('readers'),
          { clients: readers, count: 400, pauseUs: 140_000 },
          () => {
            return { f: 'list', key: 'live/', value: null };
          },
        ),
      ),
      durationUs: secondsUs(64),
      deadlineUs: secondsUs(2),
    };
  },
});

/** Five lives of 10 s or so: each ends in one of three ways. */
export function holder(draw: Prng, key: string): Operation[] {
  const all: Omit<Operation, 'id'>[] = [];
  for (let life = 0; life < 5; life++) {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => `${key}/${name}`) as [string, string, string];
    const own = `${key} ${life}`;
    const values = { [a]: own, [b]: own, [c]: own };
    all.push(
      { afterUs: draw.below(secondsUs(1)), f: 'grant', key, value: { ttlUs } },
      { afterUs: 50_000, f: 'write-leased', key, value: { lease: '$last', values } },
    );
    const end = draw.pick(['silent', 'revoked', 'kept'] as const);
    if (end === 'kept') {
      all.push({ afterUs: 300_000, f: 'write', key: b, value: `${own} kept` });
    }
    for (let i = draw.between(2, 4); i > 0; i--) {
      all.push({ afterUs: secondsUs(1), f: 'renew-keys', key, value: '$last' });
    }
    // Longer than a lease may last, and a leader's successor may start it anew.
    if (end === 'revoked') all.push({ afterUs: 500_000, f: 'revoke', key, value: '$last' });
    else all.push({ afterUs: secondsUs(8), f: 'read', key: a, value: null });
  }
  return all.map((op, id) => ({ ...op, id }));
}
