import type { Element } from '../../component/stanza.js';
import { capsElement, capsHash, capsNode } from '../../mapping/caps.js';
import { gatewayInfo, userInfo } from '../../mapping/disco.js';
import { type Shared, sharedNodes } from '../../mapping/profile/pep.js';
import { UserMode } from '../../silc/modes.js';

const EITHER = [false, true];

/** Capabilities (XEP-0115) of SILC users and of the gateway: what disco#info says of them, as a hash. */
export class Caps {
  readonly #name: string;
  #hashes: { readonly user: string; readonly robot: string } | undefined;
  #ofGateway: readonly string[] = [];

  /** @param name - by which the gateway shows itself */
  constructor(name: string) {
    this.#name = name;
  }

  /** @param advertised - what the table of features says of a kind of address */
  use(advertised: (kind: 'gateway' | 'user') => readonly string[]): void {
    this.#ofGateway = advertised('gateway');
    this.#hashes = {
      user: capsHash(userInfo(0, advertised('user'))),
      robot: capsHash(userInfo(UserMode.robot, advertised('user'))),
    };
  }

  ofUser(mode: number): Element | undefined {
    const hashes = this.#hashes;
    if (hashes === undefined) return;
    return capsElement((mode & UserMode.robot) === 0 ? hashes.user : hashes.robot);
  }

  /** @param shared - what the user shares with SILC: the user's server is to tell of it (XEP-0163, 4.3.2), and of nothing else */
  ofGateway(shared: Shared): Element {
    return capsElement(capsHash(this.#infoFor(shared)));
  }

  /** The `UserMode` mask that tells what is behind a node of a SILC user; undefined for another node. */
  modeOf(node: string): number | undefined {
    const hashes = this.#hashes;
    if (hashes === undefined) return;
    if (node === capsNode(hashes.user)) return 0;
    return node === capsNode(hashes.robot) ? UserMode.robot : undefined;
  }

  /** What is behind a node of the gateway; undefined for another node. */
  infoOfGateway(node: string): Element | undefined {
    return EITHER.flatMap((isProfile) => EITHER.map((isPlace) => ({ isProfile, isPlace })))
      .map((shared) => this.#infoFor(shared, node))
      .find((info) => capsNode(capsHash(info)) === node);
  }

  #infoFor(shared: Shared, node?: string): Element {
    const told = sharedNodes(shared).map((name) => `${name}+notify`);
    return gatewayInfo(this.#name, [...this.#ofGateway, ...told], node);
  }
}
