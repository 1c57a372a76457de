/** Many drawn runs, and in each of them the cluster must keep its promises. */
import { it } from 'node:test';
import { kv, property, simulation } from 'antlion';
import { reference } from 'antlion/reference';

it('loses no acknowledged write, whatever is cut off or killed', () => {
  property({
    environment: simulation(),
    system: reference,
    cluster: { servers: 3, clients: 3 },
    operations: kv({ count: 20, keys: 2 }),
    faults: { kinds: ['partition', 'crash'], count: [1, 4] },
    promises: ['linearizable'],
    runs: 10,
  });
});
