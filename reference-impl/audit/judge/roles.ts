/** Who had which role when, by what was written plainly. */
import type { HistoryEvent } from '../../../harness/spec.ts';

const prefix = 'roles/';

export interface HeldRole {
  /** Null: none. */
  readonly role: string | null;
  /** Since then; 0: nobody ever gave one. */
  readonly revision: number;
}

export interface Roles {
  /** Just before `revision`; null where a write of it was not answered that may have come between. */
  before(who: string, revision: number): HeldRole | null;
}

export function rolesOf(events: readonly HistoryEvent[]): Roles {
  const written = new Map<string, HeldRole[]>();
  const unsure = new Set<string>();
  for (const e of events) {
    if (!('f' in e) || e.type === 'invoke' || e.type === 'load') continue;
    if (!e.key.startsWith(prefix) || !(e.f === 'write' || e.f === 'delete')) continue;
    const who = e.key.slice(prefix.length);
    if (e.type === 'info') unsure.add(who);
    if (e.type !== 'ok' || e.version === undefined) continue;
    const of = written.get(who) ?? [];
    written.set(who, of);
    of.push({ role: e.f === 'write' ? String(e.value) : null, revision: e.version });
  }
  for (const of of written.values()) of.sort((a, b) => a.revision - b.revision);
  return {
    before(who, revision) {
      if (unsure.has(who)) return null;
      const held = written.get(who)?.findLast((w) => w.revision < revision);
      return held ?? { role: null, revision: 0 };
    },
  };
}
