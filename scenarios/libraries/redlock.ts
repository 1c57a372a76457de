/** The lock client redlock, as it is installed, on three servers: how long is a lock good for when it comes? */
import { cluster, defineScenario, libraryUnderTest } from '../../harness/index.ts';
import type { Invariant, Operation, Prng, Scenario, Verdict } from '../../harness/index.ts';
import { lockingServer, redlockOf } from './redlock-servers.ts';
import type { Trophy } from './trophy.ts';

const secondUs = 1_000_000;
const servers = 3;
const durationMs = 1_000;
const holdMs = 700;

const comesAlive: Invariant = {
  id: 'lock-comes-alive',
  area: 'COORDINATION',
  claim: 'A lock that is handed out has not expired.',
  faultModel: 'any faults of servers and links',
  judge({ events }): Verdict {
    let locks = 0;
    for (const e of events) {
      if (e.type !== 'ok') continue;
      locks += 1;
      const leftMs = Number(e.value);
      if (leftMs > 0) continue;
      const sentences = [
        `Acquisition ${e.op} of ${e.key} ended well: client ${e.process} was handed the lock.`,
        `It had expired ${-leftMs} ms before, by its own expiration.`,
      ];
      const { id: invariant, claim } = comesAlive;
      const explanation = { atUs: e.timeUs, sentences, ops: [e.op] };
      return { kind: 'violated', invariant, claim, explanation };
    }
    return { kind: 'holds', invariant: comesAlive.id, basis: `${locks} locks` };
  },
};

const { system } = libraryUnderTest({
  name: 'redlock',
  operations: ['acquire'],
  promises: [comesAlive],
  service: (host) => lockingServer(() => host.now()),
  client(host, { extra }) {
    const redlock = redlockOf(host, servers);
    return {
      async perform(op) {
        const lock = await redlock.acquire([op.key], durationMs);
        const leftMs = lock.expiration - Date.now();
        if (extra['looks'] === true && leftMs <= 0) {
          await lock.release();
          throw new Error('expired');
        }
        setTimeout(() => void lock.release().catch(() => undefined), holdMs);
        return leftMs;
      },
    };
  },
  outcomeOf: (error) => ({ type: 'fail', error: (error as Error).message }),
});

function story(name: string, claim: string, looks: boolean): Scenario {
  return defineScenario({
    name,
    claim,
    promises: [comesAlive],
    system,
    environments: ['simulation'],
    successesMin: 3,
    story: (draw) => ({
      shape: cluster({ servers, clients: 2 }),
      faults: [
        {
          kind: 'latency',
          atUs: 0,
          untilUs: 10 * secondUs,
          links: { from: { of: 'clients' }, to: { of: 'servers' }, bothWays: true },
          delayUs: draw.between(5, 60) * 1_000,
          jitterUs: 5_000,
        },
      ],
      clients: [acquisitions(draw, 0), acquisitions(draw, 100)],
      durationUs: 12 * secondUs,
      deadlineUs: 5 * secondUs,
      extra: { looks },
    }),
  });
}

function acquisitions(draw: Prng, first: number): Operation[] {
  return Array.from({ length: 8 }, (_, i) => ({
    id: first + i,
    afterUs: draw.between(50, 500) * 1_000,
    f: 'acquire',
    key: 'job',
    value: null,
  }));
}

export const redlock: Trophy = {
  defect:
    'The duration counts from before the first try: who had to wait for a lock may be handed one that has expired.',
  told: 'a lock, and no error',
  scenario: story('redlock-expired-lock', comesAlive.claim, false),
  safe: {
    how: 'look at lock.expiration when it comes, and give it back when that has passed',
    scenario: story('redlock-looks-first', comesAlive.claim, true),
  },
  issue: 'https://github.com/mike-marcacci/node-redlock/issues/296 (open)',
};

export default [redlock.scenario, redlock.safe.scenario];
