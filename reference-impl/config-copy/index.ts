/** This node's copy of the configuration (C1, C4): every key that begins with `config/`. */
import { configAgeing } from './ageing.ts';
import { configAlerts } from './alerts.ts';
import { EvidenceBook } from '../evidence/evidence-book.ts';
import { part } from '../mechanism.ts';
import { Subscriptions } from '../subscriptions/subscriptions.ts';
import { ConfigCopy, configRules } from './config-copy.ts';
import { configConverges } from './judge/config-converges.ts';
import { copiesAdvance } from './judge/copies-advance.ts';
import { copiesArrive } from './judge/copies-arrive.ts';
import {
  configConfirmations,
  configConvergenceSeconds,
  configLagSeconds,
  configRevision,
  configStragglers,
} from './metrics.ts';
import { configMode } from './mode.ts';
import { configMutants } from './mutants.ts';
import { configChanges } from './scenario.ts';

export const configCopy = part({
  id: 'config-copy',
  alerts: configAlerts,
  ageings: [configAgeing],
  requirements: ['C1', 'C4', 'I2'],
  what: 'a copy of all configuration on every node',
  rules: configRules,
  make: ({ io, spec, policy, part: get }, rules) =>
    new ConfigCopy(io, get(Subscriptions), get(EvidenceBook), {
      policy,
      rules,
      isKept: spec !== null,
      isSilent: spec?.role === 'server',
    }),
  questions: { config: (copy) => copy.entries() },
  operations: { 'serve-config': (copy, c, done) => copy.serve(c, done) },
  mode: configMode,
  metrics: [
    configLagSeconds,
    configConvergenceSeconds,
    configStragglers,
    configRevision,
    configConfirmations,
  ],
  promises: ['config-advances', copiesArrive(), configConverges(), copiesAdvance()],
  mutants: configMutants,
  scenarios: [configChanges],
});
