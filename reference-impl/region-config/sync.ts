/**
 * Two copies compare: from the root down to what differs, and then the entries themselves. No state is held between
 * messages: each says all that its answer needs, and one that is lost costs one comparison.
 */
import type { Entry } from './entry.ts';
import type { RegionMessage } from './messages.ts';
import type { Branch, MerkleTree } from './tree.ts';

type Halves = Extract<RegionMessage, { readonly kind: 'halves' }>;
type Held = Extract<RegionMessage, { readonly kind: 'held' }>;

/** So few keys under a branch are named at once: about what their halves would cost. */
const namedMax = 2;
const root: Branch = { level: 0, index: 0 };

export interface Copy {
  readonly tree: MerkleTree;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly branchesMax: number;
}

export function rootOf({ tree }: Copy): RegionMessage {
  return { kind: 'root', hash: tree.hash(root) };
}

/** Answers to the root of another copy: nothing where both are the same. */
export function answerRoot(copy: Copy, hash: number): RegionMessage[] {
  return copy.tree.hash(root) === hash ? [] : below(copy, [root]);
}

export function answerHalves(copy: Copy, { level, branches }: Halves): RegionMessage[] {
  const differing: Branch[] = [];
  for (let i = 0; i + 2 < branches.length; i += 3) {
    for (const half of [0, 1]) {
      const branch = { level: level + 1, index: 2 * (branches[i] as number) + half };
      if (copy.tree.hash(branch) !== branches[i + 1 + half]) differing.push(branch);
    }
  }
  return below(copy, differing);
}

/** What the other side lacks, or has older; and what this one does. */
export function answerHeld(copy: Copy, { branches, keys }: Held): RegionMessage[] {
  const theirs = new Map(keys.map(([key, hash, stamp]) => [key, { hash, stamp }]));
  const entries: (readonly [string, Entry])[] = [];
  const wanted: string[] = [];
  for (let i = 0; i + 1 < branches.length; i += 2) {
    const branch = { level: branches[i] as number, index: branches[i + 1] as number };
    for (const [key, hash] of copy.tree.under(branch)) {
      const other = theirs.get(key);
      theirs.delete(key);
      const own = copy.entries.get(key);
      if (own === undefined || other?.hash === hash) continue;
      if (other !== undefined && other.stamp > own.stamp) wanted.push(key);
      else entries.push([key, own]);
    }
  }
  wanted.push(...theirs.keys());
  const all: RegionMessage[] = [];
  if (entries.length > 0) all.push({ kind: 'entries', entries });
  if (wanted.length > 0) all.push({ kind: 'wanted', keys: wanted });
  return all;
}

export function answerWanted(copy: Copy, keys: readonly string[]): RegionMessage[] {
  const entries = keys.flatMap((key) => {
    const own = copy.entries.get(key);
    return own === undefined ? [] : [[key, own] as const];
  });
  return entries.length === 0 ? [] : [{ kind: 'entries', entries }];
}

function below(copy: Copy, differing: readonly Branch[]): RegionMessage[] {
  const { tree } = copy;
  const halves: number[] = [];
  const named: number[] = [];
  const keys: (readonly [string, number, number])[] = [];
  for (const branch of differing.slice(0, copy.branchesMax)) {
    const { level, index } = branch;
    if (!tree.isLeaf(branch) && tree.count(branch) > namedMax) {
      const left = tree.hash({ level: level + 1, index: 2 * index });
      halves.push(index, left, tree.hash({ level: level + 1, index: 2 * index + 1 }));
      continue;
    }
    named.push(level, index);
    for (const [key, hash] of tree.under(branch)) {
      keys.push([key, hash, copy.entries.get(key)?.stamp ?? 0]);
    }
  }
  const all: RegionMessage[] = [];
  const level = differing[0]?.level ?? 0;
  if (halves.length > 0) all.push({ kind: 'halves', level, branches: halves });
  if (named.length > 0) all.push({ kind: 'held', branches: named, keys });
  return all;
}
