/** Is what was found known of the product? */
import type { Anomaly } from '../systems/define-system.ts';

/**
 * The anomaly that breaks this promise in this scenario with these flags; null: it is news. A defect, which
 * shows with any flags, may break its promise in any scenario. `flags` are the system's own, as given.
 */
export function knownAnomaly(
  anomalies: readonly Anomaly[],
  flags: Readonly<Record<string, unknown>>,
  scenario: string,
  promise: string,
): Anomaly | null {
  const fits = (a: Anomaly): boolean => {
    const setting = Object.entries(a.flags);
    if (setting.length === 0) return true;
    return a.scenario === scenario && setting.every(([name, value]) => flags[name] === value);
  };
  return anomalies.find((a) => a.breaks === promise && fits(a)) ?? null;
}
