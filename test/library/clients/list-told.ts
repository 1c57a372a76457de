/** Lists that a program is told of again and again, which only ever grow: is it told all of it, and never less than before? */
import { formatDuration } from '../../../harness/index.ts';
import type { History, HistoryEvent, Invariant, Verdict } from '../../../harness/index.ts';

/** A program was told this list; null: that it could not be asked for. */
interface ListToldObservation {
  readonly kind: 'list-told';
  readonly names: readonly string[] | null;
}

declare module '../../../harness/core/observation.ts' {
  interface Observations {
    readonly listTold: ListToldObservation;
  }
}

type Words = Omit<Extract<Verdict, { kind: 'violated' }>, 'kind' | 'invariant' | 'claim'>;

/** `boundUs` after the last fault, and the last addition, everybody who was ever told a list knows all that was added. */
export function listsCatchUp(id: string, boundUs: number): Invariant {
  const claim = `A program that watches a list is never told less of it than before, and all of it within ${formatDuration(boundUs)} once nothing is broken.`;
  return {
    id,
    area: 'DISCOVERY',
    claim,
    faultModel: 'any faults that end',
    judge(history): Verdict {
      const found = shrunk(history) ?? behind(history, boundUs);
      if (found !== null && 'explanation' in found) {
        return { kind: 'violated', invariant: id, claim, ...found };
      }
      if (found !== null) return { kind: 'unknown', invariant: id, ...found };
      const told = history.events.filter(
        (e) => e.type === 'observe' && e.value.kind === 'list-told',
      );
      const lists = told.filter((e) => toldIn(e) !== null).length;
      const basis = `${lists} lists and ${told.length - lists} errors that programs were told`;
      return { kind: 'holds', invariant: id, basis };
    },
  };
}

function toldIn(e: HistoryEvent): readonly string[] | null {
  return e.type === 'observe' && e.value.kind === 'list-told' ? e.value.names : null;
}

function shrunk({ events }: History): Words | null {
  const known = new Map<number, ReadonlySet<string>>();
  for (const e of events) {
    const names = toldIn(e);
    if (names === null || e.type !== 'observe') continue;
    const lost = [...(known.get(e.node) ?? [])].find((name) => !names.includes(name));
    if (lost !== undefined) {
      const sentences = [`Client ${e.node} knew of ${lost}, and is then told a list without it.`];
      return { explanation: { atUs: e.timeUs, sentences, ops: [] } };
    }
    known.set(e.node, new Set(names));
  }
  return null;
}

/** What was added for sure, and is not known to all in the end. */
function behind(
  { events, endUs }: History,
  boundUs: number,
): Words | { readonly reason: string } | null {
  const added = new Map<number, string>();
  const all = new Set<string>();
  const known = new Map<number, readonly string[]>();
  let changedUs = 0;
  for (const e of events) {
    if (e.type === 'invoke' && e.f === 'add-name') added.set(e.op, e.key);
    if (e.type === 'ok' && added.has(e.op)) all.add(added.get(e.op) ?? '');
    if (e.type === 'fault' || e.type === 'node' || 'op' in e) changedUs = e.timeUs;
    const names = toldIn(e);
    if (names !== null && e.type === 'observe') known.set(e.node, names);
  }
  if (endUs < changedUs + boundUs) return { reason: 'the run ended before all had to be known' };
  if (known.size === 0 || all.size === 0) return { reason: 'nobody was told anything' };
  for (const [node, names] of known) {
    const missing = [...all].find((name) => !names.includes(name));
    if (missing === undefined) continue;
    const sentences = [
      `${missing} was added, and client ${node} was last told a list without it.`,
      `Nothing has happened for ${formatDuration(endUs - changedUs)}; ${formatDuration(boundUs)} are enough.`,
    ];
    return { explanation: { atUs: endUs, sentences, ops: [] } };
  }
  return null;
}
