/** The circuit breaker cockatiel, as it is installed, in the story that breaks opossum: a clean witness. */
import {
  BrokenCircuitError,
  SamplingBreaker,
  TimeoutStrategy,
  circuitBreaker,
  handleAll,
  timeout,
  wrap,
} from 'cockatiel';
import { libraryUnderTest } from '../../harness/index.ts';
import { breakerStory, closesByProbe, startingService } from './breaker.ts';
import type { BreakerObservation } from './breaker.ts';
import type { Witness } from './trophy.ts';

const { system } = libraryUnderTest({
  name: 'cockatiel',
  operations: ['call'],
  promises: [closesByProbe],
  service: startingService,
  client(host, { extra }) {
    const see = (what: BreakerObservation['what'], call: number | null = null): void =>
      host.observe({ kind: 'breaker', what, call });
    const breaker = circuitBreaker(handleAll, {
      halfOpenAfter: 1_000,
      breaker: new SamplingBreaker({ threshold: 0.2, duration: 10_000, minimumRps: 0.1 }),
    });
    const policy = wrap(breaker, timeout(Number(extra['timeoutMs']), TimeoutStrategy.Aggressive));
    breaker.onBreak(() => see('opened'));
    breaker.onHalfOpen(() => see('half-opened'));
    breaker.onReset(() => see('closed'));
    return {
      perform: (op) =>
        policy.execute(async () => {
          see('sent', op.id);
          const answer = await host.request(op.key, 'ping');
          see('answered', op.id);
          return answer;
        }),
    };
  },
  // What the breaker refused was not sent.
  outcomeOf: (error) => ({
    type: error instanceof BrokenCircuitError ? 'fail' : 'info',
    error: (error as Error).message,
  }),
});

export const cockatiel: Witness = {
  holds:
    'what breaks opossum does not break it: a late success of a call from before leaves its circuit half open',
  scenario: breakerStory(system, 'cockatiel-late-success', 5_000),
};

export default [cockatiel.scenario];
