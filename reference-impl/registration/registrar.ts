/**
 * Registrations with leases (requirement D1): registers, renews, and registers again when the lease
 * was lost. A service node has one, of itself.
 */
import type { NodeId } from '../../harness/core/host.ts';
import type { Part } from '../agent/part.ts';
import type { Policy } from '../config.ts';
import type { StoreAnswer } from '../store/answered.ts';
import type { EvidenceBook } from '../evidence/evidence-book.ts';
import type { StoreClient } from '../store-client/store-client.ts';

interface Registration {
  readonly service: string;
  /** Null until the store granted one, and when it is known to be lost. */
  lease: number | null;
  isBusy: boolean;
  /** Is it known whether an earlier process of this node left a lease? */
  isSearched: boolean;
}

/** What the registrar decides; a mutant overrides one. */
export interface RegistrationRules {
  /** Does an instance that is told to stop take itself out of the registry? */
  takesOut(): boolean;
  /** And where it was waiting for an answer of the registry when it was told? */
  takesOutLate(): boolean;
}

export const registrationRules: RegistrationRules = {
  takesOut: () => true,
  takesOutLate: () => true,
};

export interface RegistrarOptions {
  /** The service that this node is an instance of; null on servers and clients. */
  readonly service: string | null;
  readonly self: NodeId;
  readonly zone: string;
  /** Where people reach it; in simulation nobody does. */
  readonly address: { readonly host: string; readonly port: number } | undefined;
  readonly policy: Policy;
  readonly rules: RegistrationRules;
}

export class Registrar implements Part {
  private readonly client: StoreClient;
  private readonly book: EvidenceBook;
  private readonly o: RegistrarOptions;
  private readonly registrations = new Map<string, Registration>();
  private isStopping = false;
  private isHeld = false;

  constructor(client: StoreClient, book: EvidenceBook, options: RegistrarOptions) {
    this.client = client;
    this.book = book;
    this.o = options;
  }

  start(): void {
    if (this.o.service !== null) this.keep(this.o.service);
  }

  /** Keeps this node registered as an instance of `service` from now on. */
  keep(service: string): Registration {
    let r = this.registrations.get(service);
    if (r === undefined) {
      r = { service, lease: null, isBusy: false, isSearched: false };
      this.registrations.set(service, r);
    }
    return r;
  }

  /** Out of the registry, until it is released. */
  hold(): void {
    this.isHeld = true;
    for (const r of this.registrations.values()) if (!r.isBusy) this.letGo(r);
  }

  /** From the next refresh on it is registered again. */
  release(): void {
    this.isHeld = false;
  }

  /** Renews or registers what is due; each gives up at `deadlineUs`. */
  refresh(deadlineUs: number): void {
    if (this.isStopping) return;
    for (const r of this.registrations.values()) {
      if (r.isBusy || !this.client.hasRoom) continue;
      if (this.isHeld) this.letGo(r);
      else if (r.lease === null) this.register(r, deadlineUs);
      else this.renew(r, r.lease, deadlineUs);
    }
  }

  /** Whoever is called after this has an old list: that is what `limits.stopUs` is for. */
  stop(): void {
    if (!this.o.rules.takesOut()) return;
    this.isStopping = true;
    for (const r of this.registrations.values()) if (!r.isBusy) this.takeOut(r);
  }

  hasStopped(): boolean {
    return !this.isStopping || this.registrations.size === 0;
  }

  private takeOut(r: Registration): void {
    const gone = (): void => void this.registrations.delete(r.service);
    if (r.lease === null || !this.client.hasRoom) return gone();
    r.isBusy = true;
    this.client.request({ f: 'deregister', lease: r.lease }, this.client.operationEndsUs, gone);
  }

  private takeOutLate(r: Registration): void {
    if (this.o.rules.takesOutLate()) this.takeOut(r);
    else this.registrations.delete(r.service);
  }

  /** What gets no answer is tried again by the next refresh. */
  private letGo(r: Registration): void {
    if (!this.client.hasRoom) return;
    if (r.lease === null) return this.search(r);
    r.isBusy = true;
    const op = { f: 'deregister', lease: r.lease } as const;
    this.client.request(op, this.client.operationEndsUs, (answer) => {
      r.isBusy = false;
      if (answer !== null) r.lease = null;
      if (this.isStopping) this.takeOut(r);
    });
  }

  /** A process that died left its lease, and callers go by it. */
  private search(r: Registration): void {
    if (r.isSearched) return;
    r.isBusy = true;
    const op = { f: 'lookup', service: r.service, consistency: 'consistent' } as const;
    this.client.request(op, this.client.operationEndsUs, (answer) => {
      r.isBusy = false;
      if (answer?.type !== 'instances') return;
      r.isSearched = true;
      r.lease = answer.instances.find((e) => e.instance === this.o.self)?.lease ?? null;
      if (this.isStopping) this.takeOut(r);
      else if (this.isHeld && r.lease !== null) this.letGo(r);
    });
  }

  private register(r: Registration, deadlineUs: number): void {
    const { self, zone, address, policy } = this.o;
    const op = {
      f: 'register',
      service: r.service,
      instance: self,
      zone,
      tags: [],
      ttlUs: policy.leaseTtlUs,
      ...(address !== undefined && { address: address.host, port: address.port }),
    } as const;
    r.isBusy = true;
    this.client.request(op, deadlineUs, (answer) => {
      r.isBusy = false;
      this.took(r, answer);
      if (this.isStopping) this.takeOutLate(r);
      else if (this.isHeld) this.letGo(r);
    });
  }

  private renew(r: Registration, lease: number, deadlineUs: number): void {
    r.isBusy = true;
    this.client.request({ f: 'renew', lease }, deadlineUs, (answer) => {
      r.isBusy = false;
      if (this.isStopping) return this.takeOutLate(r);
      if (this.isHeld) return this.letGo(r);
      if (answer?.type === 'error' && answer.error.code === 'unknown-lease') {
        r.lease = null;
        // An expired instance gets no calls: do not wait for the next refresh.
        if (this.registrations.has(r.service) && this.client.hasRoom) this.register(r, deadlineUs);
        return;
      }
      this.took(r, answer);
    });
  }

  private took(r: Registration, answer: StoreAnswer | null): void {
    if (answer?.type !== 'lease' || this.registrations.get(r.service) !== r) return;
    const isNew = answer.lease !== r.lease;
    r.lease = answer.lease;
    this.book.issue(
      {
        kind: 'registration',
        subject: r.service,
        scope: 'cluster',
        binding: `lease ${answer.lease}, revision ${answer.revision}`,
        value: { lease: answer.lease, instance: this.o.self },
        lifetimeUs: answer.ttlUs,
        freshness: 'bounded-stale',
        staleUsMax: answer.ttlUs,
      },
      isNew,
    );
  }
}
