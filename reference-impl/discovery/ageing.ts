/** How long ago the registry answered. */
import { standardPolicy } from '../config.ts';
import { evidenceAgeing } from '../evidence/ageing.ts';

/** It is told once a refresh period. */
export const contactAgeing = evidenceAgeing({
  kind: 'registry-contact',
  name: 'contact with the registry',
  untoldShare: standardPolicy.refreshUs / standardPolicy.mode.registryLostUs,
});
