import { type Element, xml } from '../component/stanza.js';
import type { Text } from '../text/text.js';
import { fieldValues, type Form, formElement } from './data-form.js';
import { Namespace } from './namespaces.js';
import { NS_REGISTER } from './room-registration.js';

/*
 * XEP-0077 2.4 (2012-01-25): In-Band Registration with the gateway, by form and by the plain fields of the XEP. Left out:
 * redirection to the web.
 */

/** The plain fields by which clients without forms register: those of the form, under the names of the XEP. */
const PLAIN: Readonly<Record<string, string>> = { nick: 'nick', password: 'passphrase' };

/** What is asked for. @param isRegistered - then the form shows what is kept, but for secrets */
export function registrationQuery(instructions: Text, form: Form, isRegistered: boolean): Element {
  const plain = Object.entries(PLAIN).flatMap(([name, field]) => {
    const asked = form.fields.find((one) => one.name === field);
    return asked === undefined ? [] : [name === 'nick' ? xml('nick', {}, asked.value) : xml('password', {})];
  });
  return xml(
    'query',
    { xmlns: NS_REGISTER },
    isRegistered ? xml('registered', {}) : undefined,
    xml('instructions', {}, instructions),
    plain,
    formElement({ ...form, formType: NS_REGISTER }),
  );
}

/** What a client submits. */
export type RegistrationRequest =
  | { readonly kind: 'remove' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'values'; readonly values: ReadonlyMap<string, string> };

export function readRegistrationQuery(query: Element): RegistrationRequest {
  if (query.getChild('remove') !== undefined) return { kind: 'remove' };
  const form = query.getChild('x', Namespace.dataForm);
  if (form?.attrs.type === 'cancel') return { kind: 'cancel' };
  if (form !== undefined) {
    const values = [...fieldValues(form)].map(([name, lines]) => [name, lines.join('\n')] as const);
    return { kind: 'values', values: new Map(values) };
  }
  const plain = Object.entries(PLAIN).flatMap(([name, field]) => {
    const value = query.getChildText(name);
    return typeof value === 'string' ? [[field, value] as const] : [];
  });
  return { kind: 'values', values: new Map(plain) };
}
