import { tryParseJid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import type { UserAddress } from '../../mapping/address.js';
import { decline, declineOf } from '../../mapping/invite.js';
import { Namespace } from '../../mapping/namespaces.js';
import { LruMap } from '../../util/lru-map.js';
import { type Rate, TokenBucket } from '../../util/token-bucket.js';
import { addressedTo, type Feature, type Request } from '../feature.js';
import { multiUserChat } from '../spec.js';
import type { FeatureParts } from './parts.js';
import { silcWords } from '../../text/silc.js';
import { text } from '../../text/text.js';

/** Of one user: who declines need not be in the room. */
const RATE: Rate = { burst: 5, perSecond: 0.1 };
const MAX_USERS = 10_000;

/**
 * XEP-0045 1.35.3 (2025-12-01), 7.8.2: declining an invitation. A local user who invited is told by the room, with the address of
 * the one who declines, which the inviter had; a SILC user by a private message of that one.
 */
export function mucDecline({ context, sessions }: FeatureParts): Feature {
  const rates = new LruMap<string, TokenBucket>(MAX_USERS);

  function spend(user: string): void {
    const rate = rates.get(user) ?? new TokenBucket(RATE);
    rates.set(user, rate);
    if (rate.waitMs > 0)
      throw new StanzaError(
        'wait',
        'policy-violation',
        text(({ rooms }) => rooms.declinesTooOften),
      );
    rate.spend(1);
  }

  async function pass({ stanza, from, to }: Request<'channel'>): Promise<void> {
    const declined = declineOf(stanza);
    const address = declined && tryParseJid(declined.to);
    if (declined === undefined || address === undefined) {
      throw new StanzaError(
        'modify',
        'jid-malformed',
        text(({ rooms }) => rooms.noInviter),
      );
    }
    spend(from.bare);
    const inviter = context.addressing.parse(address);
    const isHere = inviter.kind === 'occupant' ? inviter.jid === to.jid : inviter.kind === 'user';
    if (!isHere || (inviter.kind !== 'occupant' && inviter.kind !== 'user')) throw notThere();
    const channel = sessions.channels.get(to.jid);
    const occupant =
      inviter.kind === 'occupant'
        ? channel?.occupants.byName(inviter.occupant)
        : channel?.occupants.byAddress(inviter.name, inviter.qualifier);
    const local = occupant && channel?.memberOf(occupant);
    if (channel !== undefined && local !== undefined) {
      channel.delivery.toMember(local, decline({ room: to.jid, from: from.bare, reason: declined.reason }));
      return;
    }
    const user = occupant?.address === undefined ? inviter : context.addressing.parse(occupant.address);
    if (user.kind !== 'user') throw notThere();
    await tell({ stanza, from, to }, user, silcWords.declines(to.name, declined.reason));
  }

  /** A SILC user is told in the words of who declines. */
  async function tell(
    { stanza, from, to }: Pick<Request<'channel'>, 'stanza' | 'from' | 'to'>,
    user: UserAddress,
    text: string,
  ): Promise<void> {
    const session = sessions.session(from, to.network);
    const addressee = { nickname: user.name, qualifier: user.qualifier };
    const content = { kind: 'action', text } as const;
    const toLocal = (): boolean => false;
    await session.direct.sendToUser(stanza, addressee, () => content, sessions.nicknameOf(from), toLocal);
  }

  return {
    name: 'declined invitations',
    specs: [multiUserChat('7.8.2: declining an invitation', [Namespace.mucUser])],
    message: [
      {
        errors: 'invite',
        xmlns: Namespace.mucUser,
        matches: ({ stanza }) => declineOf(stanza) !== undefined,
        ...addressedTo(['channel'], pass),
      },
    ],
  };
}

const notThere = (): StanzaError =>
  new StanzaError(
    'cancel',
    'item-not-found',
    text(({ rooms }) => rooms.inviterGone),
  );
