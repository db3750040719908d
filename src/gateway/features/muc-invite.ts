import { type Jid, tryParseJid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import type { UserAddress } from '../../mapping/address.js';
import { rankOf } from '../../mapping/affiliation.js';
import { directInvite, invitation, type InviteRequest, mediatedInvites } from '../../mapping/invite.js';
import { Namespace } from '../../mapping/namespaces.js';
import { ChannelMode } from '../../silc/modes.js';
import { Deeds } from '../affiliations/deeds.js';
import type { Place } from '../affiliations/people.js';
import { addressedTo, type Feature, inRoom, type Request } from '../feature.js';
import { multiUserChat } from '../spec.js';
import type { FeatureParts } from './parts.js';
import { text } from '../../text/text.js';

/** Invitations in one message. */
const MAX_INVITES = 20;

type Inviter = Place;

/**
 * Invitations: those that a room passes on, and direct ones to SILC users. Whoever is invited into an invite-only channel is let in: a
 * Jabber account as a member, by its key, a SILC user by SILC's own invitation.
 */
export function mucInvite({ context, sessions, people }: FeatureParts): Feature {
  const deeds = new Deeds(people);

  async function inviteSilcUser({ room, silc, channelId }: Inviter, to: UserAddress): Promise<void> {
    const user = await room.session.direct.find({ nickname: to.name, qualifier: to.qualifier });
    await silc.invite(channelId, user.clientId);
  }

  async function invite(inviter: Inviter, { to, reason }: InviteRequest): Promise<void> {
    const { room } = inviter;
    const target = tryParseJid(to);
    if (target === undefined)
      throw new StanzaError(
        'modify',
        'jid-malformed',
        text(({ rooms }) => rooms.noAddress),
      );
    if (target.domain !== context.domain) return inviteAccount(inviter, target, reason);
    const address = context.addressing.parse(target);
    if (address.kind === 'user' && address.network === room.session.network.name) {
      return inviteSilcUser(inviter, address);
    }
    throw new StanzaError(
      'cancel',
      'item-not-found',
      text(({ rooms }) => rooms.notOfNetwork),
    );
  }

  async function inviteAccount(inviter: Inviter, target: Jid, reason: string | undefined): Promise<void> {
    const { room, channel } = inviter;
    if (target.local === '')
      throw new StanzaError(
        'modify',
        'jid-malformed',
        text(({ rooms }) => rooms.noAccount),
      );
    const isAdmin = rankOf(room.self?.affiliation ?? 'none') >= rankOf('admin');
    if ((channel.mode & ChannelMode.invite) !== 0) {
      if (!isAdmin) {
        throw new StanzaError(
          'auth',
          'forbidden',
          text(({ rooms }) => rooms.operatorInvites),
        );
      }
      await letIn(inviter, target);
    }
    const { jid, passphrase, self } = room;
    // The passphrase is the owners' to give.
    const password = isAdmin ? passphrase : undefined;
    context.send(invitation({ room: jid, to: target.bare, inviter: self?.jid, reason, password }));
  }

  /** Makes an account a member of the room, which by that gets past the invite list. */
  async function letIn(inviter: Inviter, { bare }: Jid): Promise<void> {
    const { room, channel } = inviter;
    const person = await people.account(channel, bare, room.user);
    const affiliation = channel.ownership.affiliationOf(bare);
    if (person.occupants.length > 0) {
      throw new StanzaError(
        'cancel',
        'conflict',
        text(({ rooms }) => rooms.alreadyIn),
      );
    }
    if (affiliation === 'outcast') {
      throw new StanzaError(
        'cancel',
        'not-allowed',
        text(({ rooms }) => rooms.isBanned),
      );
    }
    if (affiliation === undefined) {
      await deeds.setAffiliation(inviter, person, 'member', { actor: room.self, reason: undefined });
    }
  }

  /** The room of a direct invitation to a user of its network. */
  function invitedTo({ stanza, to }: Request<'user'>) {
    const target = context.addressing.parse(directInvite(stanza)?.room ?? '');
    return target.kind === 'channel' && target.network === to.network ? target : undefined;
  }

  async function inviteDirectly(request: Request<'user'>): Promise<void> {
    const target = invitedTo(request);
    const room = target && sessions.joinedRoom(request.from, target);
    if (room === undefined)
      throw new StanzaError(
        'modify',
        'not-acceptable',
        text(({ errors }) => errors.notInRoom),
      );
    context.quotas.take('invitations', request.from);
    await room.withPendingRequest(async () => {
      const { silc, silcChannel } = await room.whenJoined();
      const { channel } = room;
      await inviteSilcUser({ room, silc, channel, channelId: silcChannel.id }, request.to);
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
          for (const one of invites) {
            // Free text to anybody: each one counts, however many are in one stanza.
            context.quotas.take('invitations', request.from);
            await invite(request, one);
          }
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
