/** Operations of a workload on barriers. */
import type { Call, Json } from '../../harness/core/host.ts';
import type { BarrierOp } from '../store/asked.ts';

/** `enter-barrier` and `leave-barrier` { party, parties }. Null: its argument makes no sense. */
export function barrierOp({ f, key, value }: Call): BarrierOp | null {
  const { party, parties } = Object(value) as Readonly<Record<string, Json>>;
  if (f !== 'enter-barrier' && f !== 'leave-barrier') return null;
  if (typeof party !== 'string' || typeof parties !== 'number') return null;
  return { f, key, party, parties };
}
