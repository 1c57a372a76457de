/** What chooses among instances before the balancer does: a mesh, an ejection of outliers, an intent. */
import type { NodeId } from '../../harness/core/host.ts';
import type { CallAbout, CallResult } from '../agent/wire.ts';

export interface Chooser {
  /** Off, it is never asked. */
  readonly isOn: boolean;
  /** Of `instances`, or others in their place. */
  choose(service: string, instances: readonly NodeId[], about: CallAbout): readonly NodeId[];
  /** Of those that may be asked now (not empty), the one that it must be; null: the balancer picks. */
  insists?(service: string, willing: readonly NodeId[], about: CallAbout): NodeId | null;
  /** A call was sent that stands for `count`. */
  began?(service: string, instance: NodeId, count: number, about: CallAbout): void;
  /** It ended, after so long. */
  ended?(service: string, instance: NodeId, outcome: CallResult['outcome'], tookUs: number): void;
}
