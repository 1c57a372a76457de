/**
 * The agent of a node or a workload client: what the rest of the cluster is to it, and it to them.
 *
 * This file only joins the parts: it hands each message, call and tick to the part it belongs to, and
 * keeps the beat at which leases, checks and caches are refreshed.
 */
import { assert, unreachable } from '../../harness/core/assert.ts';
import type { Call, Component, Effects, Msg, NodeId, World } from '../../harness/core/host.ts';
import type { ModeBehaviour } from '../mode/behaviour.ts';
import { recoverySteps } from '../mode/matrix.ts';
import type { Mode } from '../mode/matrix.ts';
import type { Observation } from '../../harness/core/observation.ts';
import type { Shape } from '../../harness/core/program.ts';
import type { NodeConfig } from '../../harness/core/system.ts';
import { referenceSettings, scaled, standardPolicy, standardTiming } from '../config.ts';
import type { Policy, ReferenceSettings } from '../config.ts';
import type { FromStore, StoreEvents } from '../store/protocol.ts';
import { Io, never } from './io.ts';
import { makeParts } from './parts.ts';
import type { Parts } from './parts.ts';
import type { AgentMessage } from './protocol.ts';
import { agentRules } from './rules.ts';
import type { AgentRules } from './rules.ts';

/** Numbers of watches; those of a workload count up from `first`. */
const watches = { registry: 1, config: 2, first: 3 } as const;

/** The agent of node or client `config.id`. */
export function createAgent(config: NodeConfig, rules: AgentRules = agentRules): Component {
  return new Agent(config, rules);
}

class Agent implements Component {
  private readonly io = new Io();
  private readonly self: NodeId;
  private readonly shape: Shape;
  private readonly policy: Policy;
  private readonly settings: ReferenceSettings;
  private readonly service: string | null;
  private readonly calls: readonly string[];
  /** Does this agent keep a copy of the catalog? A client without services has no use for one. */
  private readonly hasCatalog: boolean;
  private readonly parts: Parts;
  private readonly rules: AgentRules;
  private behaviour: ModeBehaviour;
  /** Are critical paths tried out: each time, or only while a circuit is not closed? */
  private testing: 'no' | 'all' | 'not closed' = 'no';
  private refreshAtUs = never;
  private trafficAtUs = never;

  constructor(config: NodeConfig, rules: AgentRules) {
    const { id, shape, settings } = config;
    const spec = shape.nodes[id];
    this.self = id;
    this.rules = rules;
    this.behaviour = rules.behaviour('target');
    this.shape = shape;
    this.settings = referenceSettings(settings);
    this.policy = scaled(standardPolicy, settings.policyDivisor);
    this.service = spec?.service ?? null;
    this.calls = spec?.calls ?? [];
    this.hasCatalog = spec !== undefined || shape.nodes.some((n) => n.service !== undefined);
    this.parts = makeParts(this.io, { config, rules, policy: this.policy, watches });
  }

  start(_records: Iterable<unknown>, w: World, fx: Effects): void {
    this.io.enter(w, fx);
    this.parts.client.start(this.self);
    this.parts.caller.start();
    this.parts.checks.start();
    this.parts.discovery.subscription.start();
    this.parts.config.subscription.start();
    if (this.service !== null) this.parts.registrar.keep(this.service);
    if (this.settings.trafficUs > 0 && this.calls.length > 0) {
      this.trafficAtUs = w.nowUs + w.random(this.settings.trafficUs);
    }
    this.refresh();
    this.tick();
  }

  message(from: NodeId, m: Msg, w: World, fx: Effects): void {
    this.io.enter(w, fx);
    const msg = m as FromStore | AgentMessage;
    switch (msg.kind) {
      case 'response':
        return this.parts.client.response(from, msg);
      case 'events':
        return this.events(from, msg);
      case 'watch-failed':
        // As to copies, the next refresh loads everything and watches from there.
        return this.parts.watches.failed(from, msg);
      case 'call':
        return this.parts.demo.receive(from, msg);
      case 'answer':
        return this.parts.caller.answer(from, msg);
      case 'check':
        if (this.service !== null) this.parts.demo.checked(from, msg);
        return;
      case 'checked':
        return this.parts.checks.answer(from, msg);
      default:
        return unreachable(msg);
    }
  }

  call(c: Call, w: World, fx: Effects): void {
    this.io.enter(w, fx);
    this.parts.operations.begin(c);
  }

  timer(_kind: number, _arg: number, w: World, fx: Effects): void {
    this.io.enter(w, fx);
    this.io.woke();
    this.tick();
  }

  durable(): void {}

  /** The mode machine speaks: its mode, and in Recovery how far it has come. */
  observed(e: Observation, w: World, fx: Effects): void {
    const known = e as Observation;
    if (known.kind !== 'mode' && known.kind !== 'evidence') return;
    this.io.enter(w, fx);
    if (known.kind === 'mode') return this.setMode(known.to);
    const { kind, subject, value } = known.evidence;
    if (kind === 'mode') this.setMode(value as Mode);
    else if (kind === 'recovery') this.setStep(subject);
  }

  private events(from: NodeId, m: StoreEvents): void {
    const { discovery, config, watches: others } = this.parts;
    if (m.watch === watches.registry) discovery.subscription.events(from, m);
    else if (m.watch === watches.config) config.subscription.events(from, m);
    else others.events(from, m);
  }

  private setMode(mode: Mode): void {
    this.behaviour = this.rules.behaviour(mode);
    this.testing = 'no';
    this.parts.discovery.setMode(this.behaviour.discovery);
    this.parts.caller.setMode(this.behaviour);
    this.parts.demo.setShare(1_000);
  }

  private setStep(name: string): void {
    const step = recoverySteps.find((s) => s.step === name);
    assert(step !== undefined, 'the mode machine names a step of the matrix', { name });
    // Recovery ends with closed circuits, and without traffic nothing else would close one.
    if (step.proof === 'tested') this.testing = 'all';
    else if (this.testing === 'all') this.testing = 'not closed';
    if (this.behaviour.load.isRamped) this.parts.demo.setShare(this.rules.sharePermille(step));
  }

  /** Does whatever is due and arms the alarm for what comes next. */
  private tick(): void {
    const nowUs = this.io.nowUs;
    if (nowUs >= this.refreshAtUs) this.refresh();
    if (nowUs >= this.trafficAtUs) {
      this.trafficAtUs = nowUs + this.settings.trafficUs;
      if (this.parts.discovery.subscription.isLoaded) this.parts.demo.callDependencies();
    }
    const { client, caller, watches: others } = this.parts;
    const dueUs = Math.min(client.tick(), caller.tick(), others.tick());
    this.io.wakeBy(Math.min(dueUs, this.refreshAtUs, this.trafficAtUs));
  }

  /** The beat: everything that a healthy node does every few seconds. */
  private refresh(): void {
    const { refreshUs } = this.policy;
    // A tenth of random, so that nodes that started together do not ask together for ever.
    this.refreshAtUs = this.io.nowUs + refreshUs - this.io.random(Math.ceil(refreshUs / 10));
    const deadlineUs =
      this.io.nowUs + Math.max(2 * standardTiming.tryUs, Math.floor(refreshUs / 3));
    this.parts.registrar.refresh(deadlineUs);
    if (!this.hasCatalog) return;
    this.parts.discovery.subscription.refresh(deadlineUs);
    this.parts.discovery.review();
    // A client is no instance of anything: it has no configuration and nobody's mode to know.
    if (this.self >= this.shape.nodes.length) return;
    this.parts.config.subscription.refresh(deadlineUs);
    const { isChecked } = this.behaviour.discovery;
    if (this.calls.length > 0) this.parts.checks.next(isChecked ? this.dependencies() : []);
    if (this.mustTest()) this.parts.demo.testDependencies();
  }

  private mustTest(): boolean {
    if (this.testing === 'no') return false;
    return this.testing === 'all' || !this.parts.caller.breaker.areAllClosed;
  }

  /** Instances of everything this node calls, but itself. */
  private dependencies(): NodeId[] {
    const all = this.calls.flatMap((s) => this.parts.discovery.instances(s));
    return [...new Set(all)].filter((i) => i !== this.self);
  }
}
