/** The last of five services stands still: do the other four go on with what does not need it? */
import {
  cluster,
  defineScenario,
  loadOperations,
  secondsUs,
  sideBySide,
} from '../../../harness/spec.ts';

const chain = ['a', 'b', 'c', 'd', 'e'];

export const cascade = defineScenario({
  name: 'cascade',
  claim:
    'When the last of a chain of five services stands still, each of the others goes on to answer what does not need it.',
  promises: ['bulkhead-bounded', 'bulkhead-isolates'],
  environments: ['simulation'],
  story(draw) {
    const atUs = secondsUs(3);
    const forUs = secondsUs(15);
    const rate = draw.between(24, 32);
    const load = (
      key: string,
      value: { needs: string } | null,
    ): ReturnType<typeof loadOperations> =>
      loadOperations(draw.fork(`${key} ${value?.needs}`), {
        clients: 1,
        each: { f: 'request', value },
        key,
        rate,
        forUs,
      });
    return {
      shape: cluster({
        servers: 1,
        services: chain.map((name, i) => ({
          name,
          instances: 1,
          calls: chain.slice(i + 1, i + 2),
        })),
        clients: 1 + chain.length - 1,
      }),
      faults: [
        {
          kind: 'pause',
          atUs,
          untilUs: atUs + secondsUs(draw.between(4, 7)),
          nodes: { of: 'service', service: 'e' },
        },
      ],
      // One goes down the whole chain; the others ask a service for what it does alone.
      clients: sideBySide(
        load('a', null),
        ...chain.slice(0, -1).map((key) => load(key, { needs: 'nobody' })),
      ),
      durationUs: forUs + secondsUs(2),
      deadlineUs: secondsUs(1),
      extra: {
        modes: false,
        isFailFast: true,
        breaker: { failureThreshold: 1_000_000 },
        admission: { workers: 10, serviceUs: 5_000, holdsWorker: true },
        bulkhead: { callsMax: 6, queueMax: 0 },
      },
    };
  },
});
