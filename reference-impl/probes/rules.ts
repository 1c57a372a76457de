/** What a supervisor decides. */
export type Probe = 'start-up' | 'liveness' | 'readiness';

export interface ProbeRules {
  /** Which probes count. */
  counted(isStarted: boolean): readonly Probe[];
  /** What comes of one that fails too often. */
  consequence(probe: Probe): 'restart' | 'take-out';
  /** Is a program that is ready, or not, kept in the registry? */
  isListed(isReady: boolean): boolean;
}

export const probeRules: ProbeRules = {
  // Who is still starting is not dead for it, however long that takes.
  counted: (isStarted) => (isStarted ? ['liveness', 'readiness'] : ['start-up']),
  // Who is only not ready gets well by itself: a restart would cost its caches, and help nobody.
  consequence: (probe) => (probe === 'readiness' ? 'take-out' : 'restart'),
  isListed: (isReady) => isReady,
};
