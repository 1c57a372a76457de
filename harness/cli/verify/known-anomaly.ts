/** Is what was found known of the product? */
import { matching } from '../../core/names.ts';
import type { Anomaly } from '../../systems/define-system.ts';
import { hasDefect } from '../../systems/versions.ts';

/**
 * The anomaly that breaks this promise in this scenario with these flags; null: it is news. A defect of the
 * release may break its promise in any scenario: the one that is shown by this one comes first. With the safe
 * setting none is known. `flags` are the system's own, as given; `version` is null where nobody knows: any
 * defect may be there.
 */
export function knownAnomaly(
  anomalies: readonly Anomaly[],
  flags: Readonly<Record<string, unknown>>,
  { scenario, promise, version }: Found,
): Anomaly | null {
  const isThere = ({ defect }: Anomaly): boolean =>
    defect === undefined || version === null || hasDefect(version, defect);
  const isGiven = (wanted: Anomaly['flags']): boolean =>
    Object.entries(wanted).every(([name, value]) => String(flags[name]) === value);
  // Of two settings that are both given the one that says more counts.
  const isSafe = ({ safe, flags: broken }: Anomaly): boolean =>
    safe !== undefined && isGiven(safe) && !(isGiven(broken) && saysMore(broken, safe));
  const isBroken = ({ breaks, breaksToo = [] }: Anomaly): boolean =>
    breaks === promise || breaksToo.includes(promise);
  const own = anomalies.filter((a) => isBroken(a) && isThere(a) && !isSafe(a));
  const isShown = (a: Anomaly): boolean => a.scenario === scenario && isGiven(a.flags);
  const isAnywhere = (a: Anomaly): boolean =>
    a.elsewhere === undefined
      ? a.defect !== undefined || Object.keys(a.flags).length === 0
      : matching([scenario], (name) => name, [a.elsewhere]).found.length > 0 && isGiven(a.flags);
  return own.find(isShown) ?? own.find(isAnywhere) ?? null;
}

function saysMore(a: Anomaly['flags'], b: Anomaly['flags']): boolean {
  return Object.keys(a).length > Object.keys(b).length;
}

export interface Found {
  readonly scenario: string;
  readonly promise: string;
  readonly version: string | null;
}

/** As one sentence for whoever found it. */
export function knownSentence({ what, source, defect }: Anomaly): string {
  const mended = defect === undefined ? '' : ` Mended in ${defect.mended.join(' and ')}.`;
  return `known of it: ${what}${mended} ${source}`;
}
