/** What a part of an agent is, and what an agent gives its parts. */
import type { Call, Description, NodeId } from '../../harness/core/host.ts';
import type { NodeSpec } from '../../harness/core/program.ts';
import type { NodeConfig, Outcome } from '../../harness/core/system.ts';
import type { Policy, ReferenceSettings, Timing } from '../config.ts';
import type { Mode, RecoveryStep } from '../mode/matrix.ts';
import type { ModeBehaviours } from '../mode/member.ts';
import type { Belief } from '../membership/observations.ts';
import type { HandlerContext } from './handler-context.ts';

/** One duty of an agent, found by its class. It may have any of the hooks, or none. */
export type Part = object & PartHooks;

/** Called in list order. */
interface PartHooks {
  /** The process started. Every part of the agent is made by now. */
  start?(): void;
  /** After `start`: how long the first beat of the agent is put off, µs. Absent: it comes at once. */
  holdsBackUs?(): number;
  /** Begins what is due by its own clock; gives when it wants to be called again. */
  beat?(): number;
  /** Ends what is over; gives when it wants to be called again. */
  tick?(): number;
  /** The beat of the agent, every few seconds: leases, checks and caches give up at `deadlineUs`. */
  refresh?(deadlineUs: number): void;
  /** The node stops, cleanly: the time to say goodbye. All other hooks go on. */
  stop?(): void;
  /** Since `stop`: is all said? Absent: yes. */
  hasStopped?(): boolean;
  /** What it is right now, by name, for people who look at a run; see `Component.describe`. */
  describe?(): Description;
  /** This node's table of members has changed. */
  gossiped?(news: readonly Belief[]): void;
  /** The proxy beside this node serves these of `service` from now on. */
  proxied?(service: string, instances: readonly NodeId[]): void;
  /** The node's mode is another one. What that means for the part is in its manifest, `mode`. */
  setMode?(mode: Mode, behaviours: ModeBehaviours): void;
  /** Recovery has come to this step. */
  setStep?(step: RecoveryStep, sharePermille: number): void;
}

export interface AgentContext {
  readonly io: HandlerContext;
  readonly config: NodeConfig;
  /** As long as its times are in this run. */
  readonly policy: Policy;
  readonly timing: Timing;
  readonly settings: ReferenceSettings;
  /** Null on a workload client. */
  readonly spec: NodeSpec | null;
  readonly servers: readonly NodeId[];
  /** Does this agent keep a copy of the catalog? A client without services has no use for one. */
  readonly hasCatalog: boolean;
  /** Until the mode is told; a client has none. */
  readonly behaviours: ModeBehaviours;
  /** What a workload may ask of this agent, asked by a part of it; not before `start`. */
  readonly perform: (c: Call, done: (o: Outcome) => void) => void;
  /** The part of this agent that is of this class. In `make`: of those earlier in the list. */
  part<P extends Part>(type: new (...args: never[]) => P): P;
}
