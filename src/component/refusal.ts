import { ComponentError } from './errors.js';

/** How far an attempt to attach has come; what ends it without a word means another thing at each. */
export type OpeningStage =
  /** TCP, and TLS. */
  | 'connecting'
  /** Our header is on its way. */
  | 'opening'
  /** The server's header has come, and had no id: nothing can be proven. */
  | 'unopened'
  /** The handshake is on its way. */
  | 'proving'
  | 'online';

/**
 * Some servers refuse a component without an error: Openfire after a header without an id, Tigase after the handshake.
 * @returns what such an end means; undefined at a stage where it is the end of a connection like any other
 */
export function refusalAt(stage: OpeningStage, domain: string): ComponentError | undefined {
  if (stage === 'unopened') {
    return new ComponentError(
      'refused',
      `the Jabber server does not take the component ${domain}, and gives no reason. Openfire does so when it has no secret for components, when ${domain} is not among those allowed to connect, or when another connection holds it`,
    );
  }
  if (stage === 'proving') {
    return new ComponentError(
      'refused',
      'the Jabber server closed the connection when it had our handshake, and gives no reason: most likely the secret is wrong (Tigase says it so)',
    );
  }
  return undefined;
}

/** Tries that the same refusal without a reason has to outlast before it counts as the operator's mistake, not as a server that ends. */
const PATIENCE = 8;

/** Tells what no retry mends: at once where the server says it, after a row of the same where it says nothing. */
export class Refusals {
  #inARow = 0;

  /** Call with the end of each attempt. */
  isFatal({ code }: ComponentError): boolean {
    this.#inARow = code === 'refused' ? this.#inARow + 1 : 0;
    return isSettled(code) || this.#inARow >= PATIENCE;
  }
}

/** What somebody has to change, here or at the server. */
export function isSettled(code: ComponentError['code']): boolean {
  return code === 'not-authorized' || code === 'host-unknown' || code === 'certificate';
}
