/** What a system can be asked for, each thing with its promises and as many operations as are wanted. */
import {
  appendOperations,
  barrierOperations,
  configOperations,
  drawOperations,
  electionOperations,
  jobOperations,
  kvOperations,
  lockOperations,
  membersOperations,
  registryOperations,
  secondsUs,
  sideBySide,
  txnOperations,
  watchOperations,
} from '../../harness/index.ts';
import type { Operation, Prng } from '../../harness/index.ts';

/** How much is asked for in what time. */
export interface Pace {
  readonly clients: number;
  /** At least about so many are begun within `durationUs`, unless operations take long. */
  readonly operations: number;
  readonly durationUs: number;
  readonly servers: number;
  /** Does the system know this operation? */
  knows(f: string): boolean;
}

export interface Capability {
  /** The first word of a scenario's name. */
  readonly name: string;
  /** The beginning of its claim. */
  readonly claim: string;
  /** Operations without which it cannot be asked for. */
  readonly needs: readonly string[];
  /** Ids of promises; a system makes some of them. */
  readonly promises: readonly string[];
  /** Quiet before and after all trouble, µs: what can only be judged of long times. Absent: none. */
  readonly quietUs?: number;
  draw(draw: Prng, pace: Pace): Operation[][];
}

/** No policy time: products know their TTL in whole seconds. */
const ttlUs = secondsUs(2);

const keys: Capability = {
  name: 'keys',
  claim: 'Every read returns the latest acknowledged write',
  needs: ['read', 'write'],
  promises: ['linearizable', 'executed-once', 'definite-failures'],
  draw(draw, pace) {
    const mix = {
      read: 5,
      write: 3,
      ...(pace.knows('cas') && { cas: 2 }),
      ...(pace.knows('delete') && { delete: 1 }),
    };
    // Of many keys, which are seldom written: where few are, each is soon written anew after a crash,
    // perhaps before anybody has read that the crash has lost it.
    const patient = Math.floor(pace.clients / 3);
    return sideBySide(
      kvOperations(draw.fork('few'), {
        ...listOf({ ...pace, clients: pace.clients - patient }),
        keys: 6,
        mix,
      }),
      kvOperations(draw.fork('many'), {
        ...listOf({ ...pace, clients: patient }),
        keys: 60,
        prefix: 'seldom/',
        mix,
      }),
    );
  },
};

const watches: Capability = {
  name: 'watches',
  claim: 'Watchers miss no change, are told none twice and none too early, wherever they resume',
  needs: ['read', 'write', 'watch'],
  promises: ['watch-guarantees', 'linearizable'],
  draw(draw, pace) {
    const watchers = Math.floor(pace.clients / 3);
    const prefix = 'watched/';
    const list = listOf({ ...pace, clients: pace.clients - watchers });
    const forUs = 400_000;
    return sideBySide(
      kvOperations(draw.fork('changes'), {
        ...list,
        keys: 4,
        prefix,
        mix: { read: 2, write: 4, ...(pace.knows('delete') && { delete: 2 }) },
      }),
      watchOperations(draw.fork('watches'), {
        clients: watchers,
        count: Math.ceil(pace.durationUs / forUs),
        pauseUs: 50_000,
        forUs,
        prefixes: [prefix, `${prefix}1`],
        isReviewed: true,
      }),
    );
  },
};

/**
 * One client watches, has what it was told forgotten, and goes on from the very revision that is the first
 * to be known still. Keys are many, so that what is forgotten of one was written long before.
 */
const compactions: Capability = {
  name: 'compactions',
  claim: 'Watchers miss no change from the revision on up to which history was forgotten',
  needs: ['write', 'delete', 'watch', 'compact'],
  promises: ['watch-guarantees', 'linearizable'],
  draw(draw, pace) {
    const prefix = 'compacted/';
    const list = listOf({ ...pace, clients: pace.clients - 2 });
    const round = ['watch', 'compact', 'watch'] as const;
    const keeper = draw.fork('keeper');
    const forUs = 300_000;
    const rounds = Math.ceil(pace.durationUs / secondsUs(1));
    const kept = Array.from({ length: rounds * round.length }, (_, i): Operation => {
      const f = round[i % round.length] ?? 'watch';
      const value = f === 'watch' ? { forUs, after: '$last' } : '$last';
      // Long enough for a member to be lost, and to come back, between the two.
      const pauseUs = i % round.length === 2 ? 1_600_000 : 200_000;
      return { id: 0, afterUs: keeper.below(pauseUs), f, key: prefix, value };
    });
    return sideBySide(
      kvOperations(draw.fork('changes'), {
        ...list,
        keys: 400,
        prefix,
        mix: { read: 1, write: 4, delete: 4 },
      }),
      watchOperations(draw.fork('watches'), {
        clients: 1,
        count: 2 * rounds,
        pauseUs: 50_000,
        forUs: 400_000,
        prefixes: [prefix],
      }),
      [kept],
    );
  },
};

const pasts: Capability = {
  name: 'pasts',
  claim: 'A transaction that needs a revision that was forgotten changes nothing anywhere',
  needs: ['read', 'write', 'watch', 'compact', 'write-if-known'],
  promises: ['linearizable'],
  draw(draw, pace) {
    const prefix = 'past/';
    const keys = 6;
    const list = listOf({ ...pace, clients: pace.clients - 1 });
    const rounds = Math.ceil(pace.durationUs / secondsUs(1));
    const kept = Array.from({ length: 2 * rounds }, (_, i): Operation => {
      const value = i % 2 === 0 ? { forUs: 200_000, after: '$last' } : '$last';
      return { id: 0, afterUs: 200_000, f: i % 2 === 0 ? 'watch' : 'compact', key: prefix, value };
    });
    const dated = drawOperations(draw.fork('dated'), { ...list, clients: 4 }, (d, id) => {
      // The first revision: forgotten soon. Values are unlike those of other writes.
      const value = { value: `dated-${id}`, revision: 1 };
      return { f: 'write-if-known', key: `${prefix}${d.below(keys)}`, value };
    });
    const others = { ...list, clients: list.clients - dated.length };
    const mix = { read: 5, write: 3 };
    const plain = kvOperations(draw.fork('others'), { ...others, keys, prefix, mix });
    return sideBySide(plain, dated, [kept]);
  },
};

const defrags: Capability = {
  name: 'defrags',
  claim: 'Nothing is lost or done twice while members give back space',
  needs: ['read', 'write', 'watch', 'defrag'],
  promises: ['linearizable', 'executed-once', 'watch-guarantees'],
  draw(draw, pace) {
    const prefix = 'kept/';
    const servants = 6;
    const forUs = 400_000;
    return sideBySide(
      drawOperations(
        draw.fork('defrags'),
        { clients: servants / 2, count: Math.ceil(pace.durationUs / 200_000), pauseUs: 100_000 },
        () => ({ f: 'defrag', key: prefix, value: null }),
      ),
      watchOperations(draw.fork('watches'), {
        clients: servants / 2,
        count: Math.ceil(pace.durationUs / forUs),
        pauseUs: 50_000,
        forUs,
        prefixes: [prefix],
      }),
      kvOperations(draw.fork('changes'), {
        ...listOf({ ...pace, clients: pace.clients - servants }),
        keys: 6,
        prefix,
        mix: { read: 3, write: 5, ...(pace.knows('cas') && { cas: 2 }) },
      }),
    );
  },
};

const transactions: Capability = {
  name: 'transactions',
  claim: 'Transactions of several keys happen as a whole and one after the other',
  needs: ['txn'],
  promises: ['strict-serializable', 'serializable', 'snapshot-isolation', 'read-committed'],
  draw: (draw, pace) => txnOperations(draw, { ...listOf(pace), keys: 8, partsMax: 4 }),
};

const lists: Capability = {
  name: 'lists',
  claim: 'Transactions on lists happen as a whole and one after the other',
  needs: ['txn-append'],
  promises: transactions.promises,
  draw: (draw, pace) => appendOperations(draw, { ...listOf(pace), keys: 6, partsMax: 4 }),
};

const locks: Capability = {
  name: 'locks',
  claim: 'A lock has one holder at a time, and a write that comes after its lease is refused',
  needs: ['acquire', 'read', 'write-fenced', 'release'],
  promises: ['mutual-exclusion', 'fencing', 'linearizable'],
  draw(draw, pace) {
    const { clients, count, pauseUs } = listOf(pace);
    return lockOperations(draw, {
      clients,
      count: Math.ceil(count / 4),
      pauseUs,
      // Two contend for each.
      locks: Math.max(1, Math.floor(clients / 2)),
      ttlUs,
      holdUs: pauseUs,
    });
  },
};

const elections: Capability = {
  name: 'elections',
  claim: 'At most one client leads at a time, and whoever asks is told of no leader of the past',
  needs: ['campaign', 'renew-term', 'resign', 'leader'],
  promises: ['one-leader', 'leader-told'],
  draw(draw, pace) {
    // Leaders are silent for most of a lease now and then: who only asks makes up for it.
    const askers = Math.floor(pace.clients / 2);
    const elections = 3;
    const pauseUs = 40_000;
    return sideBySide(
      electionOperations(draw.fork('leaders'), {
        clients: pace.clients - askers,
        count: Math.ceil(pace.durationUs / secondsUs(1)),
        elections,
        renewals: 4,
        ttlUs,
        pauseUs,
        holdUs: pauseUs,
      }),
      drawOperations(draw.fork('askers'), listOf({ ...pace, clients: askers }), (d) => {
        return { f: 'leader', key: `e${d.below(elections)}`, value: null };
      }),
    );
  },
};

const registrations: Capability = {
  name: 'registrations',
  claim: 'Whoever is registered is found, and who has left or fallen silent is not',
  needs: ['register', 'renew', 'deregister', 'discover'],
  promises: ['registered-found', 'ended-not-found'],
  draw(draw, pace) {
    const instances = Math.floor(pace.clients / 2);
    const seekers = listOf({ ...pace, clients: pace.clients - instances });
    return registryOperations(draw, {
      instances,
      seekers: seekers.clients,
      count: Math.ceil(pace.durationUs / secondsUs(1)),
      renewals: 4,
      lookups: seekers.count,
      services: 2,
      ttlUs,
      holdUs: 200_000,
      pauseUs: seekers.pauseUs,
    });
  },
};

const barriers: Capability = {
  name: 'barriers',
  claim: 'Nobody passes a barrier before all have come, and it opens for all',
  needs: ['enter-barrier', 'leave-barrier'],
  promises: ['barrier-together', 'barrier-opens'],
  draw(draw, pace) {
    const { clients, durationUs } = pace;
    const pauseUs = Math.max(5_000, Math.round(listOf(pace).pauseUs / 2));
    return barrierOperations(draw, {
      clients,
      parties: 4,
      // More than there is time for.
      count: Math.ceil(durationUs / (6 * pauseUs)),
      pauseUs,
      holdUs: pauseUs,
      // Longer than what any trouble takes of anybody.
      waitUs: secondsUs(6),
      pollUs: 50_000,
    });
  },
};

const configurations: Capability = {
  name: 'configurations',
  claim: 'No instance serves a version of its configuration that is older than it may be',
  needs: ['publish-config', 'serve-config'],
  promises: ['config-advances', 'config-current'],
  draw(draw, pace) {
    const { count, pauseUs } = listOf(pace);
    const publishers = Math.floor(pace.clients / 4);
    return configOperations(draw, {
      publishers,
      instances: pace.clients - publishers,
      versions: count,
      questions: count,
      publishPauseUs: pauseUs,
      servePauseUs: pauseUs,
      applications: 3,
    });
  },
};

const jobs: Capability = {
  name: 'jobs',
  claim: 'Each job is handed out once, and none that was put in is lost',
  needs: ['enqueue', 'dequeue'],
  promises: ['job-once', 'job-kept'],
  // For queues to be empty in the end.
  quietUs: secondsUs(2),
  draw(draw, pace) {
    const producers = Math.floor(pace.clients / 2);
    const { count, pauseUs } = listOf(pace);
    return jobOperations(draw, {
      producers,
      consumers: pace.clients - producers,
      // Done before the end, so that queues are found empty.
      count: Math.ceil(count * 0.3),
      pauseUs,
      queues: 2,
    });
  },
};

const members: Capability = {
  name: 'members',
  claim: 'Whoever runs and is in touch with the others is told alive by whoever is asked',
  needs: ['members'],
  promises: ['live-told'],
  // As long as its bound is.
  quietUs: secondsUs(15),
  draw: (draw, pace) => membersOperations(draw, { ...listOf(pace), servers: pace.servers }),
};

export const capabilities: readonly Capability[] = [
  keys,
  watches,
  compactions,
  pasts,
  defrags,
  transactions,
  lists,
  locks,
  elections,
  registrations,
  barriers,
  configurations,
  jobs,
  members,
];

/** What an answer takes where all is well, µs: the rest is pause. */
const answerUs = 5_000;
/** Of the time: what trouble takes is left over. */
const busyShare = 0.45;

/** More operations than are wanted, so that nobody is done before the last round of trouble. */
function listOf({ clients, operations, durationUs }: Pace): {
  readonly clients: number;
  readonly count: number;
  readonly pauseUs: number;
} {
  const eachUs = (clients * durationUs * busyShare) / operations;
  const count = Math.ceil((3 * operations) / clients);
  return { clients, count, pauseUs: Math.max(1_000, Math.round(eachUs - answerUs)) };
}
