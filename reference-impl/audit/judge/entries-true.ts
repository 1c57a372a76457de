/**
 * CONSISTENCY: what an entry says was so when its change was made, whoever else writes the same keys (C3).
 *
 * Also where somebody writes settings past the audit: then it does not tell of all changes, but what it tells is true.
 */
import { when } from '../../../harness/spec.ts';
import type { History, HistoryEvent, Invariant, Program, Verdict } from '../../../harness/spec.ts';
import { appliedOf, readsOf, textOf } from './chain.ts';
import type { Applied, Entry } from './chain.ts';
import { rolesOf } from './roles.ts';
import type { Roles } from './roles.ts';

const id = 'entries-true';
const claim =
  'What an entry of the audit says was there before is what was there, and whoever made the change had the role for it at that moment.';
const changes = new Set(['set-setting', 'override', 'roll-back']);
/** Who may do what. */
const rolesFor: Readonly<Record<string, readonly string[]>> = {
  set: ['editor', 'ops'],
  'roll-back': ['editor', 'ops'],
  override: ['ops'],
};

export function entriesTrue(): Invariant {
  return { id, area: 'CONSISTENCY', claim, faultModel: 'any faults', judge };
}

/** A change that was acknowledged, with its entry. */
interface Made {
  readonly op: number;
  readonly atUs: number;
  readonly revision: number;
  readonly entry: Entry;
}

function judge({ events }: History, program: Program): Verdict {
  const applied = appliedOf(events, program);
  const roles = rolesOf(events);
  const all = madeOf(events);
  for (const made of all) {
    const { entry, revision, atUs, op } = made;
    const wrong = otherBefore(made, applied.get(entry.key) ?? []) ?? withoutRole(made, roles);
    if (wrong === null) continue;
    const sentences = [
      `${entry.who} changed ${entry.key} at revision ${revision} (entry ${entry.n}), acknowledged ${when(atUs)}.`,
      wrong,
    ];
    return { kind: 'violated', invariant: id, claim, explanation: { atUs, sentences, ops: [op] } };
  }
  if (all.length > 0) return { kind: 'holds', invariant: id, basis: `${all.length} entries` };
  const reason = 'nobody read the entry of a change that was acknowledged';
  return { kind: 'unknown', invariant: id, reason };
}

function madeOf(events: readonly HistoryEvent[]): Made[] {
  const entries = new Map(readsOf(events).flatMap((r) => r.entries.map((e) => [e.n, e])));
  return events.flatMap((e) => {
    if (!('f' in e) || e.type !== 'ok' || !changes.has(e.f)) return [];
    const entry = entries.get(Number(e.value));
    if (entry === undefined || e.version === undefined) return [];
    return [{ op: e.op, atUs: e.timeUs, revision: e.version, entry }];
  });
}

function otherBefore({ entry, revision }: Made, applied: readonly Applied[]): string | null {
  const before = applied.findLast((a) => a.revision < revision);
  const [said, was] = [textOf(entry.before), before?.value ?? null];
  if (said === was) return null;
  const since = before === undefined ? 'it never was changed' : `since revision ${before.revision}`;
  return `It says that ${said ?? 'nothing'} was there before; that was ${was ?? 'nothing'}, ${since}.`;
}

function withoutRole({ entry, revision }: Made, roles: Roles): string | null {
  const wanted = rolesFor[entry.act];
  const held = roles.before(entry.who, revision);
  if (wanted === undefined || held === null || wanted.includes(held.role ?? '')) return null;
  return `${entry.who} was ${held.role ?? 'in no role'} since revision ${held.revision}, and that takes ${wanted.join(' or ')}.`;
}
