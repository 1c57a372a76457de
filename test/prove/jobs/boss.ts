/** What the demonstration of pg-boss and its workers agree upon. */
export const queue = 'mails';
/** What a job takes. */
export const workMs = 1_000;
/** It looks for jobs that have expired each second, not each two minutes. */
export const bossOptions = { schedule: false, maintenanceIntervalSeconds: 1 } as const;
