/** Forms of their own in what somebody recorded: who had locks, what watchers were told, what sessions saw. */
import type { HistoryEvent } from '../../core/history.ts';
import { show } from '../../workload/kind.ts';
import type { LaneView, ViolationView } from '../view.ts';
import { heldKeys, lockLanes } from './locks.ts';
import { sessionsView } from './sessions.ts';
import { watchesView } from './watches.ts';

/** Locks in one picture. */
const heldMax = 3;

/** Is there anything to draw so? */
export function hasForms(model: string, ops: readonly { readonly f: string }[]): boolean {
  const models = model.split(',');
  if (models.includes('watch') || models.includes('sessions')) return true;
  return ops.some(({ f }) => f === 'acquire' || f === 'campaign');
}

/** Processes are clients of their own here. `named` are the operations that contradict each other. */
export function formsOf(
  model: string,
  named: readonly number[],
  events: readonly HistoryEvent[],
): Pick<ViolationView, 'watches' | 'sessions'> {
  const models = model.split(',');
  const history = { events, readyUs: 0, endUs: events.at(-1)?.timeUs ?? 0 };
  return {
    watches: models.includes('watch') ? watchesView(history, Infinity, named, whoOf) : null,
    sessions: models.includes('sessions')
      ? sessionsView({
          events,
          named,
          whoOf,
          textOf({ f, key, value }, ok) {
            const of = key === '' ? '' : ` ${key}`;
            return ok.value === null && value === null && !isRead(f)
              ? `${f}${of}`
              : `${f}${of} ${isRead(f) ? '→' : '='} ${short(show(isRead(f) ? ok.value : value))}`;
          },
        })
      : null,
  };
}

/** Who had locks, where the history tells. */
export function holderLanes(events: readonly HistoryEvent[], untilUs: number): LaneView[] {
  const last = events.reduce((n, e) => (e.type === 'invoke' ? Math.max(n, e.process) : n), -1);
  const names = Array.from({ length: last + 1 }, (_, i) => whoOf(i));
  return heldKeys(events)
    .slice(0, heldMax)
    .flatMap((key) => lockLanes(events, key, names, untilUs));
}

export function short(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}

function whoOf(process: number): string {
  return `process ${process}`;
}

function isRead(f: string): boolean {
  return f === 'get' || f.startsWith('read');
}
