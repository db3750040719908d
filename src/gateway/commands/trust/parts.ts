import type { BareJid } from '../../../component/jid.js';
import { StanzaError } from '../../../component/stanza.js';
import type { StoredContactKey } from '../../../store/user-types.js';
import { text } from '../../../text/text.js';
import type { GatewayContext } from '../../context.js';
import type { ContactName } from '../../trust/key-trust.js';

/** What the commands about keys of contacts are made with. */
export interface TrustParts {
  readonly context: GatewayContext;
  /** What a user has verified is something else: rooms show it. */
  readonly changed: (user: BareJid, network: string) => void;
}

/** @throws StanzaError cancel/item-not-found where no other key waits to be accepted */
export async function changeOf(
  context: Pick<GatewayContext, 'trust'>,
  name: ContactName,
  address: string,
): Promise<{ readonly known: StoredContactKey; readonly pending: string }> {
  const known = await context.trust.find(name);
  if (known === undefined) {
    throw new StanzaError(
      'cancel',
      'item-not-found',
      text(({ trust }) => trust.noneKnown(address)),
    );
  }
  if (known.pending === undefined) {
    throw new StanzaError(
      'cancel',
      'item-not-found',
      text(({ trust }) => trust.notMet(address)),
    );
  }
  return { known, pending: known.pending };
}
