/** A rollout as it lies in the store: one of each service. */
import type { Json } from '../../harness/core/host.ts';
import { steps } from './rules.ts';

export interface Rollout {
  readonly from: string;
  readonly to: string;
  /** So many tenths of the instances serve `to`. */
  readonly step: number;
  /** Once it went wrong it never grows again; `done`: all serve it. */
  readonly state: 'rolling' | 'returning' | 'done';
}

/** Null: it is none. */
export function readRollout(value: Json): Rollout | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { from, to, step, state } = value as { readonly [K in keyof Rollout]?: Json };
  const isStep = Number.isInteger(step) && (step as number) >= 0 && (step as number) <= steps;
  const isState = state === 'rolling' || state === 'returning' || state === 'done';
  if (typeof from !== 'string' || typeof to !== 'string' || !isStep || !isState) return null;
  return { from, to, step: step as number, state };
}
