/** What agents say to one another: calls of services, and checks of their health. */
import type { Json, Lane, NodeId } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';

/** What a call is about, for whoever serves it. Nothing of it: an ordinary call. */
export interface CallAbout {
  /** The one dependency that it needs; absent: all that the service calls. */
  readonly needs?: string;
  /** 0 goes before 1, and so on; absent: 1. */
  readonly priority?: number;
  /** Calls of one key go to one instance, where the run places by keys. */
  readonly affinity?: string;
  /** It stands for so many calls, which go to one instance together; absent: 1. */
  readonly count?: number;
  /** Of a node that has modes, which attempt of one call it is, from 2 on (Envoy's `x-envoy-attempt-count`). */
  readonly attempt?: number;
}

/** How the calls ended that one stood for; those that are missing may have been served or not. */
export interface CallCounts {
  readonly ok: number;
  /** Refused when they came. */
  readonly fail: number;
}

/** A call of `service`. Idempotent: the network may repeat it. */
export interface ServiceCall extends CallAbout {
  readonly kind: 'call';
  /** Unique per caller; counts up from a number drawn at each boot. */
  readonly id: number;
  readonly service: string;
  /** What is left of the deadline when it was sent, µs. A later answer is of no use. */
  readonly budgetUs: number;
}

export interface ServiceAnswer {
  readonly kind: 'answer';
  readonly id: number;
  /** Null: all went well; otherwise why the instance did not serve. */
  readonly error: 'busy' | 'wrong-service' | 'denied' | 'dependency' | null;
  /** Dependencies, along the whole chain, in whose place a fallback was used. */
  readonly fallbacks: number;
  /** How much the instance has to do; absent: it does not say. */
  readonly signal?: Signal;
  /** After a refusal: it may have room again after so long, µs. */
  readonly retryAfterUs?: number;
  /** Of a call that stood for several, where they did not all end as `error` says. */
  readonly counts?: CallCounts;
}

/** There is room; come less often; not now (R5). */
export type Signal = 'ok' | 'slow-down' | 'reject';

/** Are you there? Answered at once by a serving instance. */
export interface HealthCheck {
  readonly kind: 'check';
  readonly round: number;
}

export interface HealthAnswer {
  readonly kind: 'checked';
  readonly round: number;
}

/** A workload asks a lane of one node; the lane answers with `Answered`, to `replyLane`. */
export interface Ask {
  readonly kind: 'ask';
  readonly id: number;
  readonly replyLane: Lane;
  readonly f: string;
  readonly key: string;
  readonly value: Json;
}

export interface Answered {
  readonly kind: 'answered';
  readonly id: number;
  readonly outcome: Outcome;
}

export type AgentMessage = ServiceCall | ServiceAnswer | HealthCheck | HealthAnswer;

/** How one call of a service ended. */
export interface CallResult {
  readonly outcome: 'ok' | 'error' | 'timeout' | 'refused' | 'no-instance';
  readonly instance: NodeId | null;
  readonly fallbacks: number;
  readonly error: string;
  /** Asked for by whoever refused it; 0: nothing. */
  readonly retryAfterUs: number;
  /** Of a call that stood for several, where they did not all end as `outcome` says. */
  readonly counts?: CallCounts;
}
