/** The lock client redlock, as it is installed, on three servers of which two set their clocks forward. */
import { cluster, defineScenario, libraryUnderTest, secondsUs } from '../../harness/index.ts';
import type { Fault, Operation, Prng, Scenario } from '../../harness/index.ts';
import { alone, byHolder } from './alone.ts';
import type { HolderNews } from './alone.ts';
import { lockingServer, redlockOf } from './redlock-servers.ts';
import type { Trophy } from './trophy.ts';

const servers = 3;
const clients = 2;
const durationMs = 8_000;
/** Less than the lock is good for. */
const holdMs = 6_000;

const oneHolds = alone({
  id: 'one-holds-the-lock',
  claim: 'Two clients do not hold one lock, each within the time for which it was given.',
  faultModel: 'servers whose clocks jump or drift',
  usMax: 0,
  reads: byHolder,
  does: 'holds the lock',
});

const { system } = libraryUnderTest({
  name: 'redlock-clocks',
  operations: ['hold'],
  promises: [oneHolds],
  // Redis counts what is left of a key by the wall clock.
  service: (host) => lockingServer(() => host.wall()),
  client(host) {
    const see = (what: HolderNews): void => host.observe({ kind: 'holder', what });
    const redlock = redlockOf(host, servers);
    return {
      async perform({ key }) {
        const lock = await redlock.acquire([key], durationMs);
        see('acquired');
        const end = (): void => {
          see('released');
          void lock.release().catch(() => undefined);
        };
        setTimeout(end, Math.min(holdMs, lock.expiration - Date.now()));
        return lock.expiration - Date.now();
      },
    };
  },
  outcomeOf: (error) => ({ type: 'fail', error: (error as Error).message }),
});

function story(
  name: string,
  skew: { readonly jumpUs: number; readonly driftPpm: number },
): Scenario {
  return defineScenario({
    name,
    claim: oneHolds.claim,
    promises: [oneHolds],
    system,
    environments: ['simulation'],
    successesMin: 1,
    story: (draw) => ({
      shape: cluster({ servers, clients }),
      faults: clocks(draw, skew),
      clients: Array.from({ length: clients }, (_, client) => holding(draw, client)),
      durationUs: secondsUs(40),
      deadlineUs: secondsUs(6),
    }),
  });
}

/** All but one of the servers, at about the same time. */
function clocks(
  draw: Prng,
  skew: { readonly jumpUs: number; readonly driftPpm: number },
): readonly Fault[] {
  const right = draw.below(servers);
  const others = [0, 1, 2].filter((node) => node !== right);
  return others.map((node) => {
    const atUs = secondsUs(draw.between(2, 6));
    return {
      kind: 'clock' as const,
      atUs,
      untilUs: secondsUs(38),
      nodes: { of: 'node' as const, node },
      ...skew,
    };
  });
}

function holding(draw: Prng, client: number): Operation[] {
  return Array.from({ length: 8 }, (_, n) => ({
    id: clients * n + client,
    afterUs: draw.between(50, 2_000) * 1_000,
    f: 'hold',
    key: 'job',
    value: null,
  }));
}

export const redlockClocks: Trophy = {
  defect:
    'Servers count what is left of a lock by their wall clocks: when most of them are set forward, a lock ends there while its holder counts on it, and another is given it.',
  told: 'a lock that is good for seconds, to both',
  scenario: story('redlock-clocks-jump', { jumpUs: secondsUs(10), driftPpm: 0 }),
  safe: {
    how: 'let the clocks of servers be slewed, never stepped, and hold a lock for less than it is good for; or have what it protects look at a token that grows',
    scenario: story('redlock-clocks-slewed', { jumpUs: 0, driftPpm: 500 }),
  },
  issue: 'https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html',
};

export default [redlockClocks.scenario, redlockClocks.safe.scenario];
