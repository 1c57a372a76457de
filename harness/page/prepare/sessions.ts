/** What sessions saw one after the other, against the newest that each knew: a step back stands out. */
import { isOperation } from '../../core/history.ts';
import type { HistoryEvent, OperationEvent } from '../../core/history.ts';
import type { SessionRowView, SessionsView, SessionView } from '../view.ts';

const sessionsMax = 4;
const rowsMax = 12;
const looked: ReadonlySet<string> = new Set([
  'read',
  'get',
  'read-stale',
  'write',
  'put',
  'cas',
  'delete',
]);

export interface SessionsGround {
  readonly events: readonly HistoryEvent[];
  /** Operations that contradict each other. */
  readonly named: readonly number[];
  /** Of the client behind a process. */
  readonly whoOf: (process: number) => string;
  /** `read k0 → 7`. */
  readonly textOf: (invoke: OperationEvent, ok: OperationEvent) => string;
}

/** Those that an operation of `named` belongs to; null: none completed. */
export function sessionsView(g: SessionsGround): SessionsView | null {
  const asked = new Map<number, OperationEvent>();
  const ended: OperationEvent[] = [];
  for (const e of g.events) {
    if (!isOperation(e) || !looked.has(e.f)) continue;
    if (e.type === 'invoke') asked.set(e.op, e);
    if (e.type === 'ok') ended.push(e);
  }
  const named = new Set(g.named);
  const about = ended.filter((e) => named.has(e.op));
  if (about.length === 0) return null;
  const keys = new Set(about.map((e) => e.key));
  const [key = null] = keys.size === 1 ? keys : [null];
  const back = about.at(-1)?.op ?? -1;
  const processes = [...new Set(about.map((e) => e.process))].slice(0, sessionsMax);
  const sessions = processes.map((process): SessionView => {
    const own = ended.filter((e) => e.process === process && (key === null || e.key === key));
    const rows = rowsOf(own, asked, named, back, g);
    const shown = around(rows);
    return { who: g.whoOf(process), skipped: rows.length - shown.length, rows: shown };
  });
  return { key, sessions };
}

/** `own` are of one session, in order of their returns. */
function rowsOf(
  own: readonly OperationEvent[],
  asked: ReadonlyMap<number, OperationEvent>,
  named: ReadonlySet<number>,
  back: number,
  g: SessionsGround,
): SessionRowView[] {
  let known: number | null = null;
  return own.flatMap((ok): SessionRowView[] => {
    const invoke = asked.get(ok.op);
    if (invoke === undefined) return [];
    // What is not there has no version, though some call it 0.
    const version = ok.version === undefined || ok.version === 0 ? null : ok.version;
    const row = {
      op: ok.op,
      atUs: ok.timeUs,
      text: g.textOf(invoke, ok),
      version,
      known,
      isNamed: named.has(ok.op),
      isBack: ok.op === back || (version !== null && known !== null && version < known),
    };
    if (version !== null) known = Math.max(known ?? version, version);
    return [row];
  });
}

/** As many as there is room for, with those that contradict each other among them, the last first. */
function around(rows: readonly SessionRowView[]): readonly SessionRowView[] {
  if (rows.length <= rowsMax) return rows;
  const last = rows.findLastIndex((r) => r.isNamed);
  const first = rows.findIndex((r) => r.isNamed);
  const from = Math.max(0, Math.min(last + 3 - rowsMax, rows.length - rowsMax));
  const shown = rows.slice(from, from + rowsMax);
  // The one that knew better may lie long before.
  return first < from ? [rows[first] as SessionRowView, ...shown.slice(1)] : shown;
}
