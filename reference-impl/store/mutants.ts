/** The store broken: what it remembers of sessions, what it tells watchers. */
import type { Mutants } from '../mechanism.ts';
import type { StoreAnswer } from './answered.ts';
import { otherwise, toldOtherwise } from './rewrite-pushes.ts';
import type { KeyRules } from './key-rules.ts';

export const storeMutants: Mutants<KeyRules> = {
  // Jepsen, jetcd 0.8.2; etcd#14890: a change that was tried again is done again.
  'executes-twice': {
    difficulty: 'easy',
    what: 'a change that a client tries again is executed again',
    breaks: ['executed-once', 'linearizable', 'orders-in-one-order'],
    rules: { isDoneOnce: () => false },
  },
  'executes-twice-in-flight': {
    difficulty: 'hard',
    what: 'a change is looked up in its session when it arrives, not when it is executed',
    breaks: ['executed-once', 'linearizable', 'orders-in-one-order'],
    rules: { isDoneOnce: (where) => where === 'arrival' },
  },
  // Executed once, but the second try is told that the value is not there any more: the first replaced it.
  'answers-anew': {
    difficulty: 'easy',
    what: 'a change that a client tries again is compared anew and reported as failed',
    breaks: ['definite-failures', 'linearizable'],
    rules: { answerAgain: (_, first) => mismatch(first) },
  },
  'answers-anew-in-flight': {
    difficulty: 'hard',
    what: 'of two copies of a change in the log the second is reported as failed',
    breaks: ['definite-failures', 'linearizable'],
    rules: { answerAgain: (where, first) => (where === 'execution' ? mismatch(first) : first) },
  },
  'shared-round-forgotten': {
    difficulty: 'easy',
    what: 'of the reads that share a confirmation of leadership only the first is answered',
    breaks: ['every-request-answered'],
    rules: { answered: (waiting) => waiting.slice(0, 1) },
    shows: ['busy-clients', 1],
  },
  'readers-left-waiting': {
    difficulty: 'hard',
    what: 'a leader that leads no more says nothing to those whose reads wait for it',
    breaks: ['every-request-answered'],
    rules: { toldElsewhere: () => [] },
    shows: ['readers-handed-over', 1],
  },
  'askers-kept': {
    difficulty: 'easy',
    what: 'a leader keeps who asked for each change for as long as it leads',
    breaks: ['nothing-kept'],
    rules: { forgetsTold: () => false },
    shows: ['steady-writes', 1],
  },
  'batch-forgotten': {
    difficulty: 'hard',
    what: 'of changes that are committed together only the last is answered',
    breaks: ['every-request-answered'],
    rules: { isToldApplied: (f) => f.isLast },
    shows: ['busy-clients', 1],
  },
  // A batch of writes that is cut off (Redis: EXEC without its last command).
  'txn-loses-last': {
    difficulty: 'easy',
    what: 'of a transaction that writes several keys the last is left out',
    breaks: ['strict-serializable', 'linearizable'],
    rules: { txnWrites: (w) => (w.size > 1 ? new Map([...w].slice(0, -1)) : w) },
    shows: ['transactions', 1],
  },
  'txn-compares-first': {
    difficulty: 'hard',
    what: 'of the comparisons of a transaction only the first counts',
    breaks: ['linearizable'],
    rules: { txnSucceeds: ([first = true]) => first },
    shows: ['compared-transactions', 1],
  },
  'txn-compares-nothing': {
    difficulty: 'easy',
    what: 'a transaction takes its first branch whatever it compared',
    breaks: ['linearizable'],
    rules: { txnSucceeds: () => true },
    shows: ['compared-transactions', 1],
  },
  'txn-reads-before': {
    difficulty: 'easy',
    what: 'a read in a transaction does not see what the transaction wrote before it',
    breaks: ['strict-serializable', 'linearizable'],
    rules: { txnReadsOwn: () => false },
    shows: ['transactions', 1],
  },
  // Raft dissertation §6.3: sessions are part of the state, and so of its snapshot.
  'snapshot-loses-sessions': {
    difficulty: 'easy',
    what: 'a snapshot leaves out which changes were executed for whom',
    breaks: ['state-agrees', 'executed-once', 'linearizable'],
    rules: { isInSnapshot: (table) => table !== 'sessions' },
  },
  'snapshot-loses-locks': {
    difficulty: 'hard',
    what: 'a snapshot leaves out who holds which lock',
    breaks: ['state-agrees', 'mutual-exclusion', 'fencing'],
    rules: { isInSnapshot: (table) => table !== 'locks' },
  },
  'session-forgotten': {
    difficulty: 'easy',
    what: 'any server answers a stale read, whatever the session has seen',
    breaks: ['session-guarantees'],
    rules: { mayServeStale: () => true },
  },
  // etcd#18089: watches lose what removes.
  'watch-loses-removals': {
    difficulty: 'easy',
    what: 'watchers are not told that an instance has gone',
    breaks: ['copies-agree', 'discovery', 'coordination'],
    rules: { isTold: (e) => e.scope === 'kv' || e.change === 'registered' },
  },
  'watch-loses-some': {
    difficulty: 'hard',
    what: 'watchers are not told of every sixteenth change',
    breaks: ['copies-agree', 'watch-guarantees', 'config-converges', 'discovery'],
    rules: { isTold: (e) => e.revision % 16 !== 0 },
  },
  'watch-forgets-resume': {
    difficulty: 'easy',
    what: 'a watch that resumes begins at the present, whatever it was told before',
    breaks: ['watch-guarantees'],
    rules: { startsAfter: (after, revision) => Math.max(after, revision) },
  },
  // etcd#17529: a watcher that lags far behind is moved on without a word.
  'watch-skips-ahead': {
    difficulty: 'hard',
    what: 'a watch that resumes more than 64 changes behind begins at the present',
    breaks: ['watch-guarantees'],
    rules: {
      startsAfter: (after, revision) => (revision - after > 64 ? revision : after),
    },
  },
  // etcd#15220: a progress notification overtakes the events that it speaks of.
  'watch-claims-ahead': {
    difficulty: 'easy',
    what: 'a watcher is told how far it has come before it is told what happened until there',
    breaks: ['watch-guarantees'],
    wrap: (inner) => toldOtherwise(inner, otherwise.bookmarkFirst),
  },
  'watch-splits': {
    difficulty: 'hard',
    what: 'what one revision changed is told in several messages',
    breaks: ['watch-guarantees'],
    wrap: (inner) => toldOtherwise(inner, otherwise.oneByOne),
  },
  'watch-previous-first': {
    difficulty: 'hard',
    what: 'of two changes of a key that are told together the second tells what was before the first',
    breaks: ['watch-guarantees'],
    wrap: (inner) => toldOtherwise(inner, otherwise.previousOfFirst),
  },
  'watch-of-before-snapshot': {
    difficulty: 'hard',
    what: 'watchers of a server that gets a snapshot go on with the state that it replaced',
    breaks: ['watch-told'],
    shows: ['watchers-told', 1],
    rules: { isToldOfSnapshot: () => false },
  },
  'watch-falls-silent': {
    difficulty: 'easy',
    what: 'a server tells its watchers of the first two thousand revisions, and of no more',
    breaks: ['watch-told'],
    shows: ['watchers-told', 1],
    wrap: (inner) => toldOtherwise(inner, otherwise.silentLater),
  },
  'session-one-behind': {
    difficulty: 'hard',
    what: 'a server answers a session that has seen one revision more than it has',
    breaks: ['session-guarantees'],
    shows: ['stale-sessions', 1],
    rules: { mayServeStale: (f) => f.revision >= f.seen - 1 },
  },
  'txn-any-comparison': {
    difficulty: 'easy',
    what: 'a transaction goes on if one of its comparisons is true',
    breaks: ['linearizable', 'strict-serializable'],
    shows: ['compared-transactions', 1],
    rules: { txnSucceeds: (isTrue) => isTrue.length === 0 || isTrue.some(Boolean) },
  },
  'snapshot-loses-registrations': {
    difficulty: 'hard',
    what: 'a snapshot leaves out who is registered',
    breaks: ['state-agrees', 'registered-found'],
    shows: ['registry-through-snapshot', 1],
    rules: { isInSnapshot: (table) => table !== 'registry' },
  },
  // etcd's clients page by the revision of the first answer; who forgets it reads two moments as one.
  'list-of-two-moments': {
    difficulty: 'hard',
    what: 'a list goes on with its next page though something of it has changed since the first',
    breaks: ['past-as-it-was'],
    shows: ['lists-in-pages', 1],
    rules: { mayGoOn: () => true },
  },
  'page-skips-one': {
    difficulty: 'easy',
    what: 'the first row of each further page of a list is left out',
    breaks: ['past-as-it-was'],
    shows: ['lists-in-pages', 1],
    rules: { nextPage: (end) => end + 1 },
  },
  'prefix-leaves-last': {
    difficulty: 'easy',
    what: 'of the keys that are removed by what they begin with the last stays',
    breaks: ['linearizable', 'past-as-it-was'],
    shows: ['lists-in-pages', 1],
    rules: { removedWith: (keys) => (keys.length > 1 ? keys.slice(0, -1) : keys) },
  },
  'forgotten-session-is-new': {
    difficulty: 'hard',
    what: 'a change of a session that was forgotten is executed, be it a copy or not',
    breaks: ['executed-once', 'linearizable', 'definite-failures'],
    shows: ['forgotten-sessions', 1],
    rules: { mayBeCopy: () => false },
  },
};

function mismatch(first: StoreAnswer): StoreAnswer {
  if (first.type !== 'done') return first;
  return { type: 'error', error: { code: 'cas-mismatch', revision: first.revision } };
}
