import { describe, expect, it } from 'vitest';
import { AVAILABILITY_MODES, availabilityOf, userModeOf } from '../../src/mapping/availability.js';
import { UserMode } from '../../src/silc/modes.js';
import { parseStanza } from '../support/xmpp/canonical.js';

const of = (inner: string) => availabilityOf(parseStanza(`<presence>${inner}</presence>`));

describe('availability', () => {
  it('is what the presence says of it, and nothing else of it', () => {
    const said = of(
      "<show>away</show><status>lunch</status><status xml:lang='de'>Mittag</status><priority>5</priority>" +
        "<c xmlns='http://jabber.org/protocol/caps' node='n' ver='v' hash='sha-1'/><idle xmlns='urn:xmpp:idle:1' since='2026-01-01T00:00:00Z'/>",
    );
    expect(said?.show).toBe('away');
    expect(said?.payload.map((part) => part.name)).toEqual(['show', 'status', 'status', 'idle']);
    expect(of('<priority>5</priority>')).toBeUndefined();
    expect(of('<show>asleep</show><status/>')).toBeUndefined();
  });

  it('is bounded: its text goes to everybody in the room', () => {
    const said = of(`<status>${'x'.repeat(5000)}</status>${'<status>y</status>'.repeat(20)}`);
    expect(said?.payload).toHaveLength(4);
    expect(said?.payload[0]?.getText()).toBe(`${'x'.repeat(1023)}…`);
  });

  it.each([
    ['away', UserMode.indisposed],
    ['xa', UserMode.gone],
    ['dnd', UserMode.busy],
    ['chat', UserMode.hyper],
  ])('shows %s as a mode of the user', (show, mode) => {
    expect(userModeOf(of(`<show>${show}</show>`))).toBe(mode);
    expect(AVAILABILITY_MODES & mode).toBe(mode);
  });

  it('has no mode without a show', () => {
    expect(userModeOf(of('<status>here</status>'))).toBe(0);
    expect(userModeOf(undefined)).toBe(0);
  });
});
