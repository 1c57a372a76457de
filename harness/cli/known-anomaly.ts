/** Is what was found known of the product? */
import type { Anomaly } from '../systems/define-system.ts';

/**
 * The anomaly of this scenario and promise that shows with these flags, or with any; null: it is news.
 * `flags` are the system's own, as they were given.
 */
export function knownAnomaly(
  anomalies: readonly Anomaly[],
  flags: Readonly<Record<string, unknown>>,
  scenario: string,
  promise: string,
): Anomaly | null {
  const isSet = (a: Anomaly): boolean =>
    Object.entries(a.flags).every(([name, value]) => flags[name] === value);
  return anomalies.find((a) => a.scenario === scenario && a.breaks === promise && isSet(a)) ?? null;
}
