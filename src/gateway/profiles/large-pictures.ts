import { randomUUID } from 'node:crypto';
import type { BareJid } from '../../component/jid.js';
import { xml } from '../../component/stanza.js';
import { MAX_ICON } from '../../mapping/profile/own-attributes.js';
import { text } from '../../text/text.js';
import { LruMap } from '../../util/lru-map.js';
import type { GatewayContext } from '../context.js';

/** Users of whom it is remembered what they were told. */
const MAX_USERS = 10_000;

/** Tells users, once a picture, that SILC cannot carry the one that they want to share. */
export class LargePictures {
  readonly #context: Pick<GatewayContext, 'send' | 'domain'>;
  readonly #told = new LruMap<BareJid, number>(MAX_USERS);

  constructor(context: Pick<GatewayContext, 'send' | 'domain'>) {
    this.#context = context;
  }

  /** @param octets - of the picture; undefined where there is none, or one that fits */
  seen(user: BareJid, octets: number | undefined): void {
    if (octets === undefined) {
      this.#told.delete(user);
      return;
    }
    if (this.#told.get(user) === octets) return;
    this.#told.set(user, octets);
    const { domain: from } = this.#context;
    const said = text(({ profiles }) => profiles.pictureTooLarge(octets, MAX_ICON));
    const message = { from, to: user, type: 'chat', id: randomUUID() };
    this.#context.send(xml('message', message, xml('body', {}, said)));
  }
}
