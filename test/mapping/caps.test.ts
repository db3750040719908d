import { expect, it } from 'vitest';
import { capsHash } from '../../src/mapping/caps.js';
import { parseStanza } from '../support/xmpp/canonical.js';

// The examples of XEP-0115, 5.2 and 5.3.
it('hashes identities and features', () => {
  const info = parseStanza(`
    <query xmlns='http://jabber.org/protocol/disco#info'>
      <identity category='client' name='Exodus 0.9.1' type='pc'/>
      <feature var='http://jabber.org/protocol/caps'/>
      <feature var='http://jabber.org/protocol/disco#info'/>
      <feature var='http://jabber.org/protocol/disco#items'/>
      <feature var='http://jabber.org/protocol/muc'/>
    </query>`);
  expect(capsHash(info)).toBe('QgayPKawpkPSDYmwT/WM94uAlu0=');
});

it('hashes languages and forms', () => {
  const info = parseStanza(`
    <query xmlns='http://jabber.org/protocol/disco#info'>
      <identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>
      <identity xml:lang='el' category='client' name='Ψ 0.11' type='pc'/>
      <feature var='http://jabber.org/protocol/caps'/>
      <feature var='http://jabber.org/protocol/disco#info'/>
      <feature var='http://jabber.org/protocol/disco#items'/>
      <feature var='http://jabber.org/protocol/muc'/>
      <x xmlns='jabber:x:data' type='result'>
        <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field>
        <field var='ip_version' type='text-multi'><value>ipv4</value><value>ipv6</value></field>
        <field var='os'><value>Mac</value></field>
        <field var='os_version'><value>10.5.1</value></field>
        <field var='software'><value>Psi</value></field>
        <field var='software_version'><value>0.11</value></field>
      </x>
    </query>`);
  expect(capsHash(info)).toBe('q07IKJEyjvHSyhy//CH0CxmKi8w=');
});
