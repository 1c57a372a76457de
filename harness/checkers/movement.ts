/**
 * Who moved when owners came or went (consistent hashing, rendezvous, jump: Karger et al. 1997, Thaler
 * & Ravishankar 1998, Lamping & Veach 2014): only what the change asks for.
 */
import { likelyAtMost } from './statistics.ts';

export interface MovementOptions {
  /** Share of the keys that may move although both owners stayed, per thousand: 0; Maglev allows a few. */
  readonly needlessPermilleMax?: number;
  /** An owner that came may take so many times its fair share, per thousand: 1,200. */
  readonly sharePermilleMax?: number;
}

export interface Movement {
  readonly keys: number;
  readonly moved: number;
  /** From an owner that stayed to another that was there before. */
  readonly needless: number;
  /** What is wrong, one sentence a fact; empty: the movement is minimal. */
  readonly sentences: readonly string[];
}

/**
 * `before` and `after`: the owner of each key, both for the same keys. Owners are those that have a key.
 * An owner that came took its share by chance: it is blamed with a probability of 10⁻⁹ at most.
 */
export function checkMovement(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  { needlessPermilleMax = 0, sharePermilleMax = 1_200 }: MovementOptions = {},
): Movement {
  const [was, is] = [new Set(before.values()), new Set(after.values())];
  const came = [...is].filter((owner) => !was.has(owner)).sort();
  const taken = new Map(came.map((owner) => [owner, 0]));
  const needless: string[] = [];
  let moved = 0;
  for (const [key, from] of before) {
    const to = after.get(key);
    if (to === undefined || to === from) continue;
    moved += 1;
    const count = taken.get(to);
    if (count !== undefined) taken.set(to, count + 1);
    else if (is.has(from))
      needless.push(`${key} moved from ${from} to ${to}, and both were there before and after.`);
  }
  const keys = before.size;
  const sentences: string[] = [];
  if (needless.length * 1_000 > keys * needlessPermilleMax) {
    sentences.push(
      needless[0] ?? '',
      `So did ${needless.length} of ${keys} keys; ${needlessPermilleMax} ‰ may.`,
    );
  }
  const share = Math.min(1, sharePermilleMax / (1_000 * is.size));
  for (const [owner, count] of taken) {
    if (count <= likelyAtMost(keys, share, came.length)) continue;
    sentences.push(
      `${owner} came and took ${count} of ${keys} keys, of which ${is.size} have a share each.`,
    );
  }
  return { keys, moved, needless: needless.length, sentences };
}
