/**
 * Linearizability of a growing text, each piece put or appended once, in O(n log n): a read shows which
 * put it rests on and what was appended since, in order. So each put, what was appended and seen after
 * it, and all reads of that form one block. A put or an append that nobody saw stands alone, anywhere
 * between blocks: the put that begins the next block hides it.
 */
import type { Json } from '../../core/host.ts';
import { arrange, type Blocks } from './arrange.ts';
import { isCompleted, type Op } from '../operations.ts';

/** What began a block (null: the initial text) and what was appended after it, as far as seen. */
interface Growth {
  readonly put: Op | null;
  readonly appends: Op[];
  /** The longest text that is known. */
  text: string;
  /** By length of the text: how many appends it holds. */
  readonly lengths: Map<number, number>;
  readonly reads: { readonly op: Op; readonly appends: number }[];
}

/**
 * A linearization; null: there is none; undefined: pieces are not unique, a text can be taken apart in
 * several ways, or there are operations other than get, put and append of texts.
 */
export function orderTexts(ops: readonly Op[], start: Json): readonly Op[] | null | undefined {
  const pieces = piecesOf(ops);
  if (pieces === undefined || (start !== null && typeof start !== 'string')) return undefined;
  const initial = start ?? '';
  const growths = new Map<string | null, Growth>([[null, begin(null, initial)]]);
  const used = new Set<Op>();
  for (const op of ops) {
    if (!isLook(op) || !isCompleted(op)) continue;
    const text = op.output === null ? '' : op.output;
    if (typeof text !== 'string') return undefined;
    // Nothing and the empty text are two things, and no piece makes one of the other.
    if (text === '' && op.output !== start) return null;
    const growth = growthOf(text, growths, pieces, initial);
    if (growth === undefined || growth === null) return growth;
    const appends = placeIn(growth, text, pieces, used);
    if (appends === undefined || appends === null) return appends;
    growth.reads.push({ op, appends });
  }
  const blocks: Blocks = { ops: [], starts: [] };
  for (const g of growths.values()) addBlock(g, blocks);
  const seen = new Set(blocks.ops);
  for (const op of ops) {
    if (seen.has(op) || !isCompleted(op)) continue;
    blocks.starts.push(blocks.ops.length);
    blocks.ops.push(op);
  }
  return arrange(blocks);
}

interface Pieces {
  readonly puts: ReadonlyMap<string, Op>;
  readonly appends: ReadonlyMap<string, Op>;
  /** Lengths that occur. */
  readonly putLengths: readonly number[];
  readonly appendLengths: readonly number[];
}

function isLook(op: Op): boolean {
  return op.f === 'get' || op.f === 'read';
}

function piecesOf(ops: readonly Op[]): Pieces | undefined {
  const puts = new Map<string, Op>();
  const appends = new Map<string, Op>();
  for (const op of ops) {
    if (isLook(op)) continue;
    const text = op.input;
    if (typeof text !== 'string' || text === '') return undefined;
    const of = op.f === 'append' ? appends : op.f === 'put' || op.f === 'write' ? puts : null;
    if (of === null || of.has(text)) return undefined;
    of.set(text, op);
  }
  return { puts, appends, putLengths: lengthsOf(puts), appendLengths: lengthsOf(appends) };
}

function lengthsOf(of: ReadonlyMap<string, Op>): number[] {
  const lengths: number[] = [];
  for (const text of of.keys()) if (!lengths.includes(text.length)) lengths.push(text.length);
  return lengths;
}

function begin(put: Op | null, text: string): Growth {
  return { put, appends: [], text, lengths: new Map([[text.length, 0]]), reads: [] };
}

/** Which put `text` begins with; null: with none that there is; undefined: with several. */
function growthOf(
  text: string,
  growths: Map<string | null, Growth>,
  pieces: Pieces,
  initial: string,
): Growth | null | undefined {
  const starts = found(pieces.puts, pieces.putLengths, text, 0);
  const afterInitial = text.startsWith(initial)
    ? text === initial ||
      found(pieces.appends, pieces.appendLengths, text, initial.length).length > 0
    : false;
  if (starts.length + (afterInitial ? 1 : 0) > 1) return undefined;
  if (afterInitial) return growths.get(null) ?? null;
  const put = starts[0];
  if (put === undefined) return null;
  const root = put.input as string;
  const growth = growths.get(root) ?? begin(put, root);
  growths.set(root, growth);
  return growth;
}

/** Pieces that stand in `text` at `from`. */
function found(
  of: ReadonlyMap<string, Op>,
  lengths: readonly number[],
  text: string,
  from: number,
): Op[] {
  const ops: Op[] = [];
  for (const n of lengths) {
    if (from + n > text.length) continue;
    const op = of.get(text.slice(from, from + n));
    if (op !== undefined) ops.push(op);
  }
  return ops;
}

/** How many appends `text` holds, which makes the growth longer if need be. */
function placeIn(
  g: Growth,
  text: string,
  pieces: Pieces,
  used: Set<Op>,
): number | null | undefined {
  if (g.text.startsWith(text)) return g.lengths.get(text.length) ?? null;
  if (!text.startsWith(g.text)) return null;
  for (let from = g.text.length; from < text.length;) {
    const [next, another] = found(pieces.appends, pieces.appendLengths, text, from);
    if (next === undefined) return null;
    if (another !== undefined) return undefined;
    if (used.has(next)) return null;
    used.add(next);
    g.appends.push(next);
    from += (next.input as string).length;
    g.lengths.set(from, g.appends.length);
  }
  g.text = text;
  return g.appends.length;
}

function addBlock(g: Growth, { ops, starts }: Blocks): void {
  const readsAt: Op[][] = Array.from({ length: g.appends.length + 1 }, () => []);
  for (const { op, appends } of g.reads) readsAt[appends]?.push(op);
  starts.push(ops.length);
  if (g.put !== null) ops.push(g.put);
  readsAt.forEach((reads, i) => {
    const append = i === 0 ? undefined : g.appends[i - 1];
    if (append !== undefined) ops.push(append);
    ops.push(...reads);
  });
}
