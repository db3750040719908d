import { describe, expect, it } from 'vitest';
import { iqResult, StanzaError, xml } from '../../src/component/stanza.js';
import type { Element } from '../../src/component/types.js';
import { whereIs } from '../../src/gateway/clients/still-there.js';

const PING = 'urn:xmpp:ping';
const INFO = 'http://jabber.org/protocol/disco#info';

type Answer = 'result' | 'account' | 'silence' | ConstructorParameters<typeof StanzaError>[1];

/** A client, or its server, that answers so. @returns where it is taken to be, and what it was asked */
async function asked(answers: Readonly<Record<string, Answer>>): Promise<readonly [string, ...string[]]> {
  const questions: string[] = [];
  const request = (iq: Element): Promise<Element> => {
    const [question] = iq.getChildElements();
    const xmlns = question?.attrs.xmlns ?? '';
    questions.push(xmlns);
    const answer = answers[xmlns] ?? 'silence';
    if (answer === 'result') return Promise.resolve(iq);
    if (answer === 'account') {
      const identity = xml('identity', { category: 'account', type: 'registered' });
      return Promise.resolve(iqResult(iq, xml('query', { xmlns: INFO }, identity)));
    }
    return Promise.reject(answer === 'silence' ? new Error('no answer') : new StanzaError('cancel', answer));
  };
  return [await whereIs({ request }, 'room@gw.test', 'alice@x.test/phone'), ...questions];
}

describe('whether a client is still there', () => {
  it('is told by its answer to a ping, an error of its own included', async () => {
    expect(await asked({ [PING]: 'result' })).toEqual(['there', PING]);
    expect(await asked({ [PING]: 'feature-not-implemented' })).toEqual(['there', PING]);
  });

  it('is told by what it says of itself where it knows no ping', async () => {
    expect(await asked({ [PING]: 'service-unavailable', [INFO]: 'result' })).toEqual(['there', PING, INFO]);
  });

  it('is told by its server where it is gone', async () => {
    expect(await asked({ [PING]: 'item-not-found' })).toEqual(['gone', PING]);
    expect(await asked({ [PING]: 'remote-server-not-found' })).toEqual(['gone', PING]);
    const unavailable = { [PING]: 'service-unavailable', [INFO]: 'service-unavailable' } as const;
    expect(await asked(unavailable)).toEqual(['gone', PING, INFO]);
    // As jabberd2 tells it.
    const account = { [PING]: 'service-unavailable', [INFO]: 'account' } as const;
    expect(await asked(account)).toEqual(['gone', PING, INFO]);
  });

  it('is not known where nobody answers', async () => {
    expect(await asked({})).toEqual(['silent', PING]);
    expect(await asked({ [PING]: 'service-unavailable' })).toEqual(['silent', PING, INFO]);
  });
});
