import { createHash } from 'node:crypto';
import { type Element, xml } from '../component/stanza.js';
import { Namespace } from './namespaces.js';

/** XEP-0115. */
export const NS_CAPS = 'http://jabber.org/protocol/caps';

/** What the gateway is, as the node of its capabilities. */
export const CAPS_NODE = 'urn:silc-xmpp-gateway';

/** Verification string of an answer to disco#info (XEP-0115, 5.1), which has no form with several `FORM_TYPE`s. */
export function capsHash(info: Element): string {
  const identities = info.getChildren('identity').map(({ attrs }) => {
    const { category = '', type = '', name = '' } = attrs;
    return `${category}/${type}/${attrs['xml:lang'] ?? ''}/${name}`;
  });
  const features = info.getChildren('feature').map(({ attrs }) => attrs.var ?? '');
  const forms = info.getChildren('x', Namespace.dataForm).map(formText).sort();
  const text = [...identities.sort(), ...features.sort()].map((part) => `${part}<`).join('') + forms.join('');
  return createHash('sha1').update(text).digest('base64');
}

function formText(form: Element): string {
  const valuesOf = (field: Element): string[] => field.getChildren('value').map((value) => value.getText());
  const fields = form.getChildren('field').map((field) => ({
    name: field.attrs.var ?? '',
    values: valuesOf(field).sort(),
  }));
  const type = fields.find(({ name }) => name === 'FORM_TYPE')?.values[0] ?? '';
  const others = fields
    .filter(({ name }) => name !== 'FORM_TYPE')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, values }) => [name, ...values]);
  return [type, ...others].map((part) => `${part}<`).join('');
}

/** The element that says it in presence. */
export const capsElement = (hash: string): Element =>
  xml('c', { xmlns: NS_CAPS, hash: 'sha-1', node: CAPS_NODE, ver: hash });

/** The node that is asked for what is behind a hash. */
export const capsNode = (hash: string): string => `${CAPS_NODE}#${hash}`;
