/** Nodes of a ring come and go; then it is quiet. */
import { cluster, defineScenario, drawOperations, secondsUs } from '../../harness/spec.ts';

const instances = 31;

export const chordChurn = defineScenario({
  name: 'chord-churn',
  claim:
    'When nodes of a ring have come and gone, every one of them finds the owner of each key again, and in a logarithm of hops.',
  promises: ['lookup-right', 'lookup-short'],
  environments: ['simulation'],
  story(draw) {
    const gone = draw.shuffle(Array.from({ length: instances }, (_, i) => 1 + i)).slice(0, 9);
    const shape = cluster({ servers: 1, services: [{ name: 'peer', instances }], clients: 3 });
    return {
      shape,
      faults: gone.map((node, i) => {
        const atUs = secondsUs(8) + draw.below(secondsUs(6));
        // Some stay away.
        const untilUs = i < 3 ? secondsUs(44) : atUs + secondsUs(draw.between(1, 5));
        return { kind: 'crash' as const, atUs, untilUs, nodes: { of: 'node' as const, node } };
      }),
      clients: drawOperations(
        draw.fork('lookups'),
        { clients: 3, count: 110, pauseUs: secondsUs(0.75) },
        (d, id) => ({ f: 'locate', key: `key-${id}`, value: d.below(instances + 1) }),
      ),
      durationUs: secondsUs(50),
      deadlineUs: secondsUs(0.5),
      extra: { modes: false, chord: {} },
    };
  },
});
