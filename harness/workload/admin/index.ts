/**
 * What operators ask a store for beside its data: to forget its history, to give back space. It changes
 * nothing that a key holds, so no register is judged by it; what it must not disturb, others judge.
 */
import { z } from 'zod';
import type { Json } from '../../core/host.ts';
import { anyJson, type OperationKind, show } from '../kind.ts';

const revision = z.number().int().nonnegative();

/**
 * Forget all changes before a revision, that of the argument; `$last` is the one up to which this client's
 * last watch of the same prefix was told. It ends when that is decided: the work itself may go on. What
 * comes next is watched from that revision on, the earliest that is still known.
 */
const compact: OperationKind<number | null, number> = {
  f: 'compact',
  line: 'forget all changes before a revision',
  input: revision.nullable(),
  output: revision,
  describeInput: (upTo) => (upTo === null ? ' nothing' : ` up to revision ${upTo}`),
  memory: 'watches',
  learns: (ended) => (ended.type === 'ok' ? { last: Math.max(0, ended.output - 1) } : null),
};

/** The member that is asked gives back the space of what was forgotten. */
const defrag: OperationKind<null, unknown> = {
  f: 'defrag',
  line: 'have one member give back the space of what was forgotten',
  input: z.null(),
  output: z.unknown(),
  describeInput: () => '',
};

interface Dated {
  readonly value: Json;
  /** What the key was then is read in the same transaction. */
  readonly revision: number;
}

/** Write a key, if what it was at a revision is still known: where that was forgotten nothing is written. */
const writeIfKnown: OperationKind<Dated, Json> = {
  f: 'write-if-known',
  line: 'write a key, if what it was at a revision is still known',
  input: z.object({ value: anyJson, revision }),
  output: anyJson,
  describeInput: ({ value, revision: at }) => ` = ${show(value)}, if revision ${at} is known`,
  cells: ({ key, input, output }) => [{ f: 'write', key, input: input.value, output }],
};

export const admin: readonly OperationKind<unknown, unknown>[] = [
  compact,
  defrag,
  writeIfKnown as OperationKind<unknown, unknown>,
];
