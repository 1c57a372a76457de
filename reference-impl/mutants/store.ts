/** The store broken: what is on its disk, what it remembers of sessions, leases and watches. */
import { secondsUs } from '../../harness/core/duration.ts';
import { lanes } from '../lanes.ts';
import { storeRules } from '../store/rules.ts';
import { writeLate } from './ack-before-fsync.ts';
import type { Changes, Mutants } from './mutant.ts';
import { otherwise, toldOtherwise } from './told-otherwise.ts';

export const storeMutants: Mutants = {
  // Redis' `appendfsync everysec`.
  'fsync-every-second': {
    class: 'durability',
    difficulty: 'easy',
    what: 'votes and entries are acknowledged up to a second before they are on the disk',
    breaks: ['log-matching', 'leader-completeness', 'linearizable', 'election-safety'],
    filter: (lane, c) => (lane === lanes.store ? writeLate(c, secondsUs(1)) : c),
  },
  // etcd#14370.
  'ack-before-fsync': {
    class: 'durability',
    difficulty: 'hard',
    what: 'votes and entries are acknowledged before they are on the disk',
    breaks: ['log-matching', 'leader-completeness', 'linearizable', 'election-safety'],
    filter: (lane, c) => (lane === lanes.store ? writeLate(c, 200_000) : c),
  },
  // Jepsen, jetcd 0.8.2; etcd#14890: a change that was tried again is done again.
  'executes-twice': {
    class: 'sessions',
    difficulty: 'easy',
    what: 'a change that a client tries again is executed again',
    breaks: ['executed-once', 'linearizable'],
    storeRules: { isDoneOnce: () => false },
  },
  'executes-twice-in-flight': {
    class: 'sessions',
    difficulty: 'hard',
    what: 'a change is looked up in its session when it arrives, not when it is executed',
    breaks: ['executed-once', 'linearizable'],
    storeRules: { isDoneOnce: (where) => where === 'arrival' },
  },
  'session-forgotten': {
    class: 'guarantees',
    difficulty: 'easy',
    what: 'any server answers a stale read, whatever the session has seen',
    breaks: ['session-guarantees'],
    storeRules: { mayServeStale: () => true },
  },
  'lease-never-expires': {
    class: 'leases',
    difficulty: 'easy',
    what: 'the registry never ends a lease that is not renewed',
    breaks: ['discovery', 'coordination'],
    storeRules: { isExpired: (f) => f.of === 'lock' && storeRules.isExpired(f) },
  },
  'lease-ends-early': {
    class: 'leases',
    difficulty: 'hard',
    what: 'a lease ends after a quarter of its TTL: two lost renewals are enough',
    breaks: ['lease-lifetime'],
    storeRules: {
      isExpired: (f) =>
        storeRules.isExpired(f) ||
        (f.of === 'registration' && f.nowUs - f.renewedUs >= f.ttlUs / 4),
    },
  },
  // A lock of which two nodes of a failover know nothing (Redis; redisson#2669).
  'lock-granted-twice': {
    class: 'locks',
    difficulty: 'easy',
    what: 'a lock is granted to whoever asks, be it held or not',
    breaks: ['mutual-exclusion'],
    storeRules: { mayAcquire: () => true },
  },
  // etcd#15247 the other way round: what an earlier leader granted is worth nothing to the next.
  'lock-ends-with-leader': {
    class: 'locks',
    difficulty: 'hard',
    what: 'a new leader lets the locks expire that were granted before it',
    breaks: ['mutual-exclusion'],
    storeRules: {
      isExpired: (f) => storeRules.isExpired(f) || (f.of === 'lock' && f.isInherited),
    },
  },
  'lock-ends-early': {
    class: 'locks',
    difficulty: 'hard',
    what: 'a lock ends after half of its TTL: only a slow holder finds out',
    breaks: ['mutual-exclusion'],
    storeRules: {
      isExpired: (f) =>
        storeRules.isExpired(f) || (f.of === 'lock' && f.nowUs - f.renewedUs >= f.ttlUs / 2),
    },
  },
  // Kleppmann 2016: the token is there, and who should look at it does not.
  'fence-ignored': {
    class: 'locks',
    difficulty: 'hard',
    what: 'a fenced write is executed whatever token was granted since',
    breaks: ['fencing'],
    storeRules: { mayWriteFenced: () => true },
  },
  // etcd#18089: watches lose what removes.
  'watch-loses-removals': {
    class: 'watch',
    difficulty: 'easy',
    what: 'watchers are not told that an instance has gone',
    breaks: ['discovery', 'coordination'],
    storeRules: { isTold: (e) => e.scope === 'kv' || e.change === 'registered' },
  },
  'watch-loses-some': {
    class: 'watch',
    difficulty: 'hard',
    what: 'watchers are not told of every sixteenth change',
    breaks: ['watch-guarantees', 'config-converges', 'discovery', 'coordination'],
    storeRules: { isTold: (e) => e.revision % 16 !== 0 },
  },
  // etcd#20221, etcd#15271.
  'watch-goes-back': {
    class: 'watch',
    difficulty: 'hard',
    what: 'a watcher takes changes again that come late or twice',
    breaks: ['copies-advance', 'watch-guarantees'],
    agentRules: { isNews: () => true },
  },
  'watch-forgets-resume': {
    class: 'watch',
    difficulty: 'easy',
    what: 'a watch that resumes begins at the present, whatever it was told before',
    breaks: ['watch-guarantees'],
    storeRules: { startsAfter: (after, revision) => Math.max(after, revision) },
  },
  // etcd#17529: a watcher that lags far behind is moved on without a word.
  'watch-skips-ahead': {
    class: 'watch',
    difficulty: 'hard',
    what: 'a watch that resumes more than 64 changes behind begins at the present',
    breaks: ['watch-guarantees'],
    storeRules: {
      startsAfter: (after, revision) => (revision - after > 64 ? revision : after),
    },
  },
  // etcd#15220: a progress notification overtakes the events that it speaks of.
  'watch-claims-ahead': {
    class: 'watch',
    difficulty: 'easy',
    what: 'a watcher is told how far it has come before it is told what happened until there',
    breaks: ['watch-guarantees'],
    filter: telling('bookmarkFirst'),
  },
  'watch-splits': {
    class: 'watch',
    difficulty: 'hard',
    what: 'what one revision changed is told in several messages',
    breaks: ['watch-guarantees'],
    filter: telling('oneByOne'),
  },
  'watch-previous-first': {
    class: 'watch',
    difficulty: 'hard',
    what: 'of two changes of a key that are told together the second tells what was before the first',
    breaks: ['watch-guarantees'],
    filter: telling('previousOfFirst'),
  },
};

function telling(how: keyof typeof otherwise): NonNullable<Changes['filter']> {
  return (lane, c) => (lane === lanes.store ? toldOtherwise(c, otherwise[how]) : c);
}
