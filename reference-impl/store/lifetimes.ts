/** How leases live and end: the leader renews them by its own clock, and proposes the end of those that nobody renews. */
import type { Effects, World } from '../../harness/core/host.ts';
import type { Raft } from '../consensus/raft.ts';
import type { StoreAnswer } from './answered.ts';
import type { ExpireCommand } from './command.ts';
import type { StoreConfig } from './config.ts';
import { LeaseClock } from './leases.ts';
import { observeLease } from './observe.ts';
import type { StoreRules } from './rules.ts';
import type { StoreState } from './state.ts';
import type { Change } from './tables/table.ts';

/** Others below 100 belong to consensus. */
export const sweepTimer = 3;

export class Lifetimes {
  private readonly sweepUs: number;
  private readonly rules: StoreRules;
  private readonly clock = new LeaseClock();
  /** Counts the reigns of this node, so that a sweep of an earlier one ends. */
  private reign = 0;

  constructor({ sweepUs }: StoreConfig, rules: StoreRules) {
    this.sweepUs = sweepUs;
    this.rules = rules;
  }

  /** This node leads from now on, or does no more. */
  leading(isLeader: boolean, w: World, fx: Effects): void {
    this.reign += 1;
    if (!isLeader) return;
    this.clock.restart(w.nowUs);
    fx.setTimer(sweepTimer, this.sweepUs, this.reign);
  }

  renew(lease: number, state: StoreState, w: World, fx: Effects): StoreAnswer {
    const held = state.leased(lease);
    if (held === undefined) return { type: 'error', error: { code: 'unknown-lease', lease } };
    // Its end is proposed but not decided: the next try will know.
    if (this.clock.isEnding(lease)) return { type: 'error', error: { code: 'busy' } };
    this.clock.renew(lease, w.nowUs);
    if ('service' in held) observeLease('renewed', held, state.revision, fx);
    return { type: 'lease', lease, ttlUs: held.ttlUs, revision: state.revision };
  }

  /** Of a lease, or of what is held by one; told to a leader only. */
  changed(e: Change, w: World, fx: Effects): void {
    this.clock.changed(e, w.nowUs);
    if (e.scope === 'registry') observeLease(e.change, e.entry, e.revision, fx);
  }

  /** Proposes the end of leases that were not renewed in time. */
  sweep(reign: number, raft: Raft, state: StoreState, w: World, fx: Effects): void {
    if (reign !== this.reign || !raft.isLeader) return;
    fx.setTimer(sweepTimer, this.sweepUs, reign);
    if (!raft.hasRoom) return;
    const leases = this.clock.expired(state.expirable(), w.nowUs, this.rules);
    if (leases.length === 0) return;
    const command: ExpireCommand = { f: 'expire', leases };
    raft.propose(command, w, fx);
  }
}
