/** What each node was told, by gossip and by the registry, as far as it says so. */
import type { HistoryEvent, NodeId, ObservationEvent } from '../../../harness/spec.ts';
import type {} from '../../discovery/observations.ts';
import type {} from '../../evidence/observations.ts';
import type {} from '../../membership/observations.ts';
import type {} from '../observations.ts';

interface Contact {
  readonly toldUs: number;
  /** The registry's word was true then, or later. */
  readonly atUs: number;
}

interface Heard {
  /** Since when gossip has taken each for dead. */
  readonly dead: Map<NodeId, number>;
  /** When it last took one for dead no longer. */
  readonly revived: Map<NodeId, number>;
  readonly contacts: Contact[];
  /** By service, who is listed. */
  readonly lists: Map<string, { readonly instances: Set<NodeId>; changedUs: number }>;
}

/** More than come in the deadline of a call. */
const contactsKept = 16;

export class HeardByNodes {
  private readonly nodes = new Map<NodeId, Heard>();

  event(e: HistoryEvent): void {
    if (e.type === 'node') this.nodes.delete(e.node);
    if (e.type === 'observe') this.observe(e);
  }

  of(node: NodeId): Heard {
    let known = this.nodes.get(node);
    if (known === undefined) {
      known = { dead: new Map(), revived: new Map(), contacts: [], lists: new Map() };
      this.nodes.set(node, known);
    }
    return known;
  }

  /** The newest time for which the registry's word had been told before `beforeUs`; null: never. */
  contactUs(node: NodeId, beforeUs: number): number | null {
    const told = this.of(node).contacts.filter(({ toldUs }) => toldUs <= beforeUs);
    return told.length === 0 ? null : Math.max(...told.map(({ atUs }) => atUs));
  }

  private observe({ node, timeUs, value }: ObservationEvent): void {
    const heard = this.of(node);
    if (value.kind === 'members') {
      for (const { member, status } of value.news) {
        if (status !== 'dead' && status !== 'left') {
          if (heard.dead.delete(member)) heard.revived.set(member, timeUs);
        } else if (!heard.dead.has(member)) heard.dead.set(member, timeUs);
      }
    } else if (value.kind === 'evidence' && value.evidence.kind === 'registry-contact') {
      this.contact(heard, { toldUs: timeUs, atUs: timeUs - value.evidence.staleUsMax });
    } else if (value.kind === 'escalated' && value.isAnswered) {
      this.contact(heard, { toldUs: timeUs, atUs: timeUs - value.tookUs });
    } else if (value.kind === 'discovered') {
      const list = heard.lists.get(value.service) ?? {
        instances: new Set<NodeId>(),
        changedUs: timeUs,
      };
      heard.lists.set(value.service, list);
      list.changedUs = timeUs;
      for (const i of value.removed) list.instances.delete(i);
      for (const i of value.added) list.instances.add(i);
    }
  }

  private contact({ contacts }: Heard, contact: Contact): void {
    contacts.push(contact);
    if (contacts.length > contactsKept) contacts.shift();
  }
}
