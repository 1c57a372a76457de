/**
 * A Merkle tree over keys (Merkle 1987; as Dynamo's, §4.7): two copies that differ in few keys find them by comparing
 * hashes from the root down, a logarithm of steps each.
 *
 * Binary and of fixed depth: a leaf is a range of the keys' hashes. Where few keys are under a branch, they are
 * named at once instead of going on down.
 */
import { hashJson } from '../../harness/core/prng.ts';

const depth = 13;
const leaves = 2 ** depth;

/** A branch: its level (0: the root) and its place in it, from the left. */
export interface Branch {
  readonly level: number;
  readonly index: number;
}

export class MerkleTree {
  /** A heap: the root is 1, the children of i are 2i and 2i + 1. */
  private readonly hashes = new Uint32Array(2 * leaves);
  private readonly counts = new Uint32Array(2 * leaves);
  /** By leaf, its keys with their hashes. */
  private readonly held: (Map<string, number> | undefined)[] = [];

  get size(): number {
    return this.counts[1] as number;
  }

  /** `hash` stands for the version of `key`. */
  set(key: string, hash: number): void {
    const leaf = placeOf(key);
    const keys = this.held[leaf] ?? new Map<string, number>();
    this.held[leaf] = keys;
    const before = keys.get(key);
    keys.set(key, hash);
    this.change(leaf, hash - (before ?? 0), before === undefined ? 1 : 0);
  }

  delete(key: string): void {
    const leaf = placeOf(key);
    const keys = this.held[leaf];
    const before = keys?.get(key);
    if (keys === undefined || before === undefined) return;
    keys.delete(key);
    if (keys.size === 0) this.held[leaf] = undefined;
    this.change(leaf, -before, -1);
  }

  private change(leaf: number, hash: number, count: number): void {
    let at = leaves + leaf;
    // Keys of one leaf are in no order: their sum has none.
    this.hashes[at] = (this.hashes[at] as number) + hash;
    this.counts[at] = (this.counts[at] as number) + count;
    for (at >>= 1; at >= 1; at >>= 1) {
      const [left, right] = [this.hashes[2 * at] as number, this.hashes[2 * at + 1] as number];
      // Nothing is under it: as a branch under which there never was anything.
      this.counts[at] = (this.counts[at] as number) + count;
      this.hashes[at] = this.counts[at] === 0 ? 0 : mixed(left, right);
    }
  }

  hash({ level, index }: Branch): number {
    return this.hashes[2 ** level + index] as number;
  }

  count({ level, index }: Branch): number {
    return this.counts[2 ** level + index] as number;
  }

  isLeaf({ level }: Branch): boolean {
    return level === depth;
  }

  /** Keys under a branch, with their hashes. */
  *under({ level, index }: Branch): Generator<readonly [key: string, hash: number]> {
    const width = 2 ** (depth - level);
    for (let leaf = index * width; leaf < (index + 1) * width; leaf++) yield* this.held[leaf] ?? [];
  }
}

function placeOf(key: string): number {
  return hashJson(key) >>> (32 - depth);
}

function mixed(left: number, right: number): number {
  let x = Math.imul(left, 0x9e3779b1) ^ Math.imul(right + 0x85ebca6b, 0xc2b2ae35);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  return (x ^ (x >>> 16)) >>> 0;
}
