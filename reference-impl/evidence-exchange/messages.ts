/** Evidence on its way from node to node. */
import type { Json, NodeId } from '../../harness/core/host.ts';
import type { Ask } from '../agent/wire.ts';
import type { PassedScope } from './rules.ts';

export interface Claim {
  readonly issuer: NodeId;
  /** `leadership`, `rollout`, `override`, `flag-evaluation`, or what a client claims. */
  readonly about: string;
  readonly subject: string;
  readonly scope: PassedScope;
  readonly value: Json;
  readonly lifetimeUs: number;
  /** Which boot of its issuer, and which word of that: the later one counts. */
  readonly version: readonly [boot: number, word: number];
  /** Its issuer takes it back. Passed on as the claim was, for as long as that could live. */
  readonly isRevoked: boolean;
}

export type ExchangeMessage =
  | Ask
  /** Each with its age, µs: what is passed on goes on getting older. */
  | { readonly kind: 'claims'; readonly claims: readonly (readonly [Claim, ageUs: number])[] };
