/** Discovery and the modes: how old its lists are, who is missing in them, what they may rest on. */
import type { Mode } from '../mode/matrix.ts';
import type { ModeCell, ModeMember } from '../mode/member.ts';
import { DiscoveryGauge } from './gauge.ts';
import { DiscoveryMeasure } from './judge/measure.ts';
import type { RoutingSource } from './observations.ts';

declare module '../mode/member.ts' {
  interface ModeInputs {
    /** Since the registry last answered, µs. */
    readonly registryAgeUs: number;
    /** Instances known alive, and how many were expected, of the service with the fewest. */
    readonly instancesAlive: number;
    readonly instancesExpected: number;
  }
  interface ModeBehaviours {
    readonly discovery: DiscoveryBehaviour;
  }
}

export interface DiscoveryBehaviour {
  /** What lists of instances may rest on. */
  readonly sources: readonly RoutingSource[];
  /** Static lists reach no further than the node's own zone. */
  readonly isLocal: boolean;
}

const cell = (mode: Mode, what: string, promise: string): ModeCell => ({
  mode,
  row: 'discovery',
  what,
  promise,
});

export const discoveryMode = {
  figures: {
    types: { registryAgeUs: 'number', instancesAlive: 'number', instancesExpected: 'number' },
    triggers: [
      {
        id: 'registry-lost',
        row: 'discovery',
        enters: 'floor',
        when: 'the registry was unreachable for more than 5 min',
        holds: (i, p) => i.registryAgeUs > p.registryLostUs,
      },
      {
        id: 'last-instance',
        row: 'load',
        enters: 'floor',
        when: 'one instance is left of several',
        holds: (i) => i.instancesExpected > 1 && i.instancesAlive <= 1,
      },
      {
        id: 'evidence-stale',
        row: 'discovery',
        enters: 'degraded',
        when: 'discovery evidence is older than 10 s',
        holds: (i, p) => i.registryAgeUs > p.freshUs,
      },
      {
        id: 'instance-lost',
        row: 'load',
        enters: 'degraded',
        when: 'an expected instance is missing',
        holds: (i) => i.instancesAlive < i.instancesExpected,
      },
    ],
    gauge: (config, policy) => new DiscoveryGauge(config, policy),
    measure: (of) => new DiscoveryMeasure(of),
  },
  // The registry's own list, while it answers, is better than a hard-coded one.
  behaviour: {
    target: { sources: ['registry'], isLocal: false },
    degraded: { sources: ['registry', 'stale'], isLocal: false },
    floor: { sources: ['registry', 'static'], isLocal: true },
    recovery: { sources: ['registry'], isLocal: false },
  } satisfies Record<Mode, DiscoveryBehaviour>,
  cells: [
    cell('target', 'evidence below 10 s', 'mode-transitions'),
    cell('target', "the registry's lists only", 'mode-behaviours'),
    cell('degraded', 'lists may be stale, never static', 'mode-behaviours'),
    cell('degraded', 'their age is told', 'evidence-freshness'),
    cell(
      'floor',
      "static lists of the own zone once the registry's are too old",
      'mode-behaviours',
    ),
    { mode: 'recovery', row: 'config', what: 'lists confirmed anew', promise: 'recovery-order' },
  ],
} satisfies ModeMember;
