/** What is decided of a configuration key. */
import type { ConfigPath, PathRule } from './config.ts';

export interface PathRules {
  pathOf(key: string, rules: readonly PathRule[]): ConfigPath;
  /** The operation of the store that reads a key which travels by consensus. */
  readBy(): 'read' | 'read-stale';
}

export const pathRules: PathRules = {
  pathOf(key, rules) {
    const about = rules.filter(({ prefix }) => key.startsWith(prefix));
    const longest = about.sort((a, b) => b.prefix.length - a.prefix.length)[0];
    return longest?.path ?? 'consensus';
  },
  readBy: () => 'read',
};
