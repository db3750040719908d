import { StanzaError } from '../../component/stanza.js';
import { Namespace } from '../../mapping/namespaces.js';
import type { Feature, Request } from '../feature.js';
import type { FeatureParts } from './parts.js';
import { text } from '../../text/text.js';

/** Ping; of an own occupant it tells a client whether it is still in the room (XEP-0410). */
export function ping({ sessions, lookup }: FeatureParts): Feature {
  async function handle(request: Request): Promise<undefined> {
    const { from, to } = request;
    if (to.kind === 'gateway' || to.kind === 'channel') return;
    if (to.kind === 'occupant') {
      const room = sessions.joinedRoom(from, to);
      if (room === undefined)
        throw new StanzaError(
          'cancel',
          'not-acceptable',
          text(({ errors }) => errors.notInRoom),
        );
      const occupant = room.channel.occupants.byName(to.occupant);
      if (occupant === undefined) {
        throw new StanzaError(
          'cancel',
          'item-not-found',
          text(({ rooms }) => rooms.notThere(to.occupant)),
        );
      }
      // Answered also while the SILC link is being restored.
      if (occupant.clientId === room.self?.clientId) return;
    }
    await lookup.find(request);
  }

  return {
    name: 'ping',
    specs: [
      {
        xep: 199,
        title: 'XMPP Ping',
        version: '2.0.1',
        date: '2019-03-26',
        status: 'complete',
        namespaces: [Namespace.ping],
      },
      {
        xep: 410,
        title: 'MUC Self-Ping',
        version: '1.1.0',
        date: '2019-09-25',
        status: 'complete',
        namespaces: [Namespace.selfPing],
      },
    ],
    disco: {
      gateway: [Namespace.ping],
      channel: [Namespace.ping, Namespace.selfPing],
      occupant: [Namespace.ping],
      user: [Namespace.ping],
    },
    iq: [{ type: 'get', xmlns: Namespace.ping, to: ['gateway', 'channel', 'occupant', 'user'], handle }],
    extensions: [Namespace.selfPing],
  };
}
