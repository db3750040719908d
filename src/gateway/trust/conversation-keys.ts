import { type Element, StanzaError } from '../../component/stanza.js';
import { qualifiedName, type UserAddress } from '../../mapping/address.js';
import {
  type KeyChange,
  keyChangePayload,
  keyRefusalText,
  underOtherKey,
} from '../../mapping/contact-key.js';
import { text } from '../../text/text.js';
import type { GatewayContext } from '../context.js';
import type { ContactName, KeyVerdict } from './key-trust.js';

/** Somebody on SILC, under an address. */
export interface Contact {
  /** Whose contact it is: bare JID. */
  readonly user: string;
  /** Canonical address of a SILC user. */
  readonly address: string;
  readonly fingerprint: string | undefined;
  /** Asks the server for the key, where it is not known. */
  readonly ask: () => Promise<string | undefined>;
}

type Trusting = Pick<GatewayContext, 'addressing' | 'trust' | 'preferences' | 'domain' | 'log'>;

/** The name by which a key is remembered. */
export const contactName = (
  user: string,
  { network, name, qualifier }: Pick<UserAddress, 'network' | 'name' | 'qualifier'>,
): ContactName => ({ user, network, contact: qualifiedName(name, qualifier) });

async function meet(
  { addressing, trust }: Trusting,
  { user, address, fingerprint, ask }: Contact,
  standing: 'heard' | 'written',
): Promise<KeyVerdict> {
  const to = addressing.parse(address);
  // Somebody without a name: nothing could be remembered.
  if (to.kind !== 'user') return { kind: 'known', isVerified: false };
  const name = contactName(user, to);
  const isAsked = fingerprint === undefined && (await trust.find(name)) !== undefined;
  return trust.meet(name, isAsked ? await ask() : fingerprint, standing);
}

const changeOf = (
  { domain }: Trusting,
  { address }: Contact,
  { known, now, wasVerified }: Extract<KeyVerdict, { readonly kind: 'changed' }>,
): KeyChange => ({ address, gateway: domain, known, now, wasVerified });

/**
 * To be called before something is sent to a contact.
 * @param tell - shows in the conversation that the key is another one; called where that is news
 * @throws StanzaError cancel/policy-violation while the key is not accepted; StoreError
 */
export async function checkReceiver(
  context: Trusting,
  contact: Contact,
  tell: (payload: readonly Element[]) => void,
): Promise<void> {
  const verdict = await meet(context, contact, 'written');
  if (verdict.kind === 'known') {
    if (verdict.isVerified || !context.preferences.get(contact.user, 'verified-only')) return;
    throw new StanzaError(
      'cancel',
      'policy-violation',
      text(({ trust }) => trust.notVerified(contact.address, context.domain)),
    );
  }
  const change = changeOf(context, contact, verdict);
  if (verdict.isNews) tell(keyChangePayload(change));
  throw new StanzaError('cancel', 'policy-violation', keyRefusalText(change));
}

/**
 * To be called before something of a contact is shown. Never rejects: what was said is shown in any case.
 * @returns what is to be shown
 */
export async function checkSender(
  context: Trusting,
  contact: Contact,
  payload: readonly Element[],
): Promise<{ readonly warning?: readonly Element[]; readonly payload: readonly Element[] }> {
  try {
    const verdict = await meet(context, contact, 'heard');
    if (verdict.kind === 'known') return { payload };
    const shown = underOtherKey(payload);
    return verdict.isNews
      ? { warning: keyChangePayload(changeOf(context, contact, verdict)), payload: shown }
      : { payload: shown };
  } catch (error) {
    context.log.warn({ user: contact.user, err: error }, 'the key of a contact could not be checked');
    return { payload };
  }
}
