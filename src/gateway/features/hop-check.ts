import { type Jid, tryParseJid } from '../../component/jid.js';
import { type Element, StanzaError } from '../../component/stanza.js';
import { type Hop, hopCheckResult, NS_HOP_CHECK } from '../../mapping/hop-check.js';
import { fingerprint } from '../../silc/crypto/fingerprint.js';
import { text } from '../../text/text.js';
import { addressedTo, type Feature, type Request } from '../feature.js';
import type { FeatureParts } from './parts.js';

/** How the component link is authenticated; the XEP has no word for it. */
const COMPONENT = 'component';

/**
 * XEP-0219 0.3 (2008-06-12): which hops of the own way to SILC are known here, and how each is protected. Left out: the hops between
 * SILC servers and to SILC users, which nobody tells; delays.
 */
export function hopCheck({ context, sessions }: FeatureParts): Feature {
  /** Who asks: a client, or its server on its behalf. @throws StanzaError */
  function askerOf(from: Jid, onBehalf: string | undefined): Jid {
    if (onBehalf === undefined) return from;
    const asker = tryParseJid(onBehalf);
    if (asker === undefined) throw new StanzaError('modify', 'jid-malformed');
    if (from.bare === asker.bare || from.full === asker.domain) return asker;
    throw new StanzaError('auth', 'forbidden');
  }

  function answer({ from }: Request<'gateway'>, query: Element): Element {
    const { to, for: onBehalf } = query.attrs;
    if (to === undefined) throw new StanzaError('modify', 'bad-request');
    const target = context.addressing.parse(to);
    if (target.kind === 'invalid') {
      const { type, condition, text: said } = target.error;
      throw new StanzaError(type, condition, said);
    }
    const asker = askerOf(from, onBehalf);
    // Stanzas come in clear: the link of a component has no encryption of its own.
    const first: Hop = { from: asker.domain, to: context.domain, auth: COMPONENT, isEncrypted: false };
    if (target.kind === 'gateway') return hopCheckResult(to, onBehalf, [first]);
    const session = sessions.find(asker, target.network);
    if (session?.silc === undefined) {
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text((words) => words.userCommands.notConnected(target.network)),
      );
    }
    const { algorithms, serverPublicKey, self } = session.silc;
    const { cipher, hmac, group, hash } = algorithms;
    const second: Hop = {
      from: context.domain,
      to: self.server ?? target.network,
      auth: session.network.config.auth.method,
      isEncrypted: true,
      silc: { cipher, hmac, group, hash, fingerprint: fingerprint(context.backend, serverPublicKey) },
    };
    return hopCheckResult(to, onBehalf, [first, second]);
  }

  return {
    name: 'hop check',
    specs: [
      {
        xep: 219,
        title: 'Hop Check',
        version: '0.3',
        date: '2008-06-12',
        status: 'partial',
        leftOut: 'the hops between SILC servers and to SILC users, which nobody tells; delays and addresses',
        namespaces: [NS_HOP_CHECK],
      },
    ],
    disco: { gateway: [NS_HOP_CHECK] },
    iq: [{ type: 'get', xmlns: NS_HOP_CHECK, ...addressedTo(['gateway'], answer) }],
  };
}
