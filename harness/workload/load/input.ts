/** The argument of a load, and what it comes to. */
import { z } from 'zod';
import type { Latency } from '../../core/history.ts';
import type { Json } from '../../core/host.ts';
import { limits } from '../../core/limits.ts';
import { seedMax } from '../../core/prng.ts';
import { anyJson } from '../kind.ts';
import { expectedRequests } from './arrivals.ts';

const point = z.tuple([z.int().min(0), z.number().min(0).max(1e9)]);

export const loadInput = z
  .strictObject({
    /** What each request is: an operation by its name, and its argument, in which `$id` is a number of its own. */
    each: z.strictObject({ f: z.string().min(1), value: anyJson }),
    /** `[µs since the load began, requests a second]`, rising in time; linear between, constant outside. */
    rate: z.array(point).min(1),
    arrivals: z.enum(['even', 'poisson']),
    forUs: z.int().min(1),
    /** Each asks for the key of the operation and a number below `count`; null: for that key itself. */
    keys: z
      .strictObject({
        count: z.int().min(1).max(10_000_000),
        distribution: z.enum(['uniform', 'zipf']),
      })
      .nullable(),
    /** Seeds times and keys. */
    seed: z.int().min(0).max(seedMax),
    /** Those due within so long are one request, which has their number where its argument says `$count`, µs. */
    togetherUs: z.int().min(1).max(limits.loadWindowUs).optional(),
  })
  .refine(({ rate }) => rate.every(([atUs], i) => i === 0 || atUs >= (rate[i - 1]?.[0] ?? 0)), {
    path: ['rate'],
    message: 'times must rise',
  })
  .refine(({ togetherUs, keys }) => togetherUs === undefined || keys === null, {
    path: ['togetherUs'],
    message: 'requests that are sent together have one key',
  })
  .refine(({ togetherUs, each }) => togetherUs === undefined || hasCount(each.value), {
    path: ['togetherUs'],
    message: 'wants the argument to say $count, or nobody knows how many they are',
  })
  .refine((input) => input.rate.length === 0 || expectedRequests(input) <= limits.loadRequestsMax, {
    path: ['rate'],
    message: `more than ${limits.loadRequestsMax.toLocaleString('en-GB')} requests`,
  });

function hasCount(value: Json): boolean {
  if (value === null || typeof value !== 'object') return value === '$count';
  return Object.values(value).some((v) => hasCount(v as Json));
}

export type LoadInput = z.infer<typeof loadInput>;

/** How all requests ended. */
export interface LoadOutput {
  readonly began: number;
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
  /** Were due and not sent, because too many were open. */
  readonly dropped: number;
  readonly latency: Latency | null;
  /** How often each reason was given for `fail` and `info`. */
  readonly reasons: Readonly<Record<string, number>>;
}

export const loadOutput = z.custom<LoadOutput>(
  (x) => typeof Object(x as Json).began === 'number',
  'expected the counts of a load',
);
