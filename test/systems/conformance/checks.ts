/**
 * What an adapter must do whatever it speaks to: say no more than it knows, ask once, and mean by each
 * operation what its family means. Each check says what is wrong, or null.
 */
import assert from 'node:assert/strict';
import type { Json } from '../../../harness/core/host.ts';
import type { Endpoint } from '../../../harness/core/system.ts';
import { Bench, isOk, pause, told } from './bench.ts';
import type { Client, Subject } from './bench.ts';
import { check, type Check } from './check.ts';
import { keys, transactions } from './key-checks.ts';
import { meetings } from './meeting-checks.ts';
import { openRelay } from './relay.ts';

const ttlUs = 2_000_000;

const locks: readonly Check[] = [
  check('gives a lock to one, then to the next with a larger token', lockOps(), async (_, a, b) => {
    const first = await a.ask('acquire', 'l', { ttlUs });
    if (!isOk(first) || typeof first.value !== 'number') return `acquire: ${told(first)}`;
    const second = await b.ask('acquire', 'l', { ttlUs });
    if (second?.type !== 'fail') return `acquire of what is held: ${told(second)}`;
    const foreign = await b.ask('release', 'l', first.value + 1);
    if (foreign?.type !== 'fail') return `release by another token: ${told(foreign)}`;
    const gone = await a.ask('release', 'l', first.value);
    if (!isOk(gone)) return `release: ${told(gone)}`;
    const third = await b.ask('acquire', 'l', { ttlUs });
    const isLarger = isOk(third) && (third.value as number) > first.value;
    return isLarger ? null : `acquire of what is free: ${told(third)} after ${first.value}`;
  }),
  check('lets a lock go when its time is over, and not before', lockOps(), (bench, a, b) =>
    endsInTime(
      bench,
      () => a.ask('acquire', 'l', { ttlUs }),
      () => b.ask('acquire', 'l', { ttlUs }),
    ),
  ),
  check(
    'refuses what an old token protects',
    [...lockOps(), 'write-fenced', 'read'],
    async (_, a, b) => {
      const first = await a.ask('acquire', 'l', { ttlUs });
      if (!isOk(first)) return told(first);
      await a.ask('release', 'l', first.value);
      const second = await b.ask('acquire', 'l', { ttlUs });
      if (!isOk(second)) return told(second);
      const fresh = await b.ask('write-fenced', 'p', fenced(second.value, 1));
      if (!isOk(fresh)) return `write of the holder: ${told(fresh)}`;
      const late = await a.ask('write-fenced', 'p', fenced(first.value, 2));
      if (late?.type !== 'fail') return `late write: ${told(late)}`;
      const read = await a.ask('read', 'p');
      return isOk(read) && read.value === 1 ? null : `read: ${told(read)}`;
    },
  ),
];

const semaphores: readonly Check[] = [
  check(
    'gives as many permits as there are, and one more for one that is given back',
    ['acquire-permit', 'release-permit'],
    async (_, a, b) => {
      // As long as any product lets a session last.
      const asked = { ttlUs: 4 * ttlUs, permits: 2 };
      const [first, second] = [
        await a.ask('acquire-permit', 's', asked),
        await b.ask('acquire-permit', 's', asked),
      ];
      if (!isOk(first) || !isOk(second) || first.value === second.value) {
        return `both: ${told(first)}, ${told(second)}`;
      }
      const none = await b.ask('acquire-permit', 's', asked);
      if (none?.type !== 'fail') return `a third of two: ${told(none)}`;
      const other = await b.ask('acquire-permit', 's2', asked);
      if (!isOk(other)) return `of another: ${told(other)}`;
      const back = await a.ask('release-permit', 's', first.value);
      const again = await a.ask('release-permit', 's', first.value);
      if (!isOk(back) || again?.type !== 'fail') return `given back: ${told(back)}, ${told(again)}`;
      const next = await b.ask('acquire-permit', 's', asked);
      return isOk(next) ? null : `of one that was given back: ${told(next)}`;
    },
  ),
];

const elections: readonly Check[] = [
  check('elects one, tells of it, and lets it go', electionOps(), async (_, a, b) => {
    const nobody = await b.ask('leader', 'e');
    if (!isOk(nobody) || nobody.value !== null) return `leader of nobody: ${told(nobody)}`;
    const won = await a.ask('campaign', 'e', { ttlUs });
    if (!isOk(won) || typeof won.value !== 'number') return `campaign: ${told(won)}`;
    const lost = await b.ask('campaign', 'e', { ttlUs });
    if (lost?.type !== 'fail') return `campaign against a leader: ${told(lost)}`;
    const leader = await b.ask('leader', 'e');
    if (!isOk(leader) || leader.value !== won.value) return `leader: ${told(leader)}`;
    const gone = await a.ask('resign', 'e', won.value);
    if (!isOk(gone)) return `resign: ${told(gone)}`;
    const next = await b.ask('campaign', 'e', { ttlUs });
    const isLarger = isOk(next) && (next.value as number) > won.value;
    return isLarger ? null : `campaign after that: ${told(next)}`;
  }),
  check('keeps an office that is renewed, and no other', electionOps(), async (bench, a, b) => {
    const won = await a.ask('campaign', 'e', { ttlUs });
    if (!isOk(won)) return told(won);
    for (let i = 0; i < 6; i++) {
      await pause(ttlUs / 4_000);
      const kept = await a.ask('renew-term', 'e', won.value);
      if (!isOk(kept)) return `renewal ${i}: ${told(kept)}`;
      const other = await b.ask('campaign', 'e', { ttlUs });
      if (other?.type !== 'fail') return `campaign against a leader that renews: ${told(other)}`;
    }
    return endsInTime(
      bench,
      () => a.ask('renew-term', 'e', won.value),
      () => b.ask('campaign', 'e', { ttlUs }),
    );
  }),
];

const registries: readonly Check[] = [
  check('finds who is registered, and not who has left', registryOps(), async (_, a, b) => {
    const none = await b.ask('discover', 's');
    if (!isOk(none) || namesIn(none) !== '') return `nobody: ${told(none)}`;
    const one = await a.ask('register', 's', { instance: 'i0', ttlUs });
    const two = await b.ask('register', 's', { instance: 'i1', ttlUs });
    if (!isOk(one) || !isOk(two) || one.value === two.value) return `${told(one)}, ${told(two)}`;
    const both = await b.ask('discover', 's');
    if (namesIn(both) !== 'i0 i1') return `both: ${told(both)}`;
    const other = await b.ask('discover', 's2');
    if (namesIn(other) !== '') return `another service: ${told(other)}`;
    const gone = await a.ask('deregister', 's', one.value);
    const left = await b.ask('discover', 's');
    return isOk(gone) && namesIn(left) === 'i1' ? null : `${told(gone)}, ${told(left)}`;
  }),
  check('forgets who falls silent, and keeps who renews', registryOps(), async (bench, a, b) => {
    const kept = await a.ask('register', 's', { instance: 'i0', ttlUs });
    const silent = await b.ask('register', 's', { instance: 'i1', ttlUs });
    if (!isOk(kept) || !isOk(silent)) return `${told(kept)}, ${told(silent)}`;
    const endMs = performance.now() + ttlUs / 1_000 + (bench.subject.expiryMs ?? expiryMs);
    for (;;) {
      await pause(ttlUs / 8_000);
      const renewed = await a.ask('renew', 's', kept.value);
      if (!isOk(renewed)) return `renewal: ${told(renewed)}`;
      const found = await a.ask('discover', 's');
      if (namesIn(found) === 'i0') break;
      if (namesIn(found) !== 'i0 i1' || performance.now() > endMs) return `found ${told(found)}`;
    }
    const late = await b.ask('renew', 's', silent.value);
    return late?.type === 'fail' ? null : `renewal of what has ended: ${told(late)}`;
  }),
];

/** Of every operation that changes something: what is sent, and how to see whether it happened. */
const knowledge: readonly Check[] = [
  {
    claim: 'says of a change whose answer is lost that nobody knows, and asks once',
    needs: ['write', 'read'],
    async run(subject) {
      using bench = new Bench(subject);
      await using relay = await openRelay(firstOf(subject));
      // Only this member: a hidden second try would have to come by the same wire.
      const client = await bench.open([relay.endpoint]);
      const before = await client.ask('write', 'k', 1);
      if (!isOk(before)) return `write: ${told(before)}`;
      relay.loseAnswers();
      const lost = await client.ask('write', 'k', 2, 2_000);
      if (lost !== null && lost.type !== 'info') return `write without an answer: ${told(lost)}`;
      await pause(500);
      const several = subject.adapter.severalRequests?.includes('write') === true;
      if (relay.asked > 1 && !several) return `the write was sent ${relay.asked} times`;
      relay.heal();
      const other = await bench.open();
      const read = await other.ask('read', 'k');
      return isOk(read) && (read.value === 2 || read.value === 1) ? null : `read: ${told(read)}`;
    },
  },
  {
    claim: 'says of no change that it was done where nobody answers, and goes on when one does',
    needs: ['write', 'read'],
    async run(subject) {
      using bench = new Bench(subject);
      const relay = await openRelay(firstOf(subject));
      const client = await bench.open([relay.endpoint]);
      await client.ask('write', 'k', 1);
      await relay[Symbol.asyncDispose]();
      const refused = await client.ask('write', 'k', 2, 2_000);
      if (isOk(refused)) return `write to nobody: ${told(refused)}`;
      const other = await bench.open();
      const read = await other.ask('read', 'k');
      if (!isOk(read) || read.value !== 1) return `read: ${told(read)}`;
      const isDead = await client.ask('read', 'k', null, 2_000);
      return isOk(isDead) ? `read from nobody: ${told(isDead)}` : null;
    },
  },
];

const memberships: readonly Check[] = [
  {
    claim:
      'asks the member that it is told to ask, says that it answered, and whom it takes for alive',
    needs: ['members'],
    async run(subject) {
      using bench = new Bench(subject);
      const client = await bench.open();
      const all = subject.endpoints.map((_, at) => at);
      for (const at of all) {
        const came = await client.ask('members', 'all', at);
        if (!isOk(came)) return `members of ${at}: ${told(came)}`;
        const isAll = JSON.stringify(came.value) === JSON.stringify(all);
        if (came.node !== at || !isAll) return `members of ${at}: ${told(came)}`;
      }
      return null;
    },
  },
];

export const checks: readonly Check[] = [
  ...keys,
  ...transactions,
  ...memberships,
  ...locks,
  ...semaphores,
  ...meetings,
  ...elections,
  ...registries,
  ...knowledge,
];

const expiryMs = 3_000;

/** `hold` holds for its TTL from its call, then `next` gets it within what expiry may take. */
async function endsInTime(
  { subject }: Bench,
  hold: () => ReturnType<Client['ask']>,
  next: () => ReturnType<Client['ask']>,
): Promise<string | null> {
  const calledMs = performance.now();
  const held = await hold();
  if (!isOk(held)) return told(held);
  const latestMs = performance.now() + ttlUs / 1_000 + (subject.expiryMs ?? expiryMs);
  for (;;) {
    const got = await next();
    const nowMs = performance.now();
    if (isOk(got)) {
      const afterMs = Math.round(nowMs - calledMs);
      return afterMs < ttlUs / 1_000 ? `it ended after ${afterMs} ms of ${ttlUs / 1_000}` : null;
    }
    if (got?.type !== 'fail') return told(got);
    if (nowMs > latestMs) return 'it did not end';
    await pause(50);
  }
}

function firstOf({ endpoints }: Subject): Endpoint {
  return endpoints[0] ?? assert.fail('no member');
}

function fenced(token: Json, value: Json): Json {
  return { lock: 'l', token, value };
}

function namesIn(came: Awaited<ReturnType<Client['ask']>>): string {
  return isOk(came) ? [...(came.value as readonly string[])].sort().join(' ') : 'no answer';
}

function lockOps(): string[] {
  return ['acquire', 'release'];
}

function electionOps(): string[] {
  return ['campaign', 'renew-term', 'resign', 'leader'];
}

function registryOps(): string[] {
  return ['register', 'renew', 'deregister', 'discover'];
}
