/** Transactions that look before they act, as etcd has them: `then` where all comparisons are true, `else` otherwise. */
import { z } from 'zod';
import type { Json } from '../../core/host.ts';
import type { Prng } from '../../core/prng.ts';
import type { Operation } from '../../core/program.ts';
import { drawOperations, type ListSpec } from '../draw.ts';
import { anyJson, type Cell, type OperationKind, show } from '../kind.ts';

const comparison = z.union([
  z.strictObject({ key: z.string(), exists: z.boolean() }),
  z.strictObject({ key: z.string(), value: anyJson }),
  z.strictObject({ key: z.string(), version: z.number() }),
]);
const part = z.union([
  z.strictObject({ op: z.literal('get'), key: z.string() }),
  z.strictObject({ op: z.literal('delete'), key: z.string() }),
  z.strictObject({ op: z.literal('put'), key: z.string(), value: anyJson }),
]);
const comparedInput = z.strictObject({
  compare: z.array(comparison),
  // oxlint-disable-next-line unicorn/no-thenable -- etcd's word; nobody awaits it
  then: z.array(part),
  else: z.array(part),
});
const comparedOutput = z.object({
  succeeded: z.boolean(),
  /** Of each part that was carried out: what was read or written. */
  results: z.array(z.object({ key: z.string(), value: anyJson })),
});

type Input = z.infer<typeof comparedInput>;
type Part = z.infer<typeof part>;
type Output = z.infer<typeof comparedOutput>;

export const transact: OperationKind<Input, Output> = {
  f: 'transact',
  line: 'compare keys; do one list of operations if all comparisons hold, another otherwise',
  input: comparedInput,
  output: comparedOutput,
  namesKeys: true,
  describeInput: (i) =>
    ` if ${i.compare.map(condition).join(' and ')}: ${i.then.map(words).join(', ')}; else: ${i.else.map(words).join(', ')}`,
  describeOutput: ({ succeeded, results }) =>
    ` ${succeeded ? 'then' : 'else'}: ${results.map(({ key, value }) => `${key} is ${show(value)}`).join(', ')}`,
  cells({ input, output }) {
    const done = comparedOutput.safeParse(output);
    // Nobody knows which of the two it was: both may have been.
    if (!done.success) return [...input.then, ...input.else].flatMap((p) => maybe(p));
    const { succeeded, results } = done.data;
    const seen = succeeded ? input.compare.flatMap((c) => truth(c)) : [];
    const parts = succeeded ? input.then : input.else;
    return [...seen, ...parts.map((p, i) => cellOf(p, results[i]?.value ?? null))];
  },
};

/** What a comparison that was true says of its key. */
function truth(c: Input['compare'][number]): Cell[] {
  if ('value' in c) return [{ f: 'read', key: c.key, input: null, output: c.value }];
  if ('exists' in c && !c.exists) return [{ f: 'read', key: c.key, input: null, output: null }];
  return [];
}

function cellOf(p: Part, result: Json): Cell {
  if (p.op === 'get') return { f: 'read', key: p.key, input: null, output: result };
  if (p.op === 'delete') return { f: 'delete', key: p.key, input: null, output: null };
  return { f: 'write', key: p.key, input: p.value, output: p.value };
}

function maybe(p: Part): Cell[] {
  return p.op === 'get' ? [] : [{ ...cellOf(p, null), output: null }];
}

function condition(c: Input['compare'][number]): string {
  if ('exists' in c) return `${c.key} ${c.exists ? 'exists' : 'is not there'}`;
  return 'version' in c ? `${c.key} has version ${c.version}` : `${c.key} is ${show(c.value)}`;
}

function words(p: Part): string {
  return p.op === 'put' ? `${p.key} = ${show(p.value)}` : `${p.op} ${p.key}`;
}

export interface ComparedSpec extends ListSpec {
  /** Keys are `c0`, `c1` …; a transaction touches two of them. */
  readonly keys: number;
}

/**
 * Transactions that take two keys where neither is there and look otherwise, or write the one key where it
 * is there and the other where not. Keys are `c0`, `c1` …: `kvOperations` with the prefix `c` reads them and
 * frees them, so that both branches are taken. Every value is unique in the run.
 */
export function comparedOperations(draw: Prng, spec: ComparedSpec): Operation[][] {
  return drawOperations(draw, spec, (d, id) => {
    const [a, b] = [d.below(spec.keys), d.between(1, spec.keys - 1)];
    const [one, other] = [`c${a}`, `c${(a + b) % spec.keys}`];
    const value: Input = d.chance(500)
      ? {
          compare: [
            { key: one, exists: false },
            { key: other, exists: false },
          ],
          // oxlint-disable-next-line unicorn/no-thenable -- etcd's word; nobody awaits it
          then: [
            { op: 'put', key: one, value: 2 * id + 1 },
            { op: 'put', key: other, value: 2 * id + 2 },
          ],
          else: [
            { op: 'get', key: one },
            { op: 'get', key: other },
          ],
        }
      : {
          compare: [{ key: one, exists: true }],
          // oxlint-disable-next-line unicorn/no-thenable -- etcd's word; nobody awaits it
          then: [
            { op: 'put', key: one, value: 2 * id + 1 },
            { op: 'get', key: other },
          ],
          else: [{ op: 'put', key: other, value: 2 * id + 2 }],
        };
    return { f: 'transact', key: 't', value };
  });
}
