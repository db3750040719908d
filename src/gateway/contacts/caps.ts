import type { Element } from '../../component/stanza.js';
import { capsElement, capsHash, capsNode } from '../../mapping/caps.js';
import { gatewayInfo, userInfo } from '../../mapping/disco.js';
import { UserMode } from '../../silc/modes.js';

/** Capabilities (XEP-0115) of SILC users and of the gateway: what disco#info says of them, as a hash. */
export class Caps {
  readonly #name: string;
  #hashes: { readonly gateway: string; readonly user: string; readonly robot: string } | undefined;

  /** @param name - by which the gateway shows itself */
  constructor(name: string) {
    this.#name = name;
  }

  /** @param advertised - what the table of features says of a kind of address */
  use(advertised: (kind: 'gateway' | 'user') => readonly string[]): void {
    this.#hashes = {
      gateway: capsHash(gatewayInfo(this.#name, advertised('gateway'))),
      user: capsHash(userInfo(0, advertised('user'))),
      robot: capsHash(userInfo(UserMode.robot, advertised('user'))),
    };
  }

  ofUser(mode: number): Element | undefined {
    const hashes = this.#hashes;
    if (hashes === undefined) return;
    return capsElement((mode & UserMode.robot) === 0 ? hashes.user : hashes.robot);
  }

  ofGateway(): Element | undefined {
    return this.#hashes && capsElement(this.#hashes.gateway);
  }

  /** The `UserMode` mask that tells what is behind a node of a SILC user; undefined for another node. */
  modeOf(node: string): number | undefined {
    const hashes = this.#hashes;
    if (hashes === undefined) return;
    if (node === capsNode(hashes.user)) return 0;
    return node === capsNode(hashes.robot) ? UserMode.robot : undefined;
  }

  isOfGateway(node: string): boolean {
    return this.#hashes !== undefined && node === capsNode(this.#hashes.gateway);
  }
}
