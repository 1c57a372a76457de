/** What the store writes into the replicated log. */
import type { NodeId } from '../../harness/core/host.ts';
import type { Command, ConfigurationCommand } from '../consensus/messages.ts';
import type { ChangeOp } from './asked.ts';

/** A client's change. (client, session, id) names it, however often it is in the log. */
export interface ChangeCommand extends Command {
  readonly f: 'change';
  readonly client: NodeId;
  readonly session: number;
  readonly id: number;
  /** The oldest request of the session that is open; see `sessions.ts`. */
  readonly oldest: number;
  /** What the client knew of the log when it first sent this; see `sessions.ts`. */
  readonly base: number;
  readonly op: ChangeOp;
}

/** The leader found these leases expired. */
export interface ExpireCommand extends Command {
  readonly f: 'expire';
  readonly leases: readonly number[];
}

/** A new leader's first entry changes nothing. */
interface NoopCommand extends Command {
  readonly f: 'noop';
}

export type StoreCommand = ChangeCommand | ExpireCommand | NoopCommand | ConfigurationCommand;
