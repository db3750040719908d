import type { ClientId } from '../ids.js';
import type { KeyPair } from './types.js';

/** How an operator proves to be one: by a passphrase, or by a key that the server has been told; default the session's. */
export type OperatorProof = { readonly passphrase: string } | { readonly keyPair?: KeyPair };

/** Another server as a link to it is configured: a name or address, and a TCP port (default 706). */
export interface ServerLink {
  readonly host: string;
  readonly port?: number;
}

/**
 * Commands of those who run servers. Rights show in the own user mode (`UserMode.serverOperator`, `routerOperator`) and
 * are given up by clearing it there. All reject as the commands of `SilcSession` do; without the rights with
 * SilcCommandError 41 (not a server operator) or 42 (not a router operator).
 */
export interface OperatorCommands {
  /** Becomes server operator (OPER). @throws SilcCommandError 45 when the name or the proof is wrong */
  oper(username: string, proof?: OperatorProof): Promise<void>;
  /** Becomes router operator (SILCOPER); on a router only. @throws SilcCommandError 45 */
  silcoper(username: string, proof?: OperatorProof): Promise<void>;
  /**
   * Removes somebody from the network (KILL); for router operators, on a router. Whoever shared a channel is told.
   * @param comment at most 128 octets
   * @throws SilcCommandError 22 when there is no such client
   */
  kill(user: ClientId, comment?: string): Promise<void>;
  /**
   * Links the server to another one (CONNECT of silcd). Resolves when the server tries it. A silcd that is a router
   * refuses it to server operators with 42, even where they are router operators too.
   */
  connect(server: ServerLink): Promise<void>;
  /** Ends a link (CLOSE of silcd). @throws SilcCommandError 19 when there is none to that server */
  close(server: ServerLink): Promise<void>;
  /** Ends the server (SHUTDOWN of silcd). Resolves when the server agrees, or is gone. */
  shutdown(): Promise<void>;
}
