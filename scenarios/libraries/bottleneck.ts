/** The limiter bottleneck, as it is installed: does its reservoir keep to its limit in any interval? */
import Bottleneck from 'bottleneck';
import { libraryUnderTest } from '../../harness/index.ts';
import { limiterStory, perSecond } from './limiter.ts';
import type { Trophy } from './trophy.ts';

const { system } = libraryUnderTest({
  name: 'bottleneck',
  operations: ['take'],
  promises: ['rate-limit'],
  service: () => () => null,
  client(_host, { extra }) {
    const reservoir = Number(extra['reservoir']);
    const limiter = new Bottleneck({
      reservoir,
      reservoirRefreshAmount: reservoir,
      reservoirRefreshInterval: 1_000,
      // What cannot begin at once is refused.
      highWater: 0,
      strategy: Bottleneck.strategy.OVERFLOW,
    });
    return { perform: () => limiter.schedule(() => Promise.resolve('taken')) };
  },
  outcomeOf: (error) => ({ type: 'fail', error: (error as Error).message }),
});

export const bottleneck: Trophy = {
  defect:
    'The reservoir is filled up again by a timer, whatever was taken a moment ago: twice as many are begun around that moment.',
  told: 'nothing: each call was admitted',
  scenario: limiterStory(system, 'bottleneck-reservoir', { reservoir: perSecond }),
  safe: {
    how: 'a reservoir of half of the limit, or minTime, which spaces calls evenly',
    scenario: limiterStory(system, 'bottleneck-half', { reservoir: perSecond / 2 }),
  },
  issue: null,
};

export default [bottleneck.scenario, bottleneck.safe.scenario];
