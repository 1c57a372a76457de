/** What was placed where, by what schedulers answered. */
import type { History, Json, OperationEvent } from '../../../harness/spec.ts';

export interface Wanted {
  readonly op: number;
  readonly pod: string;
  readonly app: string;
  readonly cpu: number;
  readonly isApart: boolean;
  readonly zone: string;
  readonly tolerates: readonly string[];
  /** How it ended; null: not yet. */
  ended: OperationEvent | null;
}

export interface MachineSeen {
  readonly key: string;
  readonly cpu: number;
  readonly zone: string;
  readonly taints: readonly string[];
}

type Fields = Readonly<Record<string, Json | undefined>>;

export interface Placements {
  readonly machines: ReadonlyMap<string, MachineSeen>;
  readonly wanted: readonly Wanted[];
  /** In the order in which it was told. */
  readonly on: ReadonlyMap<string, readonly Wanted[]>;
}

export function placementsOf(history: History): Placements {
  const machines = new Map<string, MachineSeen>();
  const wanted = new Map<number, Wanted>();
  const on = new Map<string, Wanted[]>();
  for (const e of history.events) {
    if (e.type === 'invoke' && e.f === 'write' && e.key.startsWith('machines/')) {
      const { cpu, zone, taints } = e.value as Fields;
      const all = { key: e.key, cpu: Number(cpu), zone: String(zone), taints: taints as string[] };
      machines.set(e.key, all);
    } else if (e.type === 'invoke' && e.f === 'schedule') {
      const { app, cpu, isApart, zone, tolerates } = e.value as Fields;
      wanted.set(e.op, {
        op: e.op,
        pod: e.key,
        app: String(app),
        cpu: Number(cpu),
        isApart: isApart === true,
        zone: String(zone ?? ''),
        tolerates: (tolerates ?? []) as string[],
        ended: null,
      });
    } else if (e.type === 'ok' || e.type === 'fail' || e.type === 'info') {
      const w = wanted.get(e.op);
      if (w === undefined) continue;
      w.ended = e;
      const at = String(e.value);
      if (e.type === 'ok') on.set(at, [...(on.get(at) ?? []), w]);
    }
  }
  return { machines, wanted: [...wanted.values()], on };
}

/** Why it may not be there beside `others`, in words; null: it may. */
export function reasonAgainst(w: Wanted, m: MachineSeen, others: readonly Wanted[]): string | null {
  if (w.zone !== '' && w.zone !== m.zone)
    return `it wants zone ${w.zone}, and ${m.key} is in ${m.zone}`;
  const taint = m.taints.find((t) => !w.tolerates.includes(t));
  if (taint !== undefined) return `${m.key} is tainted ${taint}, which it does not tolerate`;
  const near = others.find((o) => o !== w && o.app === w.app && (o.isApart || w.isApart));
  if (near !== undefined)
    return `pod ${near.pod} of app ${w.app} is there, and they are to be apart`;
  return null;
}
