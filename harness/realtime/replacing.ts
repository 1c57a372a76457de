/**
 * Members of a product that are taken out of the running cluster, and taken in again with an empty disk, as an
 * operator replaces a machine: they stop, the others remove them, and add them when it is over. The others show it.
 */
import type { Json, NodeId } from '../core/host.ts';
import { nodesWithRole } from '../core/program.ts';
import { withSignal } from '../host/signals.ts';
import { unlessAborted } from './abort.ts';
import type { FaultAccess, MeasuredInjection } from './fault-access.ts';
import type { Membership } from './membership.ts';

/** A beginning is waited for so long; it goes on after that. */
const beginMsMax = 5_000;
/** So long it is asked that one is taken in again. */
const backMsMax = 60_000;
/** What most say is looked at again after this. */
const againMs = 200;

/** Or the reason why they cannot be. */
export function replaceMembers(
  nodes: readonly NodeId[],
  membership: Membership,
  access: FaultAccess,
): MeasuredInjection | string {
  const others = nodesWithRole(access.shape, 'server').filter((node) => !nodes.includes(node));
  if (others.length <= nodes.length) return 'those who are left would be no majority';
  const release = access.reserve('crash', nodes);
  if (typeof release === 'string') return release;
  const replacement = new Replacement(nodes, others, membership, access);
  return {
    begin: () => replacement.begin(),
    async end() {
      await replacement.end();
      release();
    },
    isEffective: () => replacement.isEffective(),
    whyNot: () => replacement.inVain('was not seen to have taken them out'),
    notOver: () => replacement.notOver,
  };
}

class Replacement {
  notOver: string | null = null;
  private readonly nodes: readonly NodeId[];
  private readonly others: readonly NodeId[];
  private readonly membership: Membership;
  private readonly access: FaultAccess;
  /** Those that were stopped, with what they were known by. */
  private readonly out = new Map<NodeId, Json>();
  private readonly ending = new AbortController();
  /** Never rejects. */
  private removing: Promise<void> = Promise.resolve();
  private isShown = false;

  constructor(
    nodes: readonly NodeId[],
    others: readonly NodeId[],
    membership: Membership,
    access: FaultAccess,
  ) {
    this.nodes = nodes;
    this.others = others;
    this.membership = membership;
    this.access = access;
  }

  /** Not before another change is over: whoever stops meanwhile would keep that from its end. */
  async begin(): Promise<void> {
    this.removing = this.membership.oneAtATime(() => this.takeOut()).catch(() => undefined);
    await withSignal([this.access.hurry], beginMsMax, (signal) =>
      unlessAborted(signal, this.removing),
    ).catch(() => undefined);
  }

  async end(): Promise<void> {
    this.ending.abort();
    await this.removing;
    for (const [node, member] of this.out) {
      await this.membership.oneAtATime(async () => {
        const isBack = await withSignal([this.access.hurry], backMsMax, (signal) =>
          this.takeIn(node, member, signal),
        ).catch(() => null);
        if (isBack === null) this.notOver = this.inVain('has not taken a member in again');
      });
    }
  }

  async isEffective(): Promise<boolean> {
    if (this.isShown || this.ending.signal.aborted || this.out.size < this.nodes.length) {
      return this.isShown;
    }
    const { others, membership } = this;
    const isOut = (told: readonly NodeId[]): boolean => !this.nodes.some((n) => told.includes(n));
    this.isShown = await membership.doMostSay(others, isOut);
    return this.isShown;
  }

  /** With what the system said last when it refused. */
  inVain(what: string): string {
    if (this.out.size === 0) return 'another change of members was under way all the while';
    const { refusal } = this.membership;
    return `the system ${what}${refusal === null ? '' : `: ${refusal}`}`;
  }

  private async takeOut(): Promise<void> {
    const { members } = this.membership;
    const { signal } = this.ending;
    for (const node of this.nodes) {
      const known = await this.insist((by) => members.known(node, by), signal);
      await this.access.nodes.begin('stop', node, this.onStop);
      this.out.set(node, known);
    }
    for (const member of this.out.values()) {
      await this.insist((by) => members.remove(member, by), signal);
    }
  }

  /**
   * A removal that nobody answered may be done still: it is asked for again, as one that is half out cannot be taken in. Until
   * it is taken in it stays down, as it knows of a cluster that does not know it.
   */
  private async takeIn(node: NodeId, member: Json, signal: AbortSignal): Promise<true> {
    const { members } = this.membership;
    await this.insist((by) => members.remove(member, by), signal);
    const among = await this.insist(async (by) => {
      await members.add(member, by);
      return members.told(by);
    }, signal);
    await members.renew(node, [...among.filter((n) => n !== node), node]);
    const { nodes } = this.access;
    await nodes.end('stop', node, this.onStop);
    // One that another fault keeps down starts at its end.
    while (nodes.isReachable(node) || nodes.endedItself(node)) {
      if (await this.membership.doMostSay(this.others, (told) => told.includes(node))) break;
      await unlessAborted(signal, new Promise((wake) => setTimeout(wake, againMs)));
    }
    return true;
  }

  private insist<T>(ask: (by: NodeId) => Promise<T>, signal: AbortSignal): Promise<T> {
    const by = (): readonly NodeId[] => this.others.filter((n) => this.access.nodes.isReachable(n));
    return this.membership.insist(by, ask, signal);
  }

  private readonly onStop = (): void => undefined;
}
