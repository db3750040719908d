import { cpimHandler } from '../../mapping/mime/cpim.js';
import { endToEndHandlers, NS_E2E, NS_ENCRYPTION, NS_PGP } from '../../mapping/mime/end-to-end.js';
import type { Feature } from '../feature.js';

/** Encryption and signatures from end to end pass through the gateway: as MIME to SILC, as what Jabber clients know from there. */
export const endToEnd = (): Feature => ({
  name: 'encryption from end to end',
  specs: [
    {
      xep: 27,
      title: 'Current Jabber OpenPGP Usage',
      version: '1.4',
      date: '2014-03-14',
      status: 'partial',
      part: 'private messages are OpenPGP MIME (RFC 3156) on SILC, both ways; between Jabber users in rooms they arrive whole, as signed presence does',
      leftOut: 'signed presence of SILC users, and for them; in rooms SILC users see nothing of it',
      namespaces: [NS_PGP, 'jabber:x:signed'],
    },
    {
      xep: 380,
      title: 'Explicit Message Encryption',
      version: '0.4.0',
      date: '2021-11-18',
      status: 'complete',
      part: 'marks what comes encrypted from SILC: OTR, OpenPGP, S/MIME',
      namespaces: [NS_ENCRYPTION],
    },
    {
      xep: 155,
      title: 'Stanza Session Negotiation',
      version: '1.2',
      date: '2016-01-20',
      status: 'partial',
      part: 'sessions with SILC users, encrypted ones (XEP-0116) too, are refused as by a client that has none; between Jabber users they pass',
      leftOut: 'sessions with the gateway itself',
      namespaces: ['http://jabber.org/protocol/feature-neg'],
    },
    {
      rfc: 3156,
      title: 'MIME Security with OpenPGP',
      part: '4: encrypted messages of SILC users and for them',
    },
    {
      rfc: 3862,
      title: 'Common Presence and Instant Messaging: Message Format',
      part: 'messages from SILC users',
    },
    { rfc: 3922, title: 'Mapping XMPP to CPIM', part: '4: messages from SILC users' },
    {
      rfc: 3923,
      title: 'End-to-End Signing and Object Encryption for XMPP',
      part: `3: messages of ${NS_E2E} are the MIME objects that they hold, both ways`,
    },
  ],
  mime: [...endToEndHandlers, cpimHandler],
});
