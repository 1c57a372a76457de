/**
 * Circuit breakers side by side, ours and other people's: how many errors each lets through, and how many calls
 * it refuses that would have gone well. No setting is best at both; the frontier is who is not beaten at both by
 * another.
 *
 * All of them see the same service in virtual time: well, gone, well with chance errors, half broken, well.
 */
import { circuitBreaker, ConsecutiveBreaker, handleAll, SamplingBreaker } from 'cockatiel';
import CircuitBreaker from 'opossum';
import { cluster, libraryUnderTest } from '../../harness/index.ts';
import type { History, Json, LibraryHost, Program } from '../../harness/index.ts';
import { hashJson } from '../../harness/core/prng.ts';
import { Breaker, breakerRules } from '../../reference-impl/breaker/breaker.ts';
import { standardPolicy } from '../../reference-impl/config.ts';
import type { BreakerPolicy } from '../../reference-impl/config.ts';

/** From when on, in ms, so many of a thousand calls fail. */
const phases = [
  [0, 10],
  [15_000, 1_000],
  [30_000, 50],
  [50_000, 500],
  [60_000, 10],
] as const;
const lastMs = 80_000;
/** A service of which fewer fail is well: to refuse its calls is wrong. */
const wellPermille = 100;
/** How long a circuit stays open, of all of them. */
const openMs = 2_000;

type Guard = (call: () => Promise<Json>) => Promise<Json>;

interface Contestant {
  readonly breaker: string;
  readonly setting: string;
  readonly make: (host: LibraryHost) => Guard;
}

export interface Placed {
  readonly breaker: string;
  readonly setting: string;
  /** Calls that were sent and failed. */
  readonly letThrough: number;
  /** Calls that were refused while the service was well. */
  readonly refusedWrongly: number;
  readonly isOnFrontier: boolean;
}

/** One row for each breaker and setting, over `seeds` runs; who lets least through first. */
export async function frontier(seeds: number): Promise<Placed[]> {
  const rows: Omit<Placed, 'isOnFrontier'>[] = [];
  for (const contestant of contestants) {
    const sum = { letThrough: 0, refusedWrongly: 0 };
    for (let seed = 1; seed <= seeds; seed++) {
      const { letThrough, refusedWrongly } = countsOf(await runOf(contestant, seed));
      sum.letThrough += letThrough;
      sum.refusedWrongly += refusedWrongly;
    }
    const { breaker, setting } = contestant;
    rows.push({ breaker, setting, ...sum });
  }
  return rows
    .map((r) => ({ ...r, isOnFrontier: !rows.some((o) => beats(o, r)) }))
    .sort((a, b) => a.letThrough - b.letThrough || a.refusedWrongly - b.refusedWrongly);
}

/** As comma-separated values, one line a row, with a head. */
export function csvOf(rows: readonly Placed[]): string {
  const lines = rows.map((r) =>
    [r.breaker, `"${r.setting}"`, r.letThrough, r.refusedWrongly, r.isOnFrontier].join(','),
  );
  return ['breaker,setting,errors let through,refused wrongly,on the frontier', ...lines].join(
    '\n',
  );
}

const [width, height] = [64, 18];

/** A picture in text: rows by letters, capitals are on the frontier. Left and low is better. */
export function drawn(rows: readonly Placed[]): string[] {
  const most = (of: (r: Placed) => number): number => Math.max(1, ...rows.map(of));
  const [right, top] = [most((r) => r.refusedWrongly), most((r) => r.letThrough)];
  const grid = Array.from({ length: height }, () => Array<string>(width).fill(' '));
  rows.forEach((r, i) => {
    const x = Math.round((r.refusedWrongly / right) * (width - 1));
    const y = height - 1 - Math.round((r.letThrough / top) * (height - 1));
    const letter = String.fromCharCode((r.isOnFrontier ? 65 : 97) + i);
    const line = grid[y] as string[];
    // Who meets somebody else stands beside him.
    const free = line.findIndex((c, k) => k >= x && c === ' ');
    line[free < 0 ? x : free] = letter;
  });
  return [
    `errors let through, up to ${top}`,
    ...grid.map((line) => `| ${line.join('').trimEnd()}`),
    `+${'-'.repeat(width)} refused wrongly, up to ${right}`,
    ...rows.map(
      (r, i) =>
        `${String.fromCharCode((r.isOnFrontier ? 65 : 97) + i)} ${r.breaker}, ${r.setting}: ${r.letThrough} let through, ${r.refusedWrongly} refused wrongly`,
    ),
  ];
}

type Counts = Pick<Placed, 'letThrough' | 'refusedWrongly'>;

function beats(a: Counts, b: Counts): boolean {
  const isNoWorse = a.letThrough <= b.letThrough && a.refusedWrongly <= b.refusedWrongly;
  return isNoWorse && (a.letThrough < b.letThrough || a.refusedWrongly < b.refusedWrongly);
}

const refused = 'refused';
const failed = 'failed';

async function runOf({ breaker, make }: Contestant, seed: number): Promise<History> {
  const { system, environment } = libraryUnderTest({
    name: breaker,
    operations: ['call'],
    promises: [],
    // The same call fails whoever makes it, and whatever was refused before.
    service: (host) => (request) => {
      if (failsAt(host.now(), Number(request), seed)) throw new Error(failed);
      return 'pong';
    },
    client(host) {
      const guard = make(host);
      return { perform: (op) => guard(() => host.request('server-0', op.id)) };
    },
    outcomeOf: (error) => ({
      type: 'fail',
      error: (error as Error).message === failed ? failed : refused,
    }),
  });
  const pauseUs = 50_000;
  const program: Program = {
    scenario: 'frontier',
    shape: cluster({ servers: 1, clients: 1 }),
    faults: [],
    clients: [
      Array.from({ length: (lastMs * 1_000) / pauseUs }, (_, id) => ({
        id,
        afterUs: pauseUs,
        f: 'call',
        key: 'server-0',
        value: null,
      })),
    ],
    durationUs: (lastMs + 10_000) * 1_000,
    noiseSeed: seed,
    settings: { policyDivisor: 1, deadlineUs: 2_000_000, mutant: null, extra: {} },
  };
  return (await environment.run(system, program)).history;
}

function permilleAt(ms: number): number {
  return phases.findLast(([fromMs]) => ms >= fromMs)?.[1] ?? 0;
}

function failsAt(ms: number, call: number, seed: number): boolean {
  return hashJson([seed, call]) % 1_000 < permilleAt(ms);
}

function countsOf(history: History): Counts {
  let [letThrough, refusedWrongly] = [0, 0];
  for (const e of history.events) {
    if (e.type !== 'fail') continue;
    if (e.error === failed) letThrough += 1;
    else if (permilleAt(e.timeUs / 1_000) < wellPermille) refusedWrongly += 1;
  }
  return { letThrough, refusedWrongly };
}

function ours(setting: string, changed: Partial<BreakerPolicy>): Contestant {
  return {
    breaker: 'antlion',
    setting,
    make(host) {
      const policy = { ...standardPolicy.breaker, openUs: openMs * 1_000, ...changed };
      const b = new Breaker(policy, breakerRules, () => {});
      const nowUs = (): number => Math.round(host.now() * 1_000);
      return async (call) => {
        const admission = b.admit('service', nowUs());
        if (admission === null) throw new Error(refused);
        try {
          const answer = await call();
          b.succeeded(admission, nowUs());
          return answer;
        } catch (error) {
          b.failed(admission, nowUs());
          throw error;
        }
      };
    },
  };
}

function ofOpossum(errorThresholdPercentage: number, volumeThreshold: number): Contestant {
  return {
    breaker: 'opossum',
    setting: `${errorThresholdPercentage} % of 10 s, ${volumeThreshold} calls or more`,
    make() {
      const b = new CircuitBreaker((call: () => Promise<Json>) => call(), {
        resetTimeout: openMs,
        timeout: false,
        errorThresholdPercentage,
        volumeThreshold,
      });
      return (call) => b.fire(call);
    },
  };
}

function ofCockatiel(
  setting: string,
  breaker: () => ConsecutiveBreaker | SamplingBreaker,
): Contestant {
  return {
    breaker: 'cockatiel',
    setting,
    make() {
      const b = circuitBreaker(handleAll, { halfOpenAfter: openMs, breaker: breaker() });
      return (call) => b.execute(call);
    },
  };
}

const contestants: readonly Contestant[] = [
  ours('5 failures in 60 s', {}),
  ours('5 failures, less by each success', { isDecaying: true }),
  ours('more than 50 % of 10', { failureThreshold: 1_000, rateCalls: 10 }),
  ours('more than 20 % of 20', { failureThreshold: 1_000, rateCalls: 20, ratePermille: 200 }),
  ours('5, falling to 3; rests grow twofold; ramp of 2 s', {
    isDecaying: true,
    isAdaptive: true,
    openGrowthPermille: 2_000,
    openUsMax: 8_000_000,
    rampUs: 2_000_000,
  }),
  ours('more than 50 % of 10; rests grow by half', {
    failureThreshold: 1_000,
    rateCalls: 10,
    openGrowthPermille: 1_500,
    openUsMax: 8_000_000,
  }),
  ofOpossum(50, 0),
  ofOpossum(50, 10),
  ofOpossum(20, 10),
  ofCockatiel('5 in a row', () => new ConsecutiveBreaker(5)),
  ofCockatiel('3 in a row', () => new ConsecutiveBreaker(3)),
  ofCockatiel('50 % of 10 s', () => new SamplingBreaker({ threshold: 0.5, duration: 10_000 })),
  // By default it wants five failures a second, so that fewer than 25 calls a second never open it.
  ofCockatiel('20 % of 10 s', () => new SamplingBreaker({ threshold: 0.2, duration: 10_000 })),
  ofCockatiel(
    '20 % of 10 s, minimumRps 1',
    () => new SamplingBreaker({ threshold: 0.2, duration: 10_000, minimumRps: 1 }),
  ),
];
