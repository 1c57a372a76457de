/** What is placed on what: pods on machines, as the store has them. */
import type { Json } from '../../harness/core/host.ts';

/** What somebody wants to run: the argument of `schedule`. */
export interface PodSpec {
  readonly app: string;
  /** Units of a machine that it takes, 1 or more. */
  readonly cpu: number;
  /** No two of its app on one machine (anti-affinity). */
  readonly isApart: boolean;
  /** In this zone alone (affinity); empty: anywhere. */
  readonly zone: string;
  /** Taints of machines that it does not mind. */
  readonly tolerates: readonly string[];
}

export interface Machine {
  readonly cpu: number;
  readonly zone: string;
  /** Only pods that tolerate all of them. */
  readonly taints: readonly string[];
  /** Those that were placed on it: their app and what they take. */
  readonly pods: readonly Placed[];
}

export type Placed = Pick<PodSpec, 'app' | 'cpu' | 'isApart'>;

/** Null: it is none. */
export function podOf(value: Json): PodSpec | null {
  const p = fieldsOf(value);
  const { app, cpu, isApart = false, zone = '', tolerates = [] } = p;
  const isPod = typeof app === 'string' && Number.isSafeInteger(cpu) && (cpu as number) > 0;
  if (!isPod || typeof isApart !== 'boolean' || typeof zone !== 'string') return null;
  return { app, cpu: cpu as number, isApart, zone, tolerates: texts(tolerates) };
}

/** Null: it is none. */
export function machineOf(value: Json): Machine | null {
  const { cpu, zone = '', taints = [], pods = [] } = fieldsOf(value);
  if (typeof cpu !== 'number' || typeof zone !== 'string' || !Array.isArray(pods)) return null;
  return { cpu, zone, taints: texts(taints), pods: pods as unknown as Placed[] };
}

function texts(of: Json): string[] {
  return Array.isArray(of) ? (of as Json[]).filter((t) => typeof t === 'string') : [];
}

function fieldsOf(value: Json): Readonly<Record<string, Json>> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Readonly<Record<string, Json>>) : {};
}
