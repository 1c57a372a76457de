/** The mutex of redis-semaphore, as it is installed, on a server: is its holder told when it has expired? */
import { Redis } from 'ioredis';
import { Mutex } from 'redis-semaphore';
import { cluster, defineScenario, libraryUnderTest } from '../../harness/index.ts';
import type { Operation, Prng, Scenario, ServiceForm } from '../../harness/index.ts';
import { alone, byHolder } from './alone.ts';
import { clientCutOff } from './client-cut-off.ts';
import type { HolderNews } from './alone.ts';
import { bulk, respServer, unknownCommand } from './resp-server.ts';
import type { Trophy } from './trophy.ts';

const secondUs = 1_000_000;
const clients = 2;
const lockTimeout = 3_000;
const holdMs = 12_000;
/** For how long a lock is waited for. */
const acquireTimeout = 20_000;
const togetherUsMax = secondUs;

const oneHolds = alone({
  id: 'one-holds-the-mutex',
  claim: `Who holds a mutex is told that it is lost before another has held it for ${togetherUsMax / secondUs} s.`,
  faultModel: 'clients that are cut off',
  usMax: togetherUsMax,
  reads: byHolder,
  does: 'holds the mutex',
});

/** As much of Redis as a mutex needs: SET with PX and NX, and its two scripts, told apart by what they call. */
function lockingRedis(now: () => number): ServiceForm {
  const held = new Map<string, { readonly by: string; readonly untilMs: number }>();
  const holderOf = (key: string): string | null => {
    const lock = held.get(key);
    return lock !== undefined && lock.untilMs > now() ? lock.by : null;
  };
  const hold = (key: string, by: string, ttlMs: string): void => {
    held.set(key, { by, untilMs: now() + Number(ttlMs) });
  };
  return respServer(([name = '', ...words]) => {
    switch (name.toLowerCase()) {
      case 'info':
        return bulk('loading:0\r\n');
      case 'set': {
        const [key = '', by = '', , ttlMs = ''] = words;
        if (holderOf(key) !== null) return bulk(null);
        hold(key, by, ttlMs);
        return '+OK\r\n';
      }
      case 'get':
        return bulk(holderOf(words[0] ?? ''));
      case 'evalsha':
        // It sends the whole script to who does not know it.
        return '-NOSCRIPT No matching script.\r\n';
      case 'eval': {
        const [script = '', , key = '', by = '', ttlMs = ''] = words;
        if (holderOf(key) !== by) return ':0\r\n';
        if (script.includes("'pexpire'")) hold(key, by, ttlMs);
        else held.delete(key);
        return ':1\r\n';
      }
      default:
        return unknownCommand(name);
    }
  });
}

const { system } = libraryUnderTest(
  {
    name: 'redis-semaphore',
    operations: ['hold', 'look'],
    promises: [oneHolds],
    service: (host) => lockingRedis(() => host.now()),
    client(host, { extra }) {
      const see = (what: HolderNews): void => host.observe({ kind: 'holder', what });
      const redis = new Redis({ host: 'server-0', port: 6379 });
      // A connection that was lost is told of by this event, and it opens another.
      redis.on('error', () => undefined);
      let mutex: Mutex | null = null;
      return {
        async perform({ f, key }) {
          if (f === 'look') return (await redis.get(`mutex:${key}`)) === mutex?.identifier;
          const isRefreshed = extra['isRefreshed'] === true;
          const own = new Mutex(redis, key, {
            lockTimeout,
            acquireTimeout,
            retryInterval: 200,
            onLockLost: () => see('compromised'),
            ...(!isRefreshed && { refreshInterval: 0 }),
          });
          const askedMs = Date.now();
          mutex = own;
          await own.acquire();
          see('acquired');
          const untilMs = isRefreshed ? Date.now() + holdMs : askedMs + lockTimeout;
          setTimeout(() => {
            if (own.isAcquired) see('released');
            void own.release();
          }, untilMs - Date.now());
          return null;
        },
      };
    },
    outcomeOf: (error) => ({ type: 'fail', error: (error as Error).message }),
  },
  { workFactor: 8 },
);

function story(name: string, isRefreshed: boolean): Scenario {
  return defineScenario({
    name,
    claim: oneHolds.claim,
    promises: [oneHolds],
    system,
    environments: ['simulation'],
    effective: 'any',
    successesMin: 1,
    story(draw) {
      const atUs = draw.between(2, 5) * secondUs;
      return {
        shape: cluster({ servers: 1, clients }),
        faults: [clientCutOff(draw, clients, atUs, 8 * secondUs)],
        clients: Array.from({ length: clients }, (_, client) => holding(draw, client)),
        durationUs: 25 * secondUs,
        deadlineUs: (acquireTimeout + 1_000) * 1_000,
        extra: { isRefreshed },
      };
    },
  });
}

/** Holds the mutex once, and asks again and again whose it is. */
function holding(draw: Prng, client: number): Operation[] {
  const afterUs = draw.between(10, 900) * 1_000;
  const asked = { key: 'job', value: null };
  return [
    { id: client, afterUs, f: 'hold', ...asked },
    ...Array.from({ length: 9 }, (_, n) => {
      const id = clients * (n + 1) + client;
      return { id, afterUs: draw.between(1, 3) * secondUs, f: 'look', ...asked };
    }),
  ];
}

export const redisSemaphore: Trophy = {
  defect:
    'A refresh that is not answered is waited for, and nobody looks whether the time of the lock has passed meanwhile: its holder is told of no loss while another holds it.',
  told: 'nothing: isAcquired stays true, and onLockLost is not called',
  scenario: story('redis-mutex-held-twice', true),
  safe: {
    how: 'refreshInterval: 0, and stop when lockTimeout has passed since you called acquire',
    scenario: story('redis-mutex-in-its-time', false),
  },
  issue: null,
};

export default [redisSemaphore.scenario, redisSemaphore.safe.scenario];
