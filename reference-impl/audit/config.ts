/** The numbers of audited settings. */
import { minutesUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface AuditConfig {
  /** An override ends after this, policy time, µs. More: what was meant for an hour stays for longer. Source: 24 h (C3). */
  readonly overrideUs: number;
  /** A change that others came before is tried again so often, as long as its time lasts. */
  readonly triesMax: number;
}

const usual: AuditConfig = { overrideUs: minutesUs(24 * 60), triesMax: 8 };

/** Null where the story (`extra.audit`) asks for none. Throws E_CONFIG. */
export function auditOf(settings: Settings): AuditConfig | null {
  const config = extraOf(settings, 'audit', usual);
  const { policyDivisor } = settings;
  return config && { ...config, overrideUs: Math.ceil(config.overrideUs / policyDivisor) };
}

/** Overrides that have not ended, by the number of their entry: they lie where every node has a copy. */
export const overridePrefix = 'config/overrides/';
export const entryPrefix = 'audit/entry/';
export const headKey = 'audit/head';
export const rolePrefix = 'roles/';

export function entryKey(n: number): string {
  return `${entryPrefix}${String(n).padStart(8, '0')}`;
}
