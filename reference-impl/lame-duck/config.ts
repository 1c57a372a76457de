/** The number of an instance that serves on after it has left. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface LameDuckConfig {
  /**
   * From when an instance is told to stop until it does, µs: longer than it takes to leave the registry, to tell all
   * callers, and to serve what they have sent by then; shorter than its supervisor waits (2 s here, 30 s for a pod).
   * More: slower deploys; less: calls are lost with each stop. Source: Google SRE book, "Load balancing in the
   * datacenter", a lame duck state; `preStop` of Kubernetes.
   */
  readonly forUs: number;
}

const usual: LameDuckConfig = { forUs: secondsUs(1) };

/** Null where the story (`extra.lameDuck`) asks for none: then it stops when it has left. Throws E_CONFIG. */
export function lameDuckOf(settings: Settings): LameDuckConfig | null {
  return extraOf(settings, 'lameDuck', usual);
}
