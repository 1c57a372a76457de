/** A service is gone for a while, and its callers try each call again until their deadlines. */
import { cluster, defineScenario, requestOperations, secondsUs } from '../../../harness/spec.ts';

const clients = 3;

export const patientCallers = defineScenario({
  name: 'patient-callers',
  claim:
    'While a service is gone, whoever calls it pauses longer after each attempt, up to a bound.',
  promises: ['pauses-grow'],
  environments: ['simulation'],
  story(draw) {
    const atUs = secondsUs(3) + draw.below(secondsUs(1));
    const untilUs = atUs + secondsUs(40);
    return {
      shape: cluster({ servers: 1, services: [{ name: 'a', instances: 1 }], clients }),
      faults: [{ kind: 'crash', atUs, untilUs, nodes: { of: 'service', service: 'a' } }],
      clients: requestOperations(draw.fork('requests'), {
        clients,
        count: 60,
        pauseUs: 300_000,
        services: ['a'],
      }),
      durationUs: untilUs + secondsUs(5),
      deadlineUs: secondsUs(6),
      extra: {
        modes: false,
        isFailFast: true,
        breaker: { failureThreshold: 1_000_000 },
        retries: { attemptsMax: 8, isBudgeted: false, tellsPauses: true },
      },
    };
  },
});
