/** The same run twice, with a mechanism and without it: without it the promise is broken, with it it holds. */
import assert from 'node:assert/strict';
import { allScenarios } from '../../../harness/cli/scenarios.ts';
import type { Json } from '../../../harness/core/host.ts';
import { programOf, runScenario } from '../../../harness/runner/run-scenario.ts';
import { simulation } from '../../../harness/simulation/environment.ts';
import { reference } from '../../../reference-impl/system.ts';

interface LeftOut {
  readonly mechanism: string;
  readonly story: string;
  readonly promise: string;
  /** Settings without the mechanism, or the broken node that has none. */
  readonly without: Readonly<Record<string, Json>> | { readonly mutant: string };
  /** Absent: 1 and 2. */
  readonly seeds?: readonly number[];
}

const all: readonly LeftOut[] = [
  {
    mechanism: 'retries within a budget, and deadlines that are handed on',
    story: 'retry-storm',
    promise: 'recovers-after-surge',
    without: { retries: { isBudgeted: false, handsOnDeadlines: false } },
  },
  {
    mechanism: 'a queue that knows its limits',
    story: 'overload',
    promise: 'goodput-under-overload',
    without: { admission: { workers: 2, serviceUs: 20_000, isBounded: false } },
  },
  {
    mechanism: 'a queue that knows its limits',
    story: 'overload',
    promise: 'recovers-after-surge',
    without: { admission: { workers: 2, serviceUs: 20_000, isBounded: false } },
  },
  {
    mechanism: 'callers that heed Retry-After',
    story: 'overload',
    promise: 'retry-after-heeded',
    without: { backpressure: null },
  },
  {
    mechanism: 'producers that wait for credits',
    story: 'streams-flow',
    promise: 'credits-kept',
    without: { flowControl: { isBounded: false } },
  },
  {
    mechanism: 'hedged calls',
    story: 'hedged-tail',
    promise: 'tail-cut',
    without: { hedging: null },
  },
  {
    mechanism: 'bulkheads',
    story: 'cascade',
    promise: 'bulkhead-isolates',
    without: { bulkhead: null },
  },
  {
    mechanism: 'bulkheads',
    story: 'slow-neighbour',
    promise: 'bulkhead-isolates',
    without: { bulkhead: null },
  },
  {
    mechanism: 'a limit that finds itself',
    story: 'unknown-capacity',
    promise: 'limit-near-little',
    without: { adaptiveLimit: null, bulkhead: { callsMax: 100, queueMax: 100 } },
  },
  {
    mechanism: 'callers that learn what an instance costs',
    story: 'grey-instance',
    promise: 'slow-avoided',
    without: { balancer: 'two-choices' },
  },
  {
    mechanism: 'callers that follow trails',
    story: 'ant-dead-end',
    promise: 'slow-avoided',
    without: { balancer: 'random' },
  },
  {
    mechanism: 'callers that spare who has just come',
    story: 'black-friday',
    promise: 'growth-carried',
    // A share that is even from the first call on.
    without: { warmUp: { warmUpUs: 1 } },
    seeds: [1],
  },
  {
    mechanism: 'one call for all who want the same',
    story: 'thundering-herd',
    promise: 'recovers-after-surge',
    without: { answerCache: { freshUs: 3_000_000, staleUsMax: 4_000_000, asksOnce: false } },
  },
  {
    mechanism: 'instances that serve on when they leave',
    story: 'deploy-under-load',
    promise: 'deploy-unnoticed',
    without: { lameDuck: null },
  },
  {
    mechanism: 'requests that are known when they come again',
    story: 'opening-bell',
    promise: 'orders-in-one-order',
    without: { mutant: 'executes-twice' },
  },
  {
    mechanism: 'a table of connections',
    story: 'connections-kept',
    promise: 'movement-minimal',
    without: { hashing: { table: 'ecmp' } },
  },
  {
    mechanism: 'a proxy beside each node',
    story: 'proxies-serve-on',
    promise: 'proxy-serves-on',
    without: { localProxy: null },
  },
  {
    mechanism: 'a ring whose members hand requests on',
    story: 'ring-hands-on',
    promise: 'owner-handles',
    without: { mutant: 'handled-where-it-lands' },
  },
  {
    mechanism: 'tables that place keys',
    story: 'keys-stay',
    promise: 'movement-minimal',
    without: { hashing: null },
  },
  {
    mechanism: 'a path chosen for each key, not gossip for all',
    story: 'path-by-key',
    promise: 'consensus-keys-current',
    without: { mutant: 'path-always-gossip' },
  },
  {
    mechanism: 'a path chosen for each key, not consensus for all',
    story: 'path-by-key',
    promise: 'gossip-keys-taken',
    without: { mutant: 'path-always-consensus' },
  },
  {
    mechanism: 'a past that is kept',
    story: 'forgotten-pasts',
    promise: 'past-as-it-was',
    without: { mutant: 'past-is-present' },
  },
  {
    mechanism: 'a past that is forgotten when told',
    story: 'forgotten-pasts',
    promise: 'past-as-it-was',
    without: { mutant: 'forgotten-past-told' },
  },
  {
    mechanism: 'keys that end with their lease',
    story: 'keys-on-leases',
    promise: 'keys-live-with-lease',
    without: { mutant: 'key-lease-immortal' },
  },
  {
    mechanism: 'nodes that renew a lease',
    story: 'desired-and-actual',
    promise: 'no-dead-endpoint',
    without: { mutant: 'node-lease-ignored' },
  },
  {
    mechanism: 'controllers that go on until actual is desired',
    story: 'desired-and-actual',
    promise: 'replicas-converge',
    without: { mutant: 'surplus-kept' },
  },
  {
    mechanism: 'pods that hear of their ConfigMap',
    story: 'desired-and-actual',
    promise: 'config-reaches-pods',
    without: { mutant: 'config-mounted-once' },
  },
  {
    mechanism: 'a pool of gossip with the patience of wide-area links',
    story: 'wan-region-cut',
    promise: 'wan-patient',
    without: { mutant: 'wan-with-lan-timing' },
  },
  {
    mechanism: 'pools that take in their own alone',
    story: 'wan-region-dark',
    promise: 'pools-apart',
    without: { mutant: 'pools-merge' },
  },
];

describe('without its mechanism', () => {
  for (const { mechanism, story, promise, without, seeds = [1, 2] } of all) {
    for (const seed of seeds) {
      it(`${promise} is broken in ${story}, seed ${seed}, and holds with ${mechanism}`, () => {
        assert.equal(verdictOf(story, promise, seed, {}), 'holds');
        assert.equal(verdictOf(story, promise, seed, without), 'violated');
      });
    }
  }
});

function verdictOf(
  story: string,
  promise: string,
  seed: number,
  without: LeftOut['without'],
): string {
  const found = allScenarios.find((s) => s.name === story);
  assert.ok(found !== undefined, story);
  const { mutant, ...changed } = { mutant: null, ...without };
  const program = programOf(found, seed, 'virtual', mutant as string | null);
  const settings = { ...program.settings, extra: { ...program.settings.extra, ...changed } };
  const scenario = { ...found, promises: [promise] };
  const { judgement } = runScenario(simulation(), reference, scenario, { ...program, settings });
  return judgement.verdict;
}
