/** The numbers of controllers. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface ControllersConfig {
  /**
   * A node whose lease was not seen renewed for this long is taken for dead: its endpoints go, its pods are
   * placed elsewhere, µs. A policy time. More: who was cut off for a moment keeps its pods; less: callers are
   * spared the dead sooner. Source: 10 s (chapter 9, "Kubelet uses heartbeat").
   */
  readonly leaseUs: number;
  /** A node renews its lease this often, µs: a third of it, so that two renewals may be lost. A policy time. */
  readonly renewUs: number;
  /** What a pod takes from being told of to being ready, µs. More: a scale-up or a move takes longer. */
  readonly startUs: number;
}

const usual: ControllersConfig = {
  leaseUs: secondsUs(10),
  renewUs: 3_300_000,
  startUs: secondsUs(2),
};

/** Null where the story (`extra.controllers`) asks for none. Throws E_CONFIG. */
export function controllersOf(settings: Settings): ControllersConfig | null {
  const config = extraOf(settings, 'controllers', usual);
  if (config === null) return null;
  const scaled = (us: number): number => Math.ceil(us / settings.policyDivisor);
  return { ...config, leaseUs: scaled(config.leaseUs), renewUs: scaled(config.renewUs) };
}
