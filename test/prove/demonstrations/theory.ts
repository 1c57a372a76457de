import { report } from '../../theory/report.ts';
import type { Demonstration } from './demonstration.ts';

export const theory: Demonstration = {
  says: 'what the papers compute is what the reference cluster does',
  isLong: false,
  run({ say }) {
    for (const l of report(true)) {
      const figure = `${l.measured.toFixed(2)} ${l.unit}`;
      say(
        l.measured >= l.low && l.measured <= l.high,
        `${l.what}: ${figure}`,
        `accepted ${l.low.toFixed(2)} to ${l.high.toFixed(2)}`,
      );
    }
  },
};
