/** What chooses among instances before the balancer does: a mesh, an ejection of outliers, an intent. */
import type { NodeId } from '../../harness/core/host.ts';
import type { CallAbout, CallResult } from '../agent/wire.ts';

export interface Chooser {
  /** Off, it is never asked. */
  readonly isOn: boolean;
  /** Of `instances`, or others in their place. */
  choose(service: string, instances: readonly NodeId[], about: CallAbout): readonly NodeId[];
  /** A call was sent. */
  began?(service: string, instance: NodeId): void;
  /** It ended, after so long. */
  ended?(service: string, instance: NodeId, outcome: CallResult['outcome'], tookUs: number): void;
}
