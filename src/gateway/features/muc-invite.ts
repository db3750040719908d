import { tryParseJid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import type { UserAddress } from '../../mapping/address.js';
import { directInvite, invitation, type InviteRequest, mediatedInvites } from '../../mapping/invite.js';
import { Namespace } from '../../mapping/namespaces.js';
import { addressedTo, type Feature, inRoom, type Request, type RoomRequest } from '../feature.js';
import { multiUserChat } from '../spec.js';
import type { FeatureParts } from './parts.js';

/** Invitations in one message. */
const MAX_INVITES = 20;

type Inviter = Pick<RoomRequest, 'room' | 'silc' | 'channelId'>;

/** Invitations: those that a room passes on, and direct ones to SILC users. */
export function mucInvite({ context, sessions }: FeatureParts): Feature {
  async function inviteSilcUser({ room, silc, channelId }: Inviter, to: UserAddress): Promise<void> {
    const user = await room.session.direct.find({ nickname: to.name, qualifier: to.qualifier });
    await silc.invite(channelId, user.clientId);
  }

  async function invite(inviter: Inviter, { to, reason }: InviteRequest): Promise<void> {
    const { room, silc, channelId } = inviter;
    const target = tryParseJid(to);
    if (target === undefined) throw new StanzaError('modify', 'jid-malformed', 'This is no address.');
    if (target.domain === context.domain) {
      const address = context.addressing.parse(target);
      if (address.kind === 'user' && address.network === room.session.network.name) {
        return inviteSilcUser(inviter, address);
      }
      throw new StanzaError('cancel', 'item-not-found', 'This is no user of the same SILC network.');
    }
    const clientId = sessions.find(target, room.session.network.name)?.silc?.self.clientId;
    // Who is on the network already is invited by SILC, which also opens an invite-only channel.
    if (clientId !== undefined) {
      await silc.invite(channelId, clientId);
      return;
    }
    const { jid, passphrase: password, self } = room;
    context.send(invitation({ room: jid, to: target.bare, inviter: self?.jid, reason, password }));
  }

  /** The room of a direct invitation to a user of its network. */
  function invitedTo({ stanza, to }: Request<'user'>) {
    const target = context.addressing.parse(directInvite(stanza)?.room ?? '');
    return target.kind === 'channel' && target.network === to.network ? target : undefined;
  }

  async function inviteDirectly(request: Request<'user'>): Promise<void> {
    const target = invitedTo(request);
    const room = target && sessions.joinedRoom(request.from, target);
    if (room === undefined) throw new StanzaError('modify', 'not-acceptable', 'You are not in this room.');
    await room.withPendingRequest(async () => {
      const { silc, silcChannel } = await room.whenJoined();
      await inviteSilcUser({ room, silc, channelId: silcChannel.id }, request.to);
    });
  }

  return {
    name: 'invitations',
    specs: [
      multiUserChat('7.8: invitations', [Namespace.mucUser], 'a declined invitation is told to nobody'),
      {
        xep: 249,
        title: 'Direct MUC Invitations',
        version: '1.2',
        date: '2011-09-22',
        status: 'partial',
        leftOut: 'thread and continue',
        namespaces: [Namespace.conference],
      },
    ],
    disco: { user: [Namespace.conference] },
    message: [
      {
        errors: 'invite',
        xmlns: Namespace.mucUser,
        matches: ({ stanza }) => mediatedInvites(stanza).length > 0,
        ...inRoom('channel', 'not-acceptable', async (request) => {
          const invites = mediatedInvites(request.stanza).slice(0, MAX_INVITES);
          for (const one of invites) await invite(request, one);
        }),
      },
      {
        errors: 'invite',
        xmlns: Namespace.conference,
        matches: (request: Request<'user'>) => invitedTo(request) !== undefined,
        ...addressedTo(['user'], inviteDirectly),
      },
    ],
  };
}
