/** What the harness asks of the process that holds a private network, one message a question. */
import type { Counts } from './layout.ts';
import type { SteeredNow } from './packet-links.ts';
import type { Steered } from './packet-rule.ts';

export type NetworkQuestion =
  /** With it comes a server that listens outside: what it accepts is led to this place inside. */
  | { readonly do: 'relay'; readonly host: string; readonly port: number }
  | { readonly do: 'connects'; readonly host: string; readonly port: number }
  | { readonly do: 'change'; readonly cut: readonly string[]; readonly heal: readonly string[] }
  | { readonly do: 'counts' }
  /** What is in force on packets from now on, all of it. */
  | { readonly do: 'steer'; readonly all: readonly Steered[] }
  | { readonly do: 'steered' };

export type NetworkValue = boolean | Counts | SteeredNow;
