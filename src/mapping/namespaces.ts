/** XML namespaces by the names this project uses for them. */
export const Namespace = {
  muc: 'http://jabber.org/protocol/muc',
  mucUser: 'http://jabber.org/protocol/muc#user',
  mucAdmin: 'http://jabber.org/protocol/muc#admin',
  mucOwner: 'http://jabber.org/protocol/muc#owner',
  /** The ids of messages stay as their senders chose them (XEP-0045, 15.3). */
  stableId: 'http://jabber.org/protocol/muc#stable_id',
  /** The service answers pings of one's own occupant (XEP-0410, 3). */
  selfPing: 'http://jabber.org/protocol/muc#self-ping-optimization',
  conference: 'jabber:x:conference',
  dataForm: 'jabber:x:data',
  delay: 'urn:xmpp:delay',
  discoInfo: 'http://jabber.org/protocol/disco#info',
  discoItems: 'http://jabber.org/protocol/disco#items',
  fallback: 'urn:xmpp:fallback:0',
  occupantId: 'urn:xmpp:occupant-id:0',
  ping: 'urn:xmpp:ping',
  stanzaId: 'urn:xmpp:sid:0',
  stanzaErrors: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  version: 'jabber:iq:version',
  /** What SILC says of a message and XMPP has no word for: `<message kind='notice' signature='verified'/>`. */
  silcMessage: 'urn:silc-xmpp-gateway:message:0',
} as const;
