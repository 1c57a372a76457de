/** The replays of what scans and snapshots rest on, against the obvious ones: what passes and what not. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { canonical } from '../../harness/checkers/canonical.ts';
import type { Hold } from '../../harness/checkers/locks/hold.ts';
import { refuteHolds } from '../../harness/checkers/locks/replay/exclusion.ts';
import { refuteTokens } from '../../harness/checkers/locks/replay/fencing.ts';
import { isCompleted, type Op } from '../../harness/checkers/operations.ts';
import { refutePositions } from '../../harness/checkers/sessions/replay/versions.ts';
import { refuteValues } from '../../harness/checkers/sessions/replay/values.ts';
import { touchOf } from '../../harness/checkers/sessions/touch.ts';
import { refuteTotal } from '../../harness/checkers/snapshots/replay/total.ts';
import { refuteWriteOrders } from '../../harness/checkers/snapshots/replay/write-orders.ts';
import { type LogEntry, refuteLog } from '../../harness/checkers/watches/replay/log.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { WatchedChange } from '../../harness/core/watch.ts';
import { bounds, drawGrants, drawHolds, drawProtected, ends, leaseEnd } from './lock-twins.ts';
import { canSee, drawValues, drawVersions } from './session-twins.ts';
import { drawBalances, drawReads } from './snapshot-twins.ts';
import { drawWatchHistory, type WatchHistory } from './watch-histories.ts';
import { breaksBookmark, claimed, isSamePlace, isSplit, pairs, told } from './watch-twins.ts';

/** What the replay says, and whether the certificate is right by the definition. */
type Case = readonly [refuted: string | null, isRight: boolean];

/** By what holds it: a drawn history with a drawn certificate, right or wrong. */
const replays: Readonly<Record<string, (draw: Prng) => Case>> = {
  'holds of a lock': holds,
  'tokens of grants': (draw) => tokens(draw, drawGrants(draw)),
  'tokens of what an object took': (draw) => tokens(draw, drawProtected(draw)),
  'positions of sessions by key': (draw) => positions(draw, (op) => op.key),
  'positions of sessions in a store': (draw) => positions(draw, () => ''),
  'an order of values': values,
  'a log of a store': log,
  'an order of writes': writes,
  'a total': total,
};

describe('certificates of scans and snapshots', () => {
  for (const [name, draw] of Object.entries(replays)) {
    it(`${name}: passes when the obvious replay passes it`, () => {
      const tally = { right: 0, wrong: 0 };
      for (let seed = 0; seed < 4_000; seed++) {
        const [refuted, isRight] = draw(new Prng(seed));
        assert.equal(refuted === null, isRight, `seed ${seed}: ${refuted}`);
        tally[isRight ? 'right' : 'wrong'] += 1;
      }
      assert.ok(tally.right > 100 && tally.wrong > 100, JSON.stringify(tally));
    });
  }
});

/** Most of the time as it was; otherwise two change places, or one is left out or comes twice. */
function spoilt<T>(draw: Prng, items: readonly T[]): readonly T[] {
  if (items.length === 0 || draw.chance(500)) return items;
  const [i, j] = [draw.below(items.length), draw.below(items.length)];
  if (draw.chance(200)) return items.filter((_, k) => k !== i);
  if (draw.chance(200)) return [...items, items[i] as T];
  return items.map((item, k) => (k === i ? items[j] : k === j ? items[i] : item) as T);
}

function isOnceEach<T>(wanted: readonly T[], items: readonly T[]): boolean {
  return items.length === wanted.length && wanted.every((x) => items.includes(x));
}

function byPart<T>(items: readonly T[], partOf: (item: T) => string): Map<string, T[]> {
  const parts = new Map<string, T[]>();
  for (const item of items) parts.set(partOf(item), [...(parts.get(partOf(item)) ?? []), item]);
  return parts;
}

function holds(draw: Prng): Case {
  const ops = drawHolds(draw);
  const acquires = ops.filter((op) => op.f === 'acquire' && isCompleted(op));
  const releases = ops.filter((op) => op.f === 'release');
  const all = acquires.map((acquire): Hold => {
    const own = releases.find((r) => ends(r, acquire, ops));
    const release = draw.chance(950) ? own : draw.pick([undefined, ...releases]);
    const end = Math.min(leaseEnd(acquire), release?.call ?? Infinity);
    const until = draw.chance(950) ? end : end + draw.between(-3, 3);
    const from = draw.chance(980) ? acquire.ret : acquire.ret + draw.between(-2, 2);
    return { acquire, from, until, release: release ?? null };
  });
  const list = spoilt(
    draw,
    all.sort((a, b) => a.from - b.from),
  );
  const isLongEnough = ({ acquire, from, until, release }: Hold): boolean => {
    if (from > acquire.ret) return false;
    const isReleased = release !== null && ends(release, acquire, ops) && until >= release.call;
    return until >= leaseEnd(acquire) || isReleased;
  };
  const parts = byPart(list, (h) => h.acquire.key);
  const isRight =
    isOnceEach(
      acquires,
      list.map((h) => h.acquire),
    ) &&
    list.every(isLongEnough) &&
    [...parts.values()].every((own) =>
      pairs(own).every(([a, b]) => a.from <= b.from && !areOfTwo(a, b)),
    );
  return [refuteHolds(ops, { kind: 'lock-holds', holds: parts }, bounds), isRight];
}

/** Do two processes hold at one moment? */
function areOfTwo(a: Hold, b: Hold): boolean {
  const isMoment = Math.max(a.from, b.from) < Math.min(a.until, b.until);
  return isMoment && a.acquire.process !== b.acquire.process;
}

function tokens(draw: Prng, ops: readonly Op[]): Case {
  const isGrant = ops[0]?.f === 'acquire';
  const tokenOf = (op: Op): number =>
    isGrant ? (op.output as number) : (op.input as { token: number }).token;
  const partOf = (op: Op): string =>
    isGrant ? op.key : `${op.key} ${(op.input as { lock: string }).lock}`;
  const done = ops.filter(isCompleted);
  const list = spoilt(
    draw,
    [...done].sort((a, b) => tokenOf(a) - tokenOf(b)),
  );
  const goesOn = (a: Op, b: Op): boolean => {
    if (tokenOf(a) === tokenOf(b)) return !isGrant || a.process === b.process;
    const isNumbered = a.version !== undefined && b.version !== undefined;
    const isBack = isNumbered && (a.version ?? 0) > (b.version ?? 0);
    return tokenOf(a) < tokenOf(b) && b.ret > a.call && !isBack;
  };
  const parts = byPart(list, partOf);
  const isRight =
    isOnceEach(done, list) &&
    [...parts.values()].every((own) => pairs(own).every(([a, b]) => goesOn(a, b)));
  const none = new Map<string, Op[]>();
  const orders = isGrant ? { grants: parts, taken: none } : { grants: none, taken: parts };
  return [refuteTokens(ops, { kind: 'token-orders', ...orders }), isRight];
}

function positions(draw: Prng, partOf: (op: Op) => string): Case {
  const ops = drawVersions(draw);
  const done = ops.filter(isCompleted);
  const places = [-1, ...ops.flatMap((op) => op.version || [])];
  const floors = new Map<string, number>();
  const at = new Map<Op, number>();
  for (const op of done) {
    const session = `${op.process} ${partOf(op)}`;
    const own = op.version || -1;
    const floor = Math.max(floors.get(session) ?? -1, op.f === 'read' ? own : -1);
    floors.set(session, op.f === 'read' ? floor : own);
    if (draw.chance(980)) at.set(op, draw.chance(900) ? floors.get(session)! : draw.pick(places));
  }
  const isRight =
    at.size === done.length &&
    done.every((op) => canSee(ops, op, at.get(op) ?? -1)) &&
    pairs(done).every(([a, b]) => {
      const isSession = a.process === b.process && partOf(a) === partOf(b);
      return !isSession || (at.get(a) ?? -1) <= (at.get(b) ?? -1);
    });
  const touches = ops.map((op) => touchOf(op, null)).sort((a, b) => a.op.ret - b.op.ret);
  return [refutePositions(touches, at, partOf), isRight];
}

function values(draw: Prng): Case {
  const ops = drawValues(draw, 100);
  const inputsOf = (op: Op): Json[] => (op.f === 'cas' ? (op.input as Json[]) : [op.input]);
  const all = [null, ...ops.flatMap((op) => (op.f === 'read' ? [op.output] : inputsOf(op)))];
  const order = spoilt(draw, [...new Set(all)]);
  const placeOf = (value: Json): number => order.indexOf(value);
  const seen = ops.filter((op) => op.f !== 'read' || isCompleted(op));
  const valueOf = (op: Op): Json => (op.f === 'read' ? op.output : (inputsOf(op).at(-1) ?? null));
  const isRight =
    new Set(order).size === order.length &&
    seen.every((op) => placeOf(valueOf(op)) >= 0) &&
    seen.every((op) => valueOf(op) !== null || placeOf(null) === 0) &&
    seen.every((op) => {
      if (op.f !== 'cas' || !isCompleted(op)) return true;
      const from = placeOf(inputsOf(op)[0] ?? null);
      return from >= 0 && from < placeOf(valueOf(op));
    }) &&
    pairs(seen).every(([a, b]) => {
      // What comes after a write of unknown fate need not come after its effect.
      if (a.process !== b.process || !isCompleted(a)) return true;
      return placeOf(valueOf(a)) <= placeOf(valueOf(b));
    });
  const touches = ops.map((op) => touchOf(op, null));
  return [refuteValues(touches, order), isRight];
}

function log(draw: Prng): Case {
  const history = drawWatchHistory(draw);
  const { watches, changes } = history;
  const named = watches.flatMap((w) => told(w)).flatMap((e) => before(e));
  const known = [...changes, ...watches.flatMap((w) => told(w)), ...named];
  const places = known.map(({ key, value, revision }) => ({ key, value, revision }));
  const all = new Map(places.map((e) => [`${e.revision} ${e.key}`, e]));
  const sorted = [...all.values()].sort((a, b) => a.revision - b.revision);
  const entries = draw.chance(700) ? sorted : spoilt(draw, sorted);
  return [
    refuteLog({ watches, changes }, { kind: 'store-log', log: entries }),
    isLogOf(history, entries),
  ];
}

/** The change that an event names as the one before it. */
function before({ key, previous }: WatchedChange): LogEntry[] {
  return previous === undefined || previous === null ? [] : [{ key, ...previous }];
}

function isLogOf({ watches, changes }: WatchHistory, entries: readonly LogEntry[]): boolean {
  const isIn = (e: LogEntry): boolean =>
    entries.some((x) => isSamePlace(x, e) && canonical(x.value) === canonical(e.value));
  const namesOf = (some: readonly LogEntry[]): string[] =>
    some.map((e) => `${e.revision} ${e.key}`).sort();
  return (
    pairs(entries).every(([a, b]) => a.revision <= b.revision && !isSamePlace(a, b)) &&
    changes.every(isIn) &&
    watches.every((w) => {
      const isDue = (e: LogEntry): boolean =>
        e.key.startsWith(w.prefix) && e.revision > w.after && e.revision <= claimed(w);
      const isOwn = (e: LogEntry): boolean => e.key.startsWith(w.prefix) && e.revision > w.after;
      const events = told(w);
      return (
        events.every((e) => isOwn(e) && isIn(e) && isTrueOfBefore(e, entries)) &&
        pairs(events).every(([a, b]) => a.revision <= b.revision && !isSamePlace(a, b)) &&
        canonical(namesOf(events.filter(isDue))) === canonical(namesOf(entries.filter(isDue))) &&
        !isSplit(w) &&
        !breaksBookmark(w)
      );
    })
  );
}

function isTrueOfBefore(e: WatchedChange, entries: readonly LogEntry[]): boolean {
  const last = entries.findLast((x) => x.key === e.key && x.revision < e.revision);
  const held = last === undefined || last.value === null ? null : last;
  const isRight =
    e.previous === undefined ||
    canonical(e.previous && { ...e.previous }) ===
      canonical(held && { value: held.value, revision: held.revision });
  return isRight && (e.value === null || e.isCreate === undefined || e.isCreate === !held);
}

function writes(draw: Prng): Case {
  const ops = drawReads(draw);
  const seenBy = (op: Op): string[] =>
    (op.output as [string, number, Json][])
      .filter(([, , value]) => value !== null)
      .map(([, key, value]) => canonical([key, value]));
  const all = [2, 4, 1, 3].map((key) => canonical([key, 1]));
  const order = draw.chance(500) ? all : spoilt(draw, [...all].sort());
  const orders = new Map([['1,2,3,4', order]]);
  const isBeginning = (seen: readonly string[]): boolean =>
    isOnceEach(seen, order.slice(0, seen.length));
  const isRight =
    new Set(order).size === order.length && ops.every((op) => isBeginning(seenBy(op)));
  return [refuteWriteOrders(ops, { kind: 'write-orders', orders }), isRight];
}

function total(draw: Prng): Case {
  const ops = drawBalances(draw);
  const accounts = draw.pick(['a,b', 'a,b,c', 'a,b,d']).split(',');
  const sum = draw.pick([10, 10, 8]);
  const isRight = ops.every((op) => {
    const read = op.output as Readonly<Record<string, number | null>>;
    const balances = Object.values(read);
    return (
      canonical(Object.keys(read)) === canonical(accounts) &&
      balances.every((b) => b !== null && b >= 0) &&
      balances.reduce<number>((s, b) => s + (b ?? 0), 0) === sum
    );
  });
  return [refuteTotal(ops, { kind: 'total', accounts, total: sum }), isRight];
}
