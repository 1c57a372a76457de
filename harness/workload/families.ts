/** All operations by name: those of the families below, and those that somebody defined. */
import type { Json } from '../core/host.ts';
import type { Operation, Program } from '../core/program.ts';
import { HarnessError } from '../core/errors.ts';
import { admin } from './admin/index.ts';
import { barrier } from './barrier/index.ts';
import { config } from './config/index.ts';
import { election } from './election/index.ts';
import type { OperationKind } from './kind.ts';
import { jobs } from './jobs/index.ts';
import { kv } from './kv/index.ts';
import { leases } from './leases/index.ts';
import { load } from './load/index.ts';
import { lock } from './lock/index.ts';
import { members } from './members/index.ts';
import { registry } from './registry/index.ts';
import { request } from './request/index.ts';
import { semaphore } from './semaphore/index.ts';
import { txn } from './txn/index.ts';
import { watch } from './watch/index.ts';

/** Of values that its own schemas have let pass. */
export type AnyKind = OperationKind<unknown, unknown>;

/** Those of antlion itself, by what they are about. */
export const families: Readonly<Record<string, readonly AnyKind[]>> = {
  keys: kv,
  watches: watch,
  locks: lock,
  semaphores: semaphore,
  barriers: barrier,
  leases,
  elections: election,
  registries: registry,
  members,
  configurations: config,
  services: request,
  load,
  transactions: txn,
  jobs,
  operators: admin,
};

const kinds = new Map<string, AnyKind>(
  Object.values(families).flatMap((family) => family.map((kind) => [kind.f, kind])),
);

/** Undefined: nobody defined it; it is sent and recorded like any other, and nothing is known of it. */
export function operationKind(f: string): AnyKind | undefined {
  return kinds.get(f);
}

/** What a program asks its system for, by name, each once. */
export function operationsAsked({ clients }: Program): string[] {
  const asked = clients.flat().flatMap(({ f, value }) => {
    const kind = kinds.get(f);
    const parsed = kind?.asks === undefined ? undefined : kind.input.safeParse(value);
    return parsed?.success === true ? (kind?.asks?.(parsed.data) ?? [f]) : [f];
  });
  return [...new Set(asked)];
}

/** How many requests of a client it is: one, but for a load. */
export function requestsOf({ f, value }: Operation): number {
  const kind = kinds.get(f);
  const parsed = kind?.requests === undefined ? undefined : kind.input.safeParse(value);
  return parsed?.success === true ? (kind?.requests?.(parsed.data) ?? 1) : 1;
}

/** Simpler arguments of this operation, the simplest first; none of what its family does not know. */
export function* smallerInputs({ f, value }: Operation): Generator<Json> {
  const kind = kinds.get(f);
  const parsed = kind?.input.safeParse(value);
  if (kind?.smaller === undefined || parsed?.success !== true) return;
  for (const input of kind.smaller(parsed.data)) yield input as Json;
}

/**
 * Makes an operation of your own known by its name: to clients (`$last`), to the steps of a
 * counterexample, and to `linearizable` if it has `cells`. Call it once, where the module is loaded.
 * Throws E_CONFIG when the name is taken.
 *
 * ```ts
 * defineOperation({
 *   f: 'swap',
 *   input: z.number(),
 *   output: z.number().nullable(),
 *   describeOutput: (before) => ` in place of ${before}`,
 *   learns: (ended) => (ended.type === 'ok' ? { last: ended.output } : null),
 * });
 * ```
 */
export function defineOperation<I, O>(kind: OperationKind<I, O>): OperationKind<I, O> {
  if (kinds.has(kind.f)) {
    throw new HarnessError(
      'E_CONFIG',
      `operation "${kind.f}" is defined twice, wanted a name of its own. Choose another f; what several files use is defined in one and imported.`,
    );
  }
  kinds.set(kind.f, kind);
  return kind;
}
