/** The story of one key or service: all that was said of it, and what went wrong meanwhile. */
import { isOperation } from '../core/history.ts';
import type { History, HistoryEvent } from '../core/history.ts';
import type { Program } from '../core/program.ts';
import { describeFault, nodeName } from '../faults/describe.ts';
import { RoleBook } from '../faults/resolve.ts';
import { describeEvent } from './describe-event.ts';
import { describeAsked, describeEnd } from './narrate.ts';

export interface StoryLine {
  readonly atUs: number;
  readonly text: string;
  /** About the subject itself; otherwise what happened around it. */
  readonly isOwn: boolean;
  /** How often the same was said in a row, from `atUs` on. */
  readonly times: number;
}

/**
 * Operations on it, what nodes said of it, and between them faults, leaders, starts and ends of nodes. What is said
 * several times in a row is told once. Empty: it is never named.
 */
export function storyOf(
  { shape, faults }: Program,
  history: History,
  subject: string,
): StoryLine[] {
  const lines: StoryLine[] = [];
  const ends = new Map(
    history.events.flatMap((e) =>
      isOperation(e) && e.type !== 'invoke' ? [[e.op, e] as const] : [],
    ),
  );
  const roles = new RoleBook(shape);
  const add = (e: HistoryEvent, text: string, isOwn: boolean): void => {
    const last = lines.at(-1);
    if (last?.text === text) lines[lines.length - 1] = { ...last, times: last.times + 1 };
    else lines.push({ atUs: e.timeUs, text, isOwn, times: 1 });
  };
  for (const e of history.events) {
    roles.event(e);
    if (isOperation(e)) {
      if (e.type !== 'invoke' || !isNamed(e, subject)) continue;
      const who = `c${e.process % Math.max(1, shape.clients)}`;
      add(e, `${who} ${describeAsked(e)} → ${describeEnd(shape, e, ends.get(e.op))}`, true);
    } else if (e.type === 'fault') {
      const fault = faults[e.fault];
      if (fault === undefined || e.phase === 'effective') continue;
      const isBegin = e.phase === 'begin';
      add(e, isBegin ? describeFault(fault, shape, e, roles) : `${fault.kind} ends`, false);
    } else if (e.type === 'node') add(e, describeEvent(e, shape), false);
    else if (e.type === 'observe' && e.value.kind === 'role') {
      const { role, term } = e.value;
      if (role === 'leader') add(e, `${nodeName(shape, e.node)} leads (term ${term})`, false);
    } else if (isNamed(e, subject)) add(e, describeEvent(e, shape), true);
  }
  return lines.some((l) => l.isOwn) ? lines : [];
}

/** Is it a text, or a name, anywhere in the event? */
function isNamed(value: unknown, subject: string): boolean {
  if (typeof value === 'string') return value === subject;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, v]) => name === subject || isNamed(v, subject));
}
