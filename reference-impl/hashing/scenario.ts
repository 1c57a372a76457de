/** Calls by key: an instance goes and comes back, and some keys are hotter than others. */
import { cluster, defineScenario, loadOperations, secondsUs } from '../../harness/spec.ts';

export const keysStay = defineScenario({
  name: 'keys-stay',
  claim:
    'When one of several instances goes and comes back, no other key changes hands than those that it had, and none has many more than its share.',
  promises: ['movement-minimal', 'keys-spread'],
  environments: ['simulation'],
  story(draw) {
    const instances = draw.pick([12, 16, 20]);
    const atUs = secondsUs(12);
    const forUs = secondsUs(60);
    return {
      shape: cluster({ servers: 1, services: [{ name: 'shard', instances }], clients: 2 }),
      faults: [
        {
          kind: 'crash',
          atUs,
          untilUs: atUs + secondsUs(draw.between(34, 38)),
          nodes: { of: 'node', node: 1 + draw.below(instances) },
        },
      ],
      clients: loadOperations(draw.fork('load'), {
        clients: 2,
        each: { f: 'request' },
        key: 'shard/',
        keys: { count: 4_000, distribution: 'uniform' },
        rate: 200,
        forUs,
      }),
      durationUs: forUs + secondsUs(2),
      deadlineUs: secondsUs(1),
      extra: { modes: false, hashing: { table: draw.pick(['ring', 'ring', 'rendezvous']) } },
    };
  },
});

/** With Maglev's table alone some keys of others move as well; how few they are depends on its size. */
export const connectionsKept = defineScenario({
  name: 'connections-kept',
  claim:
    'Beside a table that moves more keys than it must, a table of connections keeps each key where it is for as long as its instance is there.',
  promises: ['movement-minimal'],
  environments: ['simulation'],
  story(draw) {
    const instances = 8;
    const atUs = secondsUs(6);
    const forUs = secondsUs(50);
    return {
      shape: cluster({ servers: 1, services: [{ name: 'flows', instances }], clients: 1 }),
      faults: [
        {
          kind: 'crash',
          atUs,
          untilUs: atUs + secondsUs(draw.between(34, 38)),
          nodes: { of: 'node', node: 1 + draw.below(instances) },
        },
      ],
      clients: loadOperations(draw.fork('load'), {
        clients: 1,
        each: { f: 'request' },
        key: 'flows/',
        keys: { count: 1_000, distribution: 'uniform' },
        rate: 200,
        forUs,
      }),
      durationUs: forUs + secondsUs(2),
      deadlineUs: secondsUs(1),
      extra: {
        modes: false,
        hashing: {
          table: draw.pick(['maglev', 'ecmp']),
          tableSize: 65_537,
          connectionsMax: 10_000,
        },
      },
    };
  },
});

export const hotKeys = defineScenario({
  name: 'hot-keys',
  claim:
    'However hot some keys are, no instance gets more calls at a time than a bound above the average.',
  promises: ['hot-spot-bounded'],
  environments: ['simulation'],
  story(draw) {
    const forUs = secondsUs(6);
    return {
      shape: cluster({ servers: 1, services: [{ name: 'shard', instances: 8 }], clients: 2 }),
      faults: [],
      clients: loadOperations(draw.fork('load'), {
        clients: 2,
        each: { f: 'request' },
        key: 'shard/',
        keys: { count: 100, distribution: 'zipf' },
        rate: 400,
        forUs,
      }),
      durationUs: forUs + secondsUs(2),
      deadlineUs: secondsUs(1),
      extra: {
        modes: false,
        hashing: { table: draw.pick(['ring', 'rendezvous', 'maglev']), boundPermille: 1_250 },
        admission: { workers: 8, serviceUs: 40_000 },
      },
    };
  },
});
