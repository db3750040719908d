import { randomUUID } from 'node:crypto';
import { StanzaError } from '../../component/stanza.js';
import { Namespace } from '../../mapping/namespaces.js';
import { voiceApprovalForm, type VoiceForm, voiceFormOf } from '../../mapping/voice-request.js';
import { ChannelMode, ChannelUserMode } from '../../silc/modes.js';
import { type Rate, TokenBucket } from '../../util/token-bucket.js';
import type { Occupant } from '../channels/occupants.js';
import { withStanzaErrors } from '../failures.js';
import { type Feature, inRoom, type RoomRequest } from '../feature.js';
import type { UserRoom } from '../rooms/user-room.js';
import { multiUserChat } from '../spec.js';
import { silcWords } from '../../text/silc.js';
import { type AnyText, text } from '../../text/text.js';

/** Of one user in one room: each request goes to all operators. */
const RATE: Rate = { burst: 3, perSecond: 1 / 60 };
/** SILC users that one request is told to. */
const MAX_NATIVES = 10;

/**
 * XEP-0045 1.35.3 (2025-12-01), 7.13 and 8.6: requests for voice. Local moderators get the form, operators with SILC clients a
 * private message that says what to do. An approval takes the quiet mode away. Left out: on a moderated channel, where SILC lets
 * nobody but operators talk.
 */
export function mucVoiceRequest(): Feature {
  const rates = new WeakMap<UserRoom, TokenBucket>();

  async function ask(request: RoomRequest): Promise<void> {
    const { room, channel, silc } = request;
    const { self } = room;
    if (self === undefined) return;
    if (self.role !== 'visitor') throw refused(text(({ rooms }) => rooms.mayTalk));
    const moderators = [...channel.occupants.values()].filter(({ role }) => role === 'moderator');
    if (moderators.length === 0) {
      throw new StanzaError(
        'wait',
        'recipient-unavailable',
        text(({ rooms }) => rooms.noOperatorThere),
      );
    }
    const rate = rates.get(room) ?? new TokenBucket(RATE);
    rates.set(room, rate);
    if (rate.waitMs > 0) {
      const seconds = Math.ceil(rate.waitMs / 1000);
      throw new StanzaError(
        'wait',
        'policy-violation',
        text(({ rooms }) => rooms.askedAlready(seconds)),
      );
    }
    rate.spend(1);
    const form = voiceApprovalForm({
      ...{ room: room.jid, id: randomUUID(), nick: self.name, address: self.address },
    });
    const natives: Occupant[] = [];
    for (const moderator of moderators) {
      const local = channel.memberOf(moderator);
      if (local === undefined) natives.push(moderator);
      else channel.delivery.toMember(local, form);
    }
    const question = silcWords.asksForVoice(self.nickname ?? self.name, channel.displayName);
    await Promise.all(
      natives.slice(0, MAX_NATIVES).map(({ clientId }) => silc.tell(clientId, question, { kind: 'notice' })),
    );
  }

  async function answer(
    { room, channel, silc, channelId }: RoomRequest,
    { nick, role, allowed }: Extract<VoiceForm, { readonly kind: 'answer' }>,
  ): Promise<void> {
    if (room.self?.role !== 'moderator') {
      throw new StanzaError(
        'auth',
        'forbidden',
        text(({ rooms }) => rooms.operatorsAnswer),
      );
    }
    const occupant = channel.occupants.byName(nick);
    if (occupant === undefined) {
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text(({ rooms }) => rooms.noLongerIn),
      );
    }
    if (!allowed || occupant.role !== 'visitor') return;
    if (role !== 'participant') throw refused(text(({ rooms }) => rooms.onlyVoiceGiven));
    if ((channel.mode & ChannelMode.silenceUsers) !== 0) {
      throw refused(text(({ rooms }) => rooms.makeModerator));
    }
    const change = { clear: ChannelUserMode.quiet };
    await withStanzaErrors('role', silc.setMemberMode(channelId, occupant.clientId, change));
  }

  return {
    name: 'voice requests',
    specs: [
      multiUserChat(
        '7.13, 8.6: requesting and giving voice',
        [Namespace.dataForm],
        'voice on a moderated channel: SILC lets nobody but its operators talk there',
      ),
    ],
    message: [
      {
        xmlns: Namespace.dataForm,
        matches: ({ stanza }) => voiceFormOf(stanza) !== undefined,
        ...inRoom('channel', 'not-acceptable', async (request) => {
          const form = voiceFormOf(request.stanza);
          if (form?.kind === 'answer') await answer(request, form);
          else if (form?.role === 'participant') await ask(request);
          else
            throw new StanzaError(
              'modify',
              'bad-request',
              text(({ rooms }) => rooms.onlyVoice),
            );
        }),
      },
    ],
  };
}

const refused = (said: AnyText): StanzaError => new StanzaError('modify', 'not-acceptable', said);
