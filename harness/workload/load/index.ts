/** Load as one operation: a rate over time and a choice of keys, sent in an open loop, recorded in counts. */
import { formatDuration } from '../../core/duration.ts';
import type { Json } from '../../core/host.ts';
import type { Prng } from '../../core/prng.ts';
import type { Operation } from '../../core/program.ts';
import type { OperationKind } from '../kind.ts';
import { expectedRequests } from './arrivals.ts';
import type { Rate } from './arrivals.ts';
import { type LoadInput, loadInput, type LoadOutput, loadOutput } from './input.ts';
import type { KeyChoice } from './keys.ts';
import { Load } from './load.ts';

const one: OperationKind<LoadInput, LoadOutput> = {
  f: 'load',
  line: 'send an operation many times, at a rate that changes over time, in an open loop',
  input: loadInput,
  output: loadOutput,
  asks: ({ each }) => [each.f],
  drive: (context) => new Load(context),
  requests: ({ rate, forUs, togetherUs }) =>
    Math.min(
      expectedRequests({ rate, forUs }),
      togetherUs === undefined ? Infinity : forUs / togetherUs,
    ),
  describeInput({ each, rate, forUs, keys }) {
    const of = keys === null ? '' : ` of ${number(keys.count)} keys`;
    const rates = rate.map(([, perSecond]) => number(perSecond)).join(' → ');
    return `: ${each.f}${of}, ${rates} a second for ${formatDuration(forUs)}`;
  },
  describeOutput({ began, ok, fail, info, dropped, latency }) {
    const rest = Object.entries({ failed: fail, unknown: info, 'not sent': dropped })
      .filter(([, n]) => n > 0)
      .map(([what, n]) => `, ${number(n)} ${what}`);
    const p99 = latency === null ? '' : ` (p99 ${formatDuration(latency.p99Us)})`;
    return `: ${number(ok)} of ${number(began)}${p99}${rest.join('')}`;
  },
  smaller,
};

export const load: readonly OperationKind<unknown, unknown>[] = [one];

/** Shorter, slower, over fewer keys, without a curve, without chance. */
function* smaller(input: LoadInput): Generator<LoadInput> {
  const half = (x: number): number => Math.max(1, Math.floor(x / 2));
  const { rate, forUs, keys, arrivals } = input;
  const most = Math.max(...rate.map(([, perSecond]) => perSecond));
  if (forUs > 1) yield { ...input, forUs: half(forUs) };
  if (most > 1) yield { ...input, rate: rate.map(([atUs, r]) => [atUs, Math.ceil(r / 2)]) };
  if (rate.length > 1) yield { ...input, rate: [[0, most]] };
  if (keys !== null && keys.count > 1)
    yield { ...input, keys: { ...keys, count: half(keys.count) } };
  if (keys?.count === 1) yield { ...input, keys: null };
  if (keys?.distribution === 'zipf') yield { ...input, keys: { ...keys, distribution: 'uniform' } };
  if (arrivals === 'poisson') yield { ...input, arrivals: 'even' };
}

export interface LoadSpec {
  /** The load is spread over these, in equal shares. */
  readonly clients: number;
  /** What each request is: an operation by its name; in its argument `$id` is a number of its own. */
  readonly each: { readonly f: string; readonly value?: Json };
  /** A request's key is this; with `keys` it is this and a number. */
  readonly key: string;
  readonly keys?: KeyChoice;
  /**
   * Requests a second of all clients together: one number, or points `[µs since its beginning, requests a
   * second]` between which it changes evenly. Two points at one time are a step.
   */
  readonly rate: number | Rate;
  /** Length, µs. */
  readonly forUs: number;
  /** Begins this long after the client's operation before it, µs: 0. */
  readonly afterUs?: number;
  /** Requests come by chance (a Poisson process, the default) or evenly spaced. */
  readonly arrivals?: 'even' | 'poisson';
  /**
   * For rates at which each request cannot be a message: those that one client has to send within so long, µs,
   * are one request, sent at the end of that time. Its argument has their number where `each.value` says
   * `$count`, and its result may say how they ended: `{ counts: { ok, fail, info, reasons } }`. Latencies are
   * those of the first of them, at most so much too high. Not with `keys`. Absent: each is sent by itself.
   */
  readonly togetherUs?: number;
}

/**
 * One load for each client. Its requests are sent when they are due, whether or not those before them were
 * answered, and are recorded in windows of 100 ms (`LoadEvent`): how many began, how they ended, and the
 * percentiles of latency. Each ends `info` after the deadline of the program.
 * ```ts
 * loadOperations(draw, {
 *   clients: 4,
 *   each: { f: 'read' },
 *   key: 'k',
 *   keys: { count: 100, distribution: 'zipf' },
 *   rate: [[0, 100], [5_000_000, 100], [5_000_000, 5_000]],
 *   forUs: 10_000_000,
 * });
 * ```
 */
export function loadOperations(draw: Prng, spec: LoadSpec): Operation[][] {
  const { clients, each, key, keys = null, forUs, afterUs = 0, arrivals = 'poisson' } = spec;
  const { togetherUs } = spec;
  const rate: Rate = typeof spec.rate === 'number' ? [[0, spec.rate]] : spec.rate;
  return Array.from({ length: clients }, (_, client) => {
    const input: LoadInput = {
      each: { f: each.f, value: each.value ?? null },
      rate: rate.map(([atUs, perSecond]) => [atUs, perSecond / clients]),
      arrivals,
      forUs,
      keys: keys === null ? null : { ...keys },
      seed: draw.fork(`load-${client}`).uint32(),
      ...(togetherUs !== undefined && { togetherUs }),
    };
    return [{ id: client, afterUs, f: 'load', key, value: input as unknown as Json }];
  });
}

function number(n: number): string {
  return (Math.round(n * 10) / 10).toLocaleString('en-GB');
}
