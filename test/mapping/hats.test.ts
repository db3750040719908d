import { describe, expect, it } from 'vitest';
import { hasSameHats, hatsOf } from '../../src/mapping/hats.js';
import { ChannelUserMode as C, UserMode as U } from '../../src/silc/modes.js';
import { canonical } from '../support/xmpp/canonical.js';

const titles = (mode: number, userMode?: number) =>
  hatsOf({ mode, userMode })
    ?.getChildren('hat')
    .map(({ attrs }) => attrs.title);

describe('hats', () => {
  it.each([
    [C.none, undefined, undefined],
    [C.quiet, U.busy, undefined],
    [C.operator, undefined, ['Operator']],
    [C.founder, undefined, ['Founder']],
    [C.founder | C.operator, U.none, ['Founder']],
    [C.none, U.serverOperator, ['Server operator']],
    [C.operator, U.routerOperator | U.detached, ['Operator', 'Server operator', 'Detached']],
    [C.none, U.robot, ['Robot']],
  ])('of the modes %i and %s', (mode, userMode, expected) => {
    expect(titles(mode, userMode)).toEqual(expected);
  });

  it('are written as XEP-0317 has it', () => {
    const hats = hatsOf({ mode: C.founder });
    expect(hats && canonical(hats)).toBe(
      '<hats xmlns="urn:xmpp:hats:0">\n  <hat title="Founder" uri="urn:silc-xmpp-gateway:hat:founder"/>\n</hats>',
    );
    expect(hats?.getChild('hat')?.attrs['xml:lang']).toBe('en');
  });

  it('are compared by what is shown', () => {
    expect(hasSameHats({ mode: C.operator }, { mode: C.operator | C.quiet })).toBe(true);
    expect(hasSameHats({ mode: C.operator }, { mode: C.operator | C.founder })).toBe(false);
    expect(hasSameHats({ mode: 0 }, { mode: 0, userMode: U.robot })).toBe(false);
  });
});
