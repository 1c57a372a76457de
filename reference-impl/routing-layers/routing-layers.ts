/**
 * Lists of instances by layers, cheap first: memory, then gossip, then consensus.
 *
 * Memory costs nothing and may be old. Gossip is heard anyway, and is sooner to know of a death than any lease: its
 * word takes an instance out at once. It cannot add one: who is registered the catalog alone decides. The leader is
 * asked only where both are not good enough, and until it has answered what there is serves, up to an age.
 */
import type { Description, Json, NodeId } from '../../harness/core/host.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import { ascending } from '../discovery/ascending.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { Belief, MemberStatus } from '../membership/observations.ts';
import type { Chooser } from '../service-client/chooser.ts';
import type { StoreClient } from '../store-client/store-client.ts';
import type { RoutingLayersConfig } from './config.ts';
import type { Escalation, LayeredObservation } from './observations.ts';
import type { RoutingLayerRules } from './rules.ts';

interface Said {
  /** What the leader answered was true then, or later. */
  readonly askedUs: number;
  /** Ascending. */
  readonly instances: readonly NodeId[];
}

interface Word {
  readonly status: MemberStatus;
  readonly heardUs: number;
}

type Answer = Omit<LayeredObservation, 'kind' | 'service'> & {
  readonly instances: readonly NodeId[];
};

export interface RoutingLayersOptions {
  /** Null: off. */
  readonly config: RoutingLayersConfig | null;
  readonly rules: RoutingLayerRules;
}

export class RoutingLayers implements Part, Chooser {
  private readonly io: HandlerContext;
  private readonly discovery: Discovery;
  private readonly store: StoreClient;
  private readonly o: RoutingLayersOptions;
  private readonly words = new Map<NodeId, Word>();
  private readonly said = new Map<string, Said>();
  private readonly askedUs = new Map<string, number>();
  /** By service, as it was last told. */
  private readonly told = new Map<string, string>();

  constructor(
    io: HandlerContext,
    discovery: Discovery,
    store: StoreClient,
    options: RoutingLayersOptions,
  ) {
    this.io = io;
    this.discovery = discovery;
    this.store = store;
    this.o = options;
  }

  get isOn(): boolean {
    return this.o.config !== null;
  }

  gossiped(news: readonly Belief[]): void {
    if (this.o.config === null) return;
    const heardUs = this.io.nowUs;
    for (const { member, status } of news) this.words.set(member, { status, heardUs });
  }

  choose(service: string, instances: readonly NodeId[]): readonly NodeId[] {
    const { config } = this.o;
    // On the Floor lists come from no layer at all.
    if (config === null || this.discovery.source === 'static') return instances;
    const answer = this.answer(service, instances, config);
    this.tell(service, answer);
    return answer.instances;
  }

  /** For people: by service, the layer of its latest list and why it was no cheaper one; and whom gossip leaves out. */
  latest(): Json {
    if (this.o.config === null) return null;
    const out = [...this.words].filter(([, { status }]) => this.o.rules.isOut(status));
    return { lists: Object.fromEntries(this.told), out: out.map(([node]) => node) };
  }

  describe(): Description {
    return Object.fromEntries([...this.told].map(([service, by]) => [`${service} by`, by]));
  }

  private answer(service: string, usual: readonly NodeId[], config: RoutingLayersConfig): Answer {
    const { rules } = this.o;
    const { confirmedUs } = this.discovery.subscription;
    const said = this.said.get(service) ?? null;
    const isNewer = said !== null && said.askedUs > confirmedUs;
    const listed = isNewer ? said.instances : this.discovery.instances(service);
    const ageUs = this.io.nowUs - (isNewer ? said.askedUs : confirmedUs);
    // Whom checks left out may still be better than whom gossip takes for dead.
    const near = isNewer ? [] : this.alive(usual);
    const left = near.length > 0 ? near : this.alive(listed);
    const why = rules.escalates({ ageUs, listed: listed.length, left: left.length }, config);
    if (why !== null) this.ask(service, why, config);
    const out = listed.filter((i) => rules.isOut(this.words.get(i)?.status));
    const as = (layer: Answer['layer'], instances: readonly NodeId[]): Answer => {
      const because = why ?? (layer === 'gossip' ? 'told-dead' : null);
      return { layer, because, out, size: instances.length, instances };
    };
    if (!rules.mayServe(ageUs, config)) return as('consensus', []);
    if (left.length === 0) return as('consensus', this.decided(listed, said));
    return as(isNewer ? 'consensus' : out.length > 0 ? 'gossip' : 'cache', left);
  }

  private alive(instances: readonly NodeId[]): readonly NodeId[] {
    if (this.words.size === 0) return instances;
    return instances.filter((i) => !this.o.rules.isOut(this.words.get(i)?.status));
  }

  /** Gossip has left nobody: whom the catalog still listed after gossip's word is worth a try. */
  private decided(listed: readonly NodeId[], said: Said | null): readonly NodeId[] {
    if (said === null) return [];
    const held = new Set(said.instances);
    return listed.filter((i) => held.has(i) && said.askedUs > (this.words.get(i)?.heardUs ?? -1));
  }

  private ask(service: string, because: Escalation, { askUs }: RoutingLayersConfig): void {
    const askedUs = this.io.nowUs;
    const isSoon = askedUs - (this.askedUs.get(service) ?? -Infinity) < askUs;
    if (isSoon || !this.store.hasRoom) return;
    this.askedUs.set(service, askedUs);
    const op = { f: 'lookup', service, consistency: 'consistent' } as const;
    this.store.request(op, askedUs + askUs, (answer) => {
      const isAnswered = answer?.type === 'instances';
      if (isAnswered) {
        const nodes = answer.instances.map(({ instance }) => instance);
        const instances = ascending(nodes.filter((i) => typeof i === 'number'));
        this.said.set(service, { askedUs, instances });
      }
      const tookUs = this.io.nowUs - askedUs;
      this.io.observe({ kind: 'escalated', service, because, isAnswered, tookUs });
    });
  }

  private tell(service: string, { instances: _, ...answer }: Answer): void {
    const { layer, because } = answer;
    const text = `${layer}${because === null ? '' : `, ${because}`}, ${answer.size} of ${answer.size + answer.out.length}`;
    if (this.told.get(service) === text) return;
    this.told.set(service, text);
    this.io.observe({ kind: 'layered', service, ...answer });
  }
}
