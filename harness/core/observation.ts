/**
 * What nodes may say about themselves, by kind. Open: each mechanism of the reference cluster, and each
 * system of a user, adds its own by declaration merging, and every pattern and judge then knows its type:
 *
 *     declare module 'antlion/observations' {
 *       interface Observations { readonly 'elected': ElectedObservation }
 *     }
 *
 * The harness itself names one, `role`: faults aim at who leads.
 */
export interface Observations {
  readonly role: RoleObservation;
}

export type Role = 'leader' | 'follower' | 'candidate';

/** A change of role; `term` grows whenever leadership is contested, so a later term is the newer claim. */
export interface RoleObservation {
  readonly kind: 'role';
  readonly role: Role;
  readonly term: number;
}

/** What a node says about itself, of any kind that this program knows. */
export type Observation = Observations[keyof Observations];

/** What a process wrote as an observation, or null when it is none. Of its fields `kind` alone is sure. */
export function readObservation(written: unknown): Observation | null {
  if (typeof written !== 'object' || written === null || !('kind' in written)) return null;
  return typeof written.kind === 'string' ? (written as Observation) : null;
}
