/** What a property is told, and the one message that says what of it makes no sense. */
import { z } from 'zod';
import type { Environment, Run } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import { allKinds, definitionOf } from '../faults/kinds.ts';
import type { Invariant } from '../core/invariant.ts';
import { seedMax } from '../core/prng.ts';
import type { System } from '../core/system.ts';
import type { Sometimes } from '../core/invariant.ts';
import { whatIsWrong } from './bad-input.ts';
import type { ShrinkBudget } from './counterexample.ts';
import type { ProgramChoice } from './draw-program.ts';
import type { RegressionStore } from './regressions.ts';
import { requireMutant } from './run-scenario.ts';

export interface PropertyOptions<R extends Run | Promise<Run>> extends Omit<
  ProgramChoice,
  'name' | 'durationUs'
> {
  readonly environment: Environment<R>;
  readonly system: System;
  /** Ids of promises that the system makes, or invariants of your own. */
  readonly promises: readonly (string | Invariant)[];
  /** `violated`: some run must break a promise, or the property fails. `holds` by default. */
  readonly expect?: 'holds' | 'violated';
  /** Nodes that end by themselves are a part of the story; otherwise such a run is unknown. */
  readonly nodeFailures?: 'expected';
  /** Programs to try, from 1: 100. */
  readonly runs?: number;
  /** 0…4294967295; the same seed draws the same programs: 1. */
  readonly seed?: number;
  /** Length of one run, µs: 20 s. */
  readonly durationUs?: number;
  /** Shown in the failure: `property`. */
  readonly name?: string;
  /** Events that the search may take in all runs together; after it no more are tried. No limit. */
  readonly searchEventsMax?: number;
  /** For shrinking; when it runs out the best counterexample so far is told. */
  readonly budget?: ShrinkBudget;
  /** What some run must come across; otherwise the suite fails. `usualSometimes` is a start. */
  readonly sometimes?: readonly Sometimes[];
  /**
   * Programs that broke a promise before: they run first, and a new one is kept. Unless told it is
   * the folder `.antlion/regressions` if that exists (and `harness/mocha.ts` is loaded).
   */
  readonly regressions?: RegressionStore | null;
}

const kindNames = {
  error: (): string =>
    `expected one of ${allKinds()
      .map((d) => d.kind)
      .join(', ')}`,
};
const oneOrMore = z.int().min(1);
const count = z.int().min(0);

/** Plain fields are checked to the letter; what is code is left to the compiler and to the run. */
const schema = z.strictObject({
  environment: z.custom<Environment>(
    (e) => typeof (e as Environment | null)?.run === 'function',
    'expected an environment',
  ),
  system: z.custom<System>(
    (s) => typeof (s as System | null)?.name === 'string',
    'expected a system',
  ),
  promises: z.array(z.custom(isPromise, 'expected an id or an invariant')).min(1),
  cluster: z.strictObject({
    servers: z.union([oneOrMore, z.array(oneOrMore).min(1)]),
    clients: z.union([oneOrMore, z.array(oneOrMore).min(1)]),
    services: z.array(z.unknown()).optional(),
  }),
  operations: z.custom((f) => typeof f === 'function', 'expected a function'),
  faults: z.strictObject({
    kinds: z.array(z.string().refine((kind) => definitionOf(kind) !== undefined, kindNames)),
    count: z
      .tuple([count, count])
      .refine(([fewest, most]) => fewest <= most, 'expected the fewest first'),
    isSwarm: z.boolean().optional(),
  }),
  settings: z
    .strictObject({
      policyDivisor: z.number().min(1).optional(),
      deadlineUs: oneOrMore.optional(),
      mutant: z.string().nullable().optional(),
      extra: z.record(z.string(), z.json()).optional(),
    })
    .optional(),
  expect: z.enum(['holds', 'violated']).optional(),
  nodeFailures: z.literal('expected').optional(),
  runs: oneOrMore.optional(),
  seed: z.int().min(0).max(seedMax).optional(),
  durationUs: oneOrMore.optional(),
  name: z.string().min(1).optional(),
  searchEventsMax: oneOrMore.optional(),
  budget: z.record(z.string(), count).optional(),
  sometimes: z.array(z.unknown()).optional(),
  regressions: z.unknown().optional(),
});

/** Throws E_CONFIG for options that make no sense, E_MUTANT_UNKNOWN for a mutant that is none. */
export function requireSound(options: PropertyOptions<Run | Promise<Run>>): void {
  const wrong = whatIsWrong(schema, options);
  if (wrong !== null) {
    throw new HarnessError('E_CONFIG', `of the property ${wrong}. See PropertyOptions.`);
  }
  requireMutant(options.system, options.settings?.mutant ?? undefined);
}

function isPromise(p: unknown): boolean {
  const i = p as Partial<Invariant> | null;
  return typeof p === 'string' || (typeof i?.id === 'string' && typeof i.judge === 'function');
}
