/** Locks broken. */
import type { Mutants } from '../mechanism.ts';
import { storeRules } from '../store/rules.ts';
import type { LockRules } from './rules.ts';

export const lockMutants: Mutants<LockRules> = {
  // A lock of which two nodes of a failover know nothing (Redis; redisson#2669).
  'lock-granted-twice': {
    difficulty: 'easy',
    what: 'a lock is granted to whoever asks, be it held or not',
    breaks: ['mutual-exclusion', 'one-leader'],
    rules: { mayAcquire: () => true },
  },
  // etcd#15247 the other way round: what an earlier leader granted is worth nothing to the next.
  'lock-ends-with-leader': {
    difficulty: 'hard',
    what: 'a new leader lets the locks expire that were granted before it',
    breaks: ['mutual-exclusion'],
    rules: {
      isExpired: (f) => storeRules.isExpired(f) || (f.of === 'lock' && f.isInherited),
    },
  },
  'lock-ends-early': {
    difficulty: 'hard',
    what: 'a lock ends after half of its TTL: only a slow holder finds out',
    breaks: ['mutual-exclusion', 'leader-told'],
    rules: {
      isExpired: (f) =>
        storeRules.isExpired(f) || (f.of === 'lock' && f.nowUs - f.renewedUs >= f.ttlUs / 2),
    },
  },
  // Kleppmann 2016: the token is there, and who should look at it does not.
  'fence-ignored': {
    difficulty: 'hard',
    what: 'a fenced write is executed whatever token was granted since',
    breaks: ['fencing'],
    rules: { mayWriteFenced: () => true },
  },
  'lock-never-expires': {
    difficulty: 'easy',
    what: 'a lock whose holder is gone is never free again',
    breaks: ['lock-freed'],
    shows: ['vanished-holders', 1],
    rules: { isExpired: (f) => f.of !== 'lock' && storeRules.isExpired(f) },
  },
  'lock-of-before-stays': {
    difficulty: 'hard',
    what: 'a lock that an earlier leader granted never expires',
    breaks: ['lock-freed'],
    shows: ['vanished-holders', 1],
    rules: { isExpired: (f) => storeRules.isExpired(f) && !(f.of === 'lock' && f.isInherited) },
  },
  'one-permit-more': {
    difficulty: 'easy',
    what: 'a semaphore is held once more than it has permits',
    breaks: ['permits-bounded'],
    shows: ['semaphore', 1],
    rules: { permitsOf: (asked) => asked + 1 },
  },
  'permit-freed-by-prefix': {
    difficulty: 'hard',
    what: 'a permit can be given back to any semaphore whose name its own begins with',
    breaks: ['permits-bounded'],
    shows: ['permits-mixed-up', 1],
    rules: { isPermitOf: (key, semaphore) => key.startsWith(semaphore) },
  },
  // What this node did itself: nobody had thought of a semaphore whose name holds the sign.
  'permit-of-longer-name': {
    difficulty: 'hard',
    what: 'a permit of `a#1` can be given back to `a`',
    breaks: ['permits-bounded'],
    shows: ['permits-mixed-up', 1],
    rules: { isPermitOf: (key, semaphore) => key.startsWith(`${semaphore}#`) },
  },
  'permit-ends-early': {
    difficulty: 'easy',
    what: 'a permit or a lock ends a second before its TTL',
    breaks: ['permits-bounded', 'mutual-exclusion'],
    shows: ['semaphore', 1],
    rules: {
      isExpired: (f) =>
        storeRules.isExpired(f) ||
        (f.of === 'lock' && f.nowUs - f.renewedUs >= f.ttlUs - 1_000_000),
    },
  },
  'forgotten-token-fences-nothing': {
    difficulty: 'hard',
    what: 'a fenced write is executed whatever its token, once the newest token of its lock is forgotten',
    breaks: ['fencing'],
    shows: ['forgotten-tokens', 1],
    rules: { tokenOfForgotten: () => 0 },
  },
};
