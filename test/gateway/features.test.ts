import { describe, expect, it } from 'vitest';
import type { Feature, TargetKind } from '../../src/gateway/feature.js';
import { advertised } from '../../src/gateway/features/disco.js';
import { kindsOf } from '../../src/gateway/router.js';
import { features } from '../support/features.js';

const KINDS: readonly TargetKind[] = ['gateway', 'channel', 'occupant', 'user'];

/** XEP-0045 has these in every room, so a room does not say that it has them. */
const UNSAID: readonly string[] = [
  'http://jabber.org/protocol/muc#admin',
  'http://jabber.org/protocol/muc#owner',
  'http://jabber.org/protocol/muc#user',
  'jabber:x:data',
];

const advertisedBy = ({ disco = {} }: Feature): string[] => Object.values(disco).flat();
/** Kinds of address at which a feature answers a namespace. */
function answeredAt({ iq = [], message = [], presence = [] }: Feature, namespace: string): TargetKind[] {
  return [...iq, ...message, ...presence].filter(({ xmlns }) => xmlns === namespace).flatMap(kindsOf);
}

describe('the table of features', () => {
  it.each(features)(
    '$name: each namespace that it advertises has a route there, or travels in other stanzas',
    (feature) => {
      for (const kind of KINDS) {
        for (const namespace of feature.disco?.[kind] ?? []) {
          if (feature.extensions?.includes(namespace) === true) continue;
          expect(answeredAt(feature, namespace), `${namespace} at ${kind}`).toContain(kind);
        }
      }
      for (const namespace of feature.extensions ?? []) expect(advertisedBy(feature)).toContain(namespace);
    },
  );

  it.each(features)('$name: each namespace that it answers is advertised there', (feature) => {
    for (const { xmlns } of [...(feature.iq ?? []), ...(feature.message ?? [])]) {
      if (xmlns === undefined || UNSAID.includes(xmlns)) continue;
      for (const kind of answeredAt(feature, xmlns)) expect(feature.disco?.[kind], xmlns).toContain(xmlns);
    }
  });

  it.each(features)(
    '$name: each namespace that it advertises or answers is one of its specifications',
    (feature) => {
      const { specs, iq = [], message = [], presence = [] } = feature;
      const named = specs.flatMap((spec) => ('xep' in spec ? (spec.namespaces ?? []) : []));
      const answered = [...iq, ...message, ...presence].flatMap(({ xmlns }) => xmlns ?? []);
      expect(specs).not.toEqual([]);
      for (const namespace of [...advertisedBy(feature), ...answered]) expect(named).toContain(namespace);
    },
  );

  it('holds each capability once', () => {
    expect(new Set(features.map(({ name }) => name)).size).toBe(features.length);
    for (const kind of KINDS) {
      const namespaces = advertised(features, kind);
      expect(new Set(namespaces).size).toBe(namespaces.length);
    }
  });

  it('advertises, all in all', () => {
    const sums = Object.fromEntries(KINDS.map((kind) => [kind, [...advertised(features, kind)].sort()]));
    const [muc, mucStable, selfPing] = ['', '#stable_id', '#self-ping-optimization'].map(
      (end) => `http://jabber.org/protocol/muc${end}`,
    );
    const [info, items] = ['info', 'items'].map((name) => `http://jabber.org/protocol/disco#${name}`);
    const [xhtml, bits] = ['http://jabber.org/protocol/xhtml-im', 'urn:xmpp:bob'];
    const base = [
      info,
      items,
      'jabber:iq:last',
      'jabber:iq:version',
      'urn:xmpp:ping',
      'urn:xmpp:time',
      'vcard-temp',
    ];
    const occupant = [...base, xhtml, bits, 'urn:ietf:params:xml:ns:vcard-4.0'].sort();
    const pubsub = [
      '',
      '#auto-subscribe',
      '#filtered-notifications',
      '#last-published',
      '#retrieve-items',
    ].map((end) => `http://jabber.org/protocol/pubsub${end}`);
    const commands = 'http://jabber.org/protocol/commands';
    expect(sums).toEqual({
      gateway: [
        'http://jabber.org/protocol/caps',
        commands,
        info,
        items,
        muc,
        'http://jabber.org/protocol/rsm',
        'http://www.xmpp.org/extensions/xep-0219.html#ns',
        'jabber:iq:gateway',
        'jabber:iq:last',
        'jabber:iq:register',
        'jabber:iq:version',
        'urn:xmpp:blocking',
        bits,
        'urn:xmpp:channel-search:0:search',
        'urn:xmpp:hats:0',
        'urn:xmpp:occupant-id:0',
        'urn:xmpp:ping',
        'urn:xmpp:time',
        'vcard-temp',
      ],
      channel: [
        commands,
        info,
        items,
        muc,
        'http://jabber.org/protocol/muc#register',
        selfPing,
        mucStable,
        xhtml,
        'jabber:iq:register',
        'jabber:iq:version',
        bits,
        'urn:xmpp:hats:0',
        'urn:xmpp:mam:2',
        'urn:xmpp:mam:2#extended',
        'urn:xmpp:message-moderate:1',
        'urn:xmpp:message-retract:1',
        'urn:xmpp:message-retract:1#tombstone',
        'urn:xmpp:occupant-id:0',
        'urn:xmpp:ping',
        'urn:xmpp:sid:0',
        'vcard-temp',
      ],
      occupant,
      user: [
        ...occupant,
        ...pubsub,
        'jabber:x:conference',
        'http://jabber.org/protocol/caps',
        'http://jabber.org/protocol/nick',
      ].sort(),
    });
  });
});
