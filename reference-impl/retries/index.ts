/** Retries within a budget, with jittered pauses and deadlines that are handed on (R6). */
import { Hedging } from '../hedging/hedging.ts';
import { part } from '../mechanism.ts';
import { hasModes } from '../mode/matrix.ts';
import { ServiceClient } from '../service-client/service-client.ts';
import { retriesOf } from './config.ts';
import { fallbackInTime } from './judge/fallback-in-time.ts';
import { noAmplification } from './judge/no-amplification.ts';
import { noRetriesOnFloor } from './judge/no-retries-on-floor.ts';
import { pausesGrow } from './judge/pauses-grow.ts';
import { recoversAfterSurge } from './judge/recovers-after-surge.ts';
import { retryMode } from './mode.ts';
import { retryMutants } from './mutants.ts';
import { Retries } from './retries.ts';
import { retryRules } from './rules.ts';
import { patientCallers } from './scenarios/patient-callers.ts';
import { retryStorm, retryStormUnbudgeted } from './scenarios/retry-storm.ts';
import { silentDependency } from './scenarios/silent-dependency.ts';

export const retries = part({
  id: 'retries',
  requirements: ['R6', 'I3'],
  what: 'tries calls again within a budget, so that retries cannot keep alive what they are for',
  rules: retryRules,
  make: ({ io, config, timing, behaviours, part: get }, rules) =>
    new Retries(io, get(ServiceClient), get(Hedging), {
      config: retriesOf(config.settings),
      rules,
      operationUs: config.settings.deadlineUs,
      callUs: timing.callUs,
      reserveUs: timing.reserveUs,
      behaviour: hasModes(config.settings) ? behaviours.retries : null,
    }),
  mode: retryMode,
  promises: [
    noAmplification(),
    recoversAfterSurge(),
    noRetriesOnFloor(),
    pausesGrow(),
    fallbackInTime(),
  ],
  mutants: retryMutants,
  scenarios: [retryStorm, retryStormUnbudgeted, patientCallers, silentDependency],
  operations: {
    request: (r, c, done) => r.operate(c, done),
    'call-service': (r, c, done) => r.operateWhole(c, done),
  },
});
