/**
 * The agent of a node or a workload client: what the rest of the cluster is to it, and it to them.
 *
 * This file only joins the parts: it hands each message, call and tick to the part it belongs to, and
 * keeps the beat at which leases, checks and caches are refreshed.
 */
import { unreachable } from '../../harness/core/assert.ts';
import type {
  Call,
  Component,
  Effects,
  Json,
  Msg,
  NodeId,
  Observation,
  World,
} from '../../harness/core/host.ts';
import type { Mode } from '../../harness/core/mode.ts';
import type { KnownObservation } from '../../harness/core/observation.ts';
import { nodesWithRole } from '../../harness/core/program.ts';
import type { Shape } from '../../harness/core/program.ts';
import type { NodeConfig } from '../../harness/core/system.ts';
import { referenceSettings, scaled, standardPolicy, standardTiming } from '../config.ts';
import type { Policy, ReferenceSettings, Timing } from '../config.ts';
import type { FromStore } from '../store/protocol.ts';
import { Balancer } from './balancer.ts';
import { breakerRules } from './breaker.ts';
import type { BreakerRules } from './breaker.ts';
import { Caller } from './caller.ts';
import { Checks } from './checks.ts';
import { ConfigCopy } from './config-copy.ts';
import { Discovery, discoveryRules } from './discovery.ts';
import type { DiscoveryRules } from './discovery.ts';
import { EvidenceBook } from './evidence-book.ts';
import { Io, never } from './io.ts';
import { Operations } from './operations.ts';
import type { AgentMessage } from './protocol.ts';
import { Registrar } from './registrar.ts';
import { DemoService, floorEffort, fullEffort } from './service.ts';
import { StoreClient } from './store-client.ts';

/** What an agent decides; a mutant overrides one. */
export interface AgentRules extends BreakerRules, DiscoveryRules {}

export const agentRules: AgentRules = { ...breakerRules, ...discoveryRules };

const watches = { registry: 1, config: 2 } as const;

/** The agent of node or client `config.id`. */
export function createAgent(config: NodeConfig, rules: AgentRules = agentRules): Component {
  return new Agent(config, rules);
}

class Agent implements Component {
  private readonly io = new Io();
  private readonly self: NodeId;
  private readonly shape: Shape;
  private readonly policy: Policy;
  private readonly timing: Timing = standardTiming;
  private readonly settings: ReferenceSettings;
  private readonly service: string | null;
  /** Does this agent keep a copy of the catalog? A client without services has no use for one. */
  private readonly hasCatalog: boolean;
  private readonly client: StoreClient;
  private readonly registrar: Registrar;
  private readonly discovery: Discovery;
  private readonly config: ConfigCopy;
  private readonly checks: Checks;
  private readonly caller: Caller;
  private readonly demo: DemoService;
  private readonly operations: Operations;
  private readonly calls: readonly string[];
  private isFloor = false;
  private isTesting = false;
  private refreshAtUs = never;
  private trafficAtUs = never;

  constructor(config: NodeConfig, rules: AgentRules) {
    const { id, shape, settings } = config;
    const spec = shape.nodes[id];
    this.self = id;
    this.shape = shape;
    this.settings = referenceSettings(settings);
    this.policy = scaled(standardPolicy, settings.policyDivisor);
    this.service = spec?.service ?? null;
    this.calls = spec?.calls ?? [];
    this.hasCatalog = spec !== undefined || shape.nodes.some((n) => n.service !== undefined);
    const zone = spec?.zone ?? '';
    const { io, policy, timing } = this;
    const book = new EvidenceBook(io, id);
    this.client = new StoreClient(io, timing, nodesWithRole(shape, 'server'));
    this.registrar = new Registrar(this.client, book, { self: id, zone, policy });
    this.discovery = new Discovery(io, this.client, book, {
      shape,
      policy,
      rules,
      watch: watches.registry,
    });
    this.config = new ConfigCopy(io, this.client, book, {
      policy,
      watch: watches.config,
      isSilent: spec?.role === 'server',
    });
    this.checks = new Checks(io, book, policy);
    const { discovery, checks } = this;
    this.caller = new Caller(
      io,
      { discovery, checks, book, balancer: new Balancer() },
      {
        policy,
        rules,
        balancer: this.settings.balancer,
        preferredZone: this.settings.isZonePreferred && zone !== '' ? zone : null,
      },
    );
    const { service, calls, caller } = this;
    this.demo = new DemoService(io, caller, { service, calls, timing });
    const { client, registrar, demo } = this;
    this.operations = new Operations(
      io,
      { client, registrar, discovery, caller, demo, book, config: this.config },
      { deadlineUs: settings.deadlineUs, timing },
    );
  }

  start(_records: Iterable<unknown>, w: World, fx: Effects): void {
    this.io.enter(w, fx);
    this.client.start(this.self);
    this.caller.start();
    this.checks.start();
    this.discovery.subscription.start();
    this.config.subscription.start();
    if (this.service !== null) this.registrar.keep(this.service);
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
        return this.client.response(from, msg);
      case 'events':
        if (msg.watch === watches.registry) this.discovery.subscription.events(from, msg);
        else this.config.subscription.events(from, msg);
        return;
      case 'watch-failed':
        return; // The next refresh loads everything and watches from there.
      case 'call':
        return this.demo.receive(from, msg);
      case 'answer':
        return this.caller.answer(from, msg);
      case 'check':
        if (this.service !== null) this.demo.checked(from, msg);
        return;
      case 'checked':
        return this.checks.answer(from, msg);
      default:
        return unreachable(msg);
    }
  }

  call(c: Call, w: World, fx: Effects): void {
    this.io.enter(w, fx);
    this.operations.begin(c);
  }

  timer(_kind: number, _arg: number, w: World, fx: Effects): void {
    this.io.enter(w, fx);
    this.io.woke();
    this.tick();
  }

  durable(): void {}

  /** The mode machine speaks: its mode, and in Recovery how far it has come. */
  observed(e: Observation, w: World, fx: Effects): void {
    const known = e as KnownObservation;
    if (known.kind !== 'mode' && known.kind !== 'evidence') return;
    this.io.enter(w, fx);
    if (known.kind === 'mode') return this.setMode(known.to);
    const { kind, value } = known.evidence;
    if (kind === 'mode') return this.setMode(value as Mode);
    if (kind !== 'recovery') return;
    const { step, sharePermille } = value as { step: Json; sharePermille: number };
    this.isTesting = step === 'test';
    this.demo.setEffort({ ...fullEffort, sharePermille });
  }

  private setMode(mode: Mode): void {
    this.isFloor = mode === 'floor';
    this.isTesting = false;
    this.discovery.setFloor(this.isFloor);
    this.caller.setFloor(this.isFloor);
    this.demo.setEffort(this.isFloor ? floorEffort : fullEffort);
  }

  /** Does whatever is due and arms the alarm for what comes next. */
  private tick(): void {
    const nowUs = this.io.nowUs;
    if (nowUs >= this.refreshAtUs) this.refresh();
    if (nowUs >= this.trafficAtUs) {
      this.trafficAtUs = nowUs + this.settings.trafficUs;
      if (this.discovery.subscription.isLoaded) this.demo.callDependencies();
    }
    const dueUs = Math.min(this.client.tick(), this.caller.tick());
    this.io.wakeBy(Math.min(dueUs, this.refreshAtUs, this.trafficAtUs));
  }

  /** The beat: everything that a healthy node does every few seconds. */
  private refresh(): void {
    const { refreshUs } = this.policy;
    // A tenth of random, so that nodes that started together do not ask together for ever.
    this.refreshAtUs = this.io.nowUs + refreshUs - this.io.random(Math.ceil(refreshUs / 10));
    const deadlineUs = this.io.nowUs + Math.max(2 * this.timing.tryUs, Math.floor(refreshUs / 3));
    this.registrar.refresh(deadlineUs);
    if (!this.hasCatalog) return;
    this.discovery.subscription.refresh(deadlineUs);
    this.discovery.review();
    // A client is no instance of anything: it has no configuration and nobody's mode to know.
    if (this.self >= this.shape.nodes.length) return;
    this.config.subscription.refresh(deadlineUs);
    if (this.calls.length > 0) this.checks.next(this.isFloor ? [] : this.dependencies());
    if (this.isTesting) this.demo.testDependencies();
  }

  /** Instances of everything this node calls, but itself. */
  private dependencies(): NodeId[] {
    const all = this.calls.flatMap((s) => this.discovery.instances(s));
    return [...new Set(all)].filter((i) => i !== this.self);
  }
}
