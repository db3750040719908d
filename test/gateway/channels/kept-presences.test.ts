import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeptPresences } from '../../../src/gateway/channels/kept-presences.js';
import type { Occupant } from '../../../src/gateway/channels/occupants.js';
import type { ClientId } from '../../../src/silc/ids.js';

const zoe: Occupant = {
  ...{ clientId: 'aa' as ClientId, jid: 'den@gw.example/zoe', name: 'zoe', nickname: 'zoe' },
  ...{ fingerprint: undefined, mode: 0, disambiguator: undefined },
  ...{ address: 'zoe%net@gw.example', occupantId: 'id', affiliation: 'none', role: 'participant' },
};

describe('presences that newcomers are shown', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are made once for all who come at one time, and kept no longer', () => {
    const presences = new KeptPresences();
    const first = presences.of(zoe, false);
    expect(presences.of(zoe, false)).toBe(first);
    expect(first.halves).toBe(presences.of(zoe, false).halves);
    vi.runAllTimers();
    const later = presences.of(zoe, false);
    expect(later).not.toBe(first);
    expect(String(later)).toBe(String(first));
  });

  it('show addresses to those only who may see them, and an occupant as it is now', () => {
    const presences = new KeptPresences();
    expect(String(presences.of(zoe, false))).toContain('jid="zoe%net@gw.example"');
    expect(String(presences.of(zoe, true))).not.toContain('zoe%net');
    expect(String(presences.of({ ...zoe, role: 'moderator' }, true))).toContain('role="moderator"');
    expect(String(presences.of(zoe, false))).toContain('jid="zoe%net@gw.example"');
  });
});
