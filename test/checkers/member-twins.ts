/** Promises about who is told alive against brute force: every moment is looked at, with all that was in force then. */
import assert from 'node:assert/strict';
import type { Fault, NodeTarget } from '../../harness/core/fault.ts';
import type { History, HistoryEvent } from '../../harness/core/history.ts';
import type { Invariant } from '../../harness/core/invariant.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { Program } from '../../harness/core/program.ts';
import { deadTold, heardTold, liveTold } from '../../harness/invariants/members.ts';
import type { Agreement } from './twin.ts';

const boundUs = 4;
const nodes = [0, 1, 2, 3];
/** What is done is done at even times, at each one thing; answers begin and end at odd ones. */
const endUs = 60;

interface Drawn {
  readonly history: History;
  readonly program: Program;
}

/** What is so at a moment. */
interface Moment {
  readonly up: ReadonlySet<number>;
  /** Directed, `a>b`; null: somebody is cut off, nobody knows who. */
  readonly cut: ReadonlySet<string> | null;
  readonly isOtherwiseTroubled: boolean;
  readonly hasStarted: ReadonlySet<number>;
}

export const memberTwins: Readonly<Record<string, (cases: number) => Agreement>> = {
  'live told': (cases) =>
    holdAgainst(cases, liveTold({ boundUs, healUs: 0 }), isLiveTold(inTouch, inTouch)),
  'heard told': (cases) =>
    holdAgainst(cases, heardTold({ boundUs, healUs: 0 }), isLiveTold(heard, hearing)),
  'dead told': (cases) => holdAgainst(cases, deadTold({ boundUs, healUs: 0 }), isDeadTold),
};

function holdAgainst(
  cases: number,
  invariant: Invariant,
  isLegal: (drawn: Drawn) => boolean,
): Agreement {
  const tally = { legal: 0, illegal: 0 };
  for (let seed = 0; seed < cases; seed++) {
    const drawn = draw(new Prng(seed));
    const verdict = invariant.judge(drawn.history, drawn.program);
    const expected = isLegal(drawn);
    const text = drawn.history.events.map((e) => JSON.stringify(e)).join('\n');
    assert.equal(verdict.kind === 'violated', !expected, `seed ${seed}: ${verdict.kind}\n${text}`);
    tally[expected ? 'legal' : 'illegal'] += 1;
  }
  return tally;
}

function draw(d: Prng): Drawn {
  const faults: Fault[] = [];
  const events: HistoryEvent[] = nodes.map((node) => {
    return { type: 'node', timeUs: 0, node, change: 'started' };
  });
  const odd = (below: number): number => 1 + 2 * d.below(below / 2);
  const free = d.shuffle(Array.from({ length: endUs / 2 - 1 }, (_, i) => 2 + 2 * i));
  /** Two moments at which nothing else happens. */
  const interval = (): readonly [number, number] => {
    const [a = 0, b = 0] = free.splice(0, 2);
    return [Math.min(a, b), Math.max(a, b)];
  };
  for (let i = d.below(3); i > 0; i--) {
    const fault = faults.length;
    const [atUs, untilUs] = interval();
    const target = (): NodeTarget =>
      d.pick([{ of: 'node', node: d.below(4) }, { of: 'servers' }, { of: 'leader' }] as const);
    const links = { from: target(), to: target(), bothWays: d.chance(500) };
    const slow = { kind: 'latency', delayUs: 1_000, jitterUs: 0 } as const;
    const cut = { kind: 'partition', mode: 'drop' } as const;
    const what = d.chance(850) ? cut : slow;
    faults.push({ ...what, atUs, untilUs, links });
    const about = { type: 'fault', fault, kind: what.kind, nodes: [] } as const;
    events.push({ ...about, timeUs: atUs, phase: 'begin' });
    events.push({ ...about, timeUs: untilUs, phase: 'end' });
  }
  for (const node of nodes) {
    if (d.chance(600)) continue;
    const [timeUs, backUs] = interval();
    events.push({ type: 'node', timeUs, node, change: d.pick(['crashed', 'stopped']) });
    if (d.chance(700)) events.push({ type: 'node', timeUs: backUs, node, change: 'started' });
  }
  for (let op = 0; op < 4; op++) {
    const node = d.below(4);
    const callUs = odd(endUs);
    const about = { process: 0, op, f: 'members', key: 'all' } as const;
    events.push({ type: 'invoke', timeUs: callUs, ...about, value: node });
    const value = nodes.filter(() => d.chance(800));
    events.push({ type: 'ok', timeUs: callUs + 2 * d.below(2), ...about, value, node });
  }
  events.sort((a, b) => a.timeUs - b.timeUs);
  return { history: { events, readyUs: 0, endUs }, program: programWith(faults) };
}

function programWith(faults: readonly Fault[]): Program {
  return {
    scenario: 'twin',
    shape: { nodes: nodes.map((n) => ({ name: `n${n}`, role: 'server', zone: 'z' })), clients: 1 },
    faults,
    clients: [],
    durationUs: endUs,
    noiseSeed: 1,
    settings: { policyDivisor: 1, deadlineUs: 10, mutant: null, extra: {} },
  };
}

function momentAt(atUs: number, { history, program }: Drawn): Moment {
  const past = history.events.filter((e) => e.timeUs <= atUs);
  const up = new Set<number>();
  const hasStarted = new Set<number>();
  for (const e of past) {
    if (e.type !== 'node') continue;
    if (e.change === 'started') up.add(e.node);
    else up.delete(e.node);
    if (e.change === 'started' && e.timeUs === atUs) hasStarted.add(e.node);
  }
  // At an end it is still in force: the stamps lie outside.
  const active = program.faults.filter((f) => f.atUs <= atUs && atUs <= f.untilUs);
  const cuts = active.filter((f) => f.kind === 'partition');
  const isOtherwiseTroubled = active.length > cuts.length;
  const cut = new Set<string>();
  for (const f of cuts) {
    if (!('links' in f)) continue;
    const [from, to] = [ids(f.links.from), ids(f.links.to)];
    if (from === null || to === null) return { up, cut: null, isOtherwiseTroubled, hasStarted };
    for (const a of from) {
      for (const b of to) {
        cut.add(`${a}>${b}`);
        if (f.links.bothWays) cut.add(`${b}>${a}`);
      }
    }
  }
  return { up, cut, isOtherwiseTroubled, hasStarted };
}

function ids(target: NodeTarget): readonly number[] | null {
  if (target.of === 'node') return [target.node];
  return target.of === 'servers' ? nodes : null;
}

const isOpen = ({ cut }: Moment, a: number, b: number): boolean =>
  cut !== null && !cut.has(`${a}>${b}`);
const speak = (m: Moment, a: number, b: number): boolean =>
  a !== b && isOpen(m, a, b) && isOpen(m, b, a);

type Is = (m: Moment, node: number) => boolean;

const isQuiet: Is = (m, node) =>
  m.up.has(node) && !m.hasStarted.has(node) && !m.isOtherwiseTroubled && m.cut !== null;
const others = (m: Moment, node: number): number[] => [...m.up].filter((x) => x !== node);
const inTouch: Is = (m, node) =>
  isQuiet(m, node) &&
  others(m, node).every(
    (x) =>
      speak(m, node, x) || others(m, node).some((via) => speak(m, node, via) && speak(m, via, x)),
  );
const heard: Is = (m, node) => isQuiet(m, node) && others(m, node).every((x) => isOpen(m, node, x));
const hearing: Is = (m, node) =>
  isQuiet(m, node) && others(m, node).every((x) => isOpen(m, x, node));

interface Answer {
  readonly asked: number;
  readonly alive: readonly number[];
  /** From the bound before its call on. */
  readonly moments: readonly Moment[];
}

function answersOf(drawn: Drawn): Answer[] {
  const { events } = drawn.history;
  return events.flatMap((e): Answer[] => {
    if (e.type !== 'ok' || e.node === undefined) return [];
    const call = events.find((other) => other.type === 'invoke' && other.op === e.op);
    const fromUs = (call?.timeUs ?? 0) - boundUs;
    const moments = Array.from({ length: e.timeUs - fromUs + 1 }, (_, i) =>
      momentAt(fromUs + i, drawn),
    );
    return [{ asked: e.node, alive: e.value as readonly number[], moments }];
  });
}

function isLiveTold(subject: Is, asked: Is): (drawn: Drawn) => boolean {
  return (drawn) =>
    answersOf(drawn).every((a) =>
      nodes.every((n) => {
        if (a.alive.includes(n)) return true;
        return !a.moments.every((m) => subject(m, n) && asked(m, a.asked));
      }),
    );
}

function isDeadTold(drawn: Drawn): boolean {
  return answersOf(drawn).every((a) =>
    a.alive.every((n) => !a.moments.every((m) => !m.up.has(n) && inTouch(m, a.asked))),
  );
}
