/** How Node.js runs a node, in a process as in a container. */

/** A node that needs more dies of want of memory, which is told. */
export const nodeMemoryMib = 512;

/**
 * Unless it is told how much it may have, V8 lets garbage pile up to several times of what is in use,
 * the more the larger the machine; of what it is told it holds a third more than it needs.
 */
export const nodeFlags: readonly string[] = [
  '--enable-source-maps',
  '--max-semi-space-size=4',
  `--max-old-space-size=${nodeMemoryMib}`,
];
