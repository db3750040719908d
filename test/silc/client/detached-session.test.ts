import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/silc/bytes.js';
import {
  decodeDetachedSession,
  encodeDetachedSession,
  type DetachedSession,
} from '../../../src/silc/client/detached-session.js';
import { SilcError } from '../../../src/silc/errors.js';
import { channelIds, clientIds, octets, serverIds, text, u32 } from '../../support/silc-arbitraries.js';
import { withCode } from '../../support/silc-error.js';

const hex = (min: number, max: number) => octets(min, max).map(toHex);
const members = fc.array(
  fc.record({ clientId: clientIds, nickname: fc.option(text(1, 8), { nil: undefined }), mode: u32 }),
  { maxLength: 5 },
);
const channels = fc.array(
  fc.record({
    name: text(1, 20),
    id: channelIds,
    mode: u32,
    topic: fc.option(text(), { nil: undefined }),
    userLimit: fc.option(u32, { nil: undefined }),
    hmac: fc.constantFrom('hmac-sha1-96', 'hmac-sha256'),
    members,
  }),
  { maxLength: 4 },
);
const sessions: fc.Arbitrary<DetachedSession> = fc.record({
  clientId: clientIds,
  nickname: text(1, 8),
  userMode: u32,
  server: fc.record({ id: serverIds, fingerprint: hex(20, 20) }),
  channels,
  watches: fc.record({
    nicknames: fc.array(text(1, 8), { maxLength: 4 }),
    publicKeys: fc.array(hex(0, 40), { maxLength: 3 }),
  }),
  negotiatedWith: fc.array(clientIds, { maxLength: 3 }),
});

describe('a detached session', () => {
  it('comes back from its octets as it was', () => {
    fc.assert(
      fc.property(sessions, (session) => {
        expect(decodeDetachedSession(encodeDetachedSession(session))).toEqual(session);
      }),
    );
  });

  it('of the version before, which did not know peers, comes back without them', () => {
    fc.assert(
      fc.property(sessions, (session) => {
        const octets = encodeDetachedSession({ ...session, negotiatedWith: [] });
        const before = Uint8Array.of(1, ...octets.subarray(1, -2));
        expect(decodeDetachedSession(before)).toEqual({ ...session, negotiatedWith: [] });
      }),
    );
  });

  it('is refused when it is cut off anywhere, or something follows', () => {
    fc.assert(
      fc.property(sessions, fc.nat(), (session, at) => {
        const whole = encodeDetachedSession(session);
        expect(() => decodeDetachedSession(whole.subarray(0, at % whole.length))).toThrow(SilcError);
        expect(() => decodeDetachedSession(Uint8Array.of(...whole, 0))).toThrow(withCode('malformed'));
      }),
    );
  });

  it('of any octets is read or refused with a typed error', () => {
    fc.assert(
      fc.property(
        sessions,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }),
        (session, changes) => {
          const changed = encodeDetachedSession(session).slice();
          for (const [at, value] of changes) changed[at % changed.length] = value;
          try {
            decodeDetachedSession(changed);
          } catch (error) {
            expect(error).toBeInstanceOf(SilcError);
          }
        },
      ),
    );
    fc.assert(
      fc.property(octets(0, 200), (garbage) => {
        expect(() => decodeDetachedSession(garbage)).toThrow(SilcError);
      }),
    );
  });

  it('of another version is refused', () => {
    fc.assert(
      fc.property(sessions, (session) => {
        const newer = encodeDetachedSession(session).slice();
        newer[0] = 3;
        expect(() => decodeDetachedSession(newer)).toThrow(withCode('unsupported'));
      }),
      { numRuns: 5 },
    );
  });
});
