/**
 * CONSISTENCY: every change of a setting is in the audit, once and for ever (C3, I8).
 *
 * Two readings agree as far as the shorter one goes, each entry holds the hash of the one before it, and the
 * entries of a key are, in order, what servers applied: none without an author, none that did not happen.
 */
import { when } from '../../../harness/spec.ts';
import type { Explanation, History, Invariant, Program, Verdict } from '../../../harness/spec.ts';
import { appliedOf, readsOf, textOf } from './chain.ts';
import type { Entry, Read } from './chain.ts';

const id = 'audit-complete';
const claim =
  'Each change of a setting has one entry in the audit, with what was there before; entries are linked by their hashes and never change.';

export function auditComplete(): Invariant {
  return { id, area: 'CONSISTENCY', claim, faultModel: 'any faults', judge };
}

function judge(history: History, program: Program): Verdict {
  const reads = readsOf(history.events);
  const longest = reads.reduce<Read | null>(
    (a, r) => (a !== null && a.entries.length >= r.entries.length ? a : r),
    null,
  );
  if (longest === null || longest.entries.length === 0) {
    return { kind: 'unknown', invariant: id, reason: 'nobody read an entry of the audit' };
  }
  for (const read of reads) {
    const wrong = unlinked(read.entries) ?? changed(read.entries, longest.entries);
    if (wrong !== null) return violated(read, wrong);
  }
  const missing = missingIn(history, program, longest);
  if (missing !== null) return { kind: 'violated', invariant: id, claim, explanation: missing };
  const basis = `${longest.entries.length} entries, ${reads.length} readings`;
  return { kind: 'holds', invariant: id, basis };
}

function unlinked(entries: readonly Entry[]): string | null {
  let previous = '';
  for (const [i, e] of entries.entries()) {
    if (e.n !== i + 1) return `Entry ${i + 1} is missing: ${e.n} stands in its place.`;
    if (e.previous !== previous) return `Entry ${e.n} does not hold the hash of the one before it.`;
    previous = e.hash;
  }
  return null;
}

function changed(entries: readonly Entry[], all: readonly Entry[]): string | null {
  const other = entries.find((e, i) => JSON.stringify(e) !== JSON.stringify(all[i]));
  return other === undefined ? null : `Entry ${other.n} is another one in another reading.`;
}

function missingIn(history: History, program: Program, read: Read): Explanation | null {
  const applied = appliedOf(history.events, program);
  const keys = new Set([...applied.keys(), ...read.entries.map((e) => e.key)]);
  for (const key of [...keys].sort()) {
    const entries = read.entries.filter((e) => e.key === key);
    // What was applied while the audit was read may be in it or not.
    const changes = (applied.get(key) ?? []).filter((a) => a.atUs < read.atUs);
    const surely = changes.filter((a) => a.atUs < read.askedUs).length;
    for (let i = 0; i < Math.max(entries.length, surely); i++) {
      const [e, a] = [entries[i], changes[i]];
      const isSame = e !== undefined && a !== undefined && textOf(e.after) === a.value;
      const isBefore = e !== undefined && textOf(e.before) === (changes[i - 1]?.value ?? null);
      if (isSame && isBefore) continue;
      const atUs = a?.atUs ?? read.atUs;
      const did = a === undefined ? 'did not change' : `became ${a.value ?? 'nothing'}`;
      const said =
        e === undefined
          ? 'no entry'
          : `entry ${e.n}, from ${textOf(e.before) ?? 'nothing'} to ${textOf(e.after) ?? 'nothing'}`;
      return {
        atUs,
        sentences: [
          `${key} ${did} ${when(atUs)}, its change number ${i + 1}.`,
          `The audit that was read ${when(read.atUs)} has ${said} there.`,
        ],
        ops: [read.op],
      };
    }
  }
  return null;
}

function violated({ atUs, op }: Read, wrong: string): Verdict {
  const sentences = [`The audit was read ${when(atUs)}.`, wrong];
  return { kind: 'violated', invariant: id, claim, explanation: { atUs, sentences, ops: [op] } };
}
