/**
 * Every command with its arguments and flags, declared once: the types of what a command gets are
 * those of its declaration. What they do is in a file each; `bin.ts` joins the two.
 */
export * from './commands/clusters.ts';
export * from './commands/found.ts';
export * from './commands/histories.ts';
export * from './commands/runs.ts';
export * from './commands/workplace.ts';
