/** What instances say to a registry, and registries to each other. */
import type { Ask } from '../agent/wire.ts';

/** An instance as it describes itself. */
export interface Instance {
  /** Its node's name, unique in all regions. */
  readonly name: string;
  readonly service: string;
  readonly zone: string;
}

/** What one registry says of itself. The later boot counts, and of one boot the later beat. */
export interface Report {
  /** Its node's name. */
  readonly registry: string;
  readonly region: number;
  readonly boot: number;
  readonly beat: number;
  readonly instances: readonly Instance[];
  /** Names of those whose lease has ended and who have not been back. */
  readonly lost: readonly string[];
}

export type FederationMessage =
  | Ask
  /** I am here, for the length of a lease. */
  | { readonly kind: 'here'; readonly request: number; readonly of: Instance }
  | { readonly kind: 'noted'; readonly request: number }
  /** I stop. */
  | { readonly kind: 'gone'; readonly name: string }
  /** All that the sender knows, each with its age in µs: what is passed on goes on getting older. */
  | {
      readonly kind: 'reports';
      readonly reports: readonly (readonly [report: Report, ageUs: number])[];
    };
