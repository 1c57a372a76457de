/** Watches of a workload (D3): each lasts for a while and tells all that it was told. */
import { part } from '../mechanism.ts';
import { Subscriptions } from '../subscriptions/subscriptions.ts';
import { Watches } from './watches.ts';

export const watching = part({
  id: 'watching',
  requirements: ['D3'],
  what: 'the watch as an operation of a workload',
  rules: {},
  make: ({ io, servers, timing, part: get }) =>
    new Watches(io, get(Subscriptions), { timing, servers }),
  operations: {
    watch: (watches, c, done) => watches.operate(c, done),
    'watch-next': (watches, c, done) => watches.operateNext(c, done),
  },
});
