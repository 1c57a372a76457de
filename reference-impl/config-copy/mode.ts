/** The copy of the configuration and the modes: whether there is one, and how old it is. */
import type { ModeMember } from '../mode/member.ts';
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
} satisfies ModeMember;
