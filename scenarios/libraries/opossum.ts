/** The circuit breaker opossum, as it is installed: when does its circuit close? */
import CircuitBreaker from 'opossum';
import { libraryUnderTest } from '../../harness/index.ts';
import type { Operation } from '../../harness/index.ts';
import { breakerStory, closesByProbe, startingService } from './breaker.ts';
import type { BreakerObservation } from './breaker.ts';
import type { Trophy } from './trophy.ts';

/** Two servers behind one breaker. */
const { system } = libraryUnderTest({
  name: 'opossum',
  operations: ['call'],
  promises: [closesByProbe],
  service: startingService,
  client(host, { extra }) {
    const see = (what: BreakerObservation['what'], call: number | null = null): void =>
      host.observe({ kind: 'breaker', what, call });
    const breaker = new CircuitBreaker(
      async (op: Operation) => {
        see('sent', op.id);
        const answer = await host.request(op.key, 'ping');
        see('answered', op.id);
        return answer;
      },
      { resetTimeout: 1_000, timeout: Number(extra['timeoutMs']), errorThresholdPercentage: 20 },
    );
    breaker.on('open', () => see('opened'));
    breaker.on('halfOpen', () => see('half-opened'));
    breaker.on('close', () => see('closed'));
    return { perform: (op) => breaker.fire(op) };
  },
  // What the breaker refused was not sent.
  outcomeOf(error) {
    const why = (error as Error).message;
    return { type: why === 'Breaker is open' ? 'fail' : 'info', error: why };
  },
});

export const opossum: Trophy = {
  defect:
    'A call that was let through before the circuit opened, and succeeds late, closes the half-open circuit although no probe was sent.',
  told: 'the events halfOpen and close, as after a probe that succeeded',
  scenario: breakerStory(system, 'opossum-late-success', 5_000),
  safe: {
    how: 'a timeout that is shorter than resetTimeout: what is late then counts as failed',
    scenario: breakerStory(system, 'opossum-short-timeout', 800),
  },
  issue: null,
};

export default [opossum.scenario, opossum.safe.scenario];
