/** Operations on all keys that begin alike. */
import { z } from 'zod';
import type { Json } from '../../core/host.ts';
import { anyJson, type Cell, type OperationKind } from '../kind.ts';

/** The first `limit` of those after `after`; as they were at `revision`. All there are now by default. */
const range = z
  .object({
    limit: z.number().int().positive().optional(),
    after: z.string().optional(),
    revision: z.number().int().positive().optional(),
    consistency: z.enum(['consistent', 'default', 'stale']).optional(),
  })
  .nullable();
export type Range = z.infer<typeof range>;

const rows = z.array(z.object({ key: z.string(), value: anyJson, version: z.number() }));
export type Rows = z.infer<typeof rows>;

/** Its version is the revision that the list is of. */
const list: OperationKind<Range, Rows> = {
  f: 'list',
  line: 'list the keys that begin so, as they are at one moment',
  input: range,
  output: rows,
  describeInput: (r) => (r === null ? '' : ` ${JSON.stringify(r)}`),
  describeOutput: (of) => ` ${of.map(({ key }) => key).join(' ')}`,
};

/** `keys`: those that somebody else may ask for, so that each is judged as removed. */
const removal = z.object({ keys: z.array(z.string()) }).nullable();

const deletePrefix: OperationKind<z.infer<typeof removal>, number> = {
  f: 'delete-prefix',
  line: 'remove the keys that begin so, at one moment; it answers how many there were',
  input: removal,
  output: z.number(),
  describeInput: () => '',
  describeOutput: (n) => `, ${n} keys`,
  cells: ({ input }) =>
    (input?.keys ?? []).map((key): Cell => ({ f: 'delete', key, input: null, output: null })),
};

export const ranges = [list, deletePrefix] as unknown as readonly OperationKind<unknown, unknown>[];

/** What of a list's answer is rows; null: nothing that is known. */
export function rowsOf(value: Json): Rows | null {
  const parsed = rows.safeParse(value);
  return parsed.success ? parsed.data : null;
}

export function rangeOf(value: Json): Range {
  const parsed = range.safeParse(value);
  return parsed.success ? parsed.data : null;
}
