/** Faults as bands: when each was in force, whom it hit, when it first met something. */
import { formatDuration } from '../../core/duration.ts';
import type { History } from '../../core/history.ts';
import type { Program } from '../../core/program.ts';
import { describeFault, nodeName } from '../../faults/describe.ts';
import { RoleBook } from '../../faults/resolve.ts';
import type { FaultView } from '../view.ts';

/** Those that began, by their index in the plan; the others did not happen. */
export function faultBands(history: History, program: Program): Map<number, FaultView> {
  const { shape, faults } = program;
  const bands = new Map<number, FaultView>();
  const roles = new RoleBook(shape);
  for (const e of history.events) {
    roles.event(e);
    if (e.type !== 'fault') continue;
    const fault = faults[e.fault];
    const band = bands.get(e.fault);
    if (e.phase === 'begin' && fault !== undefined) {
      const lasts = formatDuration(fault.untilUs - fault.atUs);
      bands.set(e.fault, {
        fault: e.fault,
        kind: fault.kind,
        text: `${describeFault(fault, shape, e, roles)} for ${lasts}`,
        fromUs: e.timeUs,
        untilUs: history.endUs,
        effectiveUs: null,
        hits: e.nodes.map((node) => nodeName(shape, node)),
      });
    } else if (band !== undefined && e.phase === 'end') {
      bands.set(e.fault, { ...band, untilUs: e.timeUs });
    } else if (band !== undefined && e.phase === 'effective') {
      bands.set(e.fault, { ...band, effectiveUs: band.effectiveUs ?? e.timeUs });
    }
  }
  return bands;
}
