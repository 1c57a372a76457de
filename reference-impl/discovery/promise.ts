/** DISCOVERY: who is registered is found, and who is dead is not, within TTL and grace (I1). */
import {
  driftFactor,
  formatDuration,
  nameNode,
  policyUs,
  secondsUs,
  stalledUs,
  when,
} from '../../harness/spec.ts';
import type {
  Explanation,
  History,
  Invariant,
  NodeId,
  ObservationEvent,
  Program,
  Verdict,
} from '../../harness/spec.ts';
import { digestOf } from './observations.ts';
import type { DiscoveredObservation } from './observations.ts';
import type { LeaseObservation } from '../registry/observations.ts';
import type { RoutedObservation } from '../service-client/observations.ts';

export interface DiscoveryParameters {
  /** Policy time beyond the lease's TTL: one refresh and one sweep, µs. Divided outside simulation. */
  readonly graceUs: number;
  /** Protocol time: messages lost, an election, µs. Never divided. */
  readonly protocolUs: number;
}

const id = 'discovery';
const claim =
  'Every node that is in contact with the registry knows a registered instance within TTL and grace, and neither lists nor calls one that died or stopped renewing longer ago.';

export function discovery(
  parameters: DiscoveryParameters = { graceUs: secondsUs(10), protocolUs: secondsUs(5) },
): Invariant {
  return {
    id,
    area: 'DISCOVERY',
    claim,
    faultModel:
      'any faults; promised to nodes whose evidence shows that the registry answered them meanwhile, not on the Floor, and counted anew from each change of leader',
    judge: (history, program) => judge(history, program, parameters),
  };
}

function judge(history: History, program: Program, p: DiscoveryParameters): Verdict {
  const extraUs = policyUs(p.graceUs, program) + p.protocolUs + stalledUs(history);
  const watch = new RegistryMonitor(program, extraUs);
  for (const e of history.events) {
    if (e.type === 'node') watch.process(e.node, e.change === 'started', e.timeUs);
    const explanation = e.type === 'observe' ? watch.observe(e) : null;
    if (explanation !== null) return { kind: 'violated', invariant: id, claim, explanation };
  }
  if (watch.leases === 0 || watch.observers === 0) {
    const reason =
      watch.leases === 0 ? 'no lease was ever seen' : 'no node showed contact with the registry';
    return { kind: 'unknown', invariant: id, reason };
  }
  const basis = `${watch.checks} looks of ${watch.observers} nodes at ${watch.leases} registrations`;
  return { kind: 'holds', invariant: id, basis };
}

/** A registration, as the leaders tell of it. */
interface Lease {
  readonly service: string;
  readonly instance: NodeId;
  ttlUs: number;
  /** Known to be in force since then, without a gap; null: it ended. */
  sinceUs: number | null;
  /** Last registered or renewed. */
  seenUs: number;
}

/** A node that looks instances up. */
interface Observer {
  readonly node: NodeId;
  /** By service: the list, and since when each instance has been missing from it or in it. */
  readonly lists: Map<string, { readonly instances: Set<NodeId>; sinceUs: number }>;
  /** When it told of its contacts, and what was the present then; the latest few. */
  readonly contacts: { readonly toldUs: number; readonly contactUs: number }[];
  /** The registry was last reached then; since when without a gap of a TTL. */
  contactUs: number;
  contactSinceUs: number;
  isFloor: boolean;
}

/** More than the contacts of one deadline. */
const contactsKept = 16;

class RegistryMonitor {
  private readonly program: Program;
  private readonly extraUs: number;
  private readonly drift: number;
  private readonly known = new Map<string, Lease>();
  private readonly looking = new Map<NodeId, Observer>();
  /** Processes that are down, since when. */
  private readonly deadUs = new Map<NodeId, number>();
  private leaderUs = 0;
  checks = 0;

  constructor(program: Program, extraUs: number) {
    this.program = program;
    this.extraUs = extraUs;
    this.drift = driftFactor(program);
  }

  get leases(): number {
    return this.known.size;
  }

  get observers(): number {
    let n = 0;
    for (const o of this.looking.values()) if (o.contactUs >= 0) n += 1;
    return n;
  }

  process(node: NodeId, isUp: boolean, timeUs: number): void {
    this.looking.delete(node);
    if (isUp) this.deadUs.delete(node);
    else if (!this.deadUs.has(node)) this.deadUs.set(node, timeUs);
  }

  observe(e: ObservationEvent): Explanation | null {
    const { value, node, timeUs } = e;
    if (value.kind === 'role' && value.role === 'leader') this.leaderUs = timeUs;
    if (value.kind === 'lease') return this.lease(value, timeUs);
    if (value.kind === 'discovered') return this.list(node, value, timeUs);
    if (value.kind === 'mode') this.observer(node).isFloor = value.to === 'floor';
    if (value.kind === 'evidence' && value.evidence.kind === 'registry-contact') {
      const contactUs = timeUs - value.evidence.staleUsMax;
      return this.contact(this.observer(node), timeUs, contactUs);
    }
    if (value.kind === 'routed') return this.routed(this.observer(node), value, timeUs);
    return null;
  }

  private observer(node: NodeId): Observer {
    let o = this.looking.get(node);
    if (o === undefined) {
      o = {
        node,
        lists: new Map(),
        contacts: [],
        contactUs: -1,
        contactSinceUs: Infinity,
        isFloor: false,
      };
      this.looking.set(node, o);
    }
    return o;
  }

  /** What a node says of its list has to add up to the list that it says it is. */
  private list(node: NodeId, d: DiscoveredObservation, timeUs: number): Explanation | null {
    const { lists } = this.observer(node);
    const list = lists.get(d.service) ?? { instances: new Set<NodeId>(), sinceUs: timeUs };
    lists.set(d.service, list);
    const { instances } = list;
    list.sinceUs = timeUs;
    for (const i of d.removed) instances.delete(i);
    for (const i of d.added) instances.add(i);
    if (instances.size === d.size && digestOf(instances) === d.digest) return null;
    return {
      atUs: timeUs,
      sentences: [
        `${this.name(node)} said ${when(timeUs)} that its list of ${d.service} has ${d.size} instances now.`,
        `By what it said before it has ${instances.size}, or others.`,
      ],
      ops: [],
    };
  }

  private lease(l: LeaseObservation, timeUs: number): Explanation | null {
    const { instance } = l;
    // Who registers from outside is nobody's to call, and says nothing of its own end.
    if (typeof instance === 'string') return null;
    const key = `${l.service} ${instance}`;
    const known = this.known.get(key) ?? {
      service: l.service,
      instance,
      ttlUs: l.ttlUs,
      sinceUs: null,
      seenUs: timeUs,
    };
    this.known.set(key, known);
    if (l.change === 'expired' || l.change === 'deregistered') {
      known.sinceUs = null;
      return null;
    }
    const isGap = timeUs - known.seenUs > known.ttlUs;
    if (known.sinceUs === null || isGap || l.change === 'registered') known.sinceUs = timeUs;
    known.seenUs = timeUs;
    known.ttlUs = l.ttlUs;
    return l.change === 'renewed' ? this.expectFound(known, timeUs) : null;
  }

  /** The instance is registered at this moment: who should have found it by now? */
  private expectFound(l: Lease, timeUs: number): Explanation | null {
    const boundUs = this.boundUs(l);
    for (const o of this.looking.values()) {
      const list = o.lists.get(l.service);
      if (list?.instances.has(l.instance) === true) continue;
      // A list that never was shown is as old as the contact: it is empty.
      const missingUs = Math.max(
        l.sinceUs ?? timeUs,
        list?.sinceUs ?? 0,
        o.contactSinceUs,
        this.leaderUs,
      );
      this.checks += 1;
      if (o.contactUs <= missingUs + boundUs || timeUs <= missingUs + boundUs) continue;
      return {
        atUs: timeUs,
        sentences: [
          `${this.name(l.instance)} is registered as ${l.service} since ${formatDuration(l.sinceUs ?? 0)} and renewed its lease ${when(timeUs)}.`,
          `${this.name(o.node)} reached the registry until ${formatDuration(o.contactUs)}, but does not list it since ${formatDuration(missingUs)}.`,
          `The bound is ${formatDuration(boundUs)}.`,
        ],
        ops: [],
      };
    }
    return null;
  }

  /**
   * The registry answered `o` for what was true at `contactUs`. What the answer changed is told after
   * it: so now the lists have to agree with the answer before this one.
   */
  private contact(o: Observer, timeUs: number, contactUs: number): Explanation | null {
    const before = o.contacts.at(-1);
    o.contacts.push({ toldUs: timeUs, contactUs });
    if (o.contacts.length > contactsKept) o.contacts.shift();
    const isFirst = o.contactUs < 0;
    if (isFirst || contactUs - o.contactUs > this.ttlUsMin()) o.contactSinceUs = contactUs;
    o.contactUs = Math.max(o.contactUs, contactUs);
    if (o.isFloor || before === undefined) return null;
    for (const [service, { instances }] of o.lists) {
      for (const instance of instances) {
        const overdue = this.overdue(service, instance, before.contactUs);
        this.checks += 1;
        if (overdue === null) continue;
        return {
          atUs: timeUs,
          sentences: [
            ...overdue,
            `${this.name(o.node)} still lists it for ${service} ${when(timeUs)}, after the registry had answered ${when(before.contactUs)}.`,
          ],
          ops: [],
        };
      }
    }
    return null;
  }

  private routed(o: Observer, r: RoutedObservation, timeUs: number): Explanation | null {
    if (r.instance === null || o.isFloor) return null;
    // What ends now was sent at most one deadline ago, by a list as old as the contact before that.
    const sentUs = timeUs - this.program.settings.deadlineUs;
    const known = o.contacts.findLast((c) => c.toldUs < sentUs);
    if (known === undefined) return null;
    const overdue = this.overdue(r.service, r.instance, Math.min(sentUs, known.contactUs));
    if (overdue === null) return null;
    const sentence = `${this.name(o.node)} sent it a call for ${r.service} that ended ${when(timeUs)}.`;
    return { atUs: timeUs, sentences: [...overdue, sentence], ops: [] };
  }

  /**
   * Sentences when nothing has been heard of `instance` for too long at `atUs`: it died, or its lease
   * was not renewed. A new leader starts every TTL anew.
   */
  private overdue(service: string, instance: NodeId, atUs: number): string[] | null {
    const l = this.known.get(`${service} ${instance}`);
    if (l === undefined) return null;
    const diedUs = this.deadUs.get(instance);
    const silentUs = Math.min(diedUs ?? Infinity, l.seenUs);
    const boundUs = this.boundUs(l);
    if (atUs <= Math.max(silentUs, this.leaderUs) + boundUs) return null;
    const leader =
      this.leaderUs > silentUs
        ? `, and the leader is the same since ${formatDuration(this.leaderUs)}`
        : '';
    const what = diedUs === silentUs ? 'died' : 'last registered or renewed its lease';
    return [
      `${this.name(instance)} ${what} ${when(silentUs)}${leader}.`,
      `Its lease of ${formatDuration(l.ttlUs)} and the grace allow ${formatDuration(boundUs)}.`,
    ];
  }

  private boundUs(l: Lease): number {
    return Math.ceil(l.ttlUs * this.drift) + this.extraUs;
  }

  private ttlUsMin(): number {
    let least = Infinity;
    for (const l of this.known.values()) least = Math.min(least, l.ttlUs);
    return least;
  }

  private name(node: NodeId): string {
    return nameNode(this.program, node);
  }
}
