/**
 * The environments that take real time: `antlion/environments`. Apart from `antlion`, which depends on
 * nothing that needs Node; a container engine's client is loaded when a run begins.
 */
export type { MemberAccess } from './attached/access.ts';
export { attached } from './attached/environment.ts';
export type { AttachedOptions } from './attached/environment.ts';
export { launched } from './attached/launched.ts';
export type { LaunchedOptions } from './attached/launched.ts';
export { containers } from './containers/environment.ts';
export type { ContainersOptions } from './containers/environment.ts';
export { processes } from './processes/environment.ts';
export type { ProcessesEnvironmentOptions } from './processes/environment.ts';
export { runNode } from './host/node.ts';
export type { NodeHandle, RunNodeOptions } from './host/node.ts';
export { launchVariable, parseLaunch } from './host/launch.ts';
export type { Launch } from './host/launch.ts';
