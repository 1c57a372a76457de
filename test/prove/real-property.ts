/** A property in real processes, run by whatever Node runs this; throws when it does not hold. */
import { kv, property } from '../../harness/index.ts';
import { processes } from '../../harness/processes/environment.ts';
import { reference } from '../../reference-impl/system.ts';

await property({
  environment: processes(),
  system: reference,
  cluster: { servers: [3, 3], clients: 2 },
  operations: kv({ count: 10, keys: 2 }),
  faults: { kinds: ['partition', 'latency'], count: [1, 2] },
  promises: ['linearizable', 'election-safety'],
  durationUs: 5_000_000,
  runs: 2,
  regressions: null,
});
