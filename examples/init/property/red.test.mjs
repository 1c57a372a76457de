/** The same, of a cluster in which a leader that was replaced goes on answering reads. It must fail. */
import { it } from 'node:test';
import { kv, property, simulation } from 'antlion';
import { reference } from 'antlion/reference';

it('is found to read what is out of date', () => {
  property({
    environment: simulation(),
    system: reference,
    settings: { mutant: 'stale-read' },
    cluster: { servers: [3, 5], clients: 3 },
    operations: kv({ count: 20, keys: 2 }),
    faults: { kinds: ['partition', 'crash'], count: [1, 6] },
    promises: ['linearizable'],
    runs: 25,
  });
});
