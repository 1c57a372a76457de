/** The copy of the configuration and the modes: whether there is one, and how old it is. */
import type { Mode } from '../mode/matrix.ts';
import type { ModeCell, ModeMember } from '../mode/member.ts';
import { ConfigGauge } from './gauge.ts';
import { ConfigMeasure } from './judge/measure.ts';

declare module '../mode/member.ts' {
  interface ModeInputs {
    /** Since configuration was last confirmed, µs. */
    readonly configAgeUs: number;
    /** Does any copy exist? */
    readonly hasConfigCache: boolean;
  }
}

const cell = (mode: Mode, what: string, promise: string): ModeCell => ({
  mode,
  row: 'config',
  what,
  promise,
});

export const configMode = {
  figures: {
    types: { configAgeUs: 'number', hasConfigCache: 'boolean' },
    triggers: [
      {
        id: 'config-down',
        row: 'config',
        enters: 'floor',
        when: 'configuration is down and no cache exists',
        holds: (i, p) => i.configAgeUs > p.propagationUs && !i.hasConfigCache,
      },
      {
        id: 'propagation-slow',
        row: 'config',
        enters: 'degraded',
        when: 'configuration was not confirmed for more than 60 s',
        holds: (i, p) => i.configAgeUs > p.propagationUs,
      },
    ],
    gauge: (config) => new ConfigGauge(config),
    measure: (of) => new ConfigMeasure(of),
  },
  cells: [
    cell('target', 'confirmed within 60 s', 'mode-transitions'),
    cell('target', 'one version after faults', 'config-converges'),
    cell('degraded', 'the copy is served on and never goes back', 'copies-advance'),
    cell('floor', 'the last copy is served and never goes back', 'copies-advance'),
    cell('recovery', 'confirmed anew before any load', 'recovery-order'),
  ],
} satisfies ModeMember;
