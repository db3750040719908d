import type { Child } from './children.js';
import type { ComponentPeer, ComponentServer } from './component-server.js';

/** A gateway with the server behind it, as the bench drives it. */
export interface System extends ComponentPeer {
  /** Its column. */
  readonly name: string;
  /** The component's domain. */
  readonly domain: string;
  /** Bare JID of a room, and the name that its channel has on the far side. */
  room(index: number): string;
  channel(index: number): string;
  /** Starts everything anew, with the first `users` users known to it. */
  start(server: ComponentServer, users: number): Promise<Running>;
}

/** A system that is attached to the component server. */
export interface Running {
  readonly gateway: Child;
  /** For logs; gone when it is stopped. */
  readonly folder: string;
  /** Collects the gateway's garbage, where it has any: memory is what is needed. */
  collectGarbage(): void;
  /** Process of the far server, where it is ours. */
  readonly serverPid: number | undefined;
  /** Seconds from the start of the gateway's process to its handshake. */
  readonly attachSeconds: number;
  /** Arguments of the far side's process before the channels. */
  readonly far: readonly string[];
  stop(): Promise<void>;
}
