/**
 * One node of a small cluster, alone on a stage: its agent and its mode machine are real, everybody
 * else is played by the commands of a transcript. All random numbers are 0 until `dice 700` makes them 700 ‰
 * of their bound.
 *
 * The cast: servers 0, 1, 2; front 3 and 4, which call back 5 and 6; client 7. The zone of each is the
 * last figure of its name: 3 and 5 share zone 0, 4 and 6 zone 1.
 */
import assert from 'node:assert/strict';
import { Driver } from '../../../harness/core/driver.ts';
import type { Ports } from '../../../harness/core/driver.ts';
import { formatDuration, parseDuration } from '../../../harness/core/duration.ts';
import type { Json, Msg, NodeId, Rec } from '../../../harness/core/host.ts';
import type { Observation } from '../../../harness/core/observation.ts';
import type { NodeSpec, Shape } from '../../../harness/core/program.ts';
import { listAfter } from '../../../reference-impl/discovery/observations.ts';
import { agent } from '../../../reference-impl/agent/index.ts';
import { idle } from '../../../reference-impl/idle.ts';
import { lanes } from '../../../reference-impl/lanes.ts';
import { mechanisms } from '../../../reference-impl/mechanisms.ts';
import { mode } from '../../../reference-impl/mode/index.ts';
import type { StoreRequest } from '../../../reference-impl/store/protocol.ts';
import { FakeStore } from './fake-store.ts';
import { parseAnswer, parseCatalog, parseEvents, show, showDiscovered, topic } from './words.ts';

const answerUs = 1_000;

const node = (name: string, role: string, service?: string, calls?: string[]): NodeSpec => ({
  name,
  role,
  zone: `zone-${name.at(-1)}`,
  ...(service !== undefined && { service, calls: calls ?? [] }),
});

const cast: Shape = {
  nodes: [
    node('server-0', 'server'),
    node('server-1', 'server'),
    node('server-2', 'server'),
    node('front-0', 'service', 'front', ['back']),
    node('front-1', 'service', 'front', ['back']),
    node('back-0', 'service', 'back'),
    node('back-1', 'service', 'back'),
  ],
  clients: 1,
};

interface Alarm {
  readonly id: number;
  readonly atUs: number;
  readonly run: () => void;
}

export class Scene {
  private dicePermille = 0;
  private readonly world = {
    nowUs: 0,
    wallUs: 0,
    random: (bound: number): number => Math.floor((bound * this.dicePermille) / 1_000),
  };
  private driver: Driver | null = null;
  private self: NodeId = 0;
  private log: Rec[] = [];
  private alarms: Alarm[] = [];
  private lastAlarm = 0;
  private lastCall = 0;
  private out: string[] = [];
  private shown: ReadonlySet<string> | null = null;
  /** The last request of each operation, to be answered by hand. */
  private readonly requests = new Map<string, StoreRequest>();
  private readonly calls = new Map<number, string>();
  /** What the node on the stage says that it lists, by service. */
  private readonly lists = new Map<string, readonly NodeId[]>();
  private store: FakeStore | null = null;
  private revision = 0;
  /** Settings of the run, for who begins to be after them. */
  private readonly extra: Record<string, Json> = {};
  /** How instances answer calls and checks: null when they do not. */
  private readonly moods = new Map<NodeId, 'ok' | 'busy'>();

  /** Performs one command and returns what happened. */
  run(line: string): string {
    const [verb = '', ...words] = line.trim().split(/\s+/);
    this.perform(verb, words);
    return this.out.splice(0).join('\n');
  }

  private perform(verb: string, words: string[]): void {
    const [first = ''] = words;
    if (verb === 'be') this.start(Number(first), words[1]);
    else if (verb === 'stop') this.running.stop();
    else if (verb === 'restart') this.start(this.self, undefined);
    else if (verb === 'show') this.shown = new Set(words);
    else if (verb === 'run') this.runFor(parseDuration(words.join(' ')));
    else if (verb === 'registry') this.setRegistry(words);
    else if (verb === 'extra') this.extra[first] = JSON.parse(words[1] ?? '') as Json;
    else if (verb === 'dice') this.dicePermille = Number(first);
    else if (verb === 'mood') this.setMood(words);
    else if (verb === 'call') this.call(words);
    else if (verb === 'from') this.from(Number(first), words.slice(1));
    else assert.fail(`unknown command ${verb}`);
  }

  private start(self: NodeId, mutant: string | undefined): void {
    this.self = self;
    this.lists.clear();
    this.alarms = [];
    const broken = mutant ?? null;
    const settings = { policyDivisor: 1, deadlineUs: 2_000_000, mutant: broken, extra: this.extra };
    const config = { id: self, shape: cast, settings };
    const own = [agent, mode].map((lane) => lane.component(config, mechanisms) ?? idle);
    this.driver = new Driver([idle, idle, ...own], this.ports(), this.world);
    this.driver.start([[], [], [], this.log.slice()]);
  }

  private runFor(us: number): void {
    const untilUs = this.world.nowUs + us;
    for (;;) {
      const next = this.alarms.reduce<Alarm | null>(
        (a, b) => (a === null || b.atUs < a.atUs ? b : a),
        null,
      );
      if (next === null || next.atUs > untilUs) break;
      this.alarms = this.alarms.filter((a) => a !== next);
      this.world.nowUs = next.atUs;
      next.run();
    }
    this.world.nowUs = untilUs;
  }

  private setRegistry(words: string[]): void {
    this.revision += 1;
    this.store = words[0] === 'lost' ? null : new FakeStore(parseCatalog(words), this.revision);
  }

  private setMood([id = '', mood]: string[]): void {
    if (mood === 'ok' || mood === 'busy') this.moods.set(Number(id), mood);
    else this.moods.delete(Number(id));
  }

  private call([f = '', key = '', value = 'null']: string[]): void {
    this.lastCall += 1;
    this.calls.set(this.lastCall, `${f} ${key}`.trim());
    const lane = f === 'mode' ? lanes.mode : lanes.agent;
    this.running.call(lane, { id: this.lastCall, f, key, value: JSON.parse(value) as Json });
  }

  private from(peer: NodeId, words: string[]): void {
    const [what = '', ...rest] = words;
    if (what === 'answers') {
      const request = this.requests.get(rest[0] ?? '');
      assert.ok(request !== undefined, `no ${rest[0]} was asked`);
      const { session, id } = request;
      this.hear(peer, {
        kind: 'response',
        session,
        id,
        answer: parseAnswer(rest.slice(1)),
      } as Msg);
    } else if (what === 'events') this.hear(peer, parseEvents(rest));
    else if (what === 'pushes') {
      const pushed = { ...parseEvents(rest.slice(1)), watch: Number(rest[0]) };
      this.hear(peer, pushed);
    } else if (what === 'refuses') {
      const error = { code: rest[1] ?? '', compacted: 0, revision: 0 };
      this.hear(peer, { kind: 'watch-failed', watch: Number(rest[0]), error } as Msg);
    } else if (what === 'calls') {
      const budgetUs = parseDuration(rest.slice(1).join(' '));
      this.hear(peer, { kind: 'call', id: 1, service: rest[0], budgetUs } as Msg);
    } else assert.fail(`unknown part ${what}`);
  }

  private hear(peer: NodeId, m: Msg): void {
    this.running.message(peer, lanes.agent, m);
  }

  private ports(): Ports {
    return {
      append: (lane, index, record) => {
        if (lane === lanes.mode) this.log[index] = record;
        this.alarm(0, () => this.running.synced(lane, index));
      },
      observe: (_lane, e) => this.print(e),
      send: (to, _lane, m) => this.sent(to, m),
      reply: (id, v) => this.say(`reply to ${this.calls.get(id)}: ${show(v)}`, 'reply'),
      setTimer: (lane, kind, delayUs, arg) =>
        this.alarm(delayUs, () => this.running.timer(lane, kind, arg)),
      stopped: () => this.say('has stopped', 'stopped'),
      cancelTimer: (id) => (this.alarms = this.alarms.filter((a) => a.id !== id)),
    };
  }

  private sent(to: NodeId, m: Msg): void {
    this.say(`to ${to}: ${show(m)}`, topic(m));
    if (m.kind === 'request') this.requests.set((m as StoreRequest).op.f, m as StoreRequest);
    const answer = this.store?.answer(m) ?? this.mood(to, m);
    if (answer !== null) this.alarm(answerUs, () => this.hear(to, answer));
  }

  private mood(to: NodeId, m: Msg): Msg | null {
    const mood = this.moods.get(to);
    if (mood === undefined) return null;
    const error = mood === 'ok' ? null : mood;
    const { id, round } = m as unknown as { id: number; round: number };
    if (m.kind === 'check') return { kind: 'checked', round } as Msg;
    return m.kind === 'call' ? ({ kind: 'answer', id, error, fallbacks: 0 } as Msg) : null;
  }

  private print(e: Observation): void {
    if (e.kind !== 'discovered') return this.say(show(e), topic(e));
    const list = listAfter(this.lists.get(e.service) ?? [], e);
    this.lists.set(e.service, list);
    this.say(showDiscovered(e, list), topic(e));
  }

  private say(text: string, word: string): void {
    const isShown = this.shown === null || this.shown.has(word);
    if (isShown) this.out.push(`${formatDuration(this.world.nowUs)} ${text}`);
  }

  private alarm(delayUs: number, run: () => void): number {
    this.lastAlarm += 1;
    this.alarms.push({ id: this.lastAlarm, atUs: this.world.nowUs + delayUs, run });
    return this.lastAlarm;
  }

  private get running(): Driver {
    assert.ok(this.driver !== null, 'nobody is on the stage: be 3');
    return this.driver;
  }
}
