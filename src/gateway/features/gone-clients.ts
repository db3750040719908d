import { saysGone, saysUndelivered } from '../clients/bounce.js';
import { StatusCode } from '../../mapping/status-codes.js';
import type { Feature, Request } from '../feature.js';
import { multiUserChat } from '../spec.js';
import type { FeatureParts } from './parts.js';

/** Errors that say that a client is gone: it leaves every room. Those that say something else are only taken note of. */
export function goneClients({ context, sessions, prober, away }: FeatureParts): Feature {
  /** A message that nobody of a user takes waits for the next login. */
  function returned(request: Request): void {
    const { stanza, from } = request;
    if (saysUndelivered(stanza) && context.waiting.returned(from, stanza.attrs.id)) {
      for (const session of sessions.sessionsOf(from)) away.sign(session, 'away');
    }
    handle(request);
  }

  function handle({ stanza, from }: Request): void {
    if (from.resource === '' || !saysGone(stanza)) return;
    for (const room of sessions.roomsWith(from)) {
      const reason = { codes: [StatusCode.technical, StatusCode.self] };
      // What waited for the Jabber server to come back may bounce before the client has.
      room.evictClient(from.full, reason, prober.isAsking);
    }
  }
  const to = ['gateway', 'channel', 'occupant', 'user'] as const;
  return {
    name: 'gone clients',
    specs: [
      { rfc: 6120, title: 'XMPP: Core', part: '8.3: errors that say that a client is gone' },
      multiUserChat('18.2: ghosts leave the room by the errors that they answer', []),
    ],
    message: [{ types: ['error'], to, handle: returned }],
    presence: [{ types: ['error'], to, handle }],
  };
}
