/**
 * The agent of a node or a workload client: what the rest of the cluster is to it, and it to them.
 *
 * A frame: it makes the parts of the list, hands each message, call and beat to those it belongs to,
 * and knows none of them by name. What a workload asks of a table goes through the store's client,
 * what it asks of a lane goes to a node of that lane.
 */
import { assert } from '../../harness/core/assert.ts';
import type {
  Call,
  Component,
  Description,
  Effects,
  Json,
  Msg,
  NodeId,
  World,
} from '../../harness/core/host.ts';
import type { Observation } from '../../harness/core/observation.ts';
import { nodesWithRole } from '../../harness/core/program.ts';
import type { NodeConfig, Outcome } from '../../harness/core/system.ts';
import { referenceSettings, scaled, standardPolicy, standardTiming } from '../config.ts';
import type { Mechanism } from '../mechanism.ts';
import { modeSuccessors, recoverySteps } from '../mode/matrix.ts';
import type { Mode } from '../mode/matrix.ts';
import type {} from '../local-proxy/observations.ts';
import { modesOf } from '../mode/member.ts';
import type { ModeBehaviours, Modes } from '../mode/member.ts';
import { StoreClient } from '../store-client/store-client.ts';
import { Asking } from './asking.ts';
import type { BehaviourRules } from './behaviour.ts';
import { HandlerContext, never } from './handler-context.ts';
import { handlersOf } from './handlers.ts';
import type { Handlers, Parts } from './handlers.ts';
import type { AgentContext, Part } from './part.ts';

/** The agent of node or client `config.id`, with the parts in `all`. */
export function createAgent(
  config: NodeConfig,
  rules: BehaviourRules,
  all: readonly Mechanism[],
): Component {
  return new Agent(config, rules, all);
}

type Hooked<H extends keyof Part> = Part & Required<Pick<Part, H>>;

class Agent implements Component {
  private readonly io = new HandlerContext();
  private readonly rules: BehaviourRules;
  private readonly behaviours: Modes['behaviours'];
  private readonly context: AgentContext;
  private readonly parts: readonly Part[];
  /** Those of them that have the hook: they are called several times a second. */
  private readonly beating: readonly Hooked<'beat'>[];
  private readonly ticking: readonly Hooked<'tick'>[];
  private readonly handlers: Handlers;
  private readonly of: Parts;
  private refreshAtUs = never;

  constructor(config: NodeConfig, rules: BehaviourRules, all: readonly Mechanism[]) {
    this.rules = rules;
    this.behaviours = modesOf(all).behaviours;
    this.handlers = handlersOf(all);
    const made = new Made();
    const usual = rules.behaviours('target', this.behaviours);
    this.context = {
      ...contextOf(config, this.io, usual, made),
      perform: (c, done) => this.perform(c, done),
    };
    for (const m of all) if (m.shape === 'part') made.add(m.make(this.context));
    const asking = new Asking(this.io, config);
    made.add(asking);
    this.parts = made.inOrder;
    const store = made.find(StoreClient);
    this.of = { all: this.parts, asking, store, shape: config.shape };
    this.beating = this.parts.filter((p): p is Hooked<'beat'> => p.beat !== undefined);
    this.ticking = this.parts.filter((p): p is Hooked<'tick'> => p.tick !== undefined);
  }

  start(_records: Iterable<unknown>, w: World, fx: Effects): void {
    this.io.enter(w, fx);
    for (const p of this.parts) p.start?.();
    this.refreshAtUs = w.nowUs + Math.max(0, ...this.parts.map((p) => p.holdsBackUs?.() ?? 0));
    this.tick();
  }

  message(from: NodeId, m: Msg, w: World, fx: Effects): void {
    this.io.enter(w, fx);
    const take = this.handlers.messages.get(m.kind);
    assert(take !== undefined, 'a message that some part takes', { kind: m.kind });
    take(this.of, from, m);
  }

  call(c: Call, w: World, fx: Effects): void {
    this.io.enter(w, fx);
    const reply = (o: Outcome): void => this.io.reply(c.id, o as unknown as Json);
    const question = this.handlers.questions.get(c.f);
    if (question !== undefined) return reply({ type: 'ok', value: question(this.of) });
    this.perform(c, reply);
  }

  timer(_kind: number, _arg: number, w: World, fx: Effects): void {
    this.io.enter(w, fx);
    this.io.woke();
    this.tick();
  }

  durable(): void {}

  stop(w: World, fx: Effects): void {
    this.io.enter(w, fx);
    for (const p of this.parts) p.stop?.();
  }

  hasStopped(): boolean {
    return this.parts.every((p) => p.hasStopped?.() !== false);
  }

  describe(): Description {
    return Object.assign({}, ...this.parts.map((p) => p.describe?.())) as Description;
  }

  /** Gossip has news, or the local proxy; the mode machine speaks: its mode, and in Recovery how far it has come. */
  observed(e: Observation, w: World, fx: Effects): void {
    const { kind: of } = e;
    if (of !== 'mode' && of !== 'evidence' && of !== 'members' && of !== 'backends') return;
    this.io.enter(w, fx);
    if (e.kind === 'members') return this.parts.forEach((p) => p.gossiped?.(e.news));
    if (e.kind === 'backends')
      return this.parts.forEach((p) => p.proxied?.(e.service, e.instances));
    if (e.kind === 'mode') return this.setMode(e.to);
    const { kind, subject, value } = e.evidence;
    if (kind === 'mode' && typeof value === 'string' && value in modeSuccessors)
      this.setMode(value);
    else if (kind === 'recovery') this.setStep(subject);
  }

  private perform(c: Call, done: (o: Outcome) => void): void {
    const begin = this.handlers.operations.get(c.f);
    if (begin === undefined) done({ type: 'fail', error: 'unknown operation or bad argument' });
    else begin(this.of, c, done);
  }

  private setMode(mode: Mode): void {
    const behaviours = this.rules.behaviours(mode, this.behaviours);
    for (const p of this.parts) p.setMode?.(mode, behaviours);
  }

  private setStep(name: string): void {
    const step = recoverySteps.find((s) => s.step === name);
    assert(step !== undefined, 'the mode machine names a step of the matrix', { name });
    for (const p of this.parts) p.setStep?.(step, this.rules.sharePermille(step));
  }

  /** Does whatever is due and arms the alarm for what comes next. */
  private tick(): void {
    if (this.io.nowUs >= this.refreshAtUs) this.refresh();
    let dueUs = this.refreshAtUs;
    for (const p of this.beating) dueUs = Math.min(dueUs, p.beat());
    for (const p of this.ticking) dueUs = Math.min(dueUs, p.tick());
    this.io.wakeBy(dueUs);
  }

  /** The beat: everything that a healthy node does every few seconds. */
  private refresh(): void {
    const { policy, timing } = this.context;
    const { refreshUs } = policy;
    // A tenth of random, so that nodes that started together do not ask together for ever.
    this.refreshAtUs = this.io.nowUs + refreshUs - this.io.random(Math.ceil(refreshUs / 10));
    const deadlineUs = this.io.nowUs + Math.max(2 * timing.tryUs, Math.floor(refreshUs / 3));
    for (const p of this.parts) p.refresh?.(deadlineUs);
  }
}

type ClassOf<P extends Part> = new (...args: never[]) => P;

/** The parts of an agent, as far as they are made. */
class Made {
  readonly inOrder: Part[] = [];
  private readonly byClass = new Map<unknown, Part>();

  add(part: Part): void {
    this.inOrder.push(part);
    this.byClass.set(part.constructor, part);
  }

  find<P extends Part>(type: ClassOf<P>): P | undefined {
    return this.byClass.get(type) as P | undefined;
  }
}

function contextOf(
  config: NodeConfig,
  io: HandlerContext,
  behaviours: ModeBehaviours,
  made: Made,
): Omit<AgentContext, 'perform'> {
  const { id, shape, settings } = config;
  const spec = shape.nodes[id] ?? null;
  return {
    io,
    config,
    policy: scaled(standardPolicy, settings.policyDivisor),
    timing: standardTiming,
    settings: referenceSettings(settings),
    spec,
    servers: nodesWithRole(shape, 'server'),
    hasCatalog: spec !== null || shape.nodes.some((n) => n.service !== undefined),
    behaviours,
    part<P extends Part>(type: ClassOf<P>): P {
      const found = made.find(type);
      assert(found !== undefined, 'a part that is earlier in the list', { of: type.name });
      return found;
    },
  };
}
