/**
 * The policy of a node: every time and threshold that is a decision of operators, not of a protocol.
 *
 * Policy times are minutes, as the modes and breakers of real clusters have them. A run with real
 * processes divides all of them by one number (`Settings.policyDivisor`), here and nowhere else, so
 * that the stories of minutes fit into seconds. Times of a protocol (a Raft election, a probe, one
 * try of a request) depend on the network and are never divided.
 */
import { assert } from '../harness/core/assert.ts';
import { minutesUs, secondsUs } from '../harness/core/duration.ts';
import { HarnessError } from '../harness/core/errors.ts';
import { balancerPolicies } from './balancer/balancer.ts';
import type { BalancerPolicy } from './balancer/balancer.ts';
import type { ModePolicy } from './mode/matrix.ts';
import type { Settings } from '../harness/core/program.ts';
import { lan } from './consensus/config.ts';
import { storeConfig } from './store/config.ts';

/** When a circuit opens and how it closes again (requirement R1). */
export interface BreakerPolicy {
  /** Failures within `windowUs` that open the circuit. Fewer: quicker, and more false alarms. */
  readonly failureThreshold: number;
  /** Probes that must succeed to close it. At most `halfOpenProbes`. */
  readonly successThreshold: number;
  /** Probes that one half-open period lets out. */
  readonly halfOpenProbes: number;
  /** How long an open circuit refuses before it lets a probe out, µs. */
  readonly openUs: number;
  /** Older failures do not count, µs. */
  readonly windowUs: number;
  /**
   * The rate form, whichever comes first: of so many last calls more than `ratePermille` failed. 0: by count alone. More
   * calls: fewer false alarms where single calls fail by chance, and later. Source: 10 (R1).
   */
  readonly rateCalls: number;
  readonly ratePermille: number;
  /** Each success takes one failure off the count: what fails now and then never adds up (R1). */
  readonly isDecaying: boolean;
  /**
   * The threshold falls by one with each opening to which more than 10 failures in the window led, or a p99 of
   * latency above `slowUsMin`; never below `thresholdFloor`. It is back once the circuit has been closed for a
   * window. Lower: who fails in clusters is noticed sooner. Source: floor 3, 1 s (R2).
   */
  readonly isAdaptive: boolean;
  readonly thresholdFloor: number;
  readonly slowUsMin: number;
  /** Failures of this kind that open it; 0: as `failureThreshold`. Time-outs cost their callers most (R2). */
  readonly timeoutThreshold: number;
  /**
   * Each probe that fails makes the next open time so many thousandths as long, up to `openUsMax`. 1,000: always
   * the same. More: a long outage is asked less often, and its end is noticed later (R2).
   */
  readonly openGrowthPermille: number;
  readonly openUsMax: number;
  /**
   * Once its probes succeeded a circuit lets calls out by a share that grows evenly over this time, µs; 0: all at
   * once. Longer: who came back with cold caches is not flooded (R2).
   */
  readonly rampUs: number;
}

/** What Recovery does on its way to Target (requirement M2). */
interface RecoveryPolicy {
  /** A cause must have been gone this long before Recovery begins, µs: it keeps a node from flapping. */
  readonly settledUs: number;
  /** Length of the ramp's steps at 10 % and at 50 %, µs each. */
  readonly rampUs: number;
}

export interface Policy {
  /** An instance that did not renew for this long is taken out of the registry, µs. */
  readonly leaseTtlUs: number;
  /**
   * Leases are renewed, instances checked, caches and configuration refreshed this often, µs. A third
   * of `mode.freshUs`, so that two may be lost before a healthy node's evidence counts as old.
   */
  readonly refreshUs: number;
  /** A cached list of instances serves this long without a word from the registry, µs. */
  readonly cacheTtlUs: number;
  /** Window of the failure rate and of the health checks, µs. */
  readonly rateWindowUs: number;
  /** After its start a node expects every instance of the shape only when this has passed, µs. */
  readonly warmUpUs: number;
  readonly breaker: BreakerPolicy;
  readonly mode: ModePolicy;
  readonly recovery: RecoveryPolicy;
}

/** Times that depend on the network; the same in every environment. */
export interface Timing {
  /**
   * One try of a request to a server, µs. Longer than an fsync and two round trips, shorter than an
   * election, so that a dead server costs little.
   */
  readonly tryUs: number;
  /** Pause before a request goes round the servers again, µs. */
  readonly retryUs: number;
  /** One call of a service that carries no deadline of its own, µs. */
  readonly callUs: number;
  /** Kept back for one's own answer when a deadline is handed on to a dependency, µs. */
  readonly reserveUs: number;
}

/** The policy of the source text, with the presets that keep a healthy node's evidence fresh. */
export const standardPolicy: Policy = {
  leaseTtlUs: secondsUs(30),
  refreshUs: secondsUs(3),
  cacheTtlUs: secondsUs(30),
  rateWindowUs: minutesUs(1),
  warmUpUs: secondsUs(30),
  breaker: {
    failureThreshold: 5,
    successThreshold: 2,
    halfOpenProbes: 3,
    openUs: secondsUs(30),
    windowUs: minutesUs(1),
    rateCalls: 0,
    ratePermille: 500,
    isDecaying: false,
    isAdaptive: false,
    thresholdFloor: 3,
    slowUsMin: secondsUs(1),
    timeoutThreshold: 0,
    openGrowthPermille: 1_000,
    openUsMax: minutesUs(5),
    rampUs: 0,
  },
  mode: {
    freshUs: secondsUs(10),
    registryLostUs: minutesUs(5),
    propagationUs: minutesUs(1),
    stableUs: minutesUs(5),
    evaluateUs: secondsUs(1),
  },
  recovery: { settledUs: secondsUs(10), rampUs: secondsUs(30) },
};

export const standardTiming: Timing = {
  tryUs: 300_000,
  retryUs: 50_000,
  callUs: secondsUs(1),
  reserveUs: 100_000,
};

/** Every time of `policy` divided by `divisor` (whole, ≥ 1); counts stay. The one place that scales. */
export function scaled(policy: Policy, divisor: number): Policy {
  assert(Number.isInteger(divisor) && divisor >= 1, 'a divisor is whole, ≥ 1', { divisor });
  return divisor === 1 ? policy : (divideTimes(policy, divisor) as Policy);
}

/** Fields that are times say so by their name's end. */
function divideTimes(record: object, divisor: number): object {
  const entries = Object.entries(record as Readonly<Record<string, number | boolean | object>>);
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (typeof value === 'object') return [name, divideTimes(value, divisor)];
      if (typeof value === 'boolean' || !/Us(Max)?$/.test(name)) return [name, value];
      // No time stays none.
      return [name, value === 0 ? 0 : Math.max(1, Math.round(value / divisor))];
    }),
  );
}

/** What a run may tell the reference cluster in `Settings.extra`. */
export interface ReferenceSettings {
  /** Service instances call each of their dependencies this often by themselves; 0: never. */
  readonly trafficUs: number;
  readonly balancer: BalancerPolicy;
  /** Calls stay inside the caller's zone when an instance is there. */
  readonly isZonePreferred: boolean;
  /** Calls whose dependency failed fail as well, instead of falling back. */
  readonly isFailFast: boolean;
  /** Log entries of one message of consensus, 1 or more. Fewer: a server that was away catches up in more steps. */
  readonly batchMax: number;
  /** A server takes a snapshot after so many bytes of log, 1 or more; see `ConsensusConfig`. */
  readonly snapshotBytes: number;
  /** A piece of a snapshot is at least so many bytes of rows, 1 or more. Fewer: it is longer on its way. */
  readonly pieceBytes: number;
  /** Changes that are kept for watches and reads of the past, 1 or more; see `StoreConfig`. */
  readonly historyMax: number;
  /** Sessions, and tokens of locks that nobody holds, that are remembered, 1 or more; see `StoreConfig`. */
  readonly sessionsMax: number;
  readonly freeLocksMax: number;
  /** Servers that are to be added are given up after so long, µs, 1 or more; see `ConsensusConfig`. */
  readonly catchUpUs: number;
  /** A page of a list is so many bytes of rows, 1 or more; see `StoreConfig`. */
  readonly pageBytes: number;
  /** Servers that are voters at the beginning, the first of them; the others are spares, until added. All by default. */
  readonly voters: number;
  /** Reads by lease, for clocks that are wrong by no more than this, ppm; null: by read index. See `ConsensusConfig`. */
  readonly leaseDriftPpm: number | null;
  /** Nodes count the messages of each lane and say so this often, µs; null: not at all. */
  readonly meterUs: number | null;
  /** Servers say after each event how far they have come; for `never-goes-back`. */
  readonly tellsProgress: boolean;
}

/** Reads and checks `settings.extra`. Throws E_CONFIG. */
export function referenceSettings(settings: Settings): ReferenceSettings {
  const { trafficUs = 0, balancer = 'two-choices', isZonePreferred = false } = settings.extra;
  const isFailFast = settings.extra['isFailFast'] === true;
  const tellsProgress = settings.extra['tellsProgress'] === true;
  const batchMax = wholeOf(settings, 'batchMax', lan.batchMax, 'log entries');
  const snapshotBytes = wholeOf(settings, 'snapshotBytes', lan.snapshotBytes, 'bytes');
  const pieceBytes = wholeOf(settings, 'pieceBytes', lan.pieceBytes, 'bytes');
  const historyMax = wholeOf(settings, 'historyMax', storeConfig.historyMax, 'changes');
  const pageBytes = wholeOf(settings, 'pageBytes', storeConfig.pageBytesMax, 'bytes');
  const sessionsMax = wholeOf(settings, 'sessionsMax', storeConfig.sessionsMax, 'sessions');
  const freeLocksMax = wholeOf(settings, 'freeLocksMax', storeConfig.freeLocksMax, 'locks');
  const catchUpUs = wholeOf(settings, 'catchUpUs', lan.catchUpUsMax, 'µs');
  const voters = wholeOf(settings, 'voters', Number.MAX_SAFE_INTEGER, 'servers');
  const leaseDriftPpm = wholeOrNull(settings, 'leaseDriftPpm', 'parts per million');
  const meterUs = wholeOrNull(settings, 'meterUs', 'µs');
  if (typeof trafficUs !== 'number' || !Number.isInteger(trafficUs) || trafficUs < 0) {
    throw new HarnessError(
      'E_CONFIG',
      `trafficUs is ${JSON.stringify(trafficUs)}, wanted whole µs, 0 or more. Use 0 for no traffic.`,
    );
  }
  if (!isPolicy(balancer)) {
    throw new HarnessError(
      'E_CONFIG',
      `balancer is ${JSON.stringify(balancer)}, wanted one of ${balancerPolicies.join(', ')}.`,
    );
  }
  if (typeof isZonePreferred !== 'boolean') {
    throw new HarnessError(
      'E_CONFIG',
      `isZonePreferred is ${JSON.stringify(isZonePreferred)}, wanted true or false.`,
    );
  }
  return {
    trafficUs,
    balancer,
    isZonePreferred,
    isFailFast,
    batchMax,
    snapshotBytes,
    pieceBytes,
    historyMax,
    pageBytes,
    catchUpUs,
    sessionsMax,
    freeLocksMax,
    voters,
    leaseDriftPpm,
    meterUs,
    tellsProgress,
  };
}

function isPolicy(value: unknown): value is BalancerPolicy {
  return balancerPolicies.some((p) => p === value);
}

/** Null where the story does not say. */
function wholeOrNull(settings: Settings, name: string, of: string): number | null {
  return settings.extra[name] === undefined ? null : wholeOf(settings, name, 0, of);
}

function wholeOf(settings: Settings, name: string, usual: number, of: string): number {
  const { [name]: value = usual } = settings.extra;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
  throw new HarnessError(
    'E_CONFIG',
    `${name} is ${JSON.stringify(value)}, wanted a whole number of ${of}, 1 or more.`,
  );
}
