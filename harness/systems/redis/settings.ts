/** What one Redis and Redlock are asked alike, and how both break. */
import { z } from 'zod';
import type { Anomaly } from '../define-system.ts';
import { heeding } from './releases.ts';

export const flags = z.object({
  persistence: z
    .enum(['always', 'everysec', 'none'])
    .default('always')
    .describe('when the log of a member is on its disk'),
  fencing: z
    .enum(['token', 'none'])
    .default('token')
    .describe('of writes that a lock protects: by the number of the grant, or not at all'),
});

export const locksDocument =
  'https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/';

export const lateWrite: Anomaly = {
  what: 'The write of a holder that was held up comes after that of the next, and stays.',
  flags: { fencing: 'none' },
  scenario: 'lock',
  breaks: 'fencing',
  source: 'https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html',
};

/** What a key that ends by itself is used for ends at once: when it ends is kept as a time of the wall clock. */
export const clockJumps: readonly Anomaly[] = [
  {
    what: 'The clock of the server jumps ahead, and a lock has ended while its holder counts on it.',
    scenario: 'lock-clock',
    breaks: 'mutual-exclusion',
    elsewhere: 'locks-clock',
  },
  {
    what: 'The clock of the server jumps ahead, and a second one leads while the first counts on its term.',
    scenario: 'elections-clock',
    breaks: 'one-leader',
    // Until that second one comes, nobody is told to lead.
    breaksToo: ['leader-told'],
    elsewhere: 'elections-clock',
  },
  {
    what: 'The clock of the server jumps ahead, and whoever was registered is found no more.',
    scenario: 'registrations-clock',
    breaks: 'registered-found',
    elsewhere: 'registrations-clock',
  },
].map((jump) => ({
  ...jump,
  flags: {},
  on: heeding,
  source: 'https://redis.io/docs/latest/commands/expire/',
}));
