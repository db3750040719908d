import { qualifiedName } from '../../mapping/address.js';
import type { ProfileStanding } from '../../mapping/profile/card-lines.js';
import type { Profile } from '../../mapping/profile/profile.js';
import type { CardDetails, KeyTexts } from '../../mapping/vcard.js';
import { fromHex } from '../../silc/bytes.js';
import type { User } from '../../silc/client/types.js';
import { babbleprint, displayFingerprint } from '../../silc/crypto/fingerprint.js';
import type { Request } from '../feature.js';
import type { FeatureParts } from '../features/parts.js';

/** A SILC user, found for somebody who asks: who it is, and what it tells. */
export interface KnownUser {
  readonly user: User;
  /** The user's address on this gateway. */
  readonly address: string;
  readonly key: KeyTexts | undefined;
  readonly details: CardDetails | undefined;
}

/** @throws StanzaError, SilcError as a look-up */
export async function knownUser(
  { context: { addressing, trust }, lookup, sessions, profiles }: FeatureParts,
  request: Request<'occupant' | 'user'>,
): Promise<KnownUser> {
  const { from, to } = request;
  const user = await lookup.find(request);
  const { clientId, nickname = '', fingerprint } = user;
  const address = to.kind === 'user' ? to.jid : addressing.userToJid(to.network, nickname);
  const digest = fingerprint === undefined ? undefined : fromHex(fingerprint);
  const isVerified = trust.isVerified(from.bare, to.network, fingerprint);
  const key = digest && {
    ...{ fingerprint: displayFingerprint(digest), babbleprint: babbleprint(digest), isVerified },
  };
  const somebody = { network: to.network, clientId };
  const silc = sessions.find(from, to.network)?.silc;
  // Without a session of one's own nobody is asked: what others have asked is shown.
  const profile = silc === undefined ? profiles.of(somebody) : await profiles.get(silc, somebody);
  const parsed = addressing.parse(address);
  const name = parsed.kind === 'user' ? parsed : undefined;
  const trusted = await trust.find({
    ...{ user: from.bare, network: to.network },
    contact: name === undefined ? '' : qualifiedName(name.name, name.qualifier),
  });
  const isOther =
    trusted !== undefined && trusted.standing !== 'heard' && trusted.fingerprint !== fingerprint;
  return { user, address, key, details: profile && { profile, standing: standingOf(profile, isOther) } };
}

function standingOf({ signature }: Profile, isOtherKey: boolean): ProfileStanding {
  if (signature === 'failed') return 'failed';
  if (isOtherKey) return 'other-key';
  if (signature === 'verified') return 'signed';
  return signature === 'unknown-key' ? 'unknown-key' : 'unsigned';
}
