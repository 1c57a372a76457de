/** proper-lockfile, as it is installed, on a file server: how many hold one lock? */
import lockfile from 'proper-lockfile';
import type { LockOptions } from 'proper-lockfile';
import { cluster, defineScenario, libraryUnderTest } from '../../harness/index.ts';
import type {
  History,
  Invariant,
  Json,
  LibraryHost,
  Operation,
  Prng,
  Scenario,
  ServiceHost,
  Verdict,
} from '../../harness/index.ts';
import type { HolderNews } from './alone.ts';
import type { Trophy } from './trophy.ts';

const secondUs = 1_000_000;
const lockPath = '/job.lock';
const staleMs = 5_000;
const holdMs = 1_500;

const oneHolds: Invariant = {
  id: 'one-holds-the-file',
  area: 'COORDINATION',
  claim: 'Nobody acquires a lock that another holds, was not told to have lost, and keeps fresh.',
  faultModel: `delays below ${staleMs / 1_000} s, by which a lock counts as abandoned`,
  judge(history, { shape }): Verdict {
    const { id: invariant, claim } = oneHolds;
    const found = twoHolders(history);
    if (found === null) {
      const news = history.events.filter((e) => e.type === 'observe').length;
      return { kind: 'holds', invariant, basis: `${news} news of locks` };
    }
    const [[first, firstUs], [second, laterUs]] = found;
    const who = (node: number): string => `Client ${node - shape.nodes.length}`;
    const sentences = [
      `${who(first)} acquired the lock at ${inSeconds(firstUs)}, and was told of no loss.`,
      `${who(second)} acquired it at ${inSeconds(laterUs)}: it had taken away the new lock for the abandoned one.`,
    ];
    const explanation = { atUs: laterUs, sentences, ops: [] };
    return { kind: 'violated', invariant, claim, explanation };
  },
};

type Holder = readonly [node: number, sinceUs: number];

function twoHolders({ events }: History): readonly [Holder, Holder] | null {
  let holder: Holder | null = null;
  for (const e of events) {
    if (e.type !== 'observe' || e.value.kind !== 'holder') continue;
    if (e.value.what === 'acquired') {
      const next: Holder = [e.node, e.timeUs];
      if (holder !== null) return [holder, next];
      holder = next;
    } else if (holder?.[0] === e.node) {
      holder = null;
    }
  }
  return null;
}

const inSeconds = (us: number): string => `${(us / secondUs).toFixed(2)} s`;

/** Folders and when each was touched, as much of a file system as the library needs. */
function folders(host: ServiceHost, isAbandoned: boolean): (request: Json) => Json {
  const touchedMs = new Map<string, number>();
  // Of a process that died a while ago.
  if (isAbandoned) touchedMs.set(lockPath, host.wall() - 60_000);
  return (request) => {
    const { call, path, ms } = request as unknown as FileCall;
    const known = touchedMs.get(path);
    if (call === 'mkdir') {
      if (known !== undefined) throw new Error('EEXIST');
      touchedMs.set(path, host.wall());
      return null;
    }
    if (known === undefined) throw new Error('ENOENT');
    if (call === 'rmdir') touchedMs.delete(path);
    if (call === 'utimes') touchedMs.set(path, ms);
    return known;
  };
}

interface FileCall {
  readonly call: 'mkdir' | 'rmdir' | 'stat' | 'utimes';
  readonly path: string;
  readonly ms: number;
}

/** The library's option `fs`, by requests to the file server. */
function remote(host: LibraryHost): LockOptions['fs'] {
  const ask = (
    call: FileCall,
    done: (error: Error | null, result?: unknown) => void,
    read: (value: Json) => unknown = () => undefined,
  ): void => {
    host.request('server-0', { ...call }).then(
      (value) => done(null, read(value)),
      (error: Error) => done(Object.assign(error, { code: error.message })),
    );
  };
  return {
    mkdir: (path, done) => ask({ call: 'mkdir', path, ms: 0 }, done),
    rmdir: (path, done) => ask({ call: 'rmdir', path, ms: 0 }, done),
    stat: (path, done) =>
      ask({ call: 'stat', path, ms: 0 }, done, (ms) => ({ mtime: new Date(Number(ms)) })),
    utimes: (path, _, mtime, done) => ask({ call: 'utimes', path, ms: mtime.getTime() }, done),
  };
}

const { system } = libraryUnderTest(
  {
    name: 'proper-lockfile',
    operations: ['hold'],
    promises: [oneHolds],
    service: (host, { extra }) => folders(host, extra['isAbandoned'] === true),
    client(host, { extra }) {
      const see = (what: HolderNews): void => host.observe({ kind: 'holder', what });
      const fs = remote(host);
      return {
        async perform(op) {
          const options = {
            stale: Number(extra['staleMs']),
            update: 1_000,
            realpath: false,
            retries: 0,
          } as const;
          // Each process has a name of its own for the file, as they share the library's memory here.
          const release = await lockfile.lock(`/client-${host.client}/${op.key}`, {
            ...options,
            fs,
            lockfilePath: lockPath,
            onCompromised: () => see('compromised'),
          });
          see('acquired');
          await new Promise((resolve) => setTimeout(resolve, holdMs));
          see('released');
          await release();
          return null;
        },
      };
    },
    outcomeOf(error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return { type: code === 'ELOCKED' ? 'fail' : 'info', error: message };
    },
  },
  { workFactor: 4 },
);

function story(name: string, isAbandoned: boolean): Scenario {
  return defineScenario({
    name,
    claim: oneHolds.claim,
    promises: [oneHolds],
    system,
    environments: ['simulation'],
    successesMin: 1,
    story: (draw) => {
      const firstUs = draw.between(50, 500) * 1_000;
      const delayUs = draw.between(20, 80) * 1_000;
      // Its first call looks for the lock by two questions and then takes it away: somewhere there.
      const stallUs = firstUs + Math.round((delayUs * draw.between(30, 42)) / 10);
      return {
        shape: cluster({ servers: 1, clients: 2 }),
        faults: [
          {
            kind: 'latency',
            atUs: 0,
            untilUs: 18 * secondUs,
            links: { from: { of: 'clients' }, to: { of: 'servers' }, bothWays: true },
            delayUs,
            jitterUs: 2_000,
          },
          // What the first client asks for in this time comes when it is over.
          {
            kind: 'partition',
            atUs: stallUs,
            untilUs: stallUs + draw.between(800, 3_000) * 1_000,
            mode: 'stall',
            links: { from: { of: 'node', node: 1 }, to: { of: 'servers' }, bothWays: false },
          },
        ],
        clients: [holds(draw, 0, firstUs), holds(draw, 100, draw.between(50, 500) * 1_000)],
        durationUs: 20 * secondUs,
        deadlineUs: 8 * secondUs,
        extra: { isAbandoned, staleMs: isAbandoned ? staleMs : 86_400_000 },
      };
    },
  });
}

function holds(draw: Prng, first: number, firstUs: number): Operation[] {
  return Array.from({ length: 5 }, (_, i) => ({
    id: first + i,
    afterUs: i === 0 ? firstUs : draw.between(50, 500) * 1_000,
    f: 'hold',
    key: 'job',
    value: null,
  }));
}

export const properLockfile: Trophy = {
  defect:
    'Who found a lock abandoned removes the folder of that name, also when another has made it anew meanwhile: both hold the lock.',
  told: 'a lock, to both; onCompromised comes when the first one looks after its lock again',
  scenario: story('lockfile-taken-over-twice', true),
  safe: {
    how: 'never to take over: a stale longer than any process lives, and what a dead one left is removed by hand',
    scenario: story('lockfile-removed-by-hand', false),
  },
  issue: 'https://github.com/moxystudio/node-proper-lockfile/issues/121 (open)',
};

export default [properLockfile.scenario, properLockfile.safe.scenario];
