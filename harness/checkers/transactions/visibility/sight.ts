/**
 * What follows for the order of writers from what transactions saw: T read x from W, and saw S, which
 * wrote x as well; so S came before W (Biswas & Enea, "On the complexity of checking transactional
 * consistency", 2019; bounds of Møldrup & Pavlogiannis, "AWDIT", 2025).
 */
import type { Analysis } from '../analysis.ts';
import { nobody } from '../dependencies.ts';
import { Chains, eachChained } from './chains.ts';
import { eachReached } from './reached.ts';
import { type Read, type Seen, seenBy, type Sight, sightEdges, type Visit } from './seen.ts';

/** Work that may be spent on one level: about ten seconds. */
const workMax = 8e9;

/** Visits what follows; of several that follow from one another at least the last. False: too much work. */
export function eachPrecedence(analysis: Analysis, sight: Sight, visit: Visit): boolean {
  const seen = seenBy(analysis, sightEdges[sight]);
  if (sight === 'read from') {
    eachRead(seen, visit);
    return true;
  }
  if (sight === 'reached in sessions') {
    const chains = Chains.of(seen);
    if (chains !== null) {
      eachChained(seen, chains, visit);
      return eachReached(seen, chains.others, workMax, visit);
    }
  }
  return eachReached(seen, seen.order, workMax, visit);
}

/** The smaller side is gone through: what one wrote, or what the other read. */
function eachRead({ reads, claims, writes }: Seen, visit: Visit): void {
  reads.forEach((own, reader) => {
    if (own.length < 2) return;
    const writers = new Set(own.flatMap(({ writer }) => (writer === nobody ? [] : [writer])));
    let byKey: ReadonlyMap<number, readonly Read[]> | null = null;
    for (const seen of writers) {
      const made = claims.makes.of(seen);
      if (made.length < own.length) {
        const known = (byKey ??= readsByKey(own));
        for (const version of made) {
          for (const r of known.get(claims.keyOf.at(version)) ?? []) {
            if (r.writer !== seen) visit(seen, r.writer, reader, r.read);
          }
        }
      } else {
        for (const { key, writer, read } of own) {
          if (writer !== seen && writes.get(key, seen) !== -1) visit(seen, writer, reader, read);
        }
      }
    }
  });
}

function readsByKey(reads: readonly Read[]): ReadonlyMap<number, readonly Read[]> {
  const byKey = new Map<number, Read[]>();
  for (const r of reads) byKey.set(r.key, [...(byKey.get(r.key) ?? []), r]);
  return byKey;
}
