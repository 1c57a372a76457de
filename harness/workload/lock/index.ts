/** What locks are for: acquire, read, write what the lock protects, release. */
import { z } from 'zod';
import { assert } from '../../core/assert.ts';
import type { Json } from '../../core/host.ts';
import { limits } from '../../core/limits.ts';
import type { Prng } from '../../core/prng.ts';
import type { Operation } from '../../core/program.ts';
import { lastValue } from '../kv/index.ts';
import { formatDuration } from '../../core/duration.ts';
import { anyJson, type OperationKind, show } from '../kind.ts';

const acquire: OperationKind = {
  f: 'acquire',
  line: 'take a lock for a lease; it answers with a token',
  input: anyJson,
  output: anyJson,
  // The token of an earlier grant is no excuse for one that was refused.
  forgetsFirst: true,
  learns: lastValue,
  describeInput(input) {
    const { ttlUs } = Object(input) as { readonly ttlUs?: Json };
    return typeof ttlUs === 'number' ? ` for ${formatDuration(ttlUs)}` : ` = ${show(input)}`;
  },
  describeOutput(output) {
    const { token = output } = Object(output) as { readonly token?: Json };
    return token === null ? '' : `, by token ${show(token)}`;
  },
};

const release: OperationKind = {
  f: 'release',
  line: 'give a lock back before its lease ends',
  input: anyJson,
  output: anyJson,
  describeInput: (token) => `, token ${show(token)}`,
};

/** What a fence lets pass is a write like any other. */
interface Fenced {
  readonly token?: Json;
  readonly value?: Json;
}

const writeFenced: OperationKind<Fenced | null> = {
  f: 'write-fenced',
  line: 'write a key with the token of a lock; an outdated token is refused',
  input: z.custom<Fenced | null>(
    (x) => typeof x === 'object' && !Array.isArray(x),
    'expected { lock, token, value }',
  ),
  output: anyJson,
  describeInput: (input) =>
    ` = ${show(input?.value ?? null)}, by token ${show(input?.token ?? null)}`,
  cells: ({ key, input, output }) => [{ f: 'write', key, input: input?.value ?? null, output }],
};

export const lock: readonly OperationKind<unknown, unknown>[] = [acquire, release, writeFenced];

export interface LockSpec {
  readonly clients: number;
  /** Rounds of each client: a round is `acquire`, `read`, `write-fenced`, `release`. */
  readonly count: number;
  /** Mean pause between a client's rounds, µs; drawn uniformly from 0 to twice this. */
  readonly pauseUs: number;
  readonly locks: number;
  /** Lease of a lock, µs as it runs here. */
  readonly ttlUs: number;
  /** Mean pause between the operations of a round, µs, drawn likewise: a round holds for three. */
  readonly holdUs: number;
}

/**
 * Lock `l0` protects key `p0`, and so on. A round goes by the token that its acquire got; after a
 * refused acquire it has none, and what needs one fails at once. Written values are unique.
 */
export function lockOperations(draw: Prng, spec: LockSpec): Operation[][] {
  const perClient = spec.count * 4;
  assert(spec.clients * perClient <= limits.operationsMax, 'too many operations', { ...spec });
  return Array.from({ length: spec.clients }, (_, client) => {
    const d = draw.fork(`client-${client}`);
    const operations: Operation[] = [];
    for (let round = 0; round < spec.count; round++) {
      const n = d.below(spec.locks);
      const first = (round * spec.clients + client) * 4;
      const [lock, key] = [`l${n}`, `p${n}`];
      const fenced = { lock, token: `$last:${lock}`, value: first };
      const pause = (meanUs: number): number => d.below(2 * meanUs + 1);
      operations.push(
        op(first, pause(spec.pauseUs), 'acquire', lock, { ttlUs: spec.ttlUs }),
        op(first + 1, pause(spec.holdUs), 'read', key, null),
        op(first + 2, pause(spec.holdUs), 'write-fenced', key, fenced),
        op(first + 3, pause(spec.holdUs), 'release', lock, '$last'),
      );
    }
    return operations;
  });
}

function op(
  id: number,
  afterUs: number,
  f: string,
  key: string,
  value: Operation['value'],
): Operation {
  return { id, afterUs, f, key, value };
}
