/** The queue p-queue, as it is installed: does it keep to its limit in any interval? */
import PQueue from 'p-queue';
import { libraryUnderTest } from '../../harness/index.ts';
import { limiterStory, perSecond } from './limiter.ts';
import type { Trophy } from './trophy.ts';

const { system } = libraryUnderTest({
  name: 'p-queue',
  operations: ['take'],
  promises: ['rate-limit'],
  // Nobody asks it: what is limited is how often the queue begins something.
  service: () => () => null,
  client(_host, { extra }) {
    const queue = new PQueue({
      interval: 1_000,
      intervalCap: perSecond,
      strict: extra['strict'] === true,
    });
    return { perform: () => queue.add(() => Promise.resolve('taken')) };
  },
});

export const pQueue: Trophy = {
  defect:
    'intervalCap counts from one tick of a timer to the next: twice as many are begun in a moment, half of them before a tick and half after it.',
  told: 'nothing: each call was admitted',
  scenario: limiterStory(system, 'p-queue-interval', { strict: false }),
  safe: {
    how: 'strict: true (since 9.1), which counts over a window that slides',
    scenario: limiterStory(system, 'p-queue-strict', { strict: true }),
  },
  issue: null,
};

export default [pQueue.scenario, pQueue.safe.scenario];
