/**
 * RESILIENCE: who is asked for more than it can do goes on to do as much as it can (R8). Goodput is what is
 * answered in time; without shedding it falls to nothing while all workers are busy.
 *
 * Over loads of one service: in each second, of what could be served and was asked for, so much was.
 */
import { faultSpans, formatDuration } from '../../../harness/spec.ts';
import type { History, Invariant, Json, Program, Verdict } from '../../../harness/spec.ts';
import { loopIn } from './loop.ts';

const id = 'goodput-under-overload';
const claim =
  'However much is asked of a service, in each second it answers four fifths of what it can, or of what is asked.';
const secondUs = 1_000_000;
const goodPermille = 800;

export function goodputUnderOverload(): Invariant {
  return {
    id,
    area: 'RESILIENCE',
    claim,
    faultModel: 'while no fault is in force; of services that call no others',
    judge,
  };
}

interface Second {
  readonly fromUs: number;
  asked: number;
  ok: number;
}

function judge(history: History, program: Program): Verdict {
  const services = new Set(
    history.events.flatMap((e) => (e.type === 'invoke' && e.f === 'load' ? [e.key] : [])),
  );
  let seconds = 0;
  let over = 0;
  for (const service of services) {
    const perSecond = capacityOf(program, service);
    if (perSecond === null) continue;
    for (const s of secondsOf(history, program, service)) {
      const wanted = Math.min(s.asked, perSecond);
      seconds += 1;
      if (s.asked > perSecond) over += 1;
      if (s.ok * 1_000 >= wanted * goodPermille) continue;
      const [from, until] = [s.fromUs, s.fromUs + secondUs];
      const sentences = [
        `Between ${formatDuration(from)} and ${formatDuration(until)} clients asked ${service} ${s.asked} times, and ${s.ok} were answered in time.`,
        `Its instances can do ${Math.floor(perSecond)} a second.`,
        ...loopIn(history, program, { fromUs: from, untilUs: until }),
      ];
      const explanation = { atUs: until, sentences, ops: [] };
      return { kind: 'violated', invariant: id, claim, explanation };
    }
  }
  if (over === 0) {
    return { kind: 'unknown', invariant: id, reason: 'nobody was asked for more than it can do' };
  }
  return { kind: 'holds', invariant: id, basis: `${seconds} s of load, ${over} of them too much` };
}

/** Calls a second that all instances together can work off; null: their work costs nothing, or others have to help. */
function capacityOf({ shape, settings }: Program, service: string): number | null {
  const asked: Json | undefined = settings.extra['admission'];
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return null;
  const { workers, serviceUs } = asked as Readonly<Record<string, Json>>;
  if (typeof workers !== 'number' || typeof serviceUs !== 'number') return null;
  const instances = shape.nodes.filter((n) => n.service === service);
  if (instances.some((n) => (n.calls ?? []).length > 0)) return null;
  return (instances.length * workers * secondUs) / serviceUs;
}

/** Whole seconds of its loads in which no fault was in force, the first of them excepted. */
function secondsOf(history: History, program: Program, service: string): Second[] {
  const loads = history.events.flatMap((e) =>
    e.type === 'invoke' && e.f === 'load' && e.key === service
      ? [{ op: e.op, fromUs: e.timeUs, untilUs: e.timeUs + (e.value as { forUs: number }).forUs }]
      : [],
  );
  const fromUs = Math.max(...loads.map((l) => l.fromUs));
  const untilUs = Math.min(...loads.map((l) => l.untilUs), history.endUs);
  const ops = new Set(loads.map((l) => l.op));
  const seconds = Array.from(
    { length: Math.max(0, Math.floor((untilUs - fromUs) / secondUs)) },
    (_, i): Second => ({ fromUs: fromUs + i * secondUs, asked: 0, ok: 0 }),
  );
  for (const e of history.events) {
    if (e.type !== 'load' || !ops.has(e.op)) continue;
    const s = seconds[Math.floor((e.timeUs - fromUs - 1) / secondUs)];
    if (s === undefined) continue;
    s.asked += e.began + e.dropped;
    s.ok += e.ok;
  }
  const spans = faultSpans(history, program);
  return seconds.filter(
    (s, i) => i > 0 && spans.every((f) => s.fromUs >= f.toUs || s.fromUs + secondUs <= f.fromUs),
  );
}
