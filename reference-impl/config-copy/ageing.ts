/** How long ago a copy of the configuration was confirmed. */
import { evidenceAgeing } from '../evidence/ageing.ts';

/** It is told three times in its life. */
export const configAgeing = evidenceAgeing({
  kind: 'config',
  name: 'copy of the configuration',
  untoldShare: 1 / 3,
});
