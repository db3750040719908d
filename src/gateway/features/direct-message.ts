import { randomUUID } from 'node:crypto';
import { StanzaError } from '../../component/stanza.js';
import { blockedError } from '../../mapping/blocking.js';
import { reflectedPayload } from '../../mapping/message.js';
import type { User } from '../../silc/client/types.js';
import type { ClientId } from '../../silc/ids.js';
import { addressedTo, type Feature, type Request } from '../feature.js';
import { isMissed, privateContent, saysAnything } from './message-rules.js';
import type { FeatureParts } from './parts.js';
import { text } from '../../text/text.js';

/** Messages to the address of a SILC user. One who is a user of this gateway, too, gets the whole stanza, and SILC nothing. */
export function directMessage({ context, sessions, away }: FeatureParts): Feature {
  /** @returns whether the receiver is a user of this gateway, who has it now */
  function deliver({ stanza, to }: Request<'user'>, receiver: ClientId, sender: User): boolean {
    const session = sessions.withClient(to.network, receiver);
    if (session === undefined) return false;
    if (context.contacts.sightings.isBlocked(session.user, to.network, sender)) {
      throw new StanzaError('cancel', 'service-unavailable');
    }
    const payload = reflectedPayload(stanza, context.domain);
    session.direct.receivedLocal(sender, stanza.attrs.id ?? randomUUID(), payload);
    return true;
  }

  async function send(request: Request<'user'>): Promise<void> {
    const { stanza, from, to } = request;
    if (stanza.attrs.type === 'groupchat') {
      throw new StanzaError(
        'modify',
        'not-acceptable',
        text(({ rooms }) => rooms.isUser),
      );
    }
    if (context.contacts.book.get(from.bare, to.jid)?.state.isBlocked === true) {
      const said = text(({ contacts }) => contacts.blockedByYou);
      throw new StanzaError('cancel', 'not-acceptable', said, { appElement: blockedError() });
    }
    // What nobody could get is no reason for a session.
    const isFirst = sessions.find(from, to.network) === undefined;
    if (isFirst && !sessions.hasNickname(to.network, to.name)) privateContent(stanza);
    const session = sessions.session(from, to.network);
    await session.direct.sendToUser(
      stanza,
      { nickname: to.name, qualifier: to.qualifier },
      () => privateContent(stanza),
      sessions.nicknameOf(from),
      (receiver, sender) => deliver(request, receiver, sender),
    );
    away.sign(session, 'here');
  }

  /** States, markers and receipts: a user of this gateway has them from one who is on SILC already. Nobody misses them. */
  async function pass(request: Request<'user'>): Promise<void> {
    const { from, to } = request;
    const session = sessions.find(from, to.network);
    if (session?.silc === undefined) return;
    const { self } = session.silc;
    const receiver = await session.direct
      .find({ nickname: to.name, qualifier: to.qualifier })
      .catch(() => undefined);
    if (receiver !== undefined) deliver(request, receiver.clientId, self);
  }

  return {
    name: 'messages to a user',
    specs: [
      {
        rfc: 6121,
        title: 'XMPP: Instant Messaging and Presence',
        part: '5: messages to a SILC user and from one; between users of the gateway the whole stanza',
      },
    ],
    message: [
      { matches: isMissed, ...addressedTo(['user'], send) },
      { types: ['normal', 'chat'], matches: saysAnything, ...addressedTo(['user'], pass) },
    ],
  };
}
