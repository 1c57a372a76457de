/** Membership broken. */
import type { Mutants } from '../mechanism.ts';
import { statusOf } from './cell.ts';
import { sending } from '../wrapped.ts';
import type { MembershipRules } from './rules.ts';

export const membershipMutants: Mutants<MembershipRules> = {
  'never-refute': {
    difficulty: 'easy',
    what: 'a member that is wrongly suspected does not contradict',
    breaks: ['membership', 'live-told'],
    shows: ['deaf-member', 1],
    rules: { refutes: () => false },
  },
  'suspects-for-ever': {
    difficulty: 'easy',
    what: 'a member that is suspected is never declared dead',
    breaks: ['dead-told'],
    shows: ['members', 1],
    rules: { suspicionUs: () => 3_600_000_000 },
  },
  // What Serf's merge delegate is for: a seed of another datacenter, and the two pools are one.
  'pools-merge': {
    difficulty: 'easy',
    what: 'a member takes in whoever speaks to it, of whatever pool',
    breaks: ['pools-apart'],
    shows: ['wan-region-cut', 1],
    rules: { admits: () => true },
  },
  'leaves-silently': {
    difficulty: 'easy',
    what: 'a member that is told to stop does not say goodbye',
    breaks: ['clean-leave'],
    rules: { saysGoodbye: () => false },
    shows: ['rolling-restart', 1],
  },
  'greets-and-goes': {
    difficulty: 'hard',
    what: 'a member that is told to stop before it has heard of anybody leaves without a word to those whom it told that it is here',
    breaks: ['clean-leave'],
    rules: { takesGreetingBack: () => false },
    shows: ['stopped-at-once', 2],
  },
  'news-never-ends': {
    difficulty: 'easy',
    what: 'a member passes each piece of news on for ever',
    breaks: ['gossip-bounded'],
    shows: ['steady-writes', 1],
    rules: { retransmits: () => 1_000_000_000 },
  },
  'pings-twice': {
    difficulty: 'easy',
    what: 'a member sends each ping twice',
    breaks: ['gossip-bounded'],
    shows: ['steady-writes', 1],
    wrap: (inner) =>
      sending(inner, (fx, to, m, lane) => {
        fx.send(to, m, lane);
        if (m.kind === 'ping') fx.send(to, m, lane);
      }),
  },
  // The order of incarnations is ignored for `alive`.
  'ghost-member': {
    difficulty: 'hard',
    what: 'a dead member is revived by old news',
    breaks: ['membership'],
    rules: {
      supersedes: (update, current) =>
        update > current || (statusOf(update) === 'alive' && update !== current),
    },
  },
  // Amazon S3, 20 July 2008: gossip had no sums, and one bit told servers that others had failed.
  'messages-without-sums': {
    difficulty: 'hard',
    what: 'a server believes messages that were damaged on their way',
    breaks: ['log-matching', 'linearizable', 'election-safety', 'membership'],
    shows: ['flipped-bits', 1],
    checksMessages: false,
  },
  'news-told-once': {
    difficulty: 'hard',
    what: 'a member passes each piece of news on once',
    breaks: ['dead-told', 'membership'],
    shows: ['members', 1],
    rules: { retransmits: () => 1 },
  },
  'suspects-briefly': {
    difficulty: 'hard',
    what: 'a suspicion is confirmed by the first accuser alone, in the shortest time',
    breaks: ['dead-told', 'membership'],
    shows: ['members', 1],
    rules: { confirmationsWanted: () => 0 },
  },
  'equal-news-taken': {
    difficulty: 'easy',
    what: 'a member takes what it knows already for news',
    breaks: ['dead-told', 'membership'],
    shows: ['members', 1],
    rules: { supersedes: (update, current) => update >= current },
  },
  'tables-never-exchanged': {
    difficulty: 'hard',
    what: 'members never exchange whole tables',
    breaks: ['clean-leave', 'membership', 'live-told'],
    shows: ['rolling-restart', 2],
    rules: { pushPullUs: () => 3_600_000_000 },
  },
};
